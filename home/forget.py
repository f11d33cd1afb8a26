"""Everything that the hub holds about a person, room by room; and erasing it."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision, Site

from events import erase as events_erase
from hub import erase as hub_erase
from hub.erase import Held, Sought
from hub.models import Document, Picture
from hub.traces import all_traces
from partners import erase as partners_erase

# Upper rooms first: what they end may leave words that the ground floor then takes out.
ROOMS = (events_erase, partners_erase, hub_erase)
ACTION = "home.person_erased"


@dataclass(frozen=True)
class Place:
    """Where a person's name or address stands in what others wrote: for somebody to mend by hand.

    `url`: where that is done, "" where there is no screen for it.
    """

    what: str
    title: str
    url: str = ""


@dataclass(frozen=True)
class Found:
    sought: Sought
    held: list[Held]
    places: list[Place]

    @property
    def number(self) -> int:
        return sum(len(one.rows) for one in self.held)

    def as_data(self) -> dict:
        """What one gives to a person who asks what is known of them."""
        return {
            "address": self.sought.address,
            "names": [*self.sought.names, *self.sought.named],
            "held": {one.what: one.rows for one in self.held if one.rows},
            "named_in": [{"what": one.what, "title": one.title} for one in self.places],
        }


def who(address: str, named=()) -> Sought:
    """The person with an address; `named`: names under which others wrote them down.

    Raises ValueError, a sentence, for an address that is none.
    """
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError(_("Write a whole e-mail address.")) from error
    named = tuple(dict.fromkeys(" ".join(one.split()) for one in named if one.strip()))
    names = events_erase.names_of(address) | partners_erase.names_of(address)
    return Sought(address, tuple(sorted(names - set(named))), named)


def find(sought: Sought) -> Found:
    held = [one for room in ROOMS for one in room.held(sought)]
    return Found(sought, held, places_of(sought))


@transaction.atomic
def erase(sought: Sought, by=None) -> tuple[int, list[Place]]:
    """How many rows went or were changed, and where the person is still named.

    The log says who did it, and not whom it was about. Raises hub.erase.CannotErase.
    """
    number = sum(room.erase(sought, by) for room in ROOMS)
    site = Site.objects.get(is_default_site=True)
    log(site, ACTION, user=by, data={"number": number})
    return number, places_of(sought)


def places_of(sought: Sought) -> list[Place]:
    """What nobody may change but those who wrote it: texts of pages, files, words of the network."""
    rows = list(all_traces(sought.words))
    pages = {row.pk for row in rows if isinstance(row, Page)}
    pages |= {
        int(row.object_id)
        for row in rows
        if isinstance(row, Revision) and issubclass(row.content_type.model_class() or Found, Page)
    }
    found = {
        ("page", page.pk): Place(
            _("page"), page.get_admin_display_title(), f"/admin/pages/{page.pk}/edit/"
        )
        for page in Page.objects.filter(pk__in=pages).order_by("pk").specific(defer=True)
    }
    for row in rows:
        if isinstance(row, (Page, Revision)) or _is_erased(row, sought):
            continue
        title = getattr(row, "name", "") or str(row)
        place = Place(str(row._meta.verbose_name), str(title)[:80], _screen_of(row))
        found[row._meta.label, row.pk] = place
    return list(found.values())


def _is_erased(row, sought: Sought) -> bool:
    """Whether it is the person's own row, or of a table that gives up names by itself."""
    own = (getattr(row, name, "") for name in ("email", "username", "to", "reply_to"))
    return row._meta.label in hub_erase.CLEANED or sought.address in (
        str(one).lower() for one in own
    )


def _screen_of(row) -> str:
    if isinstance(row, Document):
        return f"/admin/documents/edit/{row.pk}/"
    if isinstance(row, Picture):
        return f"/admin/images/{row.pk}/"
    return ""
