"""The parts of the calendar and their addresses: `?view=`, `month=`, `day=`, `past=`, `year=`."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict

# What says which part of the calendar is shown, not which events.
PLACE = ("page", "view", "month", "day", "past", "year")
# Addresses of other centuries are somebody's mistake, and calendars end somewhere.
YEARS = range(1900, 2200)


@dataclass
class Way:
    """A link to another part of the calendar."""

    label: str
    url: str
    current: bool = False


def address(params: QueryDict, **place) -> str:
    """The same filters at another place of the calendar."""
    rest = params.copy()
    for name in PLACE:
        rest.pop(name, None)
    rest.update(place)
    return "?" + rest.urlencode()


def month_address(params: QueryDict, day: date) -> str:
    return address(params, view="month", month=f"{day:%Y-%m}")


def day_of(params: QueryDict) -> date | None:
    """The day asked for, None without a good one."""
    try:
        day = date.fromisoformat(params.get("day", ""))
    except ValueError:
        return None
    return day if day.year in YEARS else None


def month_of(params: QueryDict) -> date | None:
    """The first day of the month asked for, None without a good one."""
    try:
        month = datetime.strptime(params.get("month", ""), "%Y-%m").date()
    except ValueError:
        return None
    return month if month.year in YEARS else None


def neighbour(first: date, step: int) -> date:
    """The first day of the month `step` months from that of `first`."""
    year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
    return date(year, month + 1, 1)
