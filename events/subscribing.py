"""Addresses under which calendar programs fetch the calendar, with the filters of the page."""

from django.conf import settings
from django.http import QueryDict

from hub.frame import Frame

from .calendar_dates import FILTERS


def feed_address(frame: Frame, params: QueryDict, below=None) -> str:
    """The address of the file of what is shown below a page; its place in time does not matter."""
    asked = QueryDict(mutable=True)
    for name in FILTERS:
        if values := [value for value in params.getlist(name) if value]:
            asked.setlist(name, values)
    slug = frame.partner_slugs.get(getattr(below, "partner_id", None), "")
    if slug:
        asked["partner"] = slug
    query = asked.urlencode()
    return f"/{frame.language.code}/events/calendar.ics" + (f"?{query}" if query else "")


def webcal(path: str) -> str:
    """An address that opens the calendar program of this device."""
    return "webcal://" + settings.HUB_ADDRESS.split("://", 1)[1] + path


def subscription(frame: Frame, params: QueryDict, below) -> dict:
    """What components/subscribe.html shows."""
    path = feed_address(frame, params, below)
    return {"url": path, "webcal": webcal(path), "address": settings.HUB_ADDRESS + path}
