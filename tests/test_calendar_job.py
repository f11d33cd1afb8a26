"""A reader with a browser: the calendar without scripts, and an hour by the reader's own clock."""

import re

import pytest

from events.models import EventPage

pytestmark = pytest.mark.browser


@pytest.fixture
def cafe(server, django_db_blocker) -> str:
    with django_db_blocker.unblock():
        page = EventPage.objects.get(slug="language-cafe-weekly", locale__language_code="en")
        return server + page.get_url()


def note_of(chromium, address: str, zone: str, scripts=True) -> list[str]:
    """What stands below the hour of the next date for somebody whose clock shows `zone`."""
    context = chromium.new_context(timezone_id=zone, locale="en-GB", java_script_enabled=scripts)
    page = context.new_page()
    page.goto(address)
    notes = page.locator(".when + .when__note").all_inner_texts()
    context.close()
    return notes


def test_a_readers_own_clock_is_an_addition_where_it_shows_another_hour(chromium, cafe):
    tokyo = note_of(chromium, cafe, "Asia/Tokyo")
    tallinn = note_of(chromium, cafe, "Europe/Tallinn")
    without = note_of(chromium, cafe, "Asia/Tokyo", scripts=False)

    # 17:30 in Kärdla is half past midnight of the next day in winter, 23:30 in summer.
    assert re.fullmatch(r"(\d+ \w+.* 00:30|23:30) by your clock", tokyo[0])
    assert not any("by your clock" in note for note in (*tallinn, *without))


def test_the_calendar_works_without_scripts_and_by_keyboard_on_a_phone(chromium, server):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{server}/lv/events/")

    page.get_by_role("link", name="Mēnesis").press("Enter")
    page.locator(".month-step__link").last.press("Enter")
    page.locator("a.calendar__number").first.press("Enter")

    assert "day=" in page.url
    assert page.locator(".event-row").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".sieve__more summary").press("Enter")
    page.locator("#filter-partner").select_option("valmiera-library")
    page.get_by_role("button", name="Rādīt atbilstošo").press("Enter")
    assert "partner=valmiera-library" in page.url
    assert page.locator(".event-row").count() == 0
    assert page.locator("#subscribe-address").input_value().endswith("?partner=valmiera-library")
    context.close()
