from django.core.management.base import BaseCommand, CommandError

from hub.languages import LANGUAGES
from partners.models import Country, PartnerPage
from partners.partner_forms import PartnerForm


class Command(BaseCommand):
    help = (
        "Makes a partner with its page and three shelves in every language, its collections and its"
        " groups: all or nothing. Said again in the same words, it changes nothing."
    )

    def add_arguments(self, parser):
        codes = ", ".join(one.code for one in LANGUAGES)
        parser.add_argument("slug", help="its part of every address: a to z, digits, hyphens")
        parser.add_argument("--name", required=True, help="its own name for itself")
        parser.add_argument("--country", required=True, help=f"one of {', '.join(Country.values)}")
        parser.add_argument("--language", required=True, help=f"it writes in; one of {codes}")
        parser.add_argument("--town", default="")
        parser.add_argument("--time-zone", default="", help="such as Europe/Riga; usual if empty")
        parser.add_argument("--summary", default="", help="what it does, in its language")

    def handle(self, *args, **options):
        form = PartnerForm(options)
        partner = form.save() if form.is_valid() else None
        if partner is None:
            reasons = (
                f"{name.replace('_', '-')}: {' '.join(messages)}"
                for name, messages in form.errors.items()
            )
            raise CommandError("\n".join(reasons))
        page = PartnerPage.objects.filter(partner=partner).first()
        self.stdout.write(f"{partner.name} has its page and its shelves: /r/{page.code}/")
