"""The dates of a series: a weekly or monthly rule by the clock of the place, and what differs from it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil import rrule
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .known_dates import KnownDate

# A page lists all of them, and a calendar program keeps them: four years of weeks.
MOST_DATES = 200
# From this day on a place in the month is counted from its end: not every month has a fifth Friday.
LAST_WEEK_FROM = 29


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", gettext_lazy("every week")
    MONTHLY_WEEKDAY = (
        "monthly-weekday",
        gettext_lazy("every month on the same weekday, such as the second Friday"),
    )
    MONTHLY_DAY = (
        "monthly-day",
        gettext_lazy("every month on the same day; months without it are left out"),
    )


class Deed(models.TextChoices):
    """What is different about one date of a series."""

    CHANGED = "changed", gettext_lazy("moved, or with words of its own")
    CANCELLED = "cancelled", gettext_lazy("cancelled: it stays in sight and says so")
    LEFT_OUT = "left-out", gettext_lazy("left out: it never was one of the dates")


@dataclass(frozen=True)
class Occurrence:
    """One date. Times are aware, in the zone of the place.

    `key` is "" where there is one date, else the day of the rule; `original` is where the rule
    puts it, `starts` where it takes place.
    """

    key: str
    original: datetime
    starts: datetime
    ends: datetime
    precision: str = "day"
    is_cancelled: bool = False
    # Whether there is something to say about it that the rule does not.
    is_changed: bool = False
    note: str = ""

    @property
    def when(self) -> KnownDate:
        return KnownDate(self.starts, self.ends, self.precision)

    @property
    def is_moved(self) -> bool:
        return self.starts != self.original


def rule_parts(rhythm: str, every: int, first: date) -> dict:
    """The rule as RFC 5545 names it, without its end."""
    if rhythm == Rhythm.WEEKLY:
        return {"FREQ": "WEEKLY", "INTERVAL": every or 1, "BYDAY": DAYS[first.weekday()]}
    if rhythm == Rhythm.MONTHLY_DAY:
        return {"FREQ": "MONTHLY", "INTERVAL": every or 1, "BYMONTHDAY": first.day}
    place = -1 if first.day >= LAST_WEEK_FROM else (first.day - 1) // 7 + 1
    return {"FREQ": "MONTHLY", "INTERVAL": every or 1, "BYDAY": f"{place}{DAYS[first.weekday()]}"}


DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def rule_days(rhythm: str, every: int, first: date, until: date) -> list[date]:
    """The days of the rule from `first` to `until`; one more than `MOST_DATES` at most."""
    parts = rule_parts(rhythm, every, first)
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    found = []
    for moment in rrule.rrulestr(text, dtstart=datetime(first.year, first.month, first.day)):
        if moment.date() > until or len(found) > MOST_DATES:
            break
        found.append(moment.date())
    return found


def at_place(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment by the clock of the place. What the clock shows twice is the first time; what it
    leaps over counts by the clock before the leap (RFC 5545, 3.3.5).
    """
    there = moment.replace(tzinfo=zone, fold=0)
    return there.astimezone(ZoneInfo("UTC")).astimezone(zone)


def dates_of(page, changes: Iterable) -> list[Occurrence]:
    """All dates of an event page, the soonest first; `changes` are the rows that differ."""
    zone = ZoneInfo(page.time_zone)
    starts, ends = page.starts_at.astimezone(zone), page.ends_at.astimezone(zone)
    only = Occurrence("", starts, starts, ends, page.precision, page.is_cancelled)
    if not page.is_series:
        return [only]
    begins, last = starts.replace(tzinfo=None), ends.replace(tzinfo=None)
    length = last - begins
    changed = {change.day: change for change in changes}
    found = []
    for day in rule_days(page.repeats, page.repeats_every, begins.date(), page.repeats_until):
        change = changed.get(day)
        if change is not None and change.what == Deed.LEFT_OUT:
            continue
        original = datetime.combine(day, begins.time())
        one = Occurrence(
            day.isoformat(),
            at_place(original, zone),
            at_place(original, zone),
            at_place(original + length, zone),
            is_cancelled=page.is_cancelled,
        )
        found.append(_changed(one, change, original, length, zone) if change else one)
    # Whoever leaves all dates out still has a page with its first hour on it.
    return sorted(found or [only], key=lambda one: (one.starts, one.key))


def _changed(one: Occurrence, change, original: datetime, length: timedelta, zone) -> Occurrence:
    if change.what == Deed.CANCELLED:
        return replace(one, is_cancelled=True, is_changed=True, note=change.note)
    begins = datetime.combine(
        change.moved_to or original.date(), change.from_time or original.time()
    )
    ends = begins + length
    if change.to_time:
        ends = datetime.combine(begins.date(), change.to_time)
        # Till after midnight.
        ends += timedelta(days=ends <= begins)
    return replace(
        one,
        starts=at_place(begins, zone),
        ends=at_place(ends, zone),
        is_changed=True,
        note=change.note,
    )


def rhythm_label(page) -> str:
    """ "every 2 weeks until 24 June 2027", "" for an event with one date."""
    if not page.is_series:
        return ""
    number = page.repeats_every
    # In some languages the form of one is also that of 21: "every week" stands apart.
    if page.repeats == Rhythm.WEEKLY:
        every = ngettext("every %(number)d week", "every %(number)d weeks", number)
        rhythm = _("every week") if number == 1 else every
    else:
        every = ngettext("every %(number)d month", "every %(number)d months", number)
        rhythm = _("every month") if number == 1 else every
    return _("%(rhythm)s until %(day)s") % {
        "rhythm": rhythm % {"number": number},
        "day": date_format(page.repeats_until, "DATE_FORMAT"),
    }
