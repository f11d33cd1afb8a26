from django.core.management.base import BaseCommand

from hub import search


class Command(BaseCommand):
    help = "Writes all rows of the public search anew."

    def handle(self, *args, **options):
        self.stdout.write(f"{search.rebuild()} pages in the search.")
