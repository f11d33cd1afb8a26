"""A partner's own page: where it is, how to write to it, what it has made and its part in projects."""

from functools import cache

from django.apps import apps
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from hub.facts import Fact, known
from hub.frame import get_frame
from hub.prepared import Prepared

from .models import SHELF_SECTIONS, Partner
from .region_map import draw_map

SHOWN = 3


def partner_context(page) -> dict:
    """Template context of one partner; the same queries however much stands on its shelves."""
    partner = page.partner
    frame = get_frame(page.own_language.code)
    shelves = page.shelves()
    place = draw_map(
        [(page.title, partner.town, partner.latitude, partner.longitude)], type_size=40
    )
    return {
        "shelves": shelves,
        "facts": known(
            Fact(_("Town"), partner.town, lang=_other(partner.language, frame)),
            Fact(_("Country"), partner.get_country_display()),
            Fact(_("Writes in"), get_language_info(partner.language)["name_translated"]),
        ),
        "map": place if place.dots else None,
        "is_example": partner.is_example,
        "paused_at": partner.paused_at,
        "write_url": f"/{page.own_language.code}/say/{page.code}/?kind=relay",
        "parts": _newest(frame, shelves),
        "roles": _roles(partner, frame),
    }


def _other(code: str, frame) -> str:
    """The language of a name, where it is not the reader's."""
    return "" if code == frame.language.code else code


def _newest(frame, shelves) -> list[dict]:
    """Of each section its newest cards from this partner, and the way to all of them."""
    by_section = {shelf.section: shelf for shelf in shelves}
    parts = []
    for slug in SHELF_SECTIONS:
        section, shelf = frame.section(slug), by_section.get(slug)
        if section is None or shelf is None or frame.is_restricted(shelf.path):
            continue
        cards = apps.get_model(section.model).newest(shelf, SHOWN)
        if cards:
            parts.append({"section": section, "shelf": shelf, "cards": cards})
    return parts


def _role_model():
    """It is another room's: known by its way back to the partner."""
    return Partner._meta.get_field("project_roles").related_model


@cache
def _role_rows() -> Prepared:
    return Prepared(
        lambda partner, locale: (
            _role_model()
            .objects.filter(partner=partner, page__locale=locale, page__live=True)
            .order_by("page__path")
            .values_list("page__path", "role")
        )
    )


def _roles(partner, frame) -> list[dict]:
    """What the partner is in each project, as the project's page in the reader's language says."""
    labels = dict(_role_model()._meta.get_field("role").flatchoices)
    found = []
    for path, role in _role_rows()(partner.pk, frame.locale.pk):
        project = frame.entries.get(path)
        if project is not None and not frame.is_restricted(project.path):
            label = labels.get(role, "")
            found.append({"role": label, "project": project})
    return found
