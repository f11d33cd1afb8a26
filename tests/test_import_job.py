"""Many at once, as a librarian does it on a phone with scripts switched off."""

import pytest

from hub.models import Document
from resources.models import ResourcePage
from tests.desk_work import sign_in
from tests.files import archive

pytestmark = pytest.mark.browser

TABLE = "title;licence;minutes;file1\r\n{title};CC-BY-4.0;{minutes};lapa.txt\r\nStāsts no tabulas;{licence};;\r\n"
WIDER_THAN_THE_SCREEN = (
    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
)


@pytest.fixture
def ground(server, django_db_blocker):
    """What is made here is committed by the served hub, and taken away again."""
    with django_db_blocker.unblock():
        yield
        for page in ResourcePage.objects.filter(title__endswith="no tabulas", alias_of=None):
            page.delete()
        Document.objects.filter(title__in=["lapa", "pirma lapa", "Otrā lapa"]).delete()


@pytest.fixture
def phone(chromium, server, accounts):
    context = chromium.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    sign_in(page, server, accounts["valmiera-author"])
    yield page
    context.close()


def fits(page) -> bool:
    return not page.evaluate(WIDER_THAN_THE_SCREEN)


def test_a_table_with_a_mistake_is_mended_and_becomes_drafts(ground, phone, server, tmp_path):
    packed = tmp_path / "files.zip"
    packed.write_bytes(archive({"lapa.txt": "Labdien, galds!"}))
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text(TABLE.format(title="Vārdi no tabulas", minutes="trīs", licence=""))
    good.write_text(TABLE.format(title="Vārdi no tabulas", minutes="3", licence="CC0"))

    phone.locator("a[href*='/admin/resources/import/']").first.click()
    phone.locator("[name=table]").set_input_files(bad)
    phone.locator("[name=archive]").set_input_files(packed)
    phone.locator(".import-form button").click()

    assert fits(phone)
    said = phone.locator(".import-list .import-wrong").all_inner_texts()
    assert [one.partition(":")[0] for one in said] == ["minutes", "licence"]
    assert phone.locator(".import-deeds").count() == 0

    phone.locator("[name=table]").set_input_files(good)
    phone.locator(".import-form button").click()
    assert fits(phone)
    assert phone.locator(".import-verdict--new").count() == 2
    assert not ResourcePage.objects.filter(title="Vārdi no tabulas").exists()

    phone.locator(".import-deeds button").click()
    assert fits(phone)
    assert phone.locator(".import-made a").all_inner_texts() == [
        "Vārdi no tabulas",
        "Stāsts no tabulas",
    ]
    page = ResourcePage.objects.get(title="Vārdi no tabulas")
    assert page.files.get().document.filename == "lapa.txt"
    assert not page.live


def test_several_files_get_common_words_and_then_their_own(ground, phone, server, tmp_path):
    first, second, false = (tmp_path / name for name in ("pirma_lapa.txt", "x.txt", "viltus.pdf"))
    first.write_text("Labdien!")
    second.write_text("Sveiki!")
    false.write_text("nav")

    phone.goto(f"{server}/admin/documents/")
    phone.locator("a[href='/admin/files/several/']").first.click()
    phone.locator("[name=files]").set_input_files([first, second, false])
    phone.locator("[name=language]").select_option("lv")
    phone.locator("[name=licence]").select_option("CC-BY-4.0")
    collection = phone.locator("[name=collection] option").first.get_attribute("value")
    phone.locator("[name=collection]").select_option(collection)
    assert fits(phone)
    phone.locator(".import-form button").click()

    assert fits(phone)
    refused = phone.locator(".messages .error")
    assert refused.inner_text().strip().startswith("viltus.pdf: ")
    assert phone.locator(".messages > ul").evaluate("e => getComputedStyle(e).opacity") == "1"
    titles = phone.locator("[name$='-title']")
    assert titles.count() == 2
    titles.nth(1).fill("Otrā lapa")
    phone.locator("[name$='-language']").nth(1).select_option("en")
    phone.locator(".import-deeds button").click()
    phone.wait_for_url(f"{server}/admin/documents/")

    document = Document.objects.get(title="Otrā lapa")
    assert (document.language, document.licence) == ("en", "CC-BY-4.0")
    assert Document.objects.get(title="pirma lapa").language == "lv"
