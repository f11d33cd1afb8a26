"""Method guides on paper: made after publishing, kept, tagged, in one language and in two."""

import os
import re
from datetime import timedelta
from io import BytesIO
from tempfile import NamedTemporaryFile

import pikepdf
import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from pdfua import validate
from wagtail.models import Page, PageViewRestriction

from hub import counting, paper
from hub.models import SiteText
from resources import due, guide_pdfs
from resources.guide_paper import paper_html
from resources.models import GuidePdf, MethodGuidePage
from tests.builders import in_language, make_guide, thing_of, translate
from tests.plumbing import need
from translations import work

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.pdf,
    pytest.mark.usefixtures("demo", "pango", "own_media"),
]


@pytest.fixture(scope="module")
def pango():
    need("pango")


@pytest.fixture
def own_media(demo, tmp_path, settings):
    """PDFs of a test go with it; nobody waits for those of the demo."""
    settings.MEDIA_ROOT = tmp_path / "media"
    GuidePdf.objects.all().delete()


@pytest.fixture
def at_once(settings):
    """As in life: the worker is asked when a guide is published."""
    settings.HUB_PAPER_AFTER_PUBLISHING = True


def get(guide, language="lv", query="", **headers):
    return Client(headers={"Accept-Language": "lv", **headers}).get(
        f"/r/{guide.code}/{language}.pdf{query}"
    )


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())


def worker_comes() -> int:
    """What waits is found by the duty of each minute; how many it looked at."""
    waiting = GuidePdf.objects.filter(guide_pdfs.WAITING)
    waiting.update(asked_at=timezone.now() - timedelta(minutes=5), checked_at=None)
    return due.make_waiting_pdfs()


def pdf_of(guide, language="lv", query="") -> bytes:
    if get(guide, language, query).status_code == 503:
        worker_comes()
    response = get(guide, language, query)
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def files() -> list[str]:
    folder = GuidePdf._meta.get_field("file").upload_to
    return sorted(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else []


def change(page, **fields):
    page = MethodGuidePage.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_a_published_guide_is_on_paper_in_each_language_it_has(at_once):
    guide = make_guide("Tējas vakars")
    translate(guide, "uk")

    for code, words in (("lv", "Tējas vakars"), ("uk", "Щ Tējas vakars")):
        response = get(guide, code)
        assert response.status_code == 200
        assert response["Content-Type"] == "application/pdf"
        assert f"vakars-{code}.pdf" in response["Content-Disposition"]
        assert words in text_of(b"".join(response.streaming_content))
    assert len(files()) == 2


def test_until_it_is_made_a_sentence_says_so_in_the_readers_language():
    guide = make_guide()

    first = get(guide)

    assert first.status_code == 503
    assert int(first["Retry-After"]) > 0
    assert first["Cache-Control"] == "no-store"
    assert "Accept-Language" in first["Vary"]
    assert re.search(r'<html lang="lv"', first.text)
    assert worker_comes() == 1
    assert get(guide).status_code == 200


def test_a_pdf_is_sent_again_only_when_it_changed(at_once):
    guide = make_guide()
    response = get(guide)
    etag = response["ETag"]

    assert get(guide, **{"If-None-Match": etag}).status_code == 304
    assert Client().head(f"/r/{guide.code}/lv.pdf")["Content-Length"] == response["Content-Length"]
    change(guide, aim="Kas cits.")
    assert get(guide, **{"If-None-Match": etag}).status_code == 200


def test_the_old_pdf_goes_when_the_newer_one_is_there_and_stays_till_then(settings, at_once):
    guide = make_guide(aim="Senais mērķis.")
    [old] = files()

    settings.HUB_PAPER_AFTER_PUBLISHING = False
    change(guide, aim="Jaunais mērķis.")
    assert "Senais mērķis." in text_of(pdf_of(guide))
    assert worker_comes() == 1

    assert "Jaunais mērķis." in text_of(pdf_of(guide))
    assert len(files()) == 1
    assert old not in files()


def test_the_same_words_are_not_put_on_paper_again(at_once):
    guide = make_guide()
    made = GuidePdf.objects.get()

    change(guide)

    again = GuidePdf.objects.get()
    assert again.file_changed_at == made.file_changed_at
    assert again.checked_at > made.checked_at


@pytest.mark.parametrize(("here", "there"), [("lv", "uk"), ("en", "et")])
def test_both_languages_stand_on_the_paper_of_two(here, there):
    guide = make_guide("Tējas vakars")
    for code in {here, there} - {"lv"}:
        translate(guide, code)
    page = in_language(guide, here)

    assert get(page, here, f"?beside={there}").status_code == 503
    data = pdf_of(page, here, f"?beside={there}")

    assert tagged_texts(data, there)
    text = text_of(data)
    for word in ("Tējas vakars", "Atver durvis", "Iepazīties"):
        assert text.count(word) >= 2
    assert f"-{here}-{there}.pdf" in get(page, here, f"?beside={there}")["Content-Disposition"]


@pytest.mark.parametrize(("here", "there"), [("lv", "uk"), ("en", "et")])
def test_a_guide_changed_since_is_on_paper_in_two_languages_with_its_notes(here, there):
    guide = make_guide("Tējas vakars")
    for code in {here, there} - {"lv"}:
        translate(guide, code)
    new = ("step", {"title": "Iededz sveci", "minutes": 5, "text": "<p>Un klusē.</p>", "note": ""})
    [old] = guide.steps.raw_data
    change(guide, steps=[{"type": "step", "value": new[1]}, dict(old)], aim="Sasildīties.")
    if here == "en":
        translate(guide, "en")

    html = paper_html(in_language(guide, here), there)
    text = text_of(pdf_of(guide, here, f"?beside={there}"))

    assert html.count('class="pair__note"') == 2
    assert "Iededz sveci" in text
    assert text.index("Iededz sveci") < text.index("Atver durvis")


def test_a_pdf_reads_well_to_those_who_listen():
    guide = make_guide(
        body=[
            ("text", "<h2>Pirms tam</h2><p>Saliec <b>krēslus</b>.</p><ul><li>Tēja</li></ul>"),
            ("table", {"caption": "Vārdi", "head": ["lv", "uk"], "rows": [{"cells": ["a", "b"]}]}),
        ]
    )
    translate(guide, "uk")

    data = pdf_of(guide, "lv", "?beside=uk")

    assert complaints(data) == []
    with pikepdf.open(BytesIO(data)) as pdf:
        assert str(pdf.Root.Lang) == "lv"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        assert pdf.open_metadata()["dc:title"].startswith(guide.title)
        kinds = [str(one.S) for one in elements(pdf)]
        for kind in ("/H1", "/H2", "/H3", "/L", "/LI", "/TH", "/TD", "/Figure", "/Link"):
            assert kind in kinds
        assert all("/Alt" in one for one in elements(pdf) if one.S == "/Figure")
        embedded = [font for font in fonts(pdf) if "/FontFile2" in font or "/FontFile3" in font]
        assert embedded == fonts(pdf) != []


def complaints(data: bytes) -> list[str]:
    """What a checker of PDF/UA-1 says, as far as a machine can tell."""
    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        return [f"{one.rule_id}: {one.message}" for one in validate(file.name).findings]


def elements(pdf) -> list:
    """The elements of the structure, in reading order."""
    found, waiting = [], [pdf.Root.StructTreeRoot.K]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, pikepdf.Array):
            waiting = [*one, *waiting]
        elif isinstance(one, pikepdf.Dictionary) and "/S" in one:
            found.append(one)
            waiting = [one.get("/K", pikepdf.Array()), *waiting]
    return found


