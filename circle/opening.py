"""When a place is open, by its own clock: over midnight, in seasons, on special days and holidays."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from .holidays import is_holiday

DAY = 24 * 60
WHOLE_YEAR = (101, 1231)
# A country of the circle has one clock; elsewhere the partner's own is taken.
ZONES = {
    "EE": "Europe/Tallinn",
    "LV": "Europe/Riga",
    "FI": "Europe/Helsinki",
    "DK": "Europe/Copenhagen",
}


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Span:
    """From a minute of a day to another; past 1440 it is the next day's.

    Weekly (`day` 1 to 7, in a season given as month times hundred plus day), or of special days
    (`first_on` to `last_on`); special days that begin and end at 0 are closed.
    """

    opens: int
    closes: int
    day: int = 0
    season_from: int = WHOLE_YEAR[0]
    season_to: int = WHOLE_YEAR[1]
    first_on: str = ""
    last_on: str = ""

    def is_in_season(self, day: date) -> bool:
        now = month_and_day(day)
        if self.season_from <= self.season_to:
            return self.season_from <= now <= self.season_to
        return now >= self.season_from or now <= self.season_to


@dataclass(frozen=True)
class Hours:
    """The hours of one place. `holidays`: what its usual hours mean on a public holiday."""

    time_zone: str
    country: str = ""
    holidays: str = "unknown"
    spans: tuple[Span, ...] = field(default=())

    def state(self, at: datetime) -> State:
        """At an aware moment; what is not known is said to be not known."""
        if not self.spans:
            return State.UNKNOWN
        there = at.astimezone(ZoneInfo(self.time_zone))
        today, minute = there.date(), there.hour * 60 + there.minute
        yesterday = today - timedelta(days=1)
        for day, reached in ((today, minute), (yesterday, minute + DAY)):
            spans = self.spans_of(day)
            if any(span.opens <= reached < span.closes for span in spans or ()):
                return State.OPEN
        return State.UNKNOWN if self.spans_of(today) is None else State.CLOSED

    def spans_of(self, day: date) -> list[Span] | None:
        """What begins on that day; None on a holiday of which nobody knows."""
        special = [
            span
            for span in self.spans
            if span.first_on and span.first_on <= f"{day}" <= span.last_on
        ]
        if special:
            return special
        if is_holiday(self.country, day) and self.holidays != "usual":
            return None if self.holidays == "unknown" else []
        return [
            span
            for span in self.spans
            if span.day == day.isoweekday() and not span.first_on and span.is_in_season(day)
        ]

    def plain(self) -> dict:
        """As JSON takes it, without what is as usual."""
        usual = asdict(Span(0, 0))
        spans = [
            {
                name: value
                for name, value in asdict(span).items()
                if name in ("opens", "closes") or value != usual[name]
            }
            for span in self.spans
        ]
        return {**asdict(self), "spans": spans}

    @classmethod
    def of_plain(cls, data: dict) -> "Hours":
        return cls(**{**data, "spans": tuple(Span(**span) for span in data["spans"])})


def zone_of(country: str, time_zone: str) -> str:
    return ZONES.get(country) or time_zone


def month_and_day(day: date) -> int:
    return day.month * 100 + day.day


def minutes_between(opens: time, closes: time) -> tuple[int, int]:
    """An end that is not after the beginning is the next day's: 00:00 to 00:00 is a whole day."""
    begin, end = (one.hour * 60 + one.minute for one in (opens, closes))
    return begin, end if end > begin else end + DAY


def spans_of_rows(weekly: Iterable, special: Iterable) -> tuple[Span, ...]:
    """From the rows of a page: `ServiceHours` and `SpecialDays`."""
    spans = []
    for row in weekly:
        season = (row.season_begins or WHOLE_YEAR[0], row.season_ends or WHOLE_YEAR[1])
        spans.append(Span(*minutes_between(row.opens, row.closes), row.day, *season))
    for row in special:
        known = row.opens is not None and row.closes is not None
        begin, end = minutes_between(row.opens, row.closes) if known else (0, 0)
        last = row.last_on or row.first_on
        spans.append(Span(begin, end, first_on=f"{row.first_on}", last_on=f"{last}"))
    return tuple(spans)


# --- the same question, asked of the database about all places at once ----------------------------


def open_at(at: datetime, places: Iterable[tuple[str, str]], spans: QuerySet) -> Q:
    """What rows of the directory fulfil that are known to be open at `at`.

    `places`: the countries and zones that occur; `spans`: the rows of `ServiceSpan`.
    """
    of_row = spans.filter(row=OuterRef("pk"))
    found = [_open_in(country, zone, at, of_row) for country, zone in places]
    return reduce(or_, found, Q(pk__in=[]))


def _open_in(country: str, zone: str, at: datetime, spans: QuerySet) -> Q:
    there = at.astimezone(ZoneInfo(zone))
    today, minute = there.date(), there.hour * 60 + there.minute
    yesterday = today - timedelta(days=1)
    begun = _open_on(country, today, minute, spans)
    begun |= _open_on(country, yesterday, minute + DAY, spans)
    return Q(country=country, time_zone=zone) & begun


def _open_on(country: str, day: date, minute: int, spans: QuerySet) -> Q:
    now = Q(opens__lte=minute, closes__gt=minute)
    special = spans.filter(first_on__lte=day, last_on__gte=day)
    mark = month_and_day(day)
    within = Q(season_from__lte=F("season_to")) & Q(season_from__lte=mark, season_to__gte=mark)
    around = Q(season_from__gt=F("season_to")) & (Q(season_from__lte=mark) | Q(season_to__gte=mark))
    weekly = spans.filter(now, within | around, day=day.isoweekday(), first_on=None)
    usual = ~Exists(special) & Exists(weekly)
    if is_holiday(country, day):
        usual &= Q(holidays="usual")
    return Exists(special.filter(now)) | usual
