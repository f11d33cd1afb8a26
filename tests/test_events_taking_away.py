"""What leaves the organiser's screens: mails to many, lists as files, sheets of paper; all of it known."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from events.event_date import EventDate
from events.organising.day_code import date_of_code, day_code
from events.organising.log import EXPORTED, entries_of
from events.registrations.models import Needs, Participant, State
from hub.models import Mail
from hub.second_factor import needs_second_factor
from partners.roles import EXPORTER, Role, end, give, roles_of
from tests.builders import make_user
from tests.editing import a_coordinator, a_publisher, an_author, signed_in
from tests.registering import HERE, an_event, answers
from tests.second_factor import give_factor
from tests.test_events_organising import place, said, somebody, today

pytestmark = pytest.mark.usefixtures("demo")

TRICKS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "x;=1+1", 'a";=cmd|x']


def letter(**changed) -> dict:
    return {"to": ["seated"], "subject": "Līdzi", "text": "Ņemiet krūzi.", **changed}


def mails(subject="Līdzi") -> list[Mail]:
    return list(Mail.objects.filter(subject__startswith=subject).order_by("to"))


# --- mails ------------------------------------------------------------------------------------


def test_a_mail_is_looked_at_and_then_goes_once_to_each_address_in_its_own_language():
    event, organiser = an_event(), an_author()
    first = somebody(event, "Pirmā", email="a@example.org")
    Participant.objects.create(
        date=event,
        registration=first.registration,
        email="a@example.org",
        name="Viņas dēls",
        state=State.SEATED,
    )
    ukrainian = somebody(event, "Олена", email="b@example.org")
    ukrainian.registration.language = "uk"
    ukrainian.registration.save()
    for number, state in enumerate([State.WAITING, State.CANCELLED, State.DECLINED]):
        somebody(event, f"Cits {number}", state, email=f"other{number}@example.org")

    preview = organiser.post(place("mail", event), letter())
    before = len(mails())
    send = letter(deed="send", once=preview.context["once"])
    organiser.post(place("mail", event), send)
    organiser.post(place("mail", event), send)

    assert preview.context["number"] == 2
    assert before == 0
    mine, other = mails()
    assert [one.to for one in (mine, other)] == ["a@example.org", "b@example.org"]
    assert (mine.subject, mine.reply_to, mine.language) == ("Līdzi", organiser.user.email, "lv")
    assert "Ņemiet krūzi." in mine.body
    assert organiser.user.get_username() in mine.body
    assert "/lv/m/" in mine.body
    assert "/uk/m/" in other.body
    (entry,) = entries_of(event)
    assert (entry.user, entry.data) == (organiser.user, {"number": 2, "to": ["seated"]})


def test_no_subject_starts_another_header():
    event = an_event()
    somebody(event, email="a@example.org")
    subject = "Sveiki\r\nBcc: all@example.org\x85\u2028X: y"

    an_author().post(place("mail", event), letter(subject=subject, deed="send", once=uuid4()))

    (mail,) = mails("Sveiki")
    assert mail.subject == "Sveiki Bcc: all@example.org X: y"


def test_the_preview_shows_the_words_and_nobodys_own_link():
    event = an_event()
    somebody(event, email="a@example.org")

    shown = said(an_author().post(place("mail", event), letter(text="<b>Krūze</b>")))

    assert "&lt;b&gt;Krūze&lt;/b&gt;" in shown
    assert "/m/" not in shown


def test_a_mail_to_nobody_or_without_words_comes_back_with_a_sentence():
    event, organiser = an_event(), an_author()
    somebody(event, state=State.UNCONFIRMED, confirmed_at=None)

    nobody = organiser.post(place("mail", event), letter(deed="send", once=uuid4()))
    empty = organiser.post(place("mail", event), letter(subject="", deed="send", once=uuid4()))
    none = organiser.post(place("mail", event), {"deed": "send", "once": "x"})

    assert [one.status_code for one in (nobody, empty, none)] == [422, 422, 422]
    assert "Nobody with an address fits." in said(nobody)
    assert "Ņemiet krūzi." in said(empty)
    assert mails() == []


# --- files ------------------------------------------------------------------------------------


def exporter():
    organiser = an_author()
    give(organiser.user, Role(EXPORTER))
    give_factor(organiser.user)
    return organiser


def table_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_no_cell_of_either_file_is_a_formula_for_a_spreadsheet():
    event, client = an_event(), a_coordinator()
    for number, trick in enumerate(TRICKS):
        somebody(event, trick, email=f"{number}@example.org", organisation=trick)

    lines = table_of(client.post(place("export", event), {"format": "csv"}))
    book = client.post(place("export", event), {"format": "xlsx"})
    cells = [cell for row in load_workbook(io.BytesIO(book.content)).active for cell in row]

    assert len(lines) == 1 + len(TRICKS)
    words = [cell for line in lines for part in line for cell in part.split(";")]
    values = [part for cell in cells for part in str(cell.value or "").split(";")]
    for word in (*words, *values):
        assert not word.lstrip().startswith(("=", "+", "-", "@"))
    assert "f" not in {cell.data_type for cell in cells}


def test_the_hours_are_those_of_the_clock_of_the_place():
    starts_at = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    event = an_event(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), time_zone="Europe/Copenhagen"
    )
    person = somebody(event)
    Participant.objects.filter(pk=person.pk).update(attended_at=starts_at)

    head, line = table_of(a_coordinator().post(place("export", event), {"format": "csv"}))

    row = dict(zip(head, line, strict=True))
    assert (row["Begins"], row["Ends"]) == ("2027-03-28 03:30", "2027-03-28 04:30")
    assert row["Here since"] == "2027-03-28 03:30"


def test_needs_leave_only_when_somebody_who_may_see_them_ticks_so():
    event = an_event()
    person = somebody(event)
    Needs.objects.create(
        registration=person.registration, access="Ratiņkrēsls", agreed_at=timezone.now()
    )
    coordinator, author = a_coordinator(), exporter()

    plain = coordinator.post(place("export", event), {"format": "csv"})
    full = coordinator.post(place("export", event), {"format": "csv", "needs": "on"})
    refused = author.post(place("export", event), {"format": "csv", "needs": "on"})

    assert "Ratiņkrēsls" not in said(plain)
    assert "Ratiņkrēsls" in said(full)
    assert refused.url == reverse("wagtailadmin_home")


def test_who_took_which_list_away_is_written_down_without_a_name_from_it():
    event, organiser = an_event(), exporter()
    somebody(event, "Jānis Bērziņš", email="janis@example.org")

    organiser.post(place("export", event), {"format": "xlsx"})
    log = said(a_publisher().get(place("log", event)))

    (entry,) = entries_of(event)
    assert (entry.action, entry.user) == (EXPORTED, organiser.user)
    assert entry.data == {"format": "xlsx", "number": 1, "needs": False}
    assert "Took the list away as XLSX: 1 person" in log
    assert organiser.user.get_username() in log
    assert "janis@example.org" not in log


def test_only_who_has_the_role_takes_lists_away_and_needs_a_second_step_for_it():
    event, somebody_else = an_event(), make_user("taker")
    author = an_author()
    before = author.post(place("export", event), {"format": "csv"})

    give(author.user, Role(EXPORTER))
    give(somebody_else, Role(EXPORTER))
    after = an_author("valmiera-library", "lv")
    give(after.user, Role(EXPORTER))
    owing = after.post(place("export", event), {"format": "csv"})
    give_factor(after.user)

    assert before.url == reverse("wagtailadmin_home")
    assert owing.url.startswith("/account/")
    assert after.post(place("export", event), {"format": "csv"}).status_code == 200
    # The role opens nobody else's lists.
    assert signed_in(somebody_else).post(place("export", event)).status_code in (302, 403, 404)
    assert needs_second_factor(type(author.user).objects.get(pk=author.user.pk))
    assert EXPORTER in [role.kind for role in roles_of([author.user])[author.user.pk]]
    end(author.user, Role(EXPORTER))
    assert not needs_second_factor(type(author.user).objects.get(pk=author.user.pk))


# --- paper ------------------------------------------------------------------------------------


def test_the_sheet_to_sign_has_those_with_a_seat_by_the_alphabet_and_no_address():
    event = an_event()
    for name in ("Ziedonis", "Āboliņa", "Bērziņš"):
        somebody(event, name, email=f"{len(name)}@example.org", organisation="Skola")
    somebody(event, "Rindā", State.WAITING, line=1)

    sheet = an_author().get(place("sheet", event))
    ukrainian = an_author("valmiera-library", "lv").get(place("sheet", event, **{"in": "uk"}))

    assert [one.name for one in sheet.context["signers"]] == ["Āboliņa", "Bērziņš", "Ziedonis"]
    assert "@example.org" not in said(sheet)
    assert "Rindā" not in said(sheet)
    assert '<html lang="lv"' in said(sheet)
    assert '<html lang="uk"' in said(ukrainian)


# --- the code of the day ----------------------------------------------------------------------


def on_the_day(zone: str, day: date, hour=10) -> EventDate:
    starts_at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    return an_event(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), time_zone=zone)


@pytest.mark.parametrize("zone", ["Europe/Riga", "Europe/Copenhagen", "Pacific/Kiritimati"])
def test_the_code_is_good_on_its_day_by_the_clock_of_the_place_and_three_hours_around(zone):
    event = on_the_day(zone, date(2027, 3, 28))
    code = day_code(event, date(2027, 3, 28))

    def is_good(*moment) -> bool:
        at = datetime(*moment, tzinfo=ZoneInfo(zone))
        return date_of_code(event.thing, code.lower().replace("-", " "), at) == event

    assert is_good(2027, 3, 28, 0, 5)
    assert is_good(2027, 3, 28, 23, 55)
    assert is_good(2027, 3, 29, 2, 50)
    assert is_good(2027, 3, 27, 21, 10)
    assert not is_good(2027, 3, 29, 3, 10)
    assert not is_good(2027, 3, 27, 20, 50)


def test_the_code_of_one_day_or_date_is_none_for_another():
    event = an_event(days=0, starts_at=timezone.now(), ends_at=timezone.now() + timedelta(days=2))
    other = today(title="Cita")
    now = timezone.now()
    local = now.astimezone(ZoneInfo(event.time_zone)).date()

    assert date_of_code(event.thing, day_code(event, local), now) == event
    assert date_of_code(event.thing, day_code(event, event.last_day), now) is None
    assert date_of_code(event.thing, day_code(other, local), now) is None
    assert date_of_code(event.thing, "", now) is None


def here(event) -> str:
    return f"/lv/register/{event.thing.code}/here/"


def code_of(event) -> str:
    return day_code(event, timezone.now().astimezone(ZoneInfo(event.time_zone)).date())


def check_in(client, event, **changed):
    form = {**answers(), "day": code_of(event), "name": "", **changed}
    return client.post(here(event), form, headers=HERE)


def test_somebody_with_a_seat_says_that_they_are_here_without_a_cookie(client):
    event = today()
    person = somebody(event, email="ilze@example.org")

    form = client.get(here(event), {"day": code_of(event)})
    sent = check_in(client, event, email="ILZE@example.org")
    again = check_in(client, event, email="ilze@example.org")
    done = client.get(here(event) + sent.url)

    assert (form.status_code, sent.status_code, again.status_code) == (200, 302, 302)
    assert Participant.objects.get(pk=person.pk).attended_at is not None
    assert not client.cookies
    assert form.headers["Cache-Control"].count("no-store") == 1
    assert person.name not in said(done)


def test_whoever_is_not_found_gets_one_answer_whatever_the_reason(client):
    event = today()
    somebody(event, "Gaidītājs", State.WAITING, email="waiting@example.org", line=1)
    somebody(event, "Atteicējs", State.CANCELLED, email="gone@example.org")
    first = somebody(event, "Pirmā", email="two@example.org")
    Participant.objects.create(
        date=event,
        registration=first.registration,
        email="two@example.org",
        name="Otrais",
        state=State.SEATED,
    )
    addresses = ["nobody@example.org", "waiting@example.org", "gone@example.org", "two@example.org"]

    answers_ = [check_in(client, event, email=address, began=BEGAN) for address in addresses]
    bodies = {
        said(one).replace(address, "…") for one, address in zip(answers_, addresses, strict=True)
    }
    named = check_in(client, event, email="two@example.org", name="otrais")

    assert {one.status_code for one in answers_} == {422}
    assert len(bodies) == 1
    assert "Pirmā" not in bodies.pop()
    assert named.status_code == 302
    assert [one.name for one in Participant.objects.exclude(attended_at=None)] == ["Otrais"]


BEGAN = answers()["began"]


def test_many_misses_send_everybody_to_the_desk(client):
    event = today()
    somebody(event, email="ilze@example.org")
    for number in range(30):
        check_in(client, event, email=f"guess{number}@example.org")

    assert check_in(client, event, email="ilze@example.org").status_code == 422
    assert not Participant.objects.exclude(attended_at=None).exists()


def test_a_form_from_elsewhere_or_with_an_old_code_notes_nobody(client):
    event = today()
    somebody(event, email="ilze@example.org")
    form = {**answers(), "day": code_of(event)}

    elsewhere = client.post(here(event), form, headers={"Sec-Fetch-Site": "cross-site"})
    old = check_in(client, event, day="AAAA-AAAA")
    hurried = check_in(client, event, began="")

    assert [one.status_code for one in (elsewhere, old, hurried)] == [403, 422, 422]
    assert "This code is not good today." in said(old) or "kods" in said(old)
    assert not Participant.objects.exclude(attended_at=None).exists()


def test_the_sheet_for_the_door_has_the_code_of_the_day_and_leads_to_the_form(client):
    event = today()

    sheet = an_author().get(place("check_in", event))
    letters = sheet.context["letters"]

    assert letters == code_of(event)
    assert sheet.context["address"].endswith(here(event))
    assert date_of_code(event.thing, letters, timezone.now()) == event
