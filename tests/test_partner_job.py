"""How a partner begins, done in the browser: made, its people invited, one writes, one publishes, one leaves."""

import email
import email.policy
import re
import time

import pytest
from django.conf import settings
from django.urls import reverse
from wagtail.models import Page

from tests import browsing
from tests.desk_work import action, add_block, approve, sign_in
from tests.invitations import NEW

pytestmark = pytest.mark.browser

NAME, SLUG = "Parauga bibliotēka", "parauga-biblioteka"
WRITER, PUBLISHER = "rakstitaja@example.org", "publicetajs@example.org"
TITLE = "Pirmā tikšanās parkā"
PATIENCE_SECONDS = 20


def new_page(chromium):
    """A page in a browser of its own, with nobody signed in."""
    return chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()


def mail_to(address: str, about: str = ""):
    """The newest mail in the folder of the hub to this address whose subject has the words `about`;
    waits for it."""
    browsing.manage("send_mail_queue")
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        for file in sorted((settings.HUB_DATA / "mail").glob("*"), reverse=True):
            for part in file.read_bytes().split(b"-" * 79 + b"\n"):
                mail = email.message_from_bytes(part, policy=email.policy.default)
                if mail["To"] == address and about in mail["Subject"]:
                    return mail
        time.sleep(0.2)
    raise AssertionError(f"no mail to {address}")


def invite(coordinator, server, address, column):
    """Ask somebody to be the partner's author (column 0) or publisher (1)."""
    coordinator.goto(f"{server}/admin/people/invite/")
    coordinator.fill("input[name=email]", address)
    coordinator.select_option("select[name=language]", "lv")
    row = coordinator.locator(f"table tr:has(th:text-is('{NAME}'))")
    row.locator("input[type=checkbox]").nth(column).check()
    coordinator.locator("main button[type=submit]").first.click()
    coordinator.wait_for_url(f"{server}/admin/people/")
    assert address in coordinator.locator("main").inner_text()


def accept(chromium, server, address, first_name):
    """Open the mailed link and make the account; the person's page, at their first screen."""
    link = re.search(r"http://\S+/m/\S+", mail_to(address).get_content()).group()
    page = new_page(chromium)
    page.goto(link)
    for name, value in {**NEW, "first_name": first_name}.items():
        if name != "language":
            page.fill(f"input[name={name}]", value)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"{server}/admin/")
    return page


def test_a_partner_begins_and_somebody_leaves(server, accounts, chromium):
    # The coordinator signs in with password and code, and makes a partner in one action.
    coordinator = new_page(chromium)
    sign_in(coordinator, server, accounts["coordinator"])
    coordinator.goto(server + reverse("partner:add"))
    coordinator.fill("input[name=name]", NAME)
    coordinator.fill("input[name=slug]", SLUG)
    coordinator.select_option("select[name=country]", "LV")
    coordinator.select_option("select[name=language]", "lv")
    coordinator.locator("main form[method=post] button[type=submit]").last.click()
    coordinator.wait_for_url(re.compile(r"/admin/partner/inspect/\d+/"), timeout=60_000)

    # Two people are invited, and accept by the link in their mail.
    invite(coordinator, server, WRITER, 0)
    invite(coordinator, server, PUBLISHER, 1)
    writer = accept(chromium, server, WRITER, "Ieva")
    publisher = accept(chromium, server, PUBLISHER, "Jānis")

    # One writes and hands in.
    writer.locator("main a[href*='/add/resources/methodguidepage/']").first.click()
    writer.fill("#id_title", TITLE)
    writer.fill("[name=summary]", "Stunda zem kokiem, ar segu un termosu.")
    writer.fill("[name=aim]", "Cilvēki zina cits cita vārdu.")
    writer.fill("[name=minutes]", "60")
    writer.locator("[name=topics]").first.check()
    writer.locator("[name=licence]").select_option("CC-BY-4.0")
    add_block(writer, "steps")
    writer.fill("[name='steps-0-value-title']", "Satikšanās pie strūklakas")
    writer.fill("[name='steps-0-value-minutes']", "60")
    writer.locator("#steps-root [contenteditable=true]").first.click()
    writer.keyboard.type("Sagaidiet katru.")
    # The editor of texts hands over what was typed a moment later.
    writer.wait_for_timeout(500)
    action(writer, "action-submit")
    writer.wait_for_url("**/admin/pages/*/")

    # The other finds it waiting, has a mail about it, and publishes.
    assert TITLE in mail_to(PUBLISHER)["Subject"]
    publisher.goto(f"{server}/admin/")
    publisher.locator(f"main a[href*='/edit/']:has-text('{TITLE}')").first.click()
    with publisher.expect_navigation():
        approve(publisher)
    reader = new_page(chromium)
    reader.goto(f"{server}/uk/resources/?partner={SLUG}")
    reader.locator(f"main a:has-text('{TITLE}')").first.click()
    assert reader.locator("h1").inner_text() == TITLE

    # The first is removed with one click, and is out on the next.
    writer.goto(f"{server}/admin/")
    assert writer.url == f"{server}/admin/"
    coordinator.goto(f"{server}/admin/people/?q={WRITER}")
    coordinator.locator("main table th a").click()
    coordinator.locator("form[action$='/leave/'] button").click()
    coordinator.wait_for_url(f"{server}/admin/people/")
    writer.locator("main a[href*='/admin/pages/']").first.click()
    writer.wait_for_url(f"{server}/account/login/**")
    reader.reload()
    assert reader.locator("h1").inner_text() == TITLE


def test_the_tree_is_sound_after_a_partner_has_begun(server, db):
    assert not any(Page.find_problems())
    assert Page.objects.filter(title=TITLE, live=True).count() == 6
