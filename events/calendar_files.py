"""iCalendar (RFC 5545): one event, or all that the calendar's filters leave, in one language."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, Timezone, vDuration, vRecur, vText

from hub.frame import Frame
from partners.partner_links import partner_name

from .models import EventChange, EventKind, EventPage
from .series import Deed, Occurrence, at_place, dates_of, rule_parts

PRODUCT = "-//Kopa talak//Calendar//EN"
# How often a program should ask again.
REFRESH = timedelta(hours=6)


def calendar_file(
    pages: Iterable[EventPage], told: dict, name: str = ""
) -> tuple[bytes, datetime | None]:
    """The file, and when something in it last changed. `told`: (sequence, changed at) by key.

    One query for what differs in series; what has no day yet is left out.
    """
    pages = [page for page in pages if page.precision == "day"]
    changes = _changes(pages)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH))
    events, zones, newest = [], {}, None
    for page in pages:
        sequence, changed_at = told.get(page.translation_key, (0, None))
        stamp = max(filter(None, (changed_at, page.last_published_at)), default=page.starts_at)
        newest = max(newest or stamp, stamp)
        made = _events(page, changes.get(page.pk, []), sequence, stamp)
        events += made
        years = zones.setdefault(page.time_zone, set())
        years.update(one.get("dtstart").dt.year for one in made)
        years.add((page.repeats_until or page.starts_at).year)
    for zone, years in sorted(zones.items()):
        calendar.add_component(_time_zone(zone, min(years) - 1, max(years) + 2))
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical(), newest


def date_file(page: EventPage, one: Occurrence, sequence: int, stamp: datetime) -> bytes:
    """One date alone, for who takes part in it. A date of a series has an identity of its own:
    calendar programs drop a date whose series they do not know.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    years = (one.starts.year - 1, one.ends.year + 2)
    calendar.add_component(_time_zone(page.time_zone, *years))
    event = _event(page, one, sequence, stamp)
    if one.key:
        event["uid"] = vText(f"{page.translation_key}-{one.key}")
    calendar.add_component(event)
    return calendar.to_ical()


def _changes(pages: list[EventPage]) -> dict[int, list[EventChange]]:
    series = [page.pk for page in pages if page.is_series]
    found: dict[int, list[EventChange]] = {}
    for change in EventChange.objects.filter(page__in=series) if series else ():
        found.setdefault(change.page_id, []).append(change)
    return found


@lru_cache(maxsize=64)
def _time_zone(zone: str, first_year: int, last_year: int) -> Timezone:
    return Timezone.from_tzid(
        zone, first_date=date(first_year, 1, 1), last_date=date(last_year, 1, 1)
    )


def _events(page, changes: list, sequence: int, stamp: datetime) -> list[Event]:
    """One VEVENT, and one more for each date of a series that is not as the rule says."""
    dates = dates_of(page, changes)
    if not page.is_series:
        return [_event(page, dates[0], sequence, stamp)]
    zone = ZoneInfo(page.time_zone)
    first = page.starts_at.astimezone(zone)
    ruled = Occurrence(
        "", first, first, page.ends_at.astimezone(zone), is_cancelled=page.is_cancelled
    )
    whole = _event(page, ruled, sequence, stamp)
    last = at_place(datetime.combine(page.repeats_until, first.time()), zone)
    parts = rule_parts(page.repeats, page.repeats_every, first.date())
    whole.add("rrule", vRecur({**parts, "UNTIL": last.astimezone(UTC)}))
    days = {one.key: one for one in dates}
    for change in sorted(changes, key=lambda change: change.day):
        if change.what == Deed.LEFT_OUT:
            left_out = datetime.combine(change.day, first.time().replace(tzinfo=None))
            whole.add("exdate", _written(at_place(left_out, zone)))
    others = []
    for one in sorted(days.values(), key=lambda one: one.key):
        if one.is_changed:
            event = _event(page, one, sequence, stamp)
            event.add("recurrence-id", _written(one.original))
            others.append(event)
    return [whole, *others]


def _event(page, one: Occurrence, sequence: int, stamp: datetime) -> Event:
    address = settings.HUB_ADDRESS + page.get_url()
    words = {"LANGUAGE": page.words_language}
    event = Event()
    # The thing's, the same in all languages: nobody has an event twice.
    event.add("uid", str(page.translation_key))
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", sequence)
    event.add("dtstart", _written(one.starts))
    event.add("dtend", _written(one.ends))
    event.add("summary", vText(page.title), parameters=words)
    said = [one.note, page.summary, address]
    event.add("description", vText("\n\n".join(filter(None, said))), parameters=words)
    if page.place:
        event.add("location", vText(page.place), parameters=words)
    event.add("url", address)
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    event.add("categories", [str(EventKind(page.event_kind).label)])
    return event


def _written(moment: datetime) -> datetime:
    """By the clock of the place; the second of two equal hours in UTC, as the clock cannot say it."""
    return moment.astimezone(UTC) if moment.fold else moment


def calendar_name(frame: Frame, partner_id=None) -> str:
    """What the calendar program calls it."""
    name = partner_name(frame, partner_id) if partner_id else ""
    return " · ".join(filter(None, ["Kopā tālāk", frame.section("events").title, name]))
