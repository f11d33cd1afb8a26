"""An hour is that of its place: the same on the page, in calendar files and in machine data."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from events import event_dates
from events.models import EventDate, EventPage, Participant, Registration
from events.organising.table import rows_of
from events.registrations.letters import About, tell
from events.registrations.terms import terms_of
from hub.models import Mail
from partners.models import Partner
from tests.builders import in_language, make_event, shelf, thing_of
from tests.editing import an_author, empty_sets

pytestmark = pytest.mark.usefixtures("demo")

# Zone of the place, start and end there, the moment it begins in UTC, what a page in English says.
CASES = [
    # Summer time begins: in Riga at 03:00, in Copenhagen at 02:00, at the same moment.
    (
        *("Europe/Riga", "2026-03-28 10:00", "2026-03-28 12:00", "2026-03-28T08:00"),
        "28 March 2026, 10:00–12:00 in Valmiera (09:00 in Copenhagen)",
    ),
    (
        *("Europe/Riga", "2026-03-29 02:30", "2026-03-29 04:30", "2026-03-29T00:30"),
        "29 March 2026, 02:30–04:30 in Valmiera (01:30 in Copenhagen)",
    ),
    (
        *("Europe/Riga", "2026-03-29 04:30", "2026-03-29 06:00", "2026-03-29T01:30"),
        "29 March 2026, 04:30–06:00 in Valmiera (03:30 in Copenhagen)",
    ),
    (
        *("Europe/Copenhagen", "2026-03-29 03:30", "2026-03-29 05:00", "2026-03-29T01:30"),
        "29 March 2026, 03:30–05:00 in Copenhagen (04:30 in Helsinki, Riga, Tallinn)",
    ),
    (
        *("Europe/Riga", "2026-03-30 10:00", "2026-03-30 12:00", "2026-03-30T07:00"),
        "30 March 2026, 10:00–12:00 in Valmiera (09:00 in Copenhagen)",
    ),
    # It ends: in Riga 03:30 comes twice, in Copenhagen once.
    (
        *("Europe/Riga", "2026-10-24 10:00", "2026-10-24 12:00", "2026-10-24T07:00"),
        "24 October 2026, 10:00–12:00 in Valmiera (09:00 in Copenhagen)",
    ),
    (
        *("Europe/Riga", "2026-10-25 03:30", "2026-10-25 05:00", "2026-10-25T00:30"),
        "25 October 2026, 03:30–05:00 in Valmiera (02:30 in Copenhagen)",
    ),
    (
        *("Europe/Copenhagen", "2026-10-25 03:30", "2026-10-25 05:00", "2026-10-25T02:30"),
        "25 October 2026, 03:30–05:00 in Copenhagen (04:30 in Helsinki, Riga, Tallinn)",
    ),
    (
        *("Europe/Riga", "2026-10-26 10:00", "2026-10-26 12:00", "2026-10-26T08:00"),
        "26 October 2026, 10:00–12:00 in Valmiera (09:00 in Copenhagen)",
    ),
    # New Year.
    (
        *("Europe/Riga", "2026-12-31 23:30", "2027-01-01 01:00", "2026-12-31T21:30"),
        "31 December 2026, 23:30 – 1 January 2027, 01:00 in Valmiera (22:30 in Copenhagen)",
    ),
    (
        *("Europe/Riga", "2027-01-01 00:30", "2027-01-01 02:00", "2026-12-31T22:30"),
        "1 January 2027, 00:30–02:00 in Valmiera (31 December, 23:30 in Copenhagen)",
    ),
    (
        *("Europe/Copenhagen", "2026-12-31 23:30", "2027-01-01 00:00", "2026-12-31T22:30"),
        "31 December 2026, 23:30–00:00 in Copenhagen (1 January, 00:30 in Helsinki, Riga, Tallinn)",
    ),
    # Far away, and with a change of its own.
    (
        *("Pacific/Kiritimati", "2027-01-01 00:00", "2027-01-01 01:00", "2026-12-31T10:00"),
        "1 January 2027, 00:00–01:00 in Kiritimati "
        "(31 December, 11:00 in Copenhagen; 31 December, 12:00 in Helsinki, Riga, Tallinn)",
    ),
    (
        *("America/New_York", "2026-03-09 10:00", "2026-03-09 11:00", "2026-03-09T14:00"),
        "9 March 2026, 10:00–11:00 in New York "
        "(15:00 in Copenhagen; 16:00 in Helsinki, Riga, Tallinn)",
    ),
]
SERVERS = ["UTC", "Pacific/Kiritimati", "Europe/Copenhagen", "Europe/Riga"]


def moment(text: str, zone: str) -> datetime:
    """In UTC: of an hour that comes twice, no zone says it equals another's."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def file_of(event, code="en") -> Calendar:
    answer = Client().get(f"/r/{event.code}/{code}.ics")
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content)


