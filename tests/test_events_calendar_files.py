"""Calendar files, read back by other people's programs: whole, foldable, in every zone, and true."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from wagtail.models import PageViewRestriction

from events.models import EventChange, EventDate, EventPage
from tests.builders import in_language, locale, make_event, thing_of, translate

pytestmark = pytest.mark.usefixtures("demo")

FEED = "/lv/events/calendar.ics"


def get(address: str, **headers):
    return Client().get(address, headers=headers)


def read(address: str) -> Calendar:
    answer = get(address)
    assert answer.status_code == 200, address
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def file_of(event, code="lv") -> Calendar:
    return read(f"/r/{event.code}/{code}.ics")


def titles(calendar: Calendar) -> set[str]:
    return {str(one.get("summary")) for one in calendar.walk("VEVENT")}


def expanded(calendar: Calendar, first: date, last: date) -> list[tuple]:
    """What a calendar program shows between two days: beginning and end in UTC, soonest first."""
    found = recurring_ical_events.of(calendar).between(first, last)
    shown = [one for one in found if one.get("status") != "CANCELLED"]
    return sorted(
        (one.get("dtstart").dt.astimezone(UTC), one.get("dtend").dt.astimezone(UTC))
        for one in shown
    )


def change(day: date, what="changed", **fields) -> EventChange:
    return EventChange(day=day, what=what, locale=locale("lv"), **fields)


def publish(event, **fields) -> EventPage:
    event = EventPage.objects.get(pk=event.pk)
    for name, value in fields.items():
        setattr(event, name, value)
    event.save_revision().publish()
    return EventPage.objects.get(pk=event.pk)


# --- a series ---------------------------------------------------------------------------------

RULES = [
    ("weekly", 1, "2026-02-25 17:30"),
    ("weekly", 2, "2026-09-09 10:00"),
    ("monthly-weekday", 1, "2026-01-30 18:00"),
    ("monthly-weekday", 1, "2026-01-14 03:30"),
    ("monthly-day", 1, "2026-01-31 23:30"),
    # Sundays at an hour that summer time leaps over and then shows twice.
    ("weekly", 1, "2026-03-01 03:30"),
    ("weekly", 1, "2026-10-04 02:30"),
]
ZONES = ["Europe/Riga", "Europe/Copenhagen", "Pacific/Kiritimati", "America/New_York", "UTC"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("rhythm", "every", "starts"), RULES)
def test_another_program_finds_the_very_dates_of_the_page(rhythm, every, starts, zone):
    event = make_event(
        starts=starts,
        time_zone=zone,
        repeats=rhythm,
        repeats_every=every,
        repeats_until=date(2027, 1, 10),
    )

    found = expanded(file_of(event), date(2025, 12, 1), date(2027, 3, 1))

    rows = EventDate.objects.filter(thing=thing_of(event)).order_by("starts_at")
    assert len(found) > 5
    assert found == [(row.starts_at, row.ends_at) for row in rows]


@pytest.mark.parametrize("zone", ZONES)
def test_another_program_finds_what_was_moved_cancelled_and_left_out(zone):
    event = make_event(
        starts="2026-03-11 17:30",
        time_zone=zone,
        repeats="weekly",
        repeats_until=date(2026, 4, 8),
        changes=[
            change(date(2026, 3, 18), moved_to=date(2026, 3, 29), from_time=time(4, 30)),
            change(date(2026, 3, 25), "cancelled", note="Slēgts"),
            change(date(2026, 4, 1), "left-out"),
            change(date(2026, 4, 8), to_time=time(21)),
        ],
    )

    calendar = file_of(event)

    place = ZoneInfo(zone)
    assert expanded(calendar, date(2026, 3, 1), date(2026, 5, 1)) == [
        (
            datetime(2026, 3, day, *begins, tzinfo=place).astimezone(UTC),
            datetime(2026, 3, day, *ends, tzinfo=place).astimezone(UTC),
        )
        for day, begins, ends in [(11, (17, 30), (19, 0)), (29, (4, 30), (6, 0))]
    ] + [
        (
            datetime(2026, 4, 8, 17, 30, tzinfo=place).astimezone(UTC),
            datetime(2026, 4, 8, 21, 0, tzinfo=place).astimezone(UTC),
        )
    ]
    events = calendar.walk("VEVENT")
    assert len({str(one.get("uid")) for one in events}) == 1
    cancelled = [one for one in events if one.get("status") == "CANCELLED"]
    assert [one.get("recurrence-id").dt.date() for one in cancelled] == [date(2026, 3, 25)]
    assert "Slēgts" in cancelled[0].get("description")
    left_out = events[0].get("exdate").dts[0].dt
    assert left_out == datetime(2026, 4, 1, 17, 30, tzinfo=place)


# --- one thing in all languages ---------------------------------------------------------------


def test_a_thing_is_the_same_event_in_every_language():
    event = make_event("Saruna pie tējas")
    translate(event, "uk")

    files = {code: file_of(event, code) for code in ("en", "lv", "uk")}

    uids = {str(one.walk("VEVENT")[0].get("uid")) for one in files.values()}
    assert uids == {str(event.translation_key)}
    assert titles(files["uk"]) == {"Щ Saruna pie tējas"}
    assert titles(files["en"]) == {"Saruna pie tējas"}
    summaries = {code: one.walk("VEVENT")[0].get("summary") for code, one in files.items()}
    assert {code: one.params["LANGUAGE"] for code, one in summaries.items()} == {
        "en": "lv",
        "lv": "lv",
        "uk": "uk",
    }
    assert files["uk"].walk("VEVENT")[0].get("url").endswith(in_language(event, "uk").get_url())


def test_sequence_grows_with_each_move_and_cancelling_but_not_with_words():
    event = make_event()

    def said() -> tuple:
        (one,) = file_of(event).walk("VEVENT")
        return int(one.get("sequence")), str(one.get("status"))

    states = [said()]
    event = publish(event, summary="Citi vārdi.")
    states.append(said())
    event = publish(
        event,
        starts_at=event.starts_at + timedelta(hours=1),
        ends_at=event.ends_at + timedelta(hours=1),
    )
    states.append(said())
    event = publish(event, is_cancelled=True)
    states.append(said())
    event = publish(event, is_cancelled=False)
    states.append(said())

    assert states == [
        (0, "CONFIRMED"),
        (0, "CONFIRMED"),
        (1, "CONFIRMED"),
        (2, "CANCELLED"),
        (3, "CONFIRMED"),
    ]


def test_every_event_of_a_series_says_one_sequence():
    event = make_event(starts="2028-03-01 17:30", repeats="weekly", repeats_until=date(2028, 3, 31))

    publish(event, changes=[change(date(2028, 3, 8), "cancelled")])

    assert {int(one.get("sequence")) for one in file_of(event).walk("VEVENT")} == {1}


# --- what goes in and what does not -----------------------------------------------------------


@pytest.mark.parametrize("precision", ["month", "year"])
def test_what_has_no_day_yet_is_in_no_file_until_it_has_one(precision):
    event = make_event("Bez dienas", "2027-10-01 00:00", hours=24 * 31, precision=precision)
    before = get(f"/r/{event.code}/lv.ics").status_code, titles(read(FEED))
    record = event.record()

    publish(event, precision="day", ends_at=event.starts_at + timedelta(hours=2))

    assert before[0] == 404
    assert "Bez dienas" not in before[1]
    assert record["date"] == ("2027-10" if precision == "month" else "2027")
    assert record["ends"] == record["date"]
    assert "Bez dienas" in titles(file_of(event)) & titles(read(FEED))


def test_the_feed_takes_the_filters_of_the_page():
    make_event("Tiešsaistē", mode="online", event_kind="online")
    make_event("Klātienē", event_kind="outing")

    assert {"Tiešsaistē", "Klātienē"} <= titles(read(FEED))
    assert titles(read(f"{FEED}?mode=online")) == {"Tiešsaistē"}
    assert titles(read(f"{FEED}?kind=outing&partner=valmiera-library")) == {"Klātienē"}
    assert titles(read(f"{FEED}?country=FI")) == set()
    assert "Klātienē" in titles(read(f"{FEED}?kind=nonsense&view=month&month=2020-01&page=9"))


def test_the_feed_keeps_what_was_within_a_year_and_drops_what_is_older():
    now = datetime.now(UTC)
    for title, days in (("Pirms mēneša", 30), ("Pirms diviem gadiem", 730)):
        begins = now - timedelta(days=days)
        make_event(title, starts_at=begins, ends_at=begins + timedelta(hours=1))

    found = titles(read(FEED))

    assert "Pirms mēneša" in found
    assert "Pirms diviem gadiem" not in found


def test_what_only_some_may_see_or_was_taken_back_is_in_no_file():
    event = make_event("Tikai savējiem")
    PageViewRestriction.objects.create(page=event, restriction_type="login")
    closed = get(f"/r/{event.code}/uk.ics").status_code, titles(read("/uk/events/calendar.ics"))
    gone = make_event("Atsaukts")
    gone.delete()

    assert closed[0] == 404
    assert "Tikai savējiem" not in closed[1]
    assert get(f"/r/{gone.code}/lv.ics").status_code == 410
    assert "Atsaukts" not in titles(read(FEED))


@pytest.mark.parametrize("address", ["/r/ZZZZZZ/lv.ics", "/xx/events/calendar.ics"])
def test_what_is_not_there_is_a_miss(address):
    assert get(address).status_code == 404


def test_other_things_and_other_languages_have_no_calendar_file():
    event = make_event()
    guide = type(thing_of(event)).objects.filter(kind="guide").first()

    assert get(f"/r/{guide.code}/lv.ics").status_code == 404
    assert get(f"/r/{event.code}/xx.ics").status_code == 404


# --- the letter of RFC 5545 -------------------------------------------------------------------


def test_lines_are_folded_at_75_octets_and_words_cannot_break_out():
    title = "Сніданок, обід; вечеря \\ " * 8 + "кінець"
    hostile = 'Tēja; "sarunas" \\ un\nBEGIN:VEVENT\nATTACH:https://example.org/\nEND:VEVENT'
    event = make_event(title, summary=hostile, place="Lielā iela 4, Valmiera; 2. stāvs")

    data = get(f"/r/{event.code}/lv.ics").content

    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert data.count(b"\n") == data.count(b"\r\n")
    # Folded between letters, never inside one.
    assert all(line.decode() is not None for line in lines)
    assert lines.count(b"BEGIN:VEVENT") == 1
    (one,) = Calendar.from_ical(data).walk("VEVENT")
    assert "attach" not in one
    assert str(one.get("summary")) == title
    assert str(one.get("description")).startswith(hostile)
    assert str(one.get("location")) == "Lielā iela 4, Valmiera; 2. stāvs"


@pytest.mark.parametrize("zone", ["Europe/Riga", "Europe/Copenhagen", "America/New_York"])
def test_the_file_says_its_time_zone_itself(zone):
    event = make_event(starts="2026-10-24 10:00", time_zone=zone)

    calendar = file_of(event)

    (said,) = calendar.walk("VTIMEZONE")
    assert str(said.get("tzid")) == zone
    # A program that knows no zones by name goes by what stands in the file.
    own = said.to_tz(lookup_tzid=False)
    for moment in ("2026-03-28 12:00", "2026-03-30 12:00", "2026-10-24 12:00", "2026-11-05 12:00"):
        naive = datetime.fromisoformat(moment)
        assert own.utcoffset(naive) == ZoneInfo(zone).utcoffset(naive), moment


def test_every_needed_property_is_there():
    (one,) = file_of(make_event()).walk("VEVENT")

    for name in ("uid", "dtstamp", "last-modified", "dtstart", "dtend", "summary", "url", "status"):
        assert name in one
    assert one.get("dtstamp").dt.tzinfo is not None


# --- asked again ------------------------------------------------------------------------------


def test_who_has_the_newest_file_gets_no_bytes():
    event = make_event()
    for address in (f"/r/{event.code}/lv.ics", FEED):
        first = get(address)

        again = get(address, if_none_match=first.headers["ETag"])
        by_day = get(address, if_modified_since=first.headers["Last-Modified"])

        assert (again.status_code, again.content) == (304, b"")
        assert by_day.status_code == 304
        assert again.headers["ETag"] == first.headers["ETag"]
        assert get(address).content == first.content
        assert "Set-Cookie" not in first.headers


def test_a_change_gives_another_etag():
    event = make_event()
    addresses = (f"/r/{event.code}/lv.ics", FEED)
    before = [get(address).headers["ETag"] for address in addresses]

    publish(event, place="Citur")

    for address, tag in zip(addresses, before, strict=True):
        assert get(address, if_none_match=tag).status_code == 200
    assert get(f"{FEED}?kind=outing", if_none_match=get(FEED).headers["ETag"]).status_code == 200


def test_a_program_that_asks_in_vain_costs_one_query():
    tag = get(FEED).headers["ETag"]

    with CaptureQueriesContext(connection) as queries:
        answer = get(FEED, if_none_match=tag)

    assert answer.status_code == 304
    assert len(queries) == 1


def test_the_name_of_the_file_is_the_title_and_a_post_is_refused():
    event = make_event("Tējas vakars")

    header = get(f"/r/{event.code}/lv.ics").headers["Content-Disposition"]

    assert header.startswith('attachment; filename="Tejas vakars.ics"')
    assert Client().post(FEED).status_code == 405


def test_the_feed_costs_the_same_queries_with_3_events_as_with_30():
    def cost() -> int:
        get(FEED)
        with CaptureQueriesContext(connection) as queries:
            get(FEED)
        return len(queries)

    for number in range(3):
        make_event(f"A {number}", repeats="weekly", repeats_until=date(2027, 3, 31))
    few = cost()
    for number in range(27):
        make_event(f"B {number}")

    assert cost() == few <= 8


# --- on the page ------------------------------------------------------------------------------


def test_the_page_says_how_to_subscribe_in_words_with_a_button_and_an_address_to_copy():
    html = get("/en/events/?kind=online&view=month").content.decode()

    assert 'href="webcal://127.0.0.1:8000/en/events/calendar.ics?kind=online"' in html
    assert re.search(
        r'<input[^>]* readonly value="http://127.0.0.1:8000/en/events/calendar.ics\?kind=online"',
        html,
    )
    assert 'for="subscribe-address"' in html


def test_a_shelf_offers_its_own_calendar():
    html = get("/en/events/valmiera-library/").content.decode()

    assert "/en/events/calendar.ics?partner=valmiera-library" in html


def test_an_event_offers_its_file_while_it_is_coming():
    event = make_event(starts="2029-03-03 10:00")
    past = make_event("Bijis", "2020-03-03 10:00")
    vague = make_event("Kaut kad", "2029-10-01 00:00", hours=24 * 31, precision="month")

    assert f'href="/r/{event.code}/lv.ics"' in get(event.get_url()).content.decode()
    for other in (past, vague):
        assert ".ics" not in get(other.get_url()).content.decode()
