"""Public holidays of the countries of the circle: days on which usual hours may not hold."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

# Month and day. Estonia: public holidays and anniversaries act; Latvia: law on holidays; Finland and
# Denmark: the church's days and the independence day. Eves on which most doors stay shut are with them.
FIXED = {
    "EE": ["01-01", "02-24", "05-01", "06-23", "06-24", "08-20", "12-24", "12-25", "12-26"],
    "LV": [
        *("01-01", "05-01", "05-04", "06-23", "06-24"),
        *("11-18", "12-24", "12-25", "12-26", "12-31"),
    ],
    "FI": ["01-01", "01-06", "05-01", "12-06", "12-24", "12-25", "12-26"],
    "DK": ["01-01", "12-24", "12-25", "12-26", "12-31"],
}
# Days after Easter Sunday.
MOVING = {
    "EE": [-2, 0, 49],
    "LV": [-2, 0, 1, 49],
    "FI": [-2, 0, 1, 39, 49],
    "DK": [-3, -2, 0, 1, 39, 49, 50],
}
# Latvia: when one of these falls on a weekend, the Monday after it is free.
MOVED_TO_MONDAY = ["05-04", "11-18"]


def is_holiday(country: str, day: date) -> bool:
    """Whether `day` is a public holiday there. A country that is not known has none."""
    return day in _holidays(country, day.year)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    found = {date.fromisoformat(f"{year}-{day}") for day in FIXED.get(country, ())}
    found |= {easter(year) + timedelta(days=days) for days in MOVING.get(country, ())}
    found |= set(OWN[country](year)) if country in OWN else set()
    return frozenset(found)


def _saturday_from(year: int, month: int, day: int) -> date:
    """The first Saturday on that day or after it."""
    first = date(year, month, day)
    return first + timedelta(days=(5 - first.weekday()) % 7)


def _of_finland(year: int) -> list[date]:
    midsummer = _saturday_from(year, 6, 20)
    return [midsummer - timedelta(days=1), midsummer, _saturday_from(year, 10, 31)]


def _of_latvia(year: int) -> list[date]:
    may = date(year, 5, 1)
    mothers_day = may + timedelta(days=(6 - may.weekday()) % 7 + 7)
    days = [date.fromisoformat(f"{year}-{day}") for day in MOVED_TO_MONDAY]
    mondays = [day + timedelta(days=7 - day.weekday()) for day in days if day.weekday() > 4]
    return [mothers_day, *mondays]


OWN: dict[str, Callable[[int], list[date]]] = {"FI": _of_finland, "LV": _of_latvia}