def exported_hours(event) -> list[str]:
    """Beginning and end of the date in the list that an organiser takes away."""
    date = EventDate.objects.get(thing=thing_of(event))
    head, row = rows_of(date, "", with_needs=False)
    return [row[head.index(name)] for name in ("Begins", "Ends")]


def mail_about(event) -> Mail:
    """What somebody with a seat is told."""
    date = EventDate.objects.get(thing=thing_of(event))
    facts = {"date": date, "email": "anna@example.org"}
    registration = Registration.objects.create(language="en", **facts)
    Participant.objects.create(registration=registration, name="Anna", state="seated", **facts)
    tell(registration, About.CONFIRMED, date, terms_of(date))
    return Mail.objects.get(to="anna@example.org")


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(
    ("zone", "starts", "ends", "utc", "label"), CASES, ids=lambda value: str(value)[:30]
)
def test_the_hours_are_the_same_on_page_in_file_and_in_data_wherever_the_server_stands(
    server, zone, starts, ends, utc, label
):
    with override_settings(TIME_ZONE=server), timezone.override(server):
        event = make_event(
            starts_at=moment(starts, zone),
            ends_at=moment(ends, zone),
            time_zone=zone,
            takes_registrations=True,
        )
        html = Client().get(in_language(event, "en").get_url()).content.decode()
        (written,) = file_of(event).walk("VEVENT")
        record = EventPage.objects.get(pk=event.pk).record()
        mail = mail_about(event)
        begins, ends_cell = exported_hours(event)

    assert (begins, ends_cell) == (starts, ends)
    assert label in mail.body.splitlines()
    (attached,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
    for name in ("dtstart", "dtend"):
        assert attached.get(name).to_ical() == written.get(name).to_ical()
    assert f">{label}</time>" in html
    for name, said in (("dtstart", starts), ("dtend", ends)):
        assert written.get(name).dt.astimezone(UTC) == moment(said, zone)
        assert written.get(name).dt.replace(tzinfo=None) == datetime.fromisoformat(said)
        assert written.get(name).params["TZID"] == zone
    assert datetime.fromisoformat(record["date"]) == moment(starts, zone)
    assert event_dates.write_all() == 0
    assert record["date"].startswith(starts.replace(" ", "T"))
    assert record["ends"].startswith(ends.replace(" ", "T"))
    assert written.get("dtstart").dt.astimezone(UTC).isoformat().startswith(utc)
    assert f'datetime="{record["date"]}"' in html


def test_the_second_of_two_equal_hours_is_that_moment_in_the_file_too():
    event = make_event(starts_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC), hours=1)

    (written,) = file_of(event).walk("VEVENT")

    assert written.get("dtstart").dt == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert event.record()["date"] == "2026-10-25T03:30:00+02:00"


def test_where_all_partners_have_one_clock_no_other_is_named():
    Partner.objects.filter(time_zone="Europe/Copenhagen").update(time_zone="Europe/Riga")
    from hub.changes import touched

    touched(frame=True)
    event = make_event(starts="2027-03-03 17:30")

    html = Client().get(in_language(event, "en").get_url()).content.decode()

    assert ">3 March 2027, 17:30–19:00</time>" in html


def test_lists_name_the_other_clock_too():
    make_event("Divi pulksteņi", "2028-03-03 10:00", hours=2)

    (card,) = Client().get("/en/events/?day=2028-03-03").context["cards"]

    assert card.date_label == "3 March 2028, 10:00–12:00 in Valmiera (09:00 in Copenhagen)"


