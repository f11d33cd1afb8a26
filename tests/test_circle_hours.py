"""Whether a place is open now: by its own clock, and unknown where nobody knows."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from circle import directory_rows
from circle.holidays import is_holiday
from circle.models import ServiceHours, ServiceRow, ServiceSpan, SpecialDays
from circle.opening import State, open_at
from tests.builders import make_service, thing_of

OPEN, CLOSED, UNKNOWN = State.OPEN, State.CLOSED, State.UNKNOWN


def on(day, opens="09:00", closes="17:00", season=(None, None)):
    hours = [time.fromisoformat(one) for one in (opens, closes)]
    return ServiceHours(
        day=day, opens=hours[0], closes=hours[1], season_begins=season[0], season_ends=season[1]
    )


def special(first, last=None, opens=None, closes=None):
    days = [date.fromisoformat(one) if one else None for one in (first, last)]
    hours = [time.fromisoformat(one) if one else None for one in (opens, closes)]
    return SpecialDays(first_on=days[0], last_on=days[1], opens=hours[0], closes=hours[1])


# 2026-11-23 is a Monday, 2026-12-25 a Friday.
CASES = {
    "an hour of a working day": ("2026-11-23 10:00", [on(1)], {}, OPEN),
    "the minute it opens": ("2026-11-23 09:00", [on(1)], {}, OPEN),
    "the minute it closes": ("2026-11-23 17:00", [on(1)], {}, CLOSED),
    "another day of the week": ("2026-11-24 10:00", [on(1)], {}, CLOSED),
    "the break at noon": ("2026-11-23 12:30", [on(1, closes="12:00"), on(1, "13:00")], {}, CLOSED),
    "after the break": ("2026-11-23 13:30", [on(1, closes="12:00"), on(1, "13:00")], {}, OPEN),
    "before midnight of a night": ("2026-11-23 23:30", [on(1, "20:00", "08:00")], {}, OPEN),
    "after midnight, the day is over": ("2026-11-24 07:59", [on(1, "20:00", "08:00")], {}, OPEN),
    "the morning the night ends": ("2026-11-24 08:00", [on(1, "20:00", "08:00")], {}, CLOSED),
    "from Sunday into Monday": ("2026-11-23 01:00", [on(7, "22:00", "02:00")], {}, OPEN),
    "the whole day and night": ("2026-11-23 03:00", [on(1, "00:00", "00:00")], {}, OPEN),
    "in the summer's hours": (
        "2026-07-06 18:00",
        [on(1, closes="20:00", season=(601, 831))],
        {},
        OPEN,
    ),
    "after the summer": (
        "2026-09-07 18:00",
        [on(1, closes="20:00", season=(601, 831))],
        {},
        CLOSED,
    ),
    "a winter that passes the new year": (
        "2027-01-11 10:00",
        [on(1, season=(1101, 331))],
        {},
        OPEN,
    ),
    "a holiday of which nobody knows": ("2026-12-25 10:00", [on(5)], {}, UNKNOWN),
    "a holiday as usual": ("2026-12-25 10:00", [on(5)], {"on_holidays": "usual"}, OPEN),
    "a holiday that is closed": ("2026-12-25 10:00", [on(5)], {"on_holidays": "closed"}, CLOSED),
    "special hours on a holiday": (
        "2026-12-25 11:00",
        [on(5), special("2026-12-25", None, "10:00", "12:00")],
        {},
        OPEN,
    ),
    "a week of works": (
        "2026-11-23 10:00",
        [on(1), special("2026-11-20", "2026-11-27")],
        {},
        CLOSED,
    ),
    "no hours are known": ("2026-11-23 10:00", [], {}, UNKNOWN),
    "the night the clock goes forward": ("2027-03-28 04:30", [on(6, "22:00", "05:00")], {}, OPEN),
    # Ten o'clock in Riga is nine in Copenhagen.
    "the clock of another country": (
        "2026-11-23 09:30",
        [on(1, "10:00")],
        {"country": "DK"},
        CLOSED,
    ),
    "and its own hour": ("2026-11-23 10:30", [on(1, "10:00")], {"country": "DK"}, CLOSED),
    "an hour later by the first clock": (
        "2026-11-23 11:30",
        [on(1, "10:00")],
        {"country": "DK"},
        OPEN,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_place_is_open_closed_or_unknown_by_its_own_clock(demo, name):
    moment, rows, facts, state = CASES[name]
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Riga"))
    page = make_service(
        hours=[row for row in rows if isinstance(row, ServiceHours)],
        special_days=[row for row in rows if isinstance(row, SpecialDays)],
        **facts,
    )

    row = ServiceRow.objects.get(thing=thing_of(page))
    places = [(row.country, row.time_zone)]
    listed = ServiceRow.objects.filter(open_at(at, places, ServiceSpan.objects.all()), pk=row.pk)

    assert page.known_hours.state(at) == row.known_hours.state(at) == state
    assert listed.exists() == (state == OPEN)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("EE", "2026-02-24"),
        ("LV", "2026-11-18"),
        ("LV", "2029-11-19"),
        ("LV", "2026-05-10"),
        ("FI", "2026-06-19"),
        ("FI", "2026-10-31"),
        ("DK", "2026-04-02"),
        ("DK", "2026-05-14"),
    ],
)
def test_the_public_holidays_of_each_country_are_known(country, day):
    assert is_holiday(country, date.fromisoformat(day))
    assert not is_holiday("", date.fromisoformat(day))


def test_the_rows_of_the_directory_are_as_the_pages_however_often_they_are_compared(demo):
    make_service(hours=[on(1), on(2)])

    assert directory_rows.write_all() == 0
    assert ServiceSpan.objects.filter(row__title="silta istaba").count() == 2
