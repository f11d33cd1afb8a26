from django.core.management.base import BaseCommand

from hub import public_records


class Command(BaseCommand):
    help = "Brings what harvesters and search engines are told in step with all pages."

    def handle(self, *args, **options):
        self.stdout.write(f"{public_records.write_all()} things were not told as their pages are.")
