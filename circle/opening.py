"""When a place is open, by its own clock: over midnight, in seasons, on special days and holidays."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

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

    @property
    def is_closed(self) -> bool:
        return bool(self.first_on) and self.opens == self.closes

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

    @property
    def is_weekly(self) -> bool:
        return any(not span.first_on for span in self.spans)

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
    """From the rows of a page, `ServiceHours` and `SpecialDays`, from Monday and morning on."""
    spans = []
    for row in weekly:
        season = (row.season_begins or WHOLE_YEAR[0], row.season_ends or WHOLE_YEAR[1])
        spans.append(Span(*minutes_between(row.opens, row.closes), row.day, *season))
    for row in special:
        known = row.opens is not None and row.closes is not None
        begin, end = minutes_between(row.opens, row.closes) if known else (0, 0)
        last = row.last_on or row.first_on
        spans.append(Span(begin, end, first_on=f"{row.first_on}", last_on=f"{last}"))
    return tuple(sorted(spans, key=lambda span: (span.first_on, span.day, span.opens)))


# --- the same question, asked of the database about all places at once ----------------------------


def open_at(at: datetime, places: Iterable[tuple[str, str]], spans: QuerySet) -> Q:
    """What rows of the directory fulfil that are known to be open at `at`.

    `places`: the countries and zones that occur; `spans`: the rows of `ServiceSpan`. Places whose
    clocks and holidays agree are asked about together.
    """
    alike: dict[tuple, Q] = {}
    for country, zone in places:
        there = at.astimezone(ZoneInfo(zone))
        today = there.date()
        days = ((today, 0), (today - timedelta(days=1), DAY))
        holidays = tuple(is_holiday(country, day) for day, _later in days)
        clock = (days, there.hour * 60 + there.minute, holidays)
        alike[clock] = alike.get(clock, Q(pk__in=[])) | Q(country=country, time_zone=zone)
    found = Q(pk__in=[])
    for (days, minute, holidays), here in alike.items():
        begun = [
            _open_on(day, is_free_day, minute + later, spans)
            for (day, later), is_free_day in zip(days, holidays, strict=True)
        ]
        found |= here & (begun[0] | begun[1])
    return found


def _open_on(day: date, is_free_day: bool, minute: int, spans: QuerySet) -> Q:
    """Of the hours that begin on `day`; each question about them is asked once, not row by row."""
    now = Q(opens__lte=minute, closes__gt=minute)
    special = spans.filter(first_on__lte=day, last_on__gte=day)
    mark = month_and_day(day)
    within = Q(season_from__lte=F("season_to")) & Q(season_from__lte=mark, season_to__gte=mark)
    around = Q(season_from__gt=F("season_to")) & (Q(season_from__lte=mark) | Q(season_to__gte=mark))
    weekly = spans.filter(now, within | around, day=day.isoweekday(), first_on=None)
    usual = ~_of(special) & _of(weekly)
    if is_free_day:
        usual &= Q(holidays="usual")
    return _of(special.filter(now)) | usual


def _of(spans: QuerySet) -> Q:
    return Q(pk__in=spans.values("row"))
