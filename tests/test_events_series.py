"""A series is one page with its dates: a rule, what differs from it, and a programme."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from events import event_dates
from events.models import EventChange, EventDate, EventPage
from events.series import MOST_DATES, rule_days
from home.due import keep_house
from hub.models import Thing
from tests.builders import counterparts, in_language, locale, make_event, shelf, thing_of, translate
from tests.editing import an_author
from tests.test_events_clocks import errors, form_of

pytestmark = pytest.mark.usefixtures("demo")

WEEKLY = {"repeats": "weekly", "repeats_until": date(2028, 3, 31)}


def change(day: date, what="changed", **fields) -> EventChange:
    return EventChange(day=day, what=what, locale=locale("lv"), **fields)


def rows(event) -> list[EventDate]:
    return list(EventDate.objects.filter(thing=thing_of(event)).order_by("starts_at", "key"))


def days(event) -> list[date]:
    return [row.first_day for row in rows(event) if not row.is_gone]


def publish(event, **fields) -> EventPage:
    event = EventPage.objects.get(pk=event.pk)
    for name, value in fields.items():
        setattr(event, name, value)
    event.save_revision().publish()
    return EventPage.objects.get(pk=event.pk)


def march(*numbers: int) -> list[date]:
    return [date(2028, 3, number) for number in numbers]


# --- the rule ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rhythm", "every", "first", "until", "expected"),
    [
        ("weekly", 1, date(2028, 2, 23), date(2028, 3, 8), ["02-23", "03-01", "03-08"]),
        ("weekly", 2, date(2028, 2, 23), date(2028, 3, 8), ["02-23", "03-08"]),
        ("weekly", 1, date(2028, 2, 23), date(2028, 2, 23), ["02-23"]),
        ("monthly-weekday", 1, date(2028, 1, 12), date(2028, 4, 1), ["01-12", "02-09", "03-08"]),
        # A fifth Monday is the last of its month.
        ("monthly-weekday", 1, date(2028, 1, 31), date(2028, 4, 1), ["01-31", "02-28", "03-27"]),
        ("monthly-day", 1, date(2028, 1, 31), date(2028, 5, 31), ["01-31", "03-31", "05-31"]),
        ("monthly-day", 2, date(2028, 1, 15), date(2028, 5, 31), ["01-15", "03-15", "05-15"]),
    ],
)
def test_the_rule_gives_its_days(rhythm, every, first, until, expected):
    assert [f"{day:%m-%d}" for day in rule_days(rhythm, every, first, until)] == expected


def test_a_weekly_hour_stays_by_the_clock_of_the_place_when_summer_time_begins():
    event = make_event(
        "Kafejnīca", "2028-03-22 17:30", repeats="weekly", repeats_until=date(2028, 3, 29)
    )

    assert [row.starts_at for row in rows(event)] == [
        datetime(2028, 3, 22, 15, 30, tzinfo=UTC),
        datetime(2028, 3, 29, 14, 30, tzinfo=UTC),
    ]


def test_a_date_on_an_hour_that_the_clocks_leap_over_takes_place_after_the_leap():
    event = make_event("Nakts", "2028-03-19 03:30", repeats="weekly", repeats_until="2028-03-26")

    assert [row.when.starts.strftime("%H:%M") for row in rows(event)] == ["03:30", "04:30"]


# --- what differs -----------------------------------------------------------------------------


def test_dates_are_moved_cancelled_left_out_and_given_words_of_their_own():
    event = make_event(
        "Kafejnīca",
        "2028-03-01 17:30",
        **WEEKLY,
        changes=[
            change(date(2028, 3, 8), moved_to=date(2028, 3, 9), from_time=time(18)),
            change(date(2028, 3, 15), "cancelled", note="Slēgts."),
            change(date(2028, 3, 22), "left-out"),
            change(date(2028, 3, 29), note="Ar dziesmām.", to_time=time(20)),
        ],
    )

    assert days(event) == march(1, 9, 15, 29)
    first, moved, cancelled, last = rows(event)
    assert moved.key == "2028-03-08"
    assert moved.when.label.endswith("18:00–19:30")
    assert cancelled.is_cancelled
    assert last.when.label.endswith("17:30–20:00")
    html = Client().get(in_language(event, "en").get_url()).content.decode()
    assert "instead of 8 March 2028" in html
    assert "Slēgts." in html
    assert "22 March 2028" not in html
    assert html.count("Cancelled") == 1
    assert event.record()["dates"][2] == {
        "key": "2028-03-15",
        "date": "2028-03-15T17:30:00+02:00",
        "ends": "2028-03-15T19:00:00+02:00",
        "cancelled": True,
        "note": "Slēgts.",
    }


def test_the_words_of_a_date_are_translated_with_the_page():
    event = make_event(
        "Kafejnīca",
        "2028-03-01 17:30",
        **WEEKLY,
        changes=[change(date(2028, 3, 8), note="Ar dziesmām.", from_time=time(18))],
    )

    mirror = Client().get(in_language(event, "et").get_url()).content.decode()
    translate(event, "uk")

    assert 'lang="lv" dir="ltr">Ar dziesmām.' in mirror
    page = in_language(event, "uk")
    (row,) = page.changes.all()
    assert row.note == "Щ Ar dziesmām."
    assert (row.day, row.from_time) == (date(2028, 3, 8), time(18))
    assert "Щ Ar dziesmām." in Client().get(page.get_url()).content.decode()
    assert days(event) == march(1, 8, 15, 22, 29)


def test_a_series_is_one_page_in_each_language_with_one_row_a_date():
    before = Page.objects.count()

    event = make_event("Kafejnīca", "2028-03-01 17:30", **WEEKLY)

    assert Page.objects.count() == before + 6
    assert len(rows(event)) == 5
    assert len(counterparts(event)) == 5


# --- who a date is ----------------------------------------------------------------------------


def test_a_date_stays_itself_when_the_page_is_published_again_moved_or_given_another_hour():
    event = make_event("Kafejnīca", "2028-03-01 17:30", **WEEKLY)
    before = {row.key: row.pk for row in rows(event)}

    publish(event, changes=[change(date(2028, 3, 8), moved_to=date(2028, 3, 10))])
    hour = timedelta(hours=1)
    publish(event, starts_at=event.starts_at + hour, ends_at=event.ends_at + hour)

    assert {row.key: row.pk for row in rows(event)} == before
    assert {row.when.starts.hour for row in rows(event)} == {18}


def test_a_date_that_the_series_no_longer_has_is_hidden_and_may_come_back():
    event = make_event("Kafejnīca", "2028-03-01 17:30", **WEEKLY)
    before = {row.key: row.pk for row in rows(event)}

    shorter = publish(event, repeats_until=date(2028, 3, 15))
    assert days(event) == march(1, 8, 15)
    assert Client().get("/lv/events/?day=2028-03-22&kind=workshop").context["cards"] == []
    publish(shorter, repeats_until=date(2028, 3, 31))

    assert {row.key: row.pk for row in rows(event)} == before
    assert days(event) == march(1, 8, 15, 22, 29)


def test_an_event_that_becomes_a_series_is_its_first_date_and_the_other_way_round():
    event = make_event("Kafejnīca", "2028-03-01 17:30")
    (single,) = rows(event)

    series = publish(event, **WEEKLY)
    first = rows(series)[0]
    alone = publish(series, repeats="", repeats_until=None)

    assert (first.pk, first.key) == (single.pk, "2028-03-01")
    assert [(row.pk, row.key) for row in rows(alone) if not row.is_gone] == [(single.pk, "")]
    again = publish(alone, **WEEKLY)
    assert rows(again)[0].pk == single.pk


def test_an_event_that_is_moved_is_the_same_date():
    event = make_event("Kafejnīca", "2028-03-01 17:30")
    (before,) = rows(event)

    publish(
        event,
        starts_at=event.starts_at + timedelta(days=3),
        ends_at=event.ends_at + timedelta(days=3),
    )

    (after,) = rows(event)
    assert (after.pk, after.first_day, after.sequence) == (before.pk, date(2028, 3, 4), 1)


def test_words_alone_change_no_date():
    event = make_event("Kafejnīca", "2028-03-01 17:30", **WEEKLY)
    before = list(EventDate.objects.filter(thing=thing_of(event)).values())

    publish(event, summary="Citi vārdi.")

    assert list(EventDate.objects.filter(thing=thing_of(event)).values()) == before


def test_the_night_and_a_command_bring_dates_in_step_with_their_pages():
    event = make_event("Kafejnīca", "2028-03-01 17:30", **WEEKLY)
    assert event_dates.write_all() == 0
    EventDate.objects.filter(thing=thing_of(event), key="2028-03-08").update(is_cancelled=True)

    done = keep_house(night=True)

    assert done["events.mend_calendar"] > 0
    assert not any(row.is_cancelled for row in rows(event))
    assert event_dates.write_all() == 0


def test_publishing_something_else_asks_one_question_of_the_calendar():
    keys = list(Thing.objects.exclude(kind="event").values_list("translation_key", flat=True)[:3])

    with CaptureQueriesContext(connection) as queries:
        event_dates.write(keys)

    assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) == 1


def test_publishing_a_series_costs_the_same_with_5_dates_as_with_100():
    costs = []
    for title, until in (("Īsa", date(2028, 3, 31)), ("Gara", date(2030, 1, 20))):
        event = make_event(title, "2028-03-01 17:30", repeats="weekly", repeats_until=until)
        with CaptureQueriesContext(connection) as queries:
            publish(event, summary="Cits.")
        costs.append(len(queries))

    assert costs[0] == costs[1]


# --- in the editor ----------------------------------------------------------------------------


def add(**more):
    address = reverse(
        "wagtailadmin_pages:add", args=["events", "eventpage", shelf(section="events").pk]
    )
    return an_author().post(address, form_of(**more))


def one_change(**fields) -> dict:
    known = {
        "day": "",
        "what": "changed",
        "moved_to": "",
        "from_time": "",
        "to_time": "",
        "note": "",
    }
    rows = {f"changes-0-{name}": value for name, value in {**known, **fields}.items()}
    return {
        "changes-TOTAL_FORMS": "1",
        "changes-INITIAL_FORMS": "0",
        "changes-0-ORDER": "1",
        **rows,
    }


SERIES = {"repeats": "weekly", "repeats_until": "2027-03-29"}


def test_an_author_makes_a_series_with_a_date_of_its_own():
    answer = add(**SERIES, **one_change(day="2027-03-08", moved_to="2027-03-09", note="Citādi."))

    assert answer.status_code == 302
    page = EventPage.objects.get(draft_title="Tējas vakars")
    draft = page.get_latest_revision_as_object()
    assert [one.starts.day for one in draft.dates] == [1, 9, 15, 22, 29]
    assert draft.dates[1].note == "Citādi."
    page.get_latest_revision().publish()
    rows = EventChange.objects.filter(page__translation_key=page.translation_key)
    assert {row.locale.language_code for row in rows} == {"en", "lv", "et", "fi", "da", "uk"}


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"repeats_until": ""}, "repeats_until", "A series needs a last day"),
        ({"repeats_until": "2027-02-01"}, "repeats_until", "A series needs a last day"),
        ({"repeats_until": "2099-01-01"}, "repeats_until", f"{MOST_DATES} dates at most"),
        ({"precision": "month"}, "repeats", "Only what has a day and an hour"),
        ({"repeats_every": "0"}, "repeats_every", ""),
        ({"repeats_every": "99999"}, "repeats_every", ""),
        ({"repeats": "hourly"}, "repeats", ""),
    ],
)
def test_a_rule_that_makes_no_series_is_refused_in_words(said, field, sentence):
    found = errors(add(**{**SERIES, **said}))

    assert set(found) == {field}
    assert sentence in found[field]


@pytest.mark.parametrize("day", ["2027-03-09", "2026-01-01"])
def test_a_change_of_a_day_that_the_series_does_not_have_is_refused_in_words(day):
    answer = add(**SERIES, **one_change(day=day))

    assert "This is not a day of the series, or it stands here twice." in answer.content.decode()
    assert not EventPage.objects.filter(draft_title="Tējas vakars").exists()


# --- the programme ----------------------------------------------------------------------------


def session(**fields) -> tuple:
    known = {"title": "Ievads", "day": None, "starts": None, "ends": None, "room": "", "text": ""}
    return ("session", {**known, "speakers": [], "materials": [], **fields})


def test_a_programme_shows_days_hours_rooms_speakers_and_materials():
    guide = Thing.objects.filter(kind="guide").first()
    event = make_event(
        "Seminārs",
        "2028-03-01 09:30",
        hours=32,
        programme=[
            session(
                day=date(2028, 3, 1),
                starts=time(10),
                ends=time(11, 30),
                room="Lielā zāle",
                speakers=[
                    {"name": "Anna Piemēra", "what": "Bibliotekāre", "may_be_named": True},
                    {"name": "Slepens Cilvēks", "what": "Vadītājs", "may_be_named": False},
                ],
                materials=[guide],
            ),
            session(title="Nobeigums", day=date(2028, 3, 2), starts=time(9)),
        ],
    )

    html = Client().get(in_language(event, "en").get_url()).content.decode()
    seen = html.split("<h2")[1:]
    programme = next(part for part in seen if "Programme" in part[:60])

    for words in ("1 March 2028", "10:00–11:30", "Lielā zāle", "Anna Piemēra", "Bibliotekāre"):
        assert words in programme
    assert "2 March 2028" in programme
    assert f'href="/r/{guide.code}/"' in programme
    assert "Vadītājs" in programme
    assert "Slepens Cilvēks" not in html


def test_nobody_is_named_without_consent():
    block = EventPage._meta.get_field("programme").stream_block
    speaker = {"name": "Anna Piemēra", "what": "", "may_be_named": False}

    with pytest.raises(ValidationError):
        block.clean(block.normalize([session(speakers=[speaker])]))

    assert block.clean(block.normalize([session(speakers=[{**speaker, "may_be_named": True}])]))


def test_a_name_is_never_among_the_strings_to_translate():
    event = make_event(
        "Seminārs",
        programme=[
            session(
                speakers=[{"name": "Anna Piemēra", "what": "Bibliotekāre", "may_be_named": True}]
            )
        ],
    )

    translate(event, "uk")

    page = in_language(event, "uk")
    (block,) = page.programme
    (speaker,) = block.value["speakers"]
    assert (speaker["name"], speaker["what"]) == ("Anna Piemēra", "Щ Bibliotekāre")


def test_a_part_of_the_programme_outside_the_event_is_refused_in_words():
    event = make_event("Seminārs", "2028-03-01 09:30", publish=False)
    event.programme = [session(day=date(2028, 3, 2))]

    with pytest.raises(ValidationError, match="is not a day of the event"):
        event.full_clean()


def test_the_language_cafe_of_the_demo_runs_weekly_into_the_coming_months():
    cafe = EventPage.objects.get(slug="language-cafe-weekly", locale__language_code="et")

    coming = EventDate.objects.filter(thing=thing_of(cafe), ends_at__gt=timezone.now())

    assert cafe.is_series
    assert coming.count() > 12
    assert coming.filter(is_cancelled=True).count() == 1
    assert "Seekord lauludega" in Client().get(cafe.get_url()).content.decode()