def fonts(pdf) -> list:
    return [
        one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one
    ]


def tagged_texts(data: bytes, code: str) -> bool:
    """Whether elements of the structure say that they are in this language."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return any(str(one.get("/Lang", "")) == code for one in elements(pdf))


def test_every_page_says_where_the_guide_stands_for_ever():
    guide = make_guide(body=[("text", f"<p>{'Gara nodaļa. ' * 400}</p>")])

    document = pypdfium2.PdfDocument(pdf_of(guide))

    assert len(document) > 1
    for number, page in enumerate(document, start=1):
        text = page.get_textpage().get_text_bounded()
        assert f"/r/{guide.code}/" in text
        assert f"{number} / {len(document)}" in text


def test_a_mirror_leads_to_the_paper_of_the_words_it_shows():
    guide = make_guide()
    translate(guide, "uk")

    assert get(guide, "fi")["Location"] == f"/r/{guide.code}/lv.pdf"
    assert get(guide, "fi", "?beside=uk")["Location"] == f"/r/{guide.code}/lv.pdf?beside=uk"
    assert get(guide, "fi", "?beside=et")["Location"] == f"/r/{guide.code}/lv.pdf"


@pytest.mark.parametrize("asked", ["fi", "lv", "xx", "", "../etc"])
def test_a_language_that_it_does_not_have_makes_no_paper_of_its_own(asked):
    guide = make_guide()

    assert get(guide, "lv", f"?beside={asked}").status_code == 503

    assert [pdf.beside for pdf in GuidePdf.objects.all()] == [""]


def test_what_is_not_public_or_no_guide_has_no_paper(at_once):
    guide = make_guide()
    assert get(guide).status_code == 200
    closed = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=guide.pk), restriction_type="login"
    )
    assert get(guide).status_code == 404
    closed.delete()
    assert get(guide, "xx").status_code == 404
    assert Client().get("/r/ABCDEF/lv.pdf").status_code == 404
    story = Page.objects.filter(content_type__model="practicestorypage", live=True).first().specific
    assert get(story).status_code == 404

    guide.unpublish()
    assert get(guide).status_code == 404
    code = guide.code
    guide.delete()
    assert Client().get(f"/r/{code}/lv.pdf").status_code == 410


def test_what_cannot_be_made_is_tried_three_times_and_said_in_words(monkeypatch, caplog):
    tries = []

    def fails(html, css):
        tries.append(html)
        raise paper.PaperError("no ink")

    monkeypatch.setattr(guide_pdfs, "make_pdf", fails)
    guide = make_guide()

    for _minute in range(5):
        worker_comes()
    assert len(tries) == 3
    assert "no ink" in caplog.text
    response = get(guide)
    assert (response.status_code, response["Retry-After"]) == (503, "86400")
    # Another day a reader's question is worth a try, and so is a change.
    GuidePdf.objects.update(asked_at=timezone.now() - timedelta(days=2))
    get(guide)
    assert len(tries) == 4
    monkeypatch.undo()
    change(guide, aim="Kas cits.")
    worker_comes()
    assert get(guide).status_code == 200


def test_what_a_killed_worker_left_is_made_or_erased():
    guide = make_guide()
    # The queue may still have it.
    assert due.make_waiting_pdfs() == 0
    assert worker_comes() == 1
    assert len(files()) == 1
    default_storage.save("guides/stray.pdf", default_storage.open(GuidePdf.objects.get().file.name))

    assert due.erase_old_pdfs() == 0
    two_days_ago = timezone.now().timestamp() - 2 * 86_400
    os.utime(default_storage.path("guides/stray.pdf"), (two_days_ago, two_days_ago))
    assert due.erase_old_pdfs() == 1
    assert len(files()) == 1
    assert get(guide).status_code == 200


def test_a_language_turned_back_into_a_mirror_loses_its_paper(at_once):
    guide = make_guide()
    job = translate(guide, "uk")
    pdf_of(guide, "lv", "?beside=uk")
    assert len(files()) == 3

    work.turn_back(job.thing, job.locale)

    assert get(guide, "uk").status_code == 302
    assert due.erase_old_pdfs() == 2
    assert len(files()) == 1


def test_new_words_at_the_foot_reach_the_paper_by_the_next_night(at_once):
    guide = make_guide()
    before = text_of(pdf_of(guide))
    foot = SiteText.objects.get(locale=guide.locale)
    foot.disclaimer = "Citi vārdi."
    foot.save()

    assert due.compare_pdfs() == 1
    assert worker_comes() == 1

    assert "Citi vārdi." not in before
    assert "Citi vārdi." in text_of(pdf_of(guide))


def test_paper_reads_no_file_and_asks_no_site(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("Noslēpums")
    html = (
        f'<html lang="lv"><head><title>x</title><link rel="attachment" href="{secret.as_uri()}">'
        f'<style>@import "{secret.as_uri()}";</style></head><body><p>Teksts</p>'
        f'<img alt="x" src="{secret.as_uri()}"><img alt="y" src="http://127.0.0.1:9/x.png">'
        f'<object data="{secret.as_uri()}">cits</object></body></html>'
    )

    data = paper.make_pdf(html, "p { color: red }")

    with pikepdf.open(BytesIO(data)) as pdf:
        assert not list(pdf.attachments)
    assert b"Nosl" not in data
    assert "Teksts" in text_of(data)


def test_paper_has_an_end(monkeypatch):
    monkeypatch.setattr(paper, "MEMORY_BYTES", 100_000_000)
    with pytest.raises(paper.PaperError):
        paper.make_pdf("<html lang='lv'><body><p>Teksts</p></body></html>", "")
    monkeypatch.setattr(paper, "MOST_CHARACTERS", 10)
    with pytest.raises(paper.PaperError):
        paper.make_pdf("<html lang='lv'></html>", "")


def test_paper_is_counted_like_a_file():
    assert counting.counted_address("/r/abcdef/lv.pdf") == ("file", "/r/ABCDEF/lv.pdf")


def test_the_guides_of_the_demo_come_on_paper():
    guide = MethodGuidePage.objects.filter(live=True, url_path__startswith="/home-lv/").first()

    data = pdf_of(guide, "lv", "?beside=uk")

    assert complaints(data) == []
    text = text_of(data)
    assert guide.title in text
    assert in_language(guide, "uk").title in text
    assert thing_of(guide).code in text
