"""How long a date took, as its certificate says."""

from datetime import datetime, timedelta

from django.utils.translation import ngettext

from events.event_date import EventDate
from events.models import EventPage


def minutes_of(date: EventDate, page: EventPage | None) -> int:
    """What the organiser says, else the programme's length, else the date's own."""
    if page and page.certificate_minutes:
        return page.certificate_minutes
    return (_programme_minutes(page) if page else 0) or _minutes_of_date(date)


def _programme_minutes(page: EventPage) -> int:
    """Of all parts with both hours; what goes on at the same time in two rooms counts once."""
    parts = []
    for block in page.programme:
        starts, ends = block.value.get("starts"), block.value.get("ends")
        if starts and ends:
            day = block.value.get("day") or page.when.starts.date()
            parts.append((datetime.combine(day, starts), datetime.combine(day, ends)))
    total, counted_until = timedelta(), datetime.min
    for begin, end in sorted(parts):
        total += max(timedelta(), end - max(begin, counted_until))
        counted_until = max(counted_until, end)
    return int(total.total_seconds() // 60)


def _minutes_of_date(date: EventDate) -> int:
    """Over several days the hours of one, as often as there are days: nobody attends the nights."""
    starts, ends = date.when.starts, date.when.ends
    first, last = (datetime.combine(starts.date(), at.time()) for at in (starts, ends))
    days = (ends.date() - starts.date()).days + 1
    length = (last - first) * days if days > 1 and last > first else date.ends_at - date.starts_at
    return int(length.total_seconds() // 60)


def length_label(minutes: int) -> str:
    """ "6 hours 30 minutes", "45 minutes"."""
    hours, rest = divmod(minutes, 60)
    said = []
    if hours:
        said.append(ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours})
    if rest or not hours:
        said.append(ngettext("%(number)d minute", "%(number)d minutes", rest) % {"number": rest})
    return " ".join(said)
