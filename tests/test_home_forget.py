"""Whoever asks may see all that the hub holds about them, take it along, and have it erased."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page
from wagtail.users.models import UserProfile

from events import due
from events.certificates import code
from events.certificates.links import CERTIFICATE, link_of
from events.registrations import deeds
from events.registrations.evidence import Evidence
from events.registrations.models import Attendance, Participant, Registration, State
from hub.mail_queue import queue
from hub.models import Mail, Message
from partners.invitations import Invitation, invite
from partners.roles import Role, give
from tests.attending import attend, date_of, past_event
from tests.builders import make_event, make_guide, make_user, thing_of
from tests.editing import a_coordinator, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo", "own_ground_again")]

ADDRESS, NAME = "liga.zalite@example.net", "Līga Zālīte"
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def own_ground_again(demo, tmp_path, settings):
    """Files and keys of a test go with it."""
    settings.HUB_DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


def dump() -> str:
    """All that the database holds, as this transaction sees it."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return "\n".join(connection.connection.iterdump())
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row_to_json(one)::text FROM "{table}" AS one')  # noqa: S608
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def traces_of(*words) -> list[str]:
    """Which of `words`, in any case and as JSON writes them, are left in database or files."""
    files = [file for file in django_settings.HUB_DATA.rglob("*") if file.is_file()]
    data = dump().encode() + b"".join(file.read_bytes() for file in files)
    text = data.decode(errors="replace").casefold()
    escaped = [json.dumps(one)[1:-1] for one in words]
    nested = [json.dumps(one)[1:-1] for one in escaped]
    forms = {form.casefold() for form in (*words, *escaped, *nested)}
    return sorted(form for form in forms if form in text)


def forget(address=ADDRESS, *args) -> str:
    out = StringIO()
    call_command("forget", address, *args, stdout=out)
    return out.getvalue()


def test_nothing_of_a_person_is_left_and_the_certificate_still_verifies():
    event = make_event("Stāstu vakars", takes_registrations=True, starts="2036-03-03 10:00")
    date = date_of(event)
    sheet = deeds.Sheet(
        email=ADDRESS.title(),
        names=[NAME],
        language="lv",
        organisation="Cēsu bibliotēka",
        food="bez gaļas",
        agreed=True,
    )
    registration = deeds.sign_up(date.pk, sheet)
    deeds.confirm(registration)
    assert Participant.objects.get().state == State.SEATED
    # The day comes, and goes.
    Participant.objects.update(attended_at=timezone.now())
    gone = {"starts_at": timezone.now() - timedelta(hours=3), "ends_at": timezone.now()}
    type(date).objects.filter(pk=date.pk).update(**gone)
    assert due.thank() == 1
    registration.refresh_from_db()
    person = registration.participants.get()
    letters = code.code_for(date, 90, person.name)
    assert Client().get(link_of(registration, CERTIFICATE)).status_code == 200
    Message.objects.create(
        thing=thing_of(event), kind="relay", language="lv", text="Sveiki!", reply_to=ADDRESS
    )
    Message.objects.create(
        thing=thing_of(event), kind="feedback", language="lv", text=f"Paldies, {NAME}!"
    )
    queue("other@example.org", f"{NAME} raksta", f"{ADDRESS} raksta", "lv", reply_to=ADDRESS)
    log(event, "wagtail.edit", data={"label": NAME, "told": [ADDRESS]})
    assert len(traces_of(ADDRESS, NAME)) >= 2

    forget()

    assert traces_of(ADDRESS, NAME, "bez gaļas") == []
    assert not Registration.objects.exists()
    assert Attendance.objects.get(date=date).numbers["attended"] == 1
    kept = Mail.objects.get(to="other@example.org")
    assert (kept.subject, kept.body, kept.reply_to) == ("… raksta", "… raksta", "")
    assert Message.objects.get().text == "Paldies, …!"
    answer = Client(headers={**HERE, "Accept-Language": "en"}).post(f"/v/{letters}", {"name": NAME})
    assert "Yes, this certificate was given to this name" in answer.content.decode()