# --- in the editor ----------------------------------------------------------------------------


def form_of(**more) -> dict:
    return {
        "title": "Tējas vakars",
        "event_kind": "workshop",
        "mode": "onsite",
        "precision": "day",
        "time_zone": "Europe/Riga",
        "starts_at": "2027-03-01 10:00",
        "ends_at": "2027-03-01 12:00",
        "repeats": "",
        "repeats_every": "1",
        "hours_to_answer": "48",
        "body-count": "0",
        "programme-count": "0",
        **empty_sets("spoken", "materials", "changes", "kept_seats", "comments"),
        **more,
    }


def add(by=None, **more):
    address = reverse(
        "wagtailadmin_pages:add", args=["events", "eventpage", shelf(section="events").pk]
    )
    return (by or an_author()).post(address, form_of(**more))


def errors(answer) -> dict:
    return {name: " ".join(found) for name, found in answer.context["form"].errors.items()}


@pytest.mark.parametrize("server", SERVERS)
def test_an_editor_writes_the_hour_of_the_place(server):
    with override_settings(TIME_ZONE=server):
        answer = add(time_zone="Europe/Copenhagen")
        event = EventPage.objects.get(draft_title="Tējas vakars")
        edit = an_author(language="uk").get(answer.url)

    assert event.starts_at == datetime(2027, 3, 1, 9, tzinfo=UTC)
    assert event.ends_at == datetime(2027, 3, 1, 11, tzinfo=UTC)
    assert 'value="2027-03-01 10:00"' in edit.content.decode()


def test_an_hour_that_the_clocks_leap_over_is_refused_in_words():
    answer = add(starts_at="2027-03-28 03:30", ends_at="2027-03-28 05:00")

    assert errors(answer) == {
        "starts_at": "There is no 03:30 on 28 March 2027 in Riga: the clocks leap over it. "
        "Choose another time."
    }
    assert 'value="2027-03-28 03:30"' in answer.content.decode()
    assert not EventPage.objects.filter(draft_title="Tējas vakars").exists()


def test_an_hour_that_comes_twice_is_the_first_and_the_second_stays_the_second():
    answer = add(starts_at="2027-10-31 03:30", ends_at="2027-10-31 05:00")
    event = EventPage.objects.get(draft_title="Tējas vakars")
    first = event.starts_at
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    event.starts_at = second
    event.save_revision()

    saved = an_author(language="lv").post(
        answer.url, form_of(title="Cits", starts_at="2027-10-31 03:30", ends_at="2027-10-31 05:00")
    )

    assert saved.status_code == 302, errors(saved)
    assert first == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    draft = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    assert draft.title == "Cits"
    assert draft.starts_at.astimezone(UTC) == second


@pytest.mark.parametrize("said", ["", "nekad", "2027-13-01 10:00", "10:00", "\x00"])
def test_what_is_no_hour_is_refused_in_words(said):
    assert "starts_at" in errors(add(starts_at=said))


def test_an_end_before_the_beginning_is_refused_by_the_clock_of_the_place():
    # Across the leap one hour less passes than the clock shows; it ends later all the same.
    author = an_author()
    good = add(author, starts_at="2027-03-28 02:30", ends_at="2027-03-28 04:00")
    bad = add(author, starts_at="2027-03-01 12:00", ends_at="2027-03-01 11:59")

    assert good.status_code == 302
    assert errors(bad) == {"ends_at": "An event ends after it starts."}


def test_month_names_of_the_other_date_are_in_the_readers_language():
    event = make_event(starts="2027-01-01 00:30")

    pages = {
        code: Client().get(in_language(event, code).get_url()).content.decode()
        for code in ("lv", "et", "fi", "da", "uk")
    }

    with translation.override("uk"):
        assert "1 січня 2027 р., 00:30" in pages["uk"]
        assert "31 грудня, 23:30" in pages["uk"]
    assert "31. decembris, 23:30" in pages["lv"]
    assert "31. detsember, 23:30" in pages["et"]
    assert "31. joulukuuta" in pages["fi"]
    assert "31. december" in pages["da"]
