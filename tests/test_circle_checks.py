"""The directory is kept true by people: asked, confirmed, changed, closed, or ignored for a year."""

import re
import time
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.utils import timezone
from wagtail.models import PageLogEntry

from circle import due
from circle.models import ServiceCheck, ServicePage, ServiceRow
from home.due import keep_house
from hub import search
from hub.mail_queue import send_due
from hub.models import Mail, Message
from tests.builders import in_language, make_service, thing_of

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def clock(monkeypatch):
    """Move the clock of Django and of its signatures by so many days, as often as wanted."""
    moved = [timedelta()]
    now, seconds = timezone.now, time.time
    monkeypatch.setattr(timezone, "now", lambda: now() + moved[0])
    monkeypatch.setattr(signing.time, "time", lambda: seconds() + moved[0].total_seconds())

    def go(days):
        moved[0] += timedelta(days=days)

    return go


@pytest.fixture
def service(demo):
    Mail.objects.all().delete()
    return make_service("Dzirnavu tējnīca", email="istaba@example.org")


def asked() -> list[str]:
    """The links of the mails that went out now."""
    mail.outbox.clear()
    send_due()
    ours = [one for one in mail.outbox if one.to == ["istaba@example.org"]]
    return [re.search(r"http://\S+?(/lv/m/\S+)", one.body)[1] for one in ours]


def is_listed(client, page, code="lv") -> bool:
    answer = client.get(f"/{code}/support-circle/?need=talk&town=Valmiera")
    return page.title in answer.content.decode()


def is_found(page) -> bool:
    return bool(search.find("Dzirnavu tējnīca", "lv").total)


def test_an_organisation_is_asked_after_half_a_year_and_confirms_without_an_account(
    service, client, clock
):
    clock(181)
    due.ask_organisations()
    assert asked() == []

    clock(2)
    assert due.ask_organisations() == 1
    assert due.ask_organisations() == 0
    (link,) = asked()
    before = ServicePage.objects.get(pk=service.pk).checked_on
    shown = client.get(link)
    unchanged = ServicePage.objects.get(pk=service.pk).checked_on
    done = client.post(link, {"answer": "right"}, headers=HERE)

    assert shown.status_code == done.status_code == 200
    assert not shown.cookies
    assert unchanged == before
    assert ServicePage.objects.get(pk=service.pk).checked_on == timezone.localdate()
    assert in_language(service, "uk").checked_on == timezone.localdate()
    assert PageLogEntry.objects.filter(page=service.pk, action="hub.still_correct").exists()
    assert ServiceRow.objects.get(thing=thing_of(service)).right_on == timezone.localdate()


def test_what_has_changed_reaches_the_people_who_look_after_the_entry(service, client, clock):
    clock(200)
    due.ask_organisations()
    (link,) = asked()
    empty = client.post(link, {"answer": "change"}, headers=HERE)
    client.post(link, {"answer": "change", "text": "Jauns tālrunis"}, headers=HERE)
    client.post(link, {"answer": "change", "text": "Jauns tālrunis"}, headers=HERE)

    assert empty.status_code == 422
    message = Message.objects.get(thing=thing_of(service))
    assert (message.kind, message.text) == ("report", "Jauns tālrunis")
    assert PageLogEntry.objects.filter(page=service.pk, action="circle.change_told").count() == 1
    assert ServicePage.objects.get(pk=service.pk).months_since_check >= 6


def test_a_closed_place_leaves_lists_and_search_at_once_and_its_address_says_so(
    service, client, clock
):
    clock(200)
    due.ask_organisations()
    (link,) = asked()
    assert is_listed(client, service)
    assert is_found(service)

    client.post(link, {"answer": "closed"}, headers=HERE)

    assert not is_listed(client, service)
    assert not is_found(service)
    own = client.get(service.url)
    assert own.status_code == 200
    assert "notice--problem" in own.content.decode()
    assert PageLogEntry.objects.filter(page=service.pk, action="circle.closed").exists()
    clock(1)
    service.save_revision().publish()
    assert is_listed(client, service)


def test_what_is_ignored_for_a_year_leaves_lists_and_search_and_keeps_its_address(
    service, client, clock
):
    clock(300)
    due.ask_organisations()
    clock(64)
    assert is_listed(client, service)
    clock(1)
    assert not is_listed(client, service)
    assert due.take_old_from_search() >= 1
    assert due.take_old_from_search() == 0

    assert not is_found(service)
    own = client.get(service.url)
    assert own.status_code == 200
    assert "notice--problem" in own.content.decode()
    assert client.get(f"/r/{thing_of(service).code}/").status_code == 302


def test_a_forged_link_or_one_from_elsewhere_changes_nothing(service, client, clock):
    clock(200)
    due.ask_organisations()
    (link,) = asked()

    assert client.get(link[:-3] + "xx/").status_code == 404
    elsewhere = client.post(link, {"answer": "closed"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert client.post(link, {"answer": "burn"}, headers=HERE).status_code == 422
    assert not ServiceCheck.objects.exclude(closed_at=None).exists()
    clock(201)
    assert client.get(link).status_code == 410


def test_housekeeping_asks_by_itself(service, clock):
    clock(200)
    done = keep_house(night=True)

    assert done["circle.ask_organisations"] >= 1
    # Of the demo, one entry is over a year old by then.
    assert done["circle.take_old_from_search"] == 1
