"""What the front page shows besides its own words: new resources, coming events, three doors."""

from events.calendar import next_ones
from hub.cards import cards_of
from hub.frame import get_frame
from hub.pages_of import newest_below
from partners.partner_links import partner_name
from resources.models import ResourcePage

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
        "newest": cards,
        "coming": next_ones(page, COMING),
        "doors": [(door.value, addresses[door.value["kind"]]) for door in page.doors],
        "catalogue_url": catalogue,
        "calendar_url": frame.section_url("events"),
        "circle_url": circle,
        "feeds": [f"{page.get_url()}feeds/{name}.atom" for name in ("resources", "events")],
    }
