"""The example people who help, from `content/people.yaml`."""

from datetime import timedelta

from django.utils import timezone

from circle.helper import ConsentHow, Helper
from partners.models import Partner

from .content_files import CONTENT, read_yaml

FOUND_FOR = timedelta(days=330)


def load_people() -> None:
    """Nobody stands behind them; what is recorded is the consent that an example shows."""
    today = timezone.localdate()
    partners = {partner.slug: partner for partner in Partner.objects.all()}
    for facts in read_yaml(CONTENT / "people.yaml"):
        person = Helper(
            **{**facts, "partner": partners[facts["partner"]]},
            until=today + FOUND_FOR,
            consent_on=today,
            consent_how=ConsentHow.PAPER,
            is_public=True,
        )
        person.full_clean(exclude=["thing"])
        person.save()
