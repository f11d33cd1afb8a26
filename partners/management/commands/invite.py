from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from wagtail.models import Locale

from partners.invitations import invite
from partners.models import Partner
from partners.roles import ADMINISTRATOR, AT_PARTNERS, COORDINATOR, IN_LANGUAGES, Role


class Command(BaseCommand):
    help = (
        "Invite somebody by mail: the first administrator of a new hub, or anybody else. "
        "--role says as what at --partner or in --language; each may be given several times."
    )

    def add_arguments(self, parser):
        parser.add_argument("address")
        parser.add_argument("--partner", action="append", default=[], metavar="SLUG")
        parser.add_argument("--language", action="append", default=[], metavar="CODE")
        parser.add_argument(
            "--role", action="append", default=[], choices=[*AT_PARTNERS, *IN_LANGUAGES]
        )
        parser.add_argument("--coordinator", action="store_true")
        parser.add_argument("--administrator", action="store_true")
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--mail-language", default=settings.LANGUAGE_CODE, choices=dict(settings.LANGUAGES)
        )

    def handle(self, *, address, **options):
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError(f"{address} is not an e-mail address.") from error
        invitation = invite(
            email=address,
            name=options["name"],
            roles=[role.key for role in self._roles(options)],
            language=options["mail_language"],
        )
        self.stdout.write(f"A mail to {invitation.email} waits in the queue. Its link:")
        self.stdout.write(invitation.link())

    def _roles(self, options) -> list[Role]:
        kinds = options["role"]
        at_partners = [kind for kind in kinds if kind in AT_PARTNERS]
        in_languages = [kind for kind in kinds if kind in IN_LANGUAGES]
        roles = [Role(ADMINISTRATOR)] if options["administrator"] else []
        roles += [Role(COORDINATOR)] if options["coordinator"] else []
        for kind, slug in _pairs(at_partners, options["partner"], "--partner SLUG", AT_PARTNERS):
            partner = Partner.objects.standing().filter(slug=slug).first()
            if partner is None:
                raise CommandError(f"There is no partner {slug}.")
            roles.append(Role(kind, str(partner.pk)))
        for kind, code in _pairs(
            in_languages, options["language"], "--language CODE", IN_LANGUAGES
        ):
            if not Locale.objects.filter(language_code=code).exists():
                raise CommandError(f"The hub does not speak {code}.")
            roles.append(Role(kind, code))
        if not roles:
            raise CommandError(
                "Say as what: --administrator, --coordinator, or --role with its place."
            )
        return roles


def _pairs(kinds, places, option, known):
    """Each role with its place: one role for all places, or as many roles as places."""
    if bool(kinds) != bool(places) or len(kinds) not in (0, 1, len(places)):
        raise CommandError(f"{option} and --role {'|'.join(known)} belong together, one each.")
    return zip(kinds * len(places) if len(kinds) == 1 else kinds, places, strict=True)
