"""A guide of 60 parts, translated in the browser by keyboard alone; and words that are never lost."""

from uuid import uuid4

import pytest
from wagtail.models import Page

from tests.builders import in_language, locale, make_guide, shelf, state_of, thing_of
from tests.desk_work import sign_in
from translations import work
from translations.models import TranslationState

pytestmark = pytest.mark.browser

PARTS = 60
TITLE = "Ceļvedis ar tastatūru"
State = TranslationState.State


@pytest.fixture
def ground(server, django_db_blocker):
    """What is made here is committed: the served hub sees it, and it stays."""
    with django_db_blocker.unblock():
        yield


def guide_of(parts: int, title: str):
    """A method guide with so many texts: title, summary, aim, a step of two, and paragraphs."""
    body = "".join(f"<p>Teksts ar numuru {number}.</p>" for number in range(parts - 5))
    return make_guide(title, slug=f"guide-{uuid4().hex[:8]}", body=[("text", body)])


def person(chromium, server, accounts, name):
    page = chromium.new_context(viewport={"width": 1024, "height": 768}).new_page()
    sign_in(page, server, accounts[name])
    return page


def tab_to(page, selector, key="Shift+Tab"):
    """Walk by the keyboard till the focus stands on it."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"The keyboard never came to {selector}")


def test_a_translator_finishes_60_parts_by_keyboard_and_a_reviewer_approves(
    ground, server, accounts, chromium
):
    guide = guide_of(PARTS, TITLE)
    born_here = make_guide(
        "Український посібник", on=shelf(code="uk"), slug=f"guide-{uuid4().hex[:8]}"
    )
    code = thing_of(guide).code

    # Part after part: type, Ctrl+Enter, and the next field waits.
    translator = person(chromium, server, accounts, "uk-translator")
    translator.goto(f"{server}/admin/desk/{code}/uk/")
    translator.keyboard.press("Alt+ArrowDown")
    for number in range(PARTS):
        translator.keyboard.insert_text(f"Слова українською {number}")
        translator.keyboard.press("Control+Enter")
    translator.locator("#desk-progress[value='100']").wait_for()
    assert f"{PARTS} " in translator.locator("#desk-done").inner_text()
    assert state_of(guide, "uk").done == PARTS

    # After the last part the button for all of them has the focus.
    assert translator.evaluate("document.activeElement.value") == "ready"
    with translator.expect_navigation():
        translator.keyboard.press("Enter")
    assert state_of(guide, "uk").state == State.READY

    # Latvian, and a page born in Ukrainian, are not theirs to open.
    for closed in (f"{code}/lv/", f"{code}/et/", f"{thing_of(born_here).code}/uk/"):
        assert translator.goto(f"{server}/admin/desk/{closed}").status == 404

    reviewer = person(chromium, server, accounts, "uk-reviewer")
    reviewer.goto(f"{server}/admin/desk/{code}/uk/")
    tab_to(reviewer, "button[value=publish]")
    with reviewer.expect_navigation():
        reviewer.keyboard.press("Enter")
    assert state_of(guide, "uk").state == State.PUBLISHED

    reader = chromium.new_context().new_page()
    reader.goto(server + in_language(guide, "uk").get_url())
    assert reader.locator("h1").inner_text() == "Слова українською 0"
    assert reader.locator("text=Слова українською 59").count() > 0


def test_words_are_kept_without_a_connection_and_beside_a_colleagues(
    ground, server, accounts, chromium
):
    guide = guide_of(8, "Bez savienojuma")
    job = work.begin(thing_of(guide), locale("uk"))
    title, summary = (job.segments().get(context__path=path) for path in ("title", "summary"))
    page = person(chromium, server, accounts, "uk-translator")
    page.goto(f"{server}/admin/desk/{thing_of(guide).code}/uk/")
    field = page.locator(f"[name=s{title.pk}]")

    # The line is down: the words stay, a sentence says so, and they are sent when it is back.
    page.context.set_offline(True)
    field.fill("Слова без зв’язку")
    field.press("Control+Enter")
    said = page.locator(f"#says{title.pk} .desk-segment__error")
    said.wait_for()
    assert field.input_value() == "Слова без зв’язку"
    page.context.set_offline(False)
    said.wait_for(state="detached")
    assert job.segments().get(pk=title.pk).translation == "Слова без зв’язку"

    # Words not saved yet survive a reload of the page.
    page.locator(f"[name=s{summary.pk}]").fill("Ще не збережено")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    field = page.locator(f"[name=s{summary.pk}]")
    assert field.input_value() == "Ще не збережено"

    # A colleague was quicker: both versions are there, and the translator decides.
    work.save_string(job, summary, "Слова колеги", None)
    field.press("Control+Enter")
    choice = page.locator(f"#says{summary.pk} button")
    choice.first.wait_for()
    assert "Слова колеги" in page.locator(f"#says{summary.pk}").inner_text()
    assert field.input_value() == "Ще не збережено"
    assert job.segments().get(pk=summary.pk).translation == "Слова колеги"
    choice.last.press("Enter")
    page.locator(f"#s{summary.pk}:not(.desk-segment--wrong):not(.desk-segment--unsaved)").wait_for()
    assert job.segments().get(pk=summary.pk).translation == "Ще не збережено"


def test_the_preview_follows_the_words_before_they_are_saved(ground, server, accounts, chromium):
    guide = guide_of(8, "Priekšskats")
    page = person(chromium, server, accounts, "uk-translator")
    page.goto(f"{server}/admin/desk/{thing_of(guide).code}/uk/")

    page.keyboard.press("Alt+KeyP")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.insert_text("Посібник із чаєм")

    shown = page.frame_locator("iframe:visible").locator("h1")
    shown.filter(has_text="Посібник із чаєм").wait_for()
    assert state_of(guide, "uk").done == 0
    # At the width of a phone it takes the place of the words and gives it back.
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#desk-show-preview").click()
    assert page.locator("#desk-preview").is_hidden()
    assert page.locator("textarea.desk-field").first.is_visible()


def test_the_tree_is_sound_after_the_editors_job(server, db):
    assert not any(Page.find_problems())
    guide = Page.objects.filter(title=TITLE, locale__language_code="lv").latest("pk")
    assert Page.objects.filter(alias_of=guide).count() == 4
