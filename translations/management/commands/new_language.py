from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Locale

from translations.progress import Progress
from translations.structure import open_language


class Command(BaseCommand):
    help = (
        "Adds a language that HUB_LANGUAGES names: its home, sections, shelves and mirrors. Killed, "
        "the next run goes on."
    )

    def add_arguments(self, parser):
        parser.add_argument("code", help="language code, such as ar")

    def handle(self, *args, code, **options):
        if code not in dict(settings.LANGUAGES):
            raise CommandError(f"{code} is not in HUB_LANGUAGES; add it there first.")
        locale, _made = Locale.objects.get_or_create(language_code=code)
        made = open_language(locale, say=Progress(self.stdout, "pages"))
        self.stdout.write(f"{made} pages made in {code}.")
