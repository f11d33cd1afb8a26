import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from home.bulk import Bulk, NoShelvesError


class Command(BaseCommand):
    help = (
        "Puts made-up things by the hundred on the shelves of a loaded site, for measuring; "
        "HUB_DEMO=1 permits it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--resources", type=int, default=0)
        parser.add_argument("--events", type=int, default=0)
        parser.add_argument("--services", type=int, default=0)
        parser.add_argument("--seed", type=int, default=1, help="other numbers, other things")

    def handle(self, *args, resources, events, services, seed, **options):
        if not settings.HUB_DEMO:
            raise CommandError("Made-up content needs HUB_DEMO=1; never set it on a public server.")
        began = time.monotonic()
        try:
            pages = Bulk(seed).run(resources, events, services, self.progress)
        except NoShelvesError as error:
            raise CommandError("No partner has its shelves: run `manage.py demo` first.") from error
        seconds = time.monotonic() - began
        if self.stdout.isatty():
            self.stdout.write("")
        self.stdout.write(f"{pages} pages in {seconds:.0f} s.")

    def progress(self, line: str) -> None:
        """One line that renews itself on a terminal, a line each elsewhere."""
        if self.stdout.isatty():
            self.stdout.write(f"\r\033[K{line} …", ending="")
            self.stdout.flush()
        else:
            self.stdout.write(f"{line} …")
