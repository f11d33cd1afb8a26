"""An event for search engines, from what its page shows."""

from hub.structured_data import about, address, organization
from partners.partner_links import partner_name, partner_url

from .series import Rhythm

MODES = {
    "onsite": "https://schema.org/OfflineEventAttendanceMode",
    "online": "https://schema.org/OnlineEventAttendanceMode",
    "hybrid": "https://schema.org/MixedEventAttendanceMode",
}
STATES = {
    False: "https://schema.org/EventScheduled",
    True: "https://schema.org/EventCancelled",
}


def event(page, context: dict) -> dict:
    """Its next date; a series stands above it, as the rule that it is."""
    frame, when = context["frame"], context["when"]
    here = address(page.canonical_url)
    place = {"@type": "Place", "name": page.place, "address": page.country}
    places = [place] if page.place or page.country else []
    if page.mode != "onsite":
        places.append({"@type": "VirtualLocation", "url": here})
    more = {}
    if page.is_series:
        more["superEvent"] = {
            "@type": "EventSeries",
            "name": page.title,
            "eventSchedule": _schedule(page),
        }
    return about(
        page,
        "Event",
        startDate=when.iso,
        endDate=when.iso_end,
        eventStatus=STATES[context["is_next_cancelled"]],
        eventAttendanceMode=MODES[page.mode],
        location=[{name: said for name, said in one.items() if said} for one in places],
        # Where one takes part. What it costs is said nowhere, so nothing is said of it here.
        offers={"@type": "Offer", "url": address(page.permanent_url)},
        organizer=organization(
            partner_name(frame, page.partner_id), partner_url(frame, page.partner_id)
        ),
        **more,
    )


def _schedule(page) -> dict:
    unit = "W" if page.repeats == Rhythm.WEEKLY else "M"
    return {
        "@type": "Schedule",
        "repeatFrequency": f"P{page.repeats_every}{unit}",
        "startDate": page.when.iso[:10],
        "endDate": page.repeats_until.isoformat(),
        "scheduleTimezone": page.time_zone,
    }