def test_the_log_says_who_erased_and_not_whom():
    client = a_coordinator()
    attend(date_of(past_event()), NAME, email=ADDRESS)

    answer = client.post("/admin/forget/", {"address": ADDRESS, "deed": "erase", "sure": "on"})

    assert answer.status_code == 200
    entry = ModelLogEntry.objects.get(action="home.person_erased")
    assert entry.user == client.user
    assert traces_of(ADDRESS, NAME) == []


def test_the_screen_shows_all_hands_it_over_and_erases_only_when_one_is_sure():
    client = a_coordinator()
    attend(date_of(past_event()), NAME, "Ada Kalna", email=ADDRESS, needs="bez gaļas")
    queue(ADDRESS, "Sveiki", "Teksts", "lv")

    shown = client.post("/admin/forget/", {"address": f" {ADDRESS.upper()} ", "deed": "look"})
    taken = client.post("/admin/forget/", {"address": ADDRESS, "deed": "export"})
    unsure = client.post("/admin/forget/", {"address": ADDRESS, "deed": "erase"})
    wrong = client.post("/admin/forget/", {"address": "nav adrese", "deed": "erase", "sure": "on"})

    page = shown.content.decode()
    for words in (NAME, "Ada Kalna", "bez gaļas", "Stāstu vakars", "Sveiki"):
        assert words in page
    assert "no-store" in shown["Cache-Control"]
    assert "no-store" in taken["Cache-Control"]
    data = taken.json()
    assert data["address"] == ADDRESS
    assert data["names"] == ["Ada Kalna", NAME]
    (registration,) = data["held"]["Registrations"]
    assert registration["needs"] == {"food": "bez gaļas", "access": ""}
    assert [one["name"] for one in registration["people"]] == [NAME, "Ada Kalna"]
    assert (unsure.status_code, wrong.status_code) == (422, 422)
    assert "Write a whole e-mail address." in wrong.content.decode()
    assert Registration.objects.count() == 1
    erased = client.post("/admin/forget/", {"address": ADDRESS, "deed": "erase", "sure": "on"})
    again = client.post("/admin/forget/", {"address": ADDRESS, "deed": "erase", "sure": "on"})
    assert "It is done" in erased.content.decode()
    assert "There was nothing to erase." in again.content.decode()


def test_the_screen_is_nobodys_but_theirs():
    somebody = signed_in(make_user("autore"))

    assert somebody.get("/admin/forget/").status_code == 404
    assert Client().get("/admin/forget/").status_code == 302


def test_a_seat_that_becomes_free_is_offered_to_the_next():
    event = make_event(
        "Māla darbnīca", takes_registrations=True, seats=1, starts="2036-03-03 10:00"
    )
    date = date_of(event)
    for email, name in ((ADDRESS, NAME), ("ada@example.org", "Ada Kalna")):
        deeds.confirm(deeds.sign_up(date.pk, deeds.Sheet(email, [name], "lv")))
    assert Participant.objects.get(name="Ada Kalna").state == State.WAITING

    forget()

    assert Participant.objects.get().state == State.OFFERED
    assert Mail.objects.filter(to="ada@example.org").count() == 3
    # It has not been: there is nothing to count.
    assert not Attendance.objects.exists()


def test_who_was_written_down_by_others_is_listed_and_goes_by_name():
    date = date_of(past_event())
    attend(date, NAME, email=ADDRESS)
    attend(date, "Ada Kalna", NAME, email="ada@example.org")
    Evidence.objects.create(date=date, name=NAME)

    said = forget()

    assert f"By hand: participant “{NAME}”" in said
    assert not Evidence.objects.exists()
    forget(ADDRESS, "--name", NAME)
    assert traces_of(ADDRESS, NAME) == []
    assert [one.name for one in Participant.objects.all()] == ["Ada Kalna"]
    assert Attendance.objects.get(date=date).numbers["attended"] == 2


