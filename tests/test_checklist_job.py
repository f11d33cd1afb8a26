"""The checklist beside the publish button, as somebody without a mouse meets it."""

import pytest
from playwright.sync_api import expect
from wagtail.models import Page

from tests.desk_work import sign_in

pytestmark = pytest.mark.browser

IN_SIGHT = """() => {
    const field = document.activeElement, {x, y} = field.getBoundingClientRect();
    return field.contains(document.elementFromPoint(x + 9, y + 9));
}"""


@pytest.mark.parametrize(("field", "width"), [("id_checked_on", 360), ("steps-root", 1280)])
def test_by_keyboard_it_leads_from_the_publish_button_to_a_field(
    server, accounts, chromium, field, width
):
    page = chromium.new_context(viewport={"width": width, "height": 800}).new_page()
    sign_in(page, server, accounts["valmiera-author"])
    page.locator("a.hub-new[href*='methodguidepage']").first.click()
    page.locator("#id_title").fill(f"Tukša {width}")
    page.locator("footer .action-save").click()

    page.locator(".hub-checklist-toggle").press("Enter")
    page.locator(f".hub-checklist a[href='#{field}']").press("Enter")

    expect(page.locator(f"#{field}")).to_be_focused()
    # Nothing lies over it when the page has come to rest.
    for _round in range(50):
        if page.evaluate(IN_SIGHT):
            break
        page.wait_for_timeout(100)
    assert page.evaluate(IN_SIGHT)


def test_the_tree_is_sound_afterwards(server, db):
    assert not any(Page.find_problems())
