from django.core.management.base import BaseCommand

from resources import catalogue_rows


class Command(BaseCommand):
    help = "Brings the rows that the catalogue is counted from in step with all pages."

    def handle(self, *args, **options):
        self.stdout.write(f"{catalogue_rows.write_all()} rows were not as their pages.")
