"""One month of the calendar as a table of its days."""

import calendar as weeks
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, get_format

from hub.frame import address_of
from hub.pages_of import pages_below

from .calendar_dates import of_month, with_keys
from .calendar_places import Way, address, month_address, neighbour
from .event_date import EventDate
from .models import EventKind, EventPage, Precision

SHOWN_A_DAY = 3
SHOWN_VAGUE = 6


@dataclass
class Day:
    """A day of the grid; `number` is 0 outside the month."""

    number: int
    name: str
    is_today: bool = False
    url: str = ""
    label: str = ""
    events: list = field(default_factory=list)
    more: int = 0


def month_grid(dates, below, params: QueryDict, first: date) -> dict:
    """Weeks of the month that begins with `first`; what is known only by month or year stands
    above them. Two queries, and of the month's pages only those in sight are read.
    """
    last = neighbour(first, 1) - timedelta(days=1)
    vague, by_day = [], {}
    for one in with_keys(of_month(dates, first)).order_by("starts_at", "pk"):
        if one.precision != Precision.DAY:
            vague.append(one)
            continue
        day = max(one.first_day, first)
        while day <= min(one.last_day, last):
            by_day.setdefault(day.day, []).append(one)
            day += timedelta(days=1)
    seen = [*vague[:SHOWN_VAGUE], *(one for some in by_day.values() for one in some[:SHOWN_A_DAY])]
    pages = _pages(below, {one.key_of_thing for one in seen})
    names = _weekdays()
    today = timezone.localdate()

    def day_of_grid(number: int, name: str) -> Day:
        events = by_day.get(number, [])
        if not events:
            return Day(number, name, bool(number) and first.replace(day=number) == today)
        day = first.replace(day=number)
        return Day(
            number,
            name,
            day == today,
            address(params, day=day.isoformat()),
            date_format(day, "DATE_FORMAT"),
            _lines(events[:SHOWN_A_DAY], pages, day),
            max(0, len(events) - SHOWN_A_DAY),
        )

    grid = [
        [day_of_grid(number, name) for number, name in zip(week, names, strict=True)]
        for week in weeks.Calendar(_first_weekday()).monthdayscalendar(first.year, first.month)
    ]
    before, after = neighbour(first, -1), neighbour(first, 1)
    label = "YEAR_MONTH_FORMAT"
    return {
        "grid": grid,
        "has_days": bool(by_day),
        "vague": _lines(vague[:SHOWN_VAGUE], pages),
        "vague_more": max(0, len(vague) - SHOWN_VAGUE),
        "weekdays": names,
        "heading": date_format(first, label),
        "earlier": Way(date_format(before, label), month_address(params, before)),
        "later": Way(date_format(after, label), month_address(params, after)),
        "as_list": address(params, month=f"{first:%Y-%m}"),
    }


def _first_weekday() -> int:
    # Django counts weekdays from Sunday, Python from Monday.
    return (get_format("FIRST_DAY_OF_WEEK") - 1) % 7


def _weekdays() -> list[str]:
    return [str(WEEKDAYS[(_first_weekday() + place) % 7]) for place in range(7)]


def _pages(below, keys: set) -> dict:
    """Address, title and its language of each thing: no page is made of them."""
    if not keys:
        return {}
    rows = pages_below(EventPage, below).filter(translation_key__in=keys).order_by()
    return {
        key: (address_of(path), title, words)
        for key, path, title, words in rows.values_list(
            "translation_key", "url_path", "title", "words_language"
        )
    }


def _lines(dates: list[EventDate], pages: dict, day: date | None = None) -> list[dict]:
    """What a day, or the place above the days, says of each; an hour only on the first day."""
    lines = []
    for one in dates:
        if one.key_of_thing not in pages:
            continue
        url, title, lang = pages[one.key_of_thing]
        when = one.when
        begins = date_format(when.starts, "TIME_FORMAT") if day == one.first_day else ""
        line = {
            "url": url,
            "title": title,
            "lang": lang,
            "kind": one.event_kind,
            "kind_label": EventKind(one.event_kind).label,
            "time": begins if day else when.label,
            "is_cancelled": one.is_cancelled,
        }
        lines.append(line)
    return lines
