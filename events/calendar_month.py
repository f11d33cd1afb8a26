"""One month of the calendar as a table of its days."""

import calendar as weeks
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, get_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.frame import address_of
from hub.pages_of import pages_below

from .calendar_dates import of_month, with_keys
from .calendar_places import Way, address, month_address, neighbour
from .known_dates import KnownDate
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
    more_label: str = ""


class Row(NamedTuple):
    """What is asked of each date in the month."""

    key_of_thing: object
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    precision: str
    first_day: date
    last_day: date
    event_kind: str
    is_cancelled: bool


def month_grid(dates, below, params: QueryDict, first: date) -> dict:
    """Weeks of the month that begins with `first`; what is known only by month or year stands
    above them. Two queries, and of the month's pages only those in sight are read.
    """
    last = neighbour(first, 1) - timedelta(days=1)
    vague, by_day = [], {}
    # Rows without a model around them: there may be hundreds, and few come into sight.
    rows = with_keys(of_month(dates, first)).order_by("starts_at", "pk")
    for one in rows.values_list(*Row._fields, named=True):
        if one.precision != Precision.DAY:
            vague.append(one)
            continue
        day = max(one.first_day, first)
        while day <= min(one.last_day, last):
            by_day.setdefault(day.day, []).append(one)
            day += timedelta(days=1)
    seen = [*vague[:SHOWN_VAGUE], *(one for some in by_day.values() for one in some[:SHOWN_A_DAY])]
    lines = Lines(_pages(below, {one.key_of_thing for one in seen}))
    names = _weekdays()
    today = timezone.localdate()

    def day_of_grid(number: int, name: str) -> Day:
        events = by_day.get(number, [])
        if not events:
            return Day(number, name, bool(number) and first.replace(day=number) == today)
        day = first.replace(day=number)
        more = max(0, len(events) - SHOWN_A_DAY)
        return Day(
            number,
            name,
            day == today,
            address(params, day=day.isoformat()),
            date_format(day, "DATE_FORMAT"),
            lines.of_day(events[:SHOWN_A_DAY], day),
            more,
            _more(more),
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
        "vague": lines.without_day(vague[:SHOWN_VAGUE]),
        "vague_more": max(0, len(vague) - SHOWN_VAGUE),
        "vague_more_label": _more(len(vague) - SHOWN_VAGUE),
        "weekdays": names,
        "heading": date_format(first, label),
        "earlier": Way(date_format(before, label), month_address(params, before)),
        "later": Way(date_format(after, label), month_address(params, after)),
        "as_list": address(params, month=f"{first:%Y-%m}"),
    }


def _more(number: int) -> str:
    if number <= 0:
        return ""
    return ngettext("%(number)s more", "%(number)s more", number) % {"number": number}


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


class Lines:
    """What a day, or the place above the days, says of each date."""

    def __init__(self, pages: dict):
        self.pages = pages
        self.kinds = {kind.value: capfirst(str(kind.label)) for kind in EventKind}
        self.cancelled = _("Cancelled")

    def of_day(self, rows: list, day: date) -> list[dict]:
        """Each with its hour, an event of several days only on the first of them."""
        return [
            self._line(one, time_format(_there(one.starts_at, one), "TIME_FORMAT"))
            if day == one.first_day
            else self._line(one)
            for one in rows
            if one.key_of_thing in self.pages
        ]

    def without_day(self, rows: list) -> list[dict]:
        """Each with what is known of its date."""
        return [
            self._line(
                one,
                KnownDate(
                    _there(one.starts_at, one), _there(one.ends_at, one), one.precision
                ).label,
            )
            for one in rows
            if one.key_of_thing in self.pages
        ]

    def _line(self, one, time: str = "") -> dict:
        url, title, lang = self.pages[one.key_of_thing]
        cancelled = self.cancelled if one.is_cancelled else ""
        said = [cancelled, time, self.kinds[one.event_kind]]
        return {
            "url": url,
            "title": title,
            "lang": lang,
            "kind": one.event_kind,
            "time": time,
            "said": " · ".join(filter(None, said)),
            "is_cancelled": one.is_cancelled,
        }


def _there(moment: datetime, one) -> datetime:
    return moment.astimezone(ZoneInfo(one.time_zone))
