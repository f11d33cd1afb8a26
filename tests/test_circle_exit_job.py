"""Looking for help and leaving in a hurry, as a person does it in a browser."""

import pytest
from django.conf import settings

pytestmark = pytest.mark.browser

NEUTRAL = "https://*.wikipedia.org/**"


@pytest.fixture
def visit(chromium, server):
    """A visit with or without JavaScript; the neutral page elsewhere answers from here."""
    contexts = []

    def visit(script=True):
        context = chromium.new_context(java_script_enabled=script)
        contexts.append(context)
        context.route(NEUTRAL, lambda route: route.fulfill(body="<title>Neutral</title>"))
        page = context.new_page()
        page.goto(f"{server}/lv/")
        page.locator("a[href='/lv/support-circle/']").first.click()
        page.wait_for_url("**/lv/support-circle/")
        return page

    yield visit
    for context in contexts:
        context.close()


def look_for_help(page):
    """A filter, then a service."""
    page.locator("input[name=need][value=food]").check()
    page.locator(".facets button[type=submit]").click()
    page.wait_for_url("**need=food**")
    page.locator(".row__title a").first.click()
    page.wait_for_url(lambda url: "need=food" not in url)


def test_after_leaving_back_never_shows_a_page_of_the_circle(visit):
    page = visit()
    look_for_help(page)

    page.locator("[data-quick-exit]").click()
    page.wait_for_url("**wikipedia.org/**")
    page.go_back()

    assert "support-circle" not in page.url
    assert page.url.endswith("/lv/")
    assert page.evaluate("history.length") <= 3


def test_three_times_shift_leaves_too_and_a_shifted_letter_does_not(visit):
    page = visit()
    for _time in range(3):
        page.keyboard.press("Shift+A")
    assert "support-circle" in page.url

    for _time in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**wikipedia.org/**")


def test_without_javascript_it_is_still_a_link(visit):
    page = visit(script=False)

    page.locator("[data-quick-exit]").click()

    page.wait_for_url("**wikipedia.org/**")


def test_nothing_is_stored_and_the_log_holds_no_filter(visit):
    page = visit()
    look_for_help(page)

    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    log = (settings.HUB_DATA / "server.log").read_text()
    assert "food" not in log
    assert "support-circle" not in log


def test_ticked_places_come_onto_the_sheet_and_are_forgotten_with_one_click(visit):
    page = visit()
    ticks = page.locator("input[name=s][type=checkbox]")
    code = ticks.nth(1).get_attribute("value")
    page.locator(".row__choice").nth(1).click()
    page.locator("#sheet button").click()
    page.wait_for_url("**/sheet/?**")
    assert page.locator(".hand-over__code").count() == 1
    assert code in page.url

    page.locator(".page-head a[href='/lv/support-circle/']").click()
    page.wait_for_url("**/lv/support-circle/")

    assert page.locator("input[name=s]:checked, input[name=s][type=hidden]").count() == 0
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
