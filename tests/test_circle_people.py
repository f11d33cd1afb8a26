"""People who help: found only with their consent, written to without an address, forgotten at once."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from circle import due
from circle.helper import FoundBy, Helper, HelperConsent
from circle.helpers import tell_of_consent
from hub.mail_queue import send_due
from hub.models import Mail, Message
from partners.models import Partner
from tests.builders import make_user
from tests.test_hub_say import answers

HERE = {"Sec-Fetch-Site": "same-origin"}
NAME = "Ziedonīte Nekurmanova"


def a_helper(found_by=FoundBy.PEOPLE, **changed) -> Helper:
    today = timezone.localdate()
    facts = {
        "partner": Partner.objects.get(slug="valmiera-library"),
        "found_by": found_by,
        "name": NAME,
        "email": "ziedonite@example.org",
        "language": "lv",
        "about": ["talk"],
        "spoken": ["lv", "uk"],
        "country": "LV",
        "town": "Valmiera",
        "offers": "Eju līdzi pie ārsta.",
        "until": today + timedelta(days=90),
        "consent_on": today,
        "consent_how": "paper",
        "is_public": True,
    }
    row = Helper(**{**facts, **changed})
    row.full_clean(exclude=["thing"])
    row.save()
    return row


def dump() -> str:
    """Every text of every table."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = []
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608  names of our own tables
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def write_to(client, row, text="Vai Ziedonīte Nekurmanova var palīdzēt?"):
    address = f"/lv/say/{row.thing.code}/?kind=relay"
    data = answers(kind="relay", text=text, reply_to="kads@example.org")
    return client.post(address, data, headers=HERE)


def test_a_person_is_found_with_a_consent_and_never_without(demo, client):
    with pytest.raises(ValidationError):
        a_helper(consent_on=None)
    with pytest.raises(ValidationError):
        a_helper(until=timezone.localdate() + timedelta(days=800))
    row = a_helper(is_public=False, consent_on=None, consent_how="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Helper.objects.filter(pk=row.pk).update(is_public=True)

    assert NAME not in client.get("/lv/support-circle/people/").content.decode()
    a_helper()
    shown = client.get("/lv/support-circle/people/")

    assert NAME in shown.content.decode()
    assert "ziedonite@example.org" not in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"


def test_helpers_are_found_by_helpers_through_the_same_rules(demo, client):
    a_helper(FoundBy.HELPERS)

    def is_shown(query):
        return NAME in client.get(f"/uk/support-circle/helpers/{query}").content.decode()

    assert is_shown("")
    assert is_shown("?need=talk&language=uk&country=LV")
    assert not is_shown("?need=work")
    assert not is_shown("?country=DK")
    assert NAME not in client.get("/uk/support-circle/people/").content.decode()


def test_the_short_code_leads_to_the_directory_and_the_thing_has_no_title(demo, client):
    row = a_helper()

    answer = client.get(f"/r/{row.thing.code}/", headers={"Accept-Language": "uk"})

    assert (answer.status_code, answer.url) == (302, "/uk/support-circle/")
    assert row.thing.titles == {}
    assert str(row) == row.thing.code


def test_a_message_is_passed_on_to_the_person_alone(demo, client):
    row = a_helper()
    Mail.objects.all().delete()
    form = client.get(f"/lv/say/{row.thing.code}/?kind=relay")

    sent = write_to(client, row)
    send_due()

    assert form.status_code == 200
    assert "ziedonite@example.org" not in form.content.decode()
    assert sent.status_code == 302
    (letter,) = [one for one in mail.outbox if "Nekurmanova" in one.body]
    assert letter.to == ["ziedonite@example.org"]
    assert letter.reply_to == ["kads@example.org"]


def test_withdrawing_leaves_no_name_anywhere_and_a_tombstone_without_it(demo, client):
    row = a_helper()
    tell_of_consent(row)
    write_to(client, row)
    send_due()
    letter = next(one for one in mail.outbox if "/m/" in one.body)
    link = re.search(r"http://\S+?(/lv/m/\S+)", letter.body)[1]
    assert "Nekurmanova" in dump()

    shown = client.get(link)
    assert Helper.objects.filter(name=NAME).exists()
    client.post(link, headers=HERE)

    assert NAME in shown.content.decode()
    assert "Nekurmanova" not in dump()
    assert "ziedonite" not in dump()
    assert client.get(f"/r/{row.thing.code}/").status_code == 410
    assert "Nekurmanova" not in client.get(f"/r/{row.thing.code}/").content.decode()
    for address in ("support-circle/people/", "search/?q=Nekurmanova"):
        found = client.get(f"/lv/{address}").content.decode().replace("q=Nekurmanova", "")
        assert NAME not in found
    assert client.get(f"/lv/say/{row.thing.code}/").status_code == 404
    assert client.get(link).status_code == 200
    consent = HelperConsent.objects.get(thing=row.thing)
    assert consent.withdrawn_at is not None


def test_whose_time_is_over_is_forgotten_by_itself(demo, client, monkeypatch):
    row = a_helper(until=timezone.localdate() + timedelta(days=1))
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=2))

    assert NAME not in client.get("/lv/support-circle/people/").content.decode()
    assert due.forget_people_whose_time_is_over() == 1
    assert due.forget_people_whose_time_is_over() == 0

    assert Message.objects.filter(thing=row.thing).count() == 0
    assert "Nekurmanova" not in dump()


def test_members_look_after_the_people_of_their_partner_and_of_no_other(demo, client):
    valmiera, kardla = (
        Partner.objects.get(slug=slug) for slug in ("valmiera-library", "kardla-town-library")
    )
    mine, theirs = a_helper(), a_helper(partner=kardla, name="Keegi Teine")
    member = make_user("member-of-test", groups=[valmiera.authors])
    client.force_login(member)

    listed = client.get(reverse("helper:index")).content.decode()
    assert NAME in listed
    assert "Keegi Teine" not in listed
    assert client.get(reverse("helper:edit", args=[mine.pk])).status_code == 200
    assert client.get(reverse("helper:edit", args=[theirs.pk])).status_code in (302, 403, 404)
    client.post(reverse("helper:delete", args=[theirs.pk]))
    assert Helper.objects.filter(pk=theirs.pk).exists()

    client.post(reverse("helper:delete", args=[mine.pk]))
    assert "Nekurmanova" not in dump()


def test_an_entry_in_the_admin_without_consent_is_not_made_public(demo, client):
    valmiera = Partner.objects.get(slug="valmiera-library")
    client.force_login(make_user("member-of-test", groups=[valmiera.authors]))
    facts = {
        "partner": valmiera.pk,
        "found_by": "people",
        "name": NAME,
        "email": "ziedonite@example.org",
        "language": "lv",
        "about": ["talk"],
        "spoken": ["lv"],
        "country": "LV",
        "offers": "Klausos.",
        "until": str(timezone.localdate() + timedelta(days=30)),
        "is_public": "on",
    }

    refused = client.post(reverse("helper:add"), facts)
    assert refused.status_code == 200
    assert not Helper.objects.filter(name=NAME).exists()

    today = str(timezone.localdate())
    client.post(reverse("helper:add"), {**facts, "consent_on": today, "consent_how": "mail"})
    assert Helper.objects.to_be_found().filter(name=NAME).count() == 1
    assert Mail.objects.filter(to="ziedonite@example.org").count() == 1
