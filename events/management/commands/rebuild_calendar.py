from django.core.management.base import BaseCommand

from events import event_dates


class Command(BaseCommand):
    help = "Brings the dates that the calendar is read from in step with all pages."

    def handle(self, *args, **options):
        self.stdout.write(f"{event_dates.write_all()} dates were not as their pages.")
