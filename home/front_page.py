"""What the front page shows besides its own words: kits, new resources, coming events, three doors."""

from functools import cache

from django.db.models import OuterRef, Subquery

from events.calendar import next_ones
from hub.cards import cards_of
from hub.frame import address_of, get_frame
from hub.models import Thing
from hub.pages_of import newest_below
from hub.prepared import Prepared
from partners.partner_links import partner_name
from resources.models import KitPage, ResourcePage

NEWEST = 4
COMING = 3


def front_page_context(page) -> dict:
    """Template context of one home; the same number of queries however many pages there are."""
    frame = get_frame(page.own_language.code)
    newest = newest_below(ResourcePage, page, NEWEST, pictures=True)
    catalogue = frame.section_url("resources")
    circle = frame.section_url("support-circle")
    addresses = {
        "guides": f"{catalogue}?kind=guide",
        "materials": f"{catalogue}?kind=material",
        "circle": circle,
    }
    cards = cards_of(newest)
    for card, resource in zip(cards, newest, strict=True):
        card.partner = partner_name(frame, resource.partner_id)
    return {
        "shortcuts": shortcuts_of(page, catalogue),
        "newest": cards,
        "coming": next_ones(page, COMING),
        "doors": [(door.value, addresses[door.value["kind"]]) for door in page.doors],
        "catalogue_url": catalogue,
        "calendar_url": frame.section_url("events"),
        "circle_url": circle,
        "feeds": [f"{page.get_url()}feeds/{name}.atom" for name in ("resources", "events")],
    }


def shortcuts_of(page, catalogue_url: str) -> list[tuple[str, str]]:
    """Words and address of each shortcut; a kit that readers may not see is left out.

    The stream is read as it is stored: as blocks, each would ask for its kit by itself.
    """
    said = [block["value"] for block in page.shortcuts.raw_data]
    kits = _kit_addresses(page, sorted({one["kit"] for one in said if one.get("kit")}))
    found = [
        (one["label"], kits.get(one["kit"]) if one.get("kit") else catalogue_url + one["query"])
        for one in said
    ]
    return [(label, url) for label, url in found if url]


def _kit_addresses(page, things: list[int]) -> dict[int, str]:
    """Where these kits stand in the page's language, by the ids of their things: one query."""
    if not things:
        return {}
    frame = get_frame(page.own_language.code)
    return {
        thing: address_of(url_path)
        for thing, url_path, path in _kits()(things, page.locale_id)
        if not frame.is_restricted(path)
    }


@cache
def _kits() -> Prepared:
    thing = Thing.objects.filter(translation_key=OuterRef("translation_key")).values("pk")
    return Prepared(
        lambda things, locale: (
            KitPage.objects.filter(
                translation_key__in=Thing.objects.filter(pk__in=things).values("translation_key"),
                locale=locale,
                live=True,
            )
            .order_by()
            .values_list(Subquery(thing), "url_path", "path")
        )
    )
