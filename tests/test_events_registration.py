"""Signing up without an account: a mailed link, a button, and then a seat or a place in line."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from events.models import EventDate, EventPage, KeptSeats, Needs, Participant, Registration
from events.registrations import due
from hub.models import Mail
from partners.models import Partner
from tests.builders import make_event, thing_of
from tests.registering import (
    an_event,
    answers,
    link_in,
    link_to,
    mails_to,
    press,
    registration_of,
    seated,
    sign_up,
    states,
)

pytestmark = pytest.mark.usefixtures("demo")


def later(**delta) -> None:
    """Let all registrations be older."""
    for row in Registration.objects.all():
        row.created_at -= timedelta(**delta)
        row.confirmed_at = row.confirmed_at and row.confirmed_at - timedelta(**delta)
        row.mailed_at = row.mailed_at and row.mailed_at - timedelta(**delta)
        row.save()
    Mail.objects.update(created_at=timezone.now() - timedelta(**delta))


def test_a_reader_signs_up_confirms_and_has_a_seat(client):
    date = an_event(online_link="https://meet.example.org/tea")

    form = client.get(f"/uk/register/{date.thing.code}/")
    sent = sign_up(client, date, "uk", name="Олена Коваль", email="O@example.org", language="uk")
    before = states(date)
    (asked,) = mails_to("o@example.org")
    opened = client.get(link_in(asked))
    pressed = press(client, link_in(asked), "confirm")
    shown = client.get(pressed.url).content.decode()

    assert (form.status_code, sent.status_code, opened.status_code) == (200, 302, 200)
    assert before == {"Олена Коваль": "unconfirmed"}
    assert states(date) == {"Олена Коваль": "seated"}
    assert (asked.language, "meet.example.org" in asked.body, asked.calendar) == ("uk", False, "")
    assert link_in(asked).startswith("/uk/m/")
    told = mails_to("o@example.org")[1]
    assert "https://meet.example.org/tea" in told.body
    assert f"UID:{date.thing.translation_key}" in told.calendar
    assert "https://meet.example.org/tea" in shown
    assert "no-store" in opened.headers["Cache-Control"]
    assert not client.cookies


def test_opening_the_link_takes_no_seat(client):
    date = an_event()
    sign_up(client, date)

    for _scanner in range(3):
        client.get(link_to("ilze@example.org"))
        client.head(link_to("ilze@example.org"))

    assert states(date) == {"Ilze Bērziņa": "unconfirmed"}


def test_a_button_of_another_site_does_nothing(client):
    date = an_event()
    sign_up(client, date)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}

    pressed = client.post(link_to("ilze@example.org"), {"confirm": "1"}, headers=elsewhere)
    sent = client.post(f"/lv/register/{date.thing.code}/", answers(), headers=elsewhere)

    assert (pressed.status_code, sent.status_code) == (403, 403)
    assert states(date) == {"Ilze Bērziņa": "unconfirmed"}


def test_who_comes_after_the_last_seat_stands_in_line_and_sees_the_place(client):
    date = an_event(seats=1)
    seated(client, date)

    for number in (1, 2):
        email = f"{number}@example.org"
        seated(client, date, name=f"Persona {number}x", email=email, language="en")

    assert list(states(date).values()) == ["seated", "waiting", "waiting"]
    assert "place 2" in client.get(link_to("2@example.org")).content.decode()
    assert "place 2" in mails_to("2@example.org")[-1].body
    assert "2 people are in line" in (
        client.get(f"/en/register/{date.thing.code}/").content.decode()
    )


def test_a_seat_given_back_is_offered_to_the_next_who_takes_it(client):
    date = an_event(seats=1)
    first = seated(client, date)
    seated(client, date, name="Anna", email="anna@example.org", language="en")
    seated(client, date, name="Otto", email="otto@example.org", language="et")

    press(client, link_to("ilze@example.org"), "cancel", first.pk)
    offered = states(date)
    anna = Participant.objects.get(name="Anna")
    press(client, link_to("anna@example.org"), "take", anna.pk)

    assert offered == {"Ilze Bērziņa": "cancelled", "Anna": "offered", "Otto": "waiting"}
    assert states(date)["Anna"] == "seated"
    subjects = [mail.subject for mail in mails_to("anna@example.org")]
    assert subjects[2:] == ["A seat is free: Saruna pie tējas", "You have a seat: Saruna pie tējas"]
    assert mails_to("ilze@example.org")[-1].subject


def test_an_offer_that_nobody_answers_goes_to_the_next(client):
    date = an_event(seats=1)
    first = seated(client, date)
    seated(client, date, name="Anna", email="anna@example.org", language="en")
    seated(client, date, name="Otto", email="otto@example.org")
    press(client, link_to("ilze@example.org"), "cancel", first.pk)
    anna = Participant.objects.get(name="Anna")
    Participant.objects.filter(pk=anna.pk).update(offered_until=timezone.now())

    assert due.move_the_lines() == 1
    assert due.move_the_lines() == 0
    late = press(client, link_to("anna@example.org"), "take", anna.pk)

    assert late.status_code == 409
    assert states(date) == {"Ilze Bērziņa": "cancelled", "Anna": "lapsed", "Otto": "offered"}
    assert mails_to("anna@example.org")[-1].subject.startswith("The offer ran out")


def test_an_offer_is_as_long_as_the_organiser_says_but_ends_when_the_meeting_begins(client):
    date = an_event(seats=1, days=1, hours_to_answer=72)
    first = seated(client, date)
    seated(client, date, name="Anna", email="anna@example.org")

    press(client, link_to("ilze@example.org"), "cancel", first.pk)

    assert Participant.objects.get(name="Anna").offered_until == date.starts_at


def test_more_seats_reach_those_in_line(client):
    date = an_event(seats=1)
    seated(client, date)
    seated(client, date, name="Anna", email="anna@example.org")
    event = EventPage.objects.get(
        translation_key=date.thing.translation_key, locale__language_code="lv"
    )
    event.seats = 2
    event.save_revision().publish()

    due.move_the_lines()

    assert states(date)["Anna"] == "offered"


@pytest.mark.parametrize("again", ["Ilze Bērziņa", "ilze  bērziņa", "ILZE BĒRZIŅA "])
def test_the_same_person_stands_there_once(client, again):
    date = an_event(seats=5)
    seated(client, date)

    answer = sign_up(client, date, name=again, email="ILZE@example.org")
    quick = len(mails_to("ilze@example.org"))
    later(minutes=5)
    sign_up(client, date, name=again)
    reminder = mails_to("ilze@example.org")[-1]

    assert answer.status_code == 302
    assert Participant.objects.count() == 1
    # A second press sends nothing; asked again later, the same link comes again.
    assert quick == 2
    assert len(mails_to("ilze@example.org")) == 3
    assert "confirm" not in client.get(link_in(reminder)).content.decode().split("<main")[1]


def test_who_cancelled_may_come_again_at_the_end_of_the_line(client):
    date = an_event(seats=1)
    first = seated(client, date)
    seated(client, date, name="Anna", email="anna@example.org")
    press(client, link_to("ilze@example.org"), "cancel", first.pk)

    sign_up(client, date)
    press(client, link_to("ilze@example.org"), "confirm")

    assert states(date) == {"Ilze Bērziņa": "waiting", "Anna": "offered"}


def test_a_group_signs_up_in_one_go_and_each_is_a_person(client):
    date = an_event(seats=2)

    seated(client, date, others="Anna Ozola\n\n  Pēteris   Kalns \nAnna Ozola")
    people = {one.name: one for one in Participant.objects.all()}
    press(client, link_to("ilze@example.org"), "cancel", people["Anna Ozola"].pk)

    assert states(date) == {
        "Ilze Bērziņa": "seated",
        "Anna Ozola": "cancelled",
        "Pēteris Kalns": "offered",
    }
    assert Registration.objects.count() == 1


def test_seats_kept_for_a_partner_and_a_country_wait_for_them(client):
    partner = Partner.objects.get(slug="valmiera-library")
    kept = [KeptSeats(partner=partner, seats=1), KeptSeats(country="DK", seats=1)]
    date = an_event(seats=3, kept_seats=kept)

    seated(client, date, name="Pirmā", email="1@example.org", country="LV")
    seated(client, date, name="Otrā", email="2@example.org", country="LV")
    seated(client, date, name="Dāne", email="3@example.org", country="DK")
    seated(client, date, name="Savējā", email="4@example.org", partner=partner.pk)
    seated(client, date, name="Dānis", email="5@example.org", country="DK")

    assert states(date) == {
        "Pirmā": "seated",
        "Otrā": "waiting",
        "Dāne": "seated",
        "Savējā": "seated",
        "Dānis": "waiting",
    }


def test_kept_seats_are_for_everybody_from_a_moment_on(client):
    date = an_event(seats=1, kept_seats=[KeptSeats(country="DK", seats=1)])
    seated(client, date)
    assert states(date) == {"Ilze Bērziņa": "waiting"}

    EventPage.objects.filter(translation_key=date.thing.translation_key).update(
        kept_until=timezone.now()
    )
    due.move_the_lines()

    assert states(date) == {"Ilze Bērziņa": "offered"}


def test_with_approval_nobody_has_a_seat_before_the_organiser_says_so(client):
    date = an_event(seats=1, needs_approval=True)

    person = seated(client, date)

    assert person.state == "asked"
    assert not mails_to("ilze@example.org")[-1].calendar


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"takes_registrations": False}, 404),
        ({"is_cancelled": True}, 200),
        ({"registration_opens_at": timezone.now() + timedelta(days=1)}, 200),
        ({"registration_closes_at": timezone.now() - timedelta(days=1)}, 200),
        ({"days": -1}, 200),
    ],
)
def test_where_it_is_closed_nobody_signs_up(client, fields, status):
    date = an_event(**fields)

    shown = client.get(f"/en/register/{date.thing.code}/")
    sent = sign_up(client, date)

    assert (shown.status_code, sent.status_code) == (status, status)
    assert not Registration.objects.exists()
    assert b'name="email"' not in shown.content


def test_who_signed_up_in_time_may_still_confirm(client):
    date = an_event()
    sign_up(client, date)
    EventPage.objects.filter(translation_key=date.thing.translation_key).update(
        registration_closes_at=timezone.now()
    )

    press(client, link_to("ilze@example.org"), "confirm")

    assert states(date) == {"Ilze Bērziņa": "seated"}


def test_a_date_that_was_cancelled_meanwhile_is_not_confirmed(client):
    date = an_event()
    sign_up(client, date)
    EventDate.objects.filter(pk=date.pk).update(is_cancelled=True)

    answer = press(client, link_to("ilze@example.org"), "confirm")

    assert answer.status_code == 409
    assert states(date) == {"Ilze Bērziņa": "unconfirmed"}


def test_what_nobody_confirms_is_erased_after_two_days(client):
    date = an_event(seats=5)
    seated(client, date)
    sign_up(client, date, name="Anna", email="anna@example.org")
    link = link_to("anna@example.org")
    later(hours=47)
    assert due.erase_unconfirmed() == 0
    later(hours=2)

    assert due.erase_unconfirmed() == 1
    assert states(date) == {"Ilze Bērziņa": "seated"}
    assert client.get(link).status_code == press(client, link, "confirm").status_code == 410


def test_needs_are_kept_with_consent_and_apart(client):
    date = an_event(seats=5)

    refused = sign_up(client, date, food="bez riekstiem")
    sign_up(client, date, food="bez riekstiem", agreed="on")
    link = link_to("ilze@example.org")
    press(client, link, "confirm")
    kept = Needs.objects.get().food
    press(client, link, "change", **change_of(date, food="", agreed=""))

    assert refused.status_code == 422
    assert kept == "bez riekstiem"
    assert not Needs.objects.exists()
    assert "riekst" not in "".join(Mail.objects.values_list("body", flat=True))


def change_of(date, **changed) -> dict:
    names = {f"name_{one.pk}": one.name for one in Participant.objects.filter(date=date)}
    return {**names, "organisation": "", "audience": "", "language": "lv", **changed}


def test_a_seat_can_be_passed_on_by_another_name(client):
    date = an_event(seats=5)
    person = seated(client, date, others="Anna")
    link = link_to("ilze@example.org")

    changed = change_of(date, **{f"name_{person.pk}": "Maija Kalniņa"}, organisation="Skola")
    press(client, link, "change", **changed)
    twice = press(client, link, "change", **{**changed, f"name_{person.pk}": "anna"})
    nobody = press(client, link, "change", **{**changed, f"name_{person.pk}": " "})

    assert states(date) == {"Maija Kalniņa": "seated", "Anna": "seated"}
    assert registration_of("ilze@example.org").organisation == "Skola"
    assert (twice.status_code, nobody.status_code) == (409, 422)


def test_a_link_opens_its_own_registration_alone(client):
    date = an_event(seats=5)
    first = seated(client, date)
    seated(client, date, name="Anna", email="anna@example.org")
    link = link_to("anna@example.org")

    press(client, link, "cancel", first.pk)
    broken = client.get(link[:-3] + "x/")
    registration = registration_of("anna@example.org")
    Registration.objects.filter(pk=registration.pk).update(key="another")

    assert states(date) == {"Ilze Bērziņa": "seated", "Anna": "seated"}
    assert broken.status_code == 404
    assert client.get(link).status_code == 410
    assert len(registration.key) * 6 >= 128


def test_all_languages_share_one_pool_of_seats(client):
    date = an_event(seats=1)

    seated(client, date, language="uk")
    answer = sign_up(client, date, "da", name="Anna", email="anna@example.org", language="da")
    press(client, link_to("anna@example.org"), "confirm")

    assert answer.status_code == 302
    assert states(date) == {"Ilze Bērziņa": "seated", "Anna": "waiting"}


def test_each_date_of_a_series_has_its_own_seats(client):
    starts = (timezone.now() + timedelta(days=7)).replace(microsecond=0)
    event = make_event(
        "Valodu kafejnīca",
        starts_at=starts,
        takes_registrations=True,
        seats=1,
        repeats="weekly",
        repeats_until=(starts + timedelta(days=15)).date(),
    )
    first, second, _third = EventDate.objects.filter(thing=thing_of(event)).order_by("starts_at")

    seated(client, first)
    seated(client, second)

    assert states(first) == states(second) == {"Ilze Bērziņa": "seated"}
    assert f"{event.translation_key}-{second.key}" in mails_to("ilze@example.org")[-1].calendar


def test_bad_answers_come_back_with_a_sentence_and_nothing_is_lost(client):
    date = an_event()
    wrong = {"name": "  ", "email": "nobody", "organisation": "Skola <b>", "others": "…"}

    answer = sign_up(client, date, **wrong)
    html = answer.content.decode()

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "email", "others"}
    assert "Skola &lt;b&gt;" in html
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    "hostile",
    [
        {"name": "Ilze\r\nBcc: all@example.org"},
        {"email": "ilze@example.org\nBcc: all@example.org"},
        {"name": "\x00Ilze"},
        {"name": "Z" * 500},
        {"others": "\n".join(f"Persona {n}" for n in range(25))},
        {"organisation": "x" * 200_500},
        {"date": "2031-01-01"},
        {"country": "XX"},
        {"language": "xx"},
        {"began": "0"},
        {"website": "https://spam.example"},
    ],
)
def test_hostile_answers_write_no_second_header_and_end_in_words(client, hostile):
    date = an_event()

    answer = sign_up(client, date, **hostile)

    assert answer.status_code in (302, 413, 422)
    for mail in Mail.objects.all():
        assert "\n" not in mail.subject + mail.to
        assert mail.to == "ilze@example.org"


def test_one_address_is_not_flooded_with_mail(client):
    date = an_event(seats=50)

    said = [sign_up(client, date, name=f"Persona {number}x").status_code for number in range(8)]

    assert said == [302] * 6 + [422] * 2
    assert len(mails_to("ilze@example.org")) == 6


def test_a_page_for_members_takes_nobody_from_outside(client):
    date = an_event()
    page = Page.objects.get(translation_key=date.thing.translation_key, locale__language_code="lv")
    PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert client.get(f"/lv/register/{date.thing.code}/").status_code == 404


def test_word_goes_out_when_it_moves_and_when_it_is_cancelled(client):
    date = an_event(seats=1)
    seated(client, date, language="en")
    seated(client, date, name="Anna", email="anna@example.org", language="fi")
    event = EventPage.objects.get(
        translation_key=date.thing.translation_key, locale__language_code="lv"
    )

    assert due.tell_of_changes() == 0
    event.starts_at += timedelta(days=1)
    event.ends_at += timedelta(days=1)
    event.save_revision().publish()
    assert due.tell_of_changes() == 2
    assert due.tell_of_changes() == 0
    moved = mails_to("ilze@example.org")[-1]
    event = EventPage.objects.get(pk=event.pk)
    event.is_cancelled = True
    event.save_revision().publish()
    due.tell_of_changes()

    assert moved.subject.startswith("Something changed")
    assert "SEQUENCE:1" in moved.calendar
    last = mails_to("ilze@example.org")[-1]
    assert last.subject.startswith("It does not take place")
    assert "STATUS:CANCELLED" in last.calendar
    assert len(mails_to("anna@example.org")) == 4


def test_the_reminder_comes_once_two_days_before_to_those_with_a_seat(client):
    date = an_event(seats=1, days=10)
    seated(client, date, language="en")
    seated(client, date, name="Anna", email="anna@example.org")
    later(days=9)
    assert due.remind() == 0

    EventDate.objects.filter(pk=date.pk).update(
        starts_at=timezone.now() + timedelta(hours=47),
        ends_at=timezone.now() + timedelta(hours=49),
    )

    assert due.remind() == 1
    assert due.remind() == 0
    assert mails_to("ilze@example.org")[-1].subject.startswith("Soon")


def test_the_form_costs_the_same_for_three_dates_and_for_sixty(
    client, django_assert_max_num_queries
):
    starts = (timezone.now() + timedelta(days=7)).replace(microsecond=0)

    def a_series(weeks):
        event = make_event(
            f"Sērija {weeks}",
            starts_at=starts,
            takes_registrations=True,
            seats=3,
            repeats="weekly",
            repeats_until=(starts + timedelta(days=7 * weeks)).date(),
        )
        return f"/lv/register/{thing_of(event).code}/"

    short, long = a_series(2), a_series(59)
    client.get(short)

    for address in (short, long):
        with django_assert_max_num_queries(10):
            answer = client.get(address)
    assert len(answer.context["dates"]) == 60


def test_the_page_of_the_event_leads_to_the_form_and_is_the_same_for_everybody(client):
    date = an_event(seats=1)
    page = EventPage.objects.get(
        translation_key=date.thing.translation_key, locale__language_code="uk"
    )

    before = client.get(page.url).content
    seated(client, date)
    after = Client().get(page.url).content

    assert f'href="/uk/register/{date.thing.code}/"'.encode() in before
    assert before == after


def test_the_link_of_the_meeting_is_nowhere_but_with_those_who_have_a_seat(client):
    date = an_event(seats=1, online_link="https://meet.example.org/secret")
    seated(client, date)
    seated(client, date, name="Anna", email="anna@example.org")

    page = EventPage.objects.get(
        translation_key=date.thing.translation_key, locale__language_code="lv"
    )
    shown = [client.get(page.url), client.get(f"/r/{date.thing.code}/lv.ics")]
    shown += [client.get(link_to("anna@example.org")), client.get("/lv/events/")]

    assert all(b"secret" not in answer.content for answer in shown)
    assert "secret" not in str(page.record())
    assert "secret" not in "".join(mail.body for mail in mails_to("anna@example.org"))
    assert b"secret" in client.get(link_to("ilze@example.org")).content
