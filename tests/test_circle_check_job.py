"""An organisation is asked by mail and answers in the browser: still right, changed, closed."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation
from django.utils.formats import date_format

from hub.models import Message
from tests import browsing
from tests.builders import make_service, thing_of
from tests.test_partner_job import mail_to, new_page

pytestmark = pytest.mark.browser

NEWS = "Tagad atvērts arī sestdienās."


@pytest.fixture
def database(server, django_db_blocker):
    """What the served hub stands on; what is written there stays."""
    with django_db_blocker.unblock():
        yield
        connection.close()


def an_old_service(title, address):
    """An entry that nobody has looked at for more than half a year."""
    day = timezone.localdate() - timedelta(days=200)
    return make_service(title, needs=("money",), email=address, checked_on=day)


def answer(page, server, address, value, text=""):
    """Open the link of the mail, without an account, and press a button."""
    body = mail_to(address).get_content()
    page.goto(server + re.search(r"http://[^/]+(/lv/m/\S+)", body)[1])
    if text:
        page.fill("textarea[name=text]", text)
    page.locator(f"button[name=answer][value={value}]").click()
    page.locator("button[name=answer]").wait_for(state="detached")
    assert page.context.cookies() == []


def test_an_organisation_answers_from_its_mail(server, chromium, database):
    right = an_old_service("Maiznīca ar atlaidēm", "maize@example.org")
    changed = an_old_service("Apģērbu plaukts", "drebes@example.org")
    closed = an_old_service("Aizdevumu skapis", "skapis@example.org")
    browsing.manage("housekeep", "--night")
    page = new_page(chromium)
    listed = f"{server}/lv/support-circle/?need=money"
    page.goto(listed)
    assert page.get_by_role("link", name=closed.title).count()

    answer(page, server, "maize@example.org", "right")
    answer(page, server, "drebes@example.org", "change", NEWS)
    answer(page, server, "skapis@example.org", "closed")

    with translation.override("lv"):
        today = date_format(timezone.localdate(), "DATE_FORMAT")
    page.goto(server + right.url)
    assert today in page.locator("main").inner_text()
    page.goto(server + changed.url)
    assert today not in page.locator("main").inner_text()
    assert Message.objects.get(thing=thing_of(changed)).text == NEWS
    page.goto(server + closed.url)
    assert page.locator(".notice--problem").count() == 1
    page.goto(listed)
    assert page.get_by_role("link", name=right.title).count()
    assert not page.get_by_role("link", name=closed.title).count()
    page.context.close()