def test_an_account_becomes_nobodys_and_its_works_stay():
    guide = make_guide("Tējas vakars")
    person = make_user("liga", first_name="Līga", last_name="Zālīte")
    get_user_model().objects.filter(pk=person.pk).update(email=ADDRESS, username=ADDRESS)
    person.refresh_from_db()
    Page.objects.filter(pk=guide.pk).update(owner=person)
    give(person, Role("translator", "uk"))
    log(guide, "wagtail.edit", user=person)
    log(person, "people.joined", user=person)
    avatar = default_storage.save("avatar_images/liga.png", ContentFile(b"liga"))
    UserProfile.objects.update_or_create(user=person, defaults={"avatar": avatar})
    invite(email=ADDRESS, roles=["coordinator"], language="lv", name=NAME)
    session = SessionStore()
    session["account_authentication_methods"] = [{"method": "password", "email": ADDRESS}]
    session.create()

    forget()

    assert traces_of(ADDRESS, NAME) == []
    assert not default_storage.exists(avatar)
    assert not Session.objects.filter(pk=session.session_key).exists()
    assert not Invitation.objects.exists()
    person.refresh_from_db()
    assert (person.username, person.is_active) == (f"erased-{person.pk}", False)
    entries = ModelLogEntry.objects.filter(
        object_id=person.pk, content_type=ContentType.objects.get_for_model(person)
    )
    assert set(entries.values_list("label", flat=True)) == {person.username}
    assert not person.groups.exists()
    assert not person.authenticator_set.exists()
    assert Page.objects.get(pk=guide.pk).owner == person


def test_the_last_administrator_and_ones_own_account_are_not_erased():
    people = get_user_model().objects
    people.filter(is_superuser=True).update(is_superuser=False)
    chief = make_user("galvena", is_superuser=True)
    queue(chief.email, "Sveiki", "Teksts", "lv")

    with pytest.raises(CommandError, match="at least one administrator"):
        forget(chief.email)
    refused = signed_in(chief).post(
        "/admin/forget/", {"address": chief.email, "deed": "erase", "sure": "on"}
    )

    assert refused.status_code == 403
    assert "never oneself" in refused.content.decode()
    assert people.get(pk=chief.pk).is_active
    assert Mail.objects.filter(to=chief.email).exists()


def test_what_stands_in_a_page_is_listed_and_after_mending_older_versions_give_it_up():
    step = {"title": f"Zvani: {NAME}", "minutes": 5, "text": "<p>Durvis.</p>", "note": ""}
    guide = make_guide("Tējas vakars", aim=f"Jautā: {NAME}, {ADDRESS}.", steps=[("step", step)])
    attend(date_of(past_event()), NAME, email=ADDRESS)

    said = forget()

    assert f"By hand: page “Tējas vakars” /admin/pages/{guide.pk}/edit/" in said
    guide.refresh_from_db()
    assert NAME in guide.aim
    guide.aim, guide.steps = "Jautā mums.", [("step", {**step, "title": "Zvani"})]
    guide.save_revision().publish()
    assert "By hand" not in forget(ADDRESS, "--name", NAME)
    assert traces_of(ADDRESS, NAME) == []
    assert guide.revisions.count() == 2
    old = guide.revisions.order_by("pk").first().content
    assert old["aim"] == "Jautā: …, …."
    assert json.loads(old["steps"])[0]["value"]["title"] == "Zvani: …"


def test_others_of_the_same_first_name_keep_it():
    attend(date_of(past_event()), "Līga", email=ADDRESS)
    attend(date_of(past_event()), "Līga Bērza", email="liga@example.org")
    Message.objects.create(kind="feedback", language="lv", text="Līga palīdzēja.")

    forget()

    assert Participant.objects.get().name == "Līga Bērza"
    assert Message.objects.get().text == "Līga palīdzēja."


def test_an_address_that_is_none_is_refused_in_a_sentence():
    for address in ("", "%", "liga", "a@b"):
        with pytest.raises(CommandError, match="Write a whole e-mail address"):
            forget(address)
    assert "0" in forget("nobody@example.org")


def test_the_export_of_the_command_erases_nothing():
    attend(date_of(past_event()), NAME, email=ADDRESS)

    data = json.loads(forget(ADDRESS, "--export"))

    assert data["held"]["Registrations"][0]["people"][0]["name"] == NAME
    assert Registration.objects.exists()
