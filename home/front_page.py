"""What the front page shows besides its own words: new resources, coming events, three doors."""

from events.models import EventPage
from hub.cards import cards_of
from hub.frame import get_frame
from hub.pages_of import pages_below
from resources.models import ResourcePage

NEWEST = 4
COMING = 3


def front_page_context(page) -> dict:
    """Template context of one home; the same number of queries however many pages there are."""
    frame = get_frame(page.own_language.code)
    newest = (
        pages_below(ResourcePage, page)
        .select_related("listing_picture")
        .order_by("-first_published_at", "-pk")[:NEWEST]
    )
    coming = pages_below(EventPage, page).upcoming().select_related("listing_picture")[:COMING]
    catalogue = frame.section_url("resources")
    circle = frame.section_url("support-circle")
    addresses = {
        "guides": f"{catalogue}?kind=guide",
        "materials": f"{catalogue}?kind=material",
        "circle": circle,
    }
    return {
        "newest": cards_of(newest),
        "coming": cards_of(coming),
        "doors": [(door.value, addresses[door.value["kind"]]) for door in page.doors],
        "catalogue_url": catalogue,
        "calendar_url": frame.section_url("events"),
        "circle_url": circle,
    }
