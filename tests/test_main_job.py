"""The main job, done in the browser by the people whose job it is."""

import hashlib
import re

import pytest
from wagtail.models import Page

from tests.desk_work import action, add_block, approve, choose_new_document, sign_in

pytestmark = pytest.mark.browser

TITLE = "Pirmā pastaiga pa pilsētu"
SUMMARY = "Stunda kopā ar jaunatbraukušajiem: no bibliotēkas līdz tirgum un atpakaļ."
STEP = "Satikšanās pie durvīm"
CODES = ("en", "lv", "et", "fi", "da", "uk")


@pytest.fixture
def handout(tmp_path):
    """A PDF of one page, of the author's own."""
    weasyprint = pytest.importorskip("weasyprint")
    file = tmp_path / "maršruts.pdf"
    weasyprint.HTML(string="<h1>Maršruts</h1>").write_pdf(file)
    return file


def person(chromium, server, accounts, name):
    """A signed-in page of this person, in a browser of their own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, server, accounts[name])
    return page


def test_a_guide_goes_from_its_author_to_readers_in_six_languages(
    server, accounts, chromium, handout
):
    # The author writes a method guide in Latvian, with a PDF, and hands it in.
    author = person(chromium, server, accounts, "valmiera-author")
    author.locator("main a[href*='/add/resources/methodguidepage/']").first.click()
    author.locator("#id_title").fill(TITLE)
    author.locator("[name=summary]").fill(SUMMARY)
    author.locator("[name=aim]").fill("Cilvēki zina, kur ir tirgus, aptieka un autoosta.")
    author.locator("[name=minutes]").fill("60")
    author.locator("[name=topics]").first.check()
    author.locator("[name=licence]").select_option("CC-BY-4.0")
    add_block(author, "steps")
    author.locator("[name='steps-0-value-title']").fill(STEP)
    author.locator("[name='steps-0-value-minutes']").fill("60")
    author.locator("#steps-root [contenteditable=true]").first.click()
    author.keyboard.type("Sagaidiet katru un pasakiet savu vārdu.")
    choose_new_document(author, handout, title="Maršruta lapa")
    action(author, "action-submit")
    author.wait_for_url("**/admin/pages/*/")
    draft = author.locator(f"main a[href*='/edit/']:has-text('{TITLE}')").first.get_attribute(
        "href"
    )

    # A colleague of another partner neither sees the draft nor gets at it.
    stranger = person(chromium, server, accounts, "kardla-author")
    stranger.goto(server + draft)
    assert stranger.url.rstrip("/").endswith("/admin")
    stranger.goto(server + f"/admin/pages/search/?q={TITLE}")
    assert stranger.locator(f"main a:has-text('{TITLE}')").count() == 0

    # The publisher of the same shelf finds it waiting, and publishes.
    publisher = person(chromium, server, accounts, "valmiera-publisher")
    publisher.locator(f"main a[href*='/edit/']:has-text('{TITLE}')").first.click()
    with publisher.expect_navigation():
        approve(publisher)

    # Readers find it in the Latvian catalogue, and as a mirror in the five others.
    reader = chromium.new_context(viewport={"width": 360, "height": 800}).new_page()
    addresses = {}
    for code in CODES:
        reader.goto(f"{server}/{code}/resources/?q=pastaiga")
        link = reader.locator(f"main a:has-text('{TITLE}')").first
        addresses[code] = link.get_attribute("href")
        reader.goto(server + addresses[code])
        assert reader.locator("h1").inner_text() == TITLE
        assert (reader.locator(".mirror-bar").count() == 0) == (code == "lv")
    code = re.search(r"/r/(\w+)/", reader.content()).group(1)

    # A translator turns the Ukrainian mirror into a translation at the same address; a reviewer
    # publishes it.
    translator = person(chromium, server, accounts, "uk-translator")
    work = f"{server}/admin/desk/{code}/uk/"
    translator.goto(f"{server}/admin/desk/")
    assert translator.locator(f"text={TITLE}").count() > 0
    translator.goto(work)
    fields = translator.locator("textarea.desk-field:not(#desk-note)")
    for number in range(fields.count()):
        fields.nth(number).fill(f"Слова українською {number}")
    translator.locator("button[value=ready]").click()
    reader.goto(server + addresses["uk"])
    assert reader.locator("h1").inner_text() == TITLE

    reviewer = person(chromium, server, accounts, "uk-reviewer")
    reviewer.goto(work)
    reviewer.locator("button[value=publish]").click()
    reader.goto(server + addresses["uk"])
    assert reader.locator("h1").inner_text().startswith("Слова українською")
    assert reader.locator(".mirror-bar").count() == 0

    # A page born in Ukrainian is nobody's translation: its door is closed, and so is Latvian.
    for address in (f"/admin/desk/{code}/lv/", f"/admin/desk/{code}/et/"):
        assert translator.goto(server + address).status == 404

    # A reader downloads the PDF, byte for byte.
    answer = reader.request.get(f"{server}/r/{code}/lv/1")
    assert answer.status == 200
    sent, stored = answer.body(), handout.read_bytes()
    assert hashlib.sha256(sent).digest() == hashlib.sha256(stored).digest()


def test_the_tree_is_sound_after_the_main_job(server, db):
    assert not any(Page.find_problems())
    guide = Page.objects.filter(title=TITLE, locale__language_code="lv", live=True).get()
    assert Page.objects.filter(alias_of=guide).count() == 4
