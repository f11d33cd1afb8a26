"""The calendar: what a reader sees of a month, a day, a year and of what is coming."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.formats import get_format
from wagtail.models import PageViewRestriction

from events.models import EventChange, EventDate, EventLanguage, EventPage
from home.bulk import Bulk
from hub.models import Audience
from tests.builders import in_language, make_event, shelf

pytestmark = pytest.mark.usefixtures("demo")


def get(address: str):
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer


def titles(answer) -> list[str]:
    return [card.title for card in answer.context["cards"]]


def ahead(days: int, hour=10) -> str:
    return f"{date.today() + timedelta(days=days)} {hour:02d}:00"


def day_of_grid(answer, number: int):
    return next(day for week in answer.context["grid"] for day in week if day.number == number)


# --- a month ----------------------------------------------------------------------------------


def test_a_day_of_the_grid_shows_three_events_and_a_link_to_the_rest():
    for number in range(5):
        make_event(f"Tikšanās {number}", f"2028-03-03 1{number}:00")

    month = get("/lv/events/?view=month&month=2028-03")

    day = day_of_grid(month, 3)
    assert [one["title"] for one in day.events] == [f"Tikšanās {number}" for number in range(3)]
    assert day.more == 2
    assert f'class="calendar__more" href="{day.url}"' in month.content.decode()
    rest = get(f"/lv/events/{day.url}")
    assert titles(rest) == [f"Tikšanās {number}" for number in range(5)]
    assert rest.context["heading"] == "2028. gada 3. marts"


def test_an_event_of_two_days_stands_in_both_with_its_hour_in_the_first():
    make_event("Seminārs", "2028-03-31 09:30", hours=30)

    march = day_of_grid(get("/lv/events/?view=month&month=2028-03"), 31)
    april = day_of_grid(get("/lv/events/?view=month&month=2028-04"), 1)

    assert [(one["title"], one["time"]) for one in march.events] == [("Seminārs", "09:30")]
    assert [(one["title"], one["time"]) for one in april.events] == [("Seminārs", "")]


def test_an_evening_stands_on_the_day_of_its_place():
    make_event("Vakars", "2028-03-31 23:30", hours=0.5, time_zone="Europe/Copenhagen")

    month = get("/lv/events/?view=month&month=2028-03")

    assert [one["title"] for one in day_of_grid(month, 31).events] == ["Vakars"]
    april = get("/lv/events/?view=month&month=2028-04")
    assert day_of_grid(april, 1).events == []


@pytest.mark.parametrize("code", ["en", "lv", "et", "fi", "da", "uk"])
def test_what_is_known_to_the_month_stands_above_the_days_and_has_none(code):
    make_event("Izbraukums", "2027-10-01 00:00", hours=24 * 31, precision="month")

    month = get(f"/{code}/events/?view=month&month=2027-10")

    assert [one["title"] for one in month.context["vague"]] == ["Izbraukums"]
    assert all(not day.events for week in month.context["grid"] for day in week)
    with translation.override(code):
        shown = month.context["vague"][0]["time"]
    assert shown == month.context["heading"]
    assert not re.search(r"(?<!\d)1(?!\d)", shown)
    for other in ("2027-09", "2027-11"):
        assert get(f"/{code}/events/?view=month&month={other}").context["vague"] == []


def test_a_year_stands_above_each_of_its_months_and_many_of_them_leave_room():
    for number in range(8):
        make_event(f"Gads {number}", "2027-01-01 00:00", hours=24 * 365, precision="year")

    month = get("/lv/events/?view=month&month=2027-06")

    assert len(month.context["vague"]) == 6
    assert month.context["vague_more"] == 2
    assert {one["time"] for one in month.context["vague"]} == {"2027"}
    assert len(titles(get(f"/lv/events/{month.context['as_list']}"))) == 8


@pytest.mark.parametrize("code", ["en", "lv", "et", "fi", "da", "uk"])
def test_weeks_begin_on_monday_in_all_six_languages(code):
    answer = get(f"/{code}/events/?view=month&month=2028-03")

    with translation.override(code):
        assert get_format("FIRST_DAY_OF_WEEK") == 1
    first = next(place for place, day in enumerate(answer.context["grid"][0]) if day.number == 1)
    assert first == date(2028, 3, 1).weekday()


@pytest.mark.parametrize(
    "query",
    [
        *("view=month&month=0001-01", "view=month&month=9999-12", "view=month&month=x"),
        *("day=2028-02-30", "day=9999-12-31", "month=2027-13", "month=%00", "day="),
        *("past=1&year=99999999999999999999", "past=1&year=-3", "past=1&year=²", "page=x"),
        *("kind=x&country=zz&mode=&partner=x&language=xx&audience=x", "language=' OR 1"),
    ],
)
def test_a_strange_address_shows_a_calendar_all_the_same(query):
    get(f"/lv/events/?{query}")


# --- lists ------------------------------------------------------------------------------------


def test_an_event_is_coming_until_it_ends_and_has_been_afterwards():
    now = timezone.now()
    make_event("Vēl notiek", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    make_event("Beidzies", starts_at=now - timedelta(hours=3), ends_at=now - timedelta(minutes=1))

    coming, past = get("/lv/events/"), get("/lv/events/?past=1")

    assert "Vēl notiek" in titles(coming)
    assert "Vēl notiek" not in titles(past)
    assert "Beidzies" in titles(past)
    assert "Beidzies" not in titles(coming)


def test_past_events_are_found_by_year_and_one_of_several_years_in_each():
    make_event("Vecgada vakars", "2019-12-31 22:00", hours=4)
    make_event("Trīs gadi", "2015-01-01 00:00", hours=24 * 1096, precision="year")

    answer = get("/lv/events/?past=1")

    years = [way.label for way in answer.context["years"]]
    assert years == sorted(years, reverse=True)
    assert {"2019", "2020", "2023", "2024"} <= set(years)
    assert titles(get("/lv/events/?past=1&year=2019")) == ["Vecgada vakars"]
    assert titles(get("/lv/events/?past=1&year=2020")) == ["Vecgada vakars"]
    assert "Vecgada vakars" not in titles(get("/lv/events/?past=1&year=2024"))
    assert titles(get("/lv/events/?past=1&year=2016")) == ["Trīs gadi"]
    assert "2016" in years


def test_a_series_stands_once_in_a_list_at_its_next_date():
    start = date.today() - timedelta(days=7)
    make_event(
        "Katru nedēļu",
        f"{start} 10:00",
        repeats="weekly",
        repeats_until=start + timedelta(weeks=5),
        changes=[
            EventChange(day=start + timedelta(weeks=2), what="cancelled", locale=shelf().locale)
        ],
    )

    coming = get("/lv/events/").context["cards"]
    past = get("/lv/events/?past=1").context["cards"]

    # Today's may be over; the next but one is cancelled.
    days = [card.date_iso[:10] for card in coming if card.title == "Katru nedēļu"]
    assert days in ([str(start + timedelta(weeks=1))], [str(start + timedelta(weeks=3))])
    assert [card.title for card in past].count("Katru nedēļu") == 1


def test_filters_of_the_address_leave_what_fits_all_of_them():
    librarians = Audience.objects.get(locale__language_code="lv", slug="librarians")
    make_event(
        "Tiešsaistē ukrainiski",
        ahead(3),
        event_kind="online",
        mode="online",
        country="DK",
        spoken=[EventLanguage(language="uk")],
        audiences=[librarians],
    )
    make_event("Uz vietas", ahead(4), event_kind="outing", spoken=[EventLanguage(language="lv")])

    found = {
        query: set(titles(get(f"/uk/events/?{query}")))
        for query in (
            *("kind=online", "kind=online&kind=outing", "country=DK", "mode=online"),
            *(
                "language=uk&country=DK",
                "language=lv&country=DK",
                "audience=librarians&kind=online",
            ),
            *("partner=valmiera-library", "partner=kardla-town-library"),
        )
    }

    online, onsite = {"Tiešsaistē ukrainiski"}, {"Uz vietas"}
    assert found["kind=online"] == found["country=DK"] == found["mode=online"] == online
    assert found["kind=online&kind=outing"] >= online | onsite
    assert found["language=uk&country=DK"] == found["audience=librarians&kind=online"] == online
    assert found["language=lv&country=DK"] == set()
    assert found["partner=valmiera-library"] >= online | onsite
    assert not found["partner=kardla-town-library"] & (online | onsite)


def test_a_filter_that_is_folded_away_is_open_where_it_is_chosen():
    html = get("/lv/events/?audience=librarians").content.decode()

    assert '<details class="sieve__more" open>' in html
    assert '<option value="librarians" selected>' in html


def test_every_way_through_the_calendar_keeps_the_filters():
    answer = get("/lv/events/?view=month&month=2028-03&kind=workshop&audience=librarians")

    ways = [way.url for way in answer.context["ways"]]
    for url in (*ways, answer.context["earlier"].url, answer.context["as_list"]):
        assert "kind=workshop" in url
        assert "audience=librarians" in url
    assert answer.context["subscription"]["url"] == (
        "/lv/events/calendar.ics?kind=workshop&audience=librarians"
    )


def test_what_only_some_may_see_is_in_no_list_of_any_language():
    event = make_event("Tikai savējiem", ahead(2))
    PageViewRestriction.objects.create(page=event, restriction_type="login")

    month = f"view=month&month={ahead(2)[:7]}"
    for address in ("/lv/events/", f"/uk/events/?{month}", "/lv/", "/uk/events/calendar.ics"):
        assert "Tikai savējiem" not in Client().get(address).content.decode(), address


def test_an_event_that_was_unpublished_is_gone_from_the_calendar_and_comes_back_as_it_was():
    event = make_event("Uz laiku prom", ahead(2))
    row = EventDate.objects.get(thing=event.thing)
    event.unpublish()
    gone = titles(get("/uk/events/"))

    EventPage.objects.get(pk=event.pk).save_revision().publish()

    assert "Uz laiku prom" not in gone
    assert "Uz laiku prom" in titles(get("/uk/events/"))
    assert EventDate.objects.get(thing=event.thing).pk == row.pk


def test_a_cancelled_event_says_so_wherever_it_stands():
    event = make_event("Nenotiks", ahead(2), is_cancelled=True)

    card = next(one for one in get("/en/events/").context["cards"] if one.title == "Nenotiks")
    month = get(f"/en/events/?view=month&month={ahead(2)[:7]}").content.decode()

    assert card.facts[0] == "Cancelled"
    assert "is-cancelled" in month
    assert "Cancelled" in get(in_language(event, "en").get_url()).content.decode()


# --- what it costs ----------------------------------------------------------------------------


def test_calendar_and_list_cost_12_queries_at_most_with_30_events_and_with_300():
    addresses = [
        *("/lv/events/", "/lv/events/?view=month", "/lv/events/?past=1", "/lv/events/?page=2"),
        *("/lv/events/?day=2028-03-03", "/lv/events/?kind=workshop&language=uk&view=month"),
        *("/lv/events/calendar.ics", "/lv/events/valmiera-library/"),
    ]

    def costs() -> list[int]:
        # Of each part of the month some, and a day with more than a page.
        EventDate.objects.filter(pk__gt=before).update(
            first_day=date(2028, 3, 3),
            last_day=date(2028, 3, 3),
            starts_at=datetime(2028, 3, 3, 8, tzinfo=UTC),
            ends_at=datetime(2028, 3, 3, 9, tzinfo=UTC),
        )
        found = []
        for address in addresses:
            Client().get(address)
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(address).status_code == 200
            found.append(len(queries))
        return found

    before = EventDate.objects.order_by("pk").last().pk
    Bulk(seed=7).run(resources=0, events=30, services=0)
    few = costs()
    Bulk(seed=8).run(resources=0, events=270, services=0)
    many = costs()

    assert many == few
    assert max(many) <= 12


def test_a_full_list_and_a_full_month_are_light():
    before = EventDate.objects.order_by("pk").last().pk
    Bulk(seed=9).run(resources=0, events=60, services=0)
    for place, one in enumerate(EventDate.objects.filter(pk__gt=before)):
        one.first_day = one.last_day = date(2028, 3, 1 + place // 3)
        one.starts_at = datetime(2028, 3, 1 + place // 3, 8, tzinfo=UTC)
        one.ends_at = one.starts_at + timedelta(hours=1)
        one.save()

    sizes = {
        query: len(Client().get(f"/uk/events/?{query}", headers={"accept-encoding": "br"}).content)
        for query in ("month=2028-03", "view=month&month=2028-03", "past=1", "")
    }

    assert max(sizes.values()) <= 8000, sizes
