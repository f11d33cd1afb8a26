"""The organiser's side: who takes part in a date, what is done about it, and who may see it at all."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from events.event_date import EventDate
from events.models import EventPage
from events.organising.log import OVER, entries_of
from events.organising.people import listed
from events.registrations import due
from events.registrations.models import Needs, Participant, Registration, State
from hub.models import Mail
from partners.models import Partner
from tests.builders import make_event, shelf, thing_of
from tests.editing import a_coordinator, a_publisher, an_author
from tests.registering import an_event, mails_to, seated, states

pytestmark = pytest.mark.usefixtures("demo")


def place(name: str, date, **query) -> str:
    return reverse(f"events_registrations_{name}", args=[date.pk], query=query)


def today(**fields) -> EventDate:
    """An event that began an hour ago."""
    starts_at = timezone.now() - timedelta(hours=1)
    fields = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=4), **fields}
    return an_event(**fields)


def somebody(date, name="Jānis Bērziņš", state=State.SEATED, email="", **fields) -> Participant:
    """Somebody in the list, in a registration of their own, confirmed unless told."""
    email = email or f"{Participant.objects.count()}@example.org"
    confirmed_at = fields.pop("confirmed_at", timezone.now())
    more = {key: fields.pop(key) for key in ("organisation", "country") if key in fields}
    registration = Registration.objects.create(
        date=date, email=email, language="lv", confirmed_at=confirmed_at, **more
    )
    return Participant.objects.create(
        date=date, registration=registration, email=email, name=name, state=state, **fields
    )


def do(client, date, deed: str, *people, **more):
    return client.post(
        place("date", date), {"deed": deed, "people": [one.pk for one in people], **more}
    )


def said(answer) -> str:
    return answer.content.decode()


# --- who sees it ------------------------------------------------------------------------------


def test_the_keepers_people_and_coordinators_see_who_takes_part_and_nobody_else_does():
    date = an_event()
    somebody(date)
    event = EventPage.objects.get(translation_key=date.thing.translation_key, alias_of=None)
    event.name_co_owners([Partner.objects.get(slug="kardla-town-library")])
    event.save_revision().publish()
    address = place("date", date)

    inside = [one.get(address) for one in (an_author(), a_publisher(), a_coordinator())]
    co_owner = an_author("kardla-town-library")
    listing = said(co_owner.get(reverse("events_registrations")))

    assert [answer.status_code for answer in inside] == [200, 200, 200]
    assert all("Jānis Bērziņš" in said(answer) for answer in inside)
    assert all("no-store" in answer.headers["Cache-Control"] for answer in inside)
    assert co_owner.get(address).status_code == 404
    assert do(co_owner, date, "cancel", Participant.objects.get(), confirm="1").status_code == 404
    assert address not in listing
    assert Client().get(address).status_code == 302


def test_what_people_need_is_shown_to_publishers_and_coordinators_alone():
    date = an_event()
    person = somebody(date)
    Needs.objects.create(
        registration=person.registration, food="Riekstu alerģija", agreed_at=timezone.now()
    )

    publisher, coordinator, author = (
        said(one.get(place("date", date))) for one in (a_publisher(), a_coordinator(), an_author())
    )

    assert "Riekstu alerģija" in publisher
    assert "Confidential" in publisher
    assert "Riekstu alerģija" in coordinator
    assert "Riekstu alerģija" not in author


def test_the_menu_and_the_page_lead_there_where_there_is_something_to_see():
    date = an_event()
    event = Page.objects.get(translation_key=date.thing.translation_key, alias_of=None)
    edit = reverse("wagtailadmin_pages:edit", args=[event.pk])

    mine = said(a_publisher().get(edit))
    others = said(a_publisher("example-library-denmark").get(reverse("wagtailadmin_home")))

    assert f'href="{place("date", date)}"' in mine
    assert reverse("events_registrations") in mine
    assert reverse("events_registrations") not in others


# --- the dates --------------------------------------------------------------------------------


def test_the_list_of_dates_says_how_many_sit_wait_and_came():
    date = today(title="Saruna pie tējas", seats=2)
    for number, state in enumerate(["seated", "seated", "seated", "waiting", "asked"]):
        somebody(
            date, f"Cilvēks {number}", state, attended_at=timezone.now() if not number else None
        )
    past = an_event("Pagājusi", days=-3)

    answer = a_publisher().get(reverse("events_registrations"), {"q": "saruna PIE tejas"})
    before = a_publisher("kardla-town-library").get(reverse("events_registrations"), {"past": 1})
    gone = an_author().get(reverse("events_registrations"), {"past": 1})

    (row,) = answer.context["rows"]
    numbers = row["numbers"]
    assert (numbers.seats, numbers.seated, numbers.waiting, numbers.asked) == (2, 3, 1, 1)
    assert (numbers.attended, numbers.over) == (1, 1)
    assert past.pk not in [row["date"].pk for row in before.context["rows"]]
    assert [row["date"].pk for row in gone.context["rows"]] == [past.pk]


def test_ten_dates_and_a_thousand_cost_the_same_queries():
    event = make_event("Sērija", takes_registrations=True, seats=5, starts="2030-01-01 10:00")
    first = EventDate.objects.get(thing=thing_of(event))
    client = a_publisher()

    def dates(number: int):
        known = EventDate.objects.filter(thing=first.thing).count()
        facts = {
            field.attname: getattr(first, field.attname)
            for field in EventDate._meta.concrete_fields
            if field.name not in ("id", "key")
        }
        EventDate.objects.bulk_create(
            EventDate(**facts, key=str(one)) for one in range(known, number)
        )
        made = EventDate.objects.filter(thing=first.thing)
        for date in made[:60]:
            if not date.participants.exists():
                somebody(date)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("events_registrations")).status_code == 200
        return len(queries)

    dates(10)
    cost()
    few = cost()
    dates(1000)

    assert cost() == few


# --- the people -------------------------------------------------------------------------------


def test_a_helper_finds_people_by_part_of_name_address_or_organisation_without_marks():
    date = an_event()
    first = somebody(date, "Jānis Bērziņš", organisation="Cēsu bibliotēka")
    other = somebody(date, "Олена Шевченко", email="olena@example.org")

    assert listed(date, "", "berzins cesu") == [first.pk]
    assert listed(date, "", "OLENA@") == [other.pk]
    assert listed(date, "", "шевч") == [other.pk]
    assert listed(date, "", "nobody") == []


def test_the_line_stands_in_its_order_and_others_by_the_alphabet():
    date = an_event()
    for name, line in (("Ābols", 2), ("Zeme", 1), ("Čakste", 3)):
        somebody(date, name, State.WAITING, line=line)

    line = an_author().get(place("date", date, show="waiting"))
    everybody = an_author(language="lv").get(place("date", date))

    assert [row.person.name for row in line.context["rows"]] == ["Zeme", "Ābols", "Čakste"]
    assert line.context["rows"][0].state == "In line, place 1"
    assert [row.person.name for row in everybody.context["rows"]] == ["Ābols", "Čakste", "Zeme"]


def test_a_list_of_a_hundred_people_costs_the_queries_of_a_list_of_three():
    date, client = today(seats=200), a_publisher()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(place("date", date))
        return len(queries)

    for number in range(3):
        somebody(date, f"Cilvēks {number}")
    cost()
    few = cost()
    for number in range(3, 100):
        somebody(date, f"Cilvēks {number}")

    assert cost() == few


@pytest.mark.parametrize("query", [{"show": "x'"}, {"page": "-4"}, {"q": "\0"}, {"page": "a"}])
def test_odd_addresses_show_the_list(query):
    date = an_event()
    somebody(date)

    assert an_author().get(place("date", date, **query)).status_code == 200


# --- seats ------------------------------------------------------------------------------------


def test_who_asked_is_told_yes_or_no_once_however_often_it_is_pressed(client):
    date = an_event(needs_approval=True, seats=1)
    first = seated(client, date, "Pirmā", "a@example.org")
    second = seated(client, date, "Otrais", "b@example.org")
    organiser = an_author()

    do(organiser, date, "yes", first)
    do(organiser, date, "yes", first)
    asked = do(organiser, date, "no", second)
    do(organiser, date, "no", second, confirm="1")
    do(organiser, date, "no", second, confirm="1")

    assert states(date) == {"Pirmā": "seated", "Otrais": "declined"}
    assert "1 person gets a mail that says no." in said(asked)
    # The link, what was asked, and the answer.
    assert [len(mails_to(one)) for one in ("a@example.org", "b@example.org")] == [3, 3]


def test_a_seat_over_the_number_is_given_only_after_a_question_and_written_down(client):
    date = an_event(seats=1)
    seated(client, date, "Pirmā", "a@example.org")
    second = seated(client, date, "Otrais", "b@example.org")
    organiser = a_publisher()

    question = do(organiser, date, "seat", second)
    before = states(date)["Otrais"]
    do(organiser, date, "seat", second, confirm="1")
    do(organiser, date, "seat", second, confirm="1")

    assert "no seat is free" in said(question)
    assert before == "waiting"
    assert states(date) == {"Pirmā": "seated", "Otrais": "seated"}
    assert [one.data["number"] for one in entries_of(date).filter(action=OVER)] == [1]
    assert "b@example.org" not in str(entries_of(date).values_list())
    assert len(mails_to("b@example.org")) == 3


def test_a_free_seat_goes_by_hand_to_whom_the_organiser_chooses(client):
    date = an_event(seats=1, needs_approval=True)
    person = seated(client, date)

    do(an_author(), date, "seat", person)

    assert states(date) == {"Ilze Bērziņa": "seated"}


def test_nobody_whose_address_is_not_proven_gets_a_seat_by_hand():
    date = an_event(seats=5)
    person = somebody(date, state=State.UNCONFIRMED, confirmed_at=None)

    do(an_author(), date, "seat", person)

    assert states(date) == {person.name: "unconfirmed"}


def test_cancelling_for_somebody_is_asked_about_and_offers_the_seat_to_the_next(client):
    date = an_event(seats=1)
    first = seated(client, date, "Pirmā", "a@example.org")
    seated(client, date, "Otrais", "b@example.org")
    organiser = an_author()

    question = do(organiser, date, "cancel", first)
    before = states(date)["Pirmā"]
    do(organiser, date, "cancel", first, confirm="1")

    assert "What becomes free is offered to the next." in said(question)
    assert before == "seated"
    assert states(date) == {"Pirmā": "cancelled", "Otrais": "offered"}


def test_the_people_of_another_date_are_not_touched():
    date, other = an_event(), an_event("Cita", on=shelf("kardla-town-library", "et", "events"))
    stranger = somebody(other)

    answer = do(an_author(), date, "cancel", stranger, confirm="1")

    assert answer.status_code == 302
    assert states(other) == {stranger.name: "seated"}


@pytest.mark.parametrize("form", [{"deed": "steal"}, {"deed": "here", "people": ["x"]}, {}])
def test_what_is_no_deed_is_a_miss(form):
    assert an_author().post(place("date", an_event()), form).status_code == 404


# --- the day ----------------------------------------------------------------------------------


def test_two_helpers_who_tick_the_same_person_leave_one_tick_at_the_first_hour():
    date = today()
    person = somebody(date)
    one, other = an_author(), a_publisher()

    one.post(place("date", date), {"here": person.pk})
    first = Participant.objects.get(pk=person.pk).attended_at
    other.post(place("date", date), {"here": person.pk})
    do(one, date, "here", person)

    assert first is not None
    assert Participant.objects.get(pk=person.pk).attended_at == first


def test_many_are_ticked_at_once_and_a_mistake_is_taken_back():
    date = today()
    people = [somebody(date, f"Cilvēks {number}") for number in range(5)]
    organiser = an_author()

    do(organiser, date, "here", *people)
    organiser.post(place("date", date), {"not-here": people[0].pk})

    here = an_author("valmiera-library", "lv").get(place("date", date, show="here"))
    left = organiser.get(place("date", date, show="not-here"))
    assert [row.person.name for row in here.context["rows"]] == [
        f"Cilvēks {n}" for n in range(1, 5)
    ]
    assert [row.person.name for row in left.context["rows"]] == ["Cilvēks 0"]


def test_nobody_is_ticked_before_the_day_by_the_clock_of_the_place():
    date = an_event(days=2)
    person = somebody(date)

    do(an_author(), date, "here", person)

    assert Participant.objects.get(pk=person.pk).attended_at is None


def test_who_came_from_the_line_or_unconfirmed_has_a_seat_and_stays():
    date = today(seats=1)
    waiting = somebody(date, "No rindas", State.WAITING, line=1)
    unproven = somebody(date, "Neapstiprināts", State.UNCONFIRMED, confirmed_at=None)
    Registration.objects.update(created_at=timezone.now() - timedelta(days=5))

    do(an_author(), date, "here", waiting, unproven)
    due.erase_unconfirmed()

    assert states(date) == {"No rindas": "seated", "Neapstiprināts": "seated"}


def test_somebody_at_the_door_is_in_the_list_once_however_often_it_is_pressed():
    date, organiser = today(), an_author()
    form = {"name": "  Zane   Kalna ", "organisation": "Skola", "country": "LV", "language": "lv"}

    for _press in range(2):
        organiser.post(place("walk_in", date), form)
    Registration.objects.update(created_at=timezone.now() - timedelta(days=5))
    due.erase_unconfirmed()

    person = Participant.objects.get(date=date)
    assert (person.name, person.state, person.is_walk_in) == ("Zane Kalna", "seated", True)
    assert person.attended_at is not None
    assert (person.registration.organisation, person.registration.country) == ("Skola", "LV")
    assert Mail.objects.filter(to="").count() == 0


def test_a_name_that_is_in_the_list_is_asked_about_before_somebody_stands_there_twice():
    date, organiser = today(), an_author()
    known = somebody(date, "Zane Kalna")
    form = {"name": "zane kalna", "language": "lv"}

    question = organiser.post(place("walk_in", date), form)
    organiser.post(place("date", date), {"here": known.pk})
    alone = Participant.objects.filter(date=date).count()
    organiser.post(place("walk_in", date), {**form, "confirm": "1"})

    assert "Is it one of them?" in said(question)
    assert alone == 1
    assert Participant.objects.filter(date=date, attended_at__isnull=False).count() == 2


def test_a_walk_in_without_a_name_is_told_so_and_keeps_what_was_written():
    answer = an_author().post(
        place("walk_in", today()), {"name": " . ", "organisation": "Skola", "language": "lv"}
    )

    assert answer.status_code == 422
    assert "Write a name." in said(answer)
    assert 'value="Skola"' in said(answer)
