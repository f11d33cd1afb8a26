from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from home import accounts, demo
from home.markdown_blocks import ContentError


class Command(BaseCommand):
    help = "Loads the demo content into an empty database; HUB_DEMO=1 permits it."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="say nothing and do nothing in a filled database",
        )

    def handle(self, *args, if_empty=False, **options):
        if not settings.HUB_DEMO:
            raise CommandError("Demo content needs HUB_DEMO=1; never set it on a public server.")
        if if_empty and demo.has_pages():
            return
        try:
            number = demo.load(self.progress)
        except demo.NotEmptyError as error:
            raise CommandError("The database has pages of its own; the demo stays out.") from error
        except ContentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("")
        self.stdout.write(f"{number} things loaded.")
        for account in accounts.make_accounts():
            self.stdout.write(f"  {account}")

    def progress(self, line: str) -> None:
        """One line that renews itself on a terminal, a line each elsewhere, but not each number."""
        if self.stdout.isatty():
            self.stdout.write(f"\r\033[K{line} …", ending="")
            self.stdout.flush()
        elif not line.startswith("Translations"):
            self.stdout.write(f"{line} …")
