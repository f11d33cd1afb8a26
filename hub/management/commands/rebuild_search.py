from django.core.management.base import BaseCommand

from hub import search
from hub.models import SearchPlace


class Command(BaseCommand):
    help = "Writes all rows of the public search anew."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="only where there are none, as after an update"
        )

    def handle(self, *args, if_empty, **options):
        if not (if_empty and SearchPlace.objects.exists()):
            self.stdout.write(f"{search.rebuild()} pages in the search.")
