"""The words inside files are read by the worker, page by page, and a PDF gets a picture of its first page."""

import io
from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from hub import document_text, search
from hub.document_text import read_document, read_lost, unread
from hub.models import Document, DocumentText, Thing
from partners.models import Partner
from resources.models import ResourceFile
from tests.builders import make_guide
from tests.editing import an_author
from tests.files import RELATIONS, archive, odf, pdf, relation, upload, written_pdf, xlsx

pytestmark = pytest.mark.usefixtures("db")

WORDS = {"title": "Lapa", "language": "lv", "licence": "CC0-1.0"}


@pytest.fixture
def worker(settings):
    """Jobs of the queue run at once in tests; this lets uploads give them."""
    settings.HUB_READ_FILES = True


def a_document(data: bytes, name: str, **fields) -> Document:
    return Document.objects.create(**{**WORDS, **fields}, file=ContentFile(data, name))


def pages_in(data: bytes, name: str) -> list[str] | None:
    document = a_document(data, name)
    read_document.call(document.pk)
    return DocumentText.pages_of([document.pk]).get(document.pk)


# --- words ------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="p"'
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
)


def word_file() -> bytes:
    def paragraph(words):
        return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"

    table = f"<w:tbl><w:tr><w:tc>{paragraph('Telpa')}</w:tc><w:tc>{paragraph('3')}</w:tc></w:tr></w:tbl>"
    split = "<w:p><w:r><w:t>Bibl</w:t></w:r><w:r><w:t>iotēka</w:t></w:r></w:p>"
    former = "<w:p><w:del><w:r><w:delText>vecais</w:delText></w:r></w:del></w:p>"
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {W}><w:body>{split}{table}{former}</w:body></w:document>",
            "word/footnotes.xml": f"<w:footnotes {W}>{paragraph('Zemsvītra')}</w:footnotes>",
        }
    )


def slides() -> bytes:
    """Two slides, shown the other way round than they were made; the one made first has notes."""
    made = {
        f"ppt/slides/slide{n}.xml": f"<p:sld {A}><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:sld>"
        for n, words in ((1, "Дякую"), (2, "Вітаємо"))
    }
    shown = "".join(
        f'<Relationship Id="r{n}" Type="{RELATIONS}/slide" Target="slides/slide{n}.xml"/>'
        for n in (1, 2)
    )
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "ppt/presentation.xml": f'<p:presentation {A} xmlns:r="{RELATIONS}"><p:sldIdLst>'
            '<p:sldId id="256" r:id="r2"/><p:sldId id="257" r:id="r1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": f"<Relationships>{shown}</Relationships>",
            "ppt/slides/_rels/slide1.xml.rels": relation(
                "notesSlide", "../notesSlides/notesSlide1.xml", "Internal"
            ),
            "ppt/notesSlides/notesSlide1.xml": f"<p:notes {A}><a:p><a:r><a:t>Усміхніться</a:t></a:r></a:p></p:notes>",
            **made,
        }
    )


def workbook() -> bytes:
    sheet = (
        '<worksheet><sheetData><row><c t="s"><v>1</v></c><c><v>42</v></c></row>'
        '<row><c t="inlineStr"><is><t>Tallinn</t></is></c></row></sheetData></worksheet>'
    )
    return xlsx(
        **{
            "xl/sharedStrings.xml": "<sst><si><t>Riga</t></si><si><r><t>Rē</t></r><r><t>zekne</t></r></si></sst>",
            "xl/worksheets/sheet1.xml": sheet,
            "xl/worksheets/sheet2.xml": '<worksheet><row><c t="s"><v>0</v></c><c t="s"><v>99</v></c></row></worksheet>',
        }
    )


def text_file_of_odf() -> bytes:
    content = (
        f"<office:document-content {ODF}><text:h>Tervist</text:h><text:p>raamatu<text:span>kogu</text:span>"
        "<office:annotation><text:p>märkus</text:p></office:annotation></text:p></office:document-content>"
    )
    return odf("text", **{"content.xml": content})


def slides_of_odf() -> bytes:
    content = (
        f"<office:document-content {ODF}><draw:page><text:p>Tere</text:p><presentation:notes><text:p>Naerata"
        "</text:p></presentation:notes></draw:page><draw:page><text:p>Aitäh</text:p></draw:page>"
        "</office:document-content>"
    )
    return odf("presentation", **{"content.xml": content})


def tables_of_odf() -> bytes:
    content = (
        f"<office:document-content {ODF}><table:table><table:table-row><table:table-cell><text:p>Koht</text:p>"
        "</table:table-cell><table:table-cell><text:p>12</text:p></table:table-cell></table:table-row>"
        "</table:table></office:document-content>"
    )
    return odf("spreadsheet", **{"content.xml": content})


CAPTIONS = """WEBVTT

NOTE not said

1
00:00.000 --> 00:02.000 align:start
<v Anna>Sveiki, <b>visi</b>!

00:02.000 --> 00:04.000
Sākam.
"""


@pytest.mark.parametrize(
    ("name", "data", "pages"),
    [
        ("a.pdf", written_pdf("Hello, library", "Page two"), ["Hello, library", "Page two"]),
        ("a.docx", word_file(), ["Bibliotēka\nTelpa\n3\nZemsvītra"]),
        ("a.pptx", slides(), ["Вітаємо", "Дякую\nУсміхніться"]),
        ("a.xlsx", workbook(), ["Rēzekne 42\nTallinn", "Riga"]),
        ("a.odt", text_file_of_odf(), ["Tervist\nraamatukogu"]),
        ("a.odp", slides_of_odf(), ["Tere\nNaerata", "Aitäh"]),
        ("a.ods", tables_of_odf(), ["Koht\n12"]),
        ("a.txt", "\ufeffЛаскаво\r\n\r\nпросимо\u00ad".encode(), ["Ласкаво\nпросимо"]),
        ("a.txt", "Sveiki".encode("utf-16"), ["Sveiki"]),
        ("a.csv", "vārds;viens\n".encode(), ["vārds;viens"]),
        ("a.vtt", CAPTIONS.encode(), ["Sveiki, visi!\nSākam."]),
    ],
)
def test_the_words_of_each_kind_of_file_are_read(name, data, pages):
    found = pages_in(data, name)

    assert [page.replace(" \n", "\n") for page in found] == pages


@pytest.mark.parametrize(
    ("name", "data", "state"),
    [
        ("a.pdf", pdf(2), "empty"),
        ("a.pdf", b"%PDF-1.7 and nothing more", "failed"),
        ("a.docx", b"not an archive", "failed"),
        ("a.txt", b"  \n", "empty"),
    ],
)
def test_a_file_without_words_or_a_broken_one_is_known_as_such_and_not_read_again(
    name, data, state
):
    document = a_document(data, name)

    read_document.call(document.pk)

    assert DocumentText.objects.get().state == state
    assert DocumentText.pages_of([document.pk]) == {}
    assert not unread().filter(pk=document.pk).exists()


def test_there_is_an_end_to_how_much_of_a_file_is_kept():
    found = pages_in(b"Labdien " * 400_000, "a.txt")

    assert len(found[0]) == 2_000_000


def test_a_reader_that_comes_to_no_end_is_ended(monkeypatch):
    monkeypatch.setattr(document_text, "READ_MEGABYTES", 20)

    document = a_document(written_pdf("Hello"), "a.pdf")
    read_document.call(document.pk)

    assert DocumentText.objects.get().state == "failed"


# --- when ------------------------------------------------------------------------------------


def test_an_upload_is_read_and_so_is_what_comes_in_its_place(worker, media):
    document = a_document(written_pdf("First edition"), "a.pdf")
    assert DocumentText.pages_of([document.pk]) == {document.pk: ["First edition"]}
    first = DocumentText.objects.get().first_page.name

    document.file = ContentFile(written_pdf("Second edition"), "b.pdf")
    document.save()

    assert DocumentText.pages_of([document.pk]) == {document.pk: ["Second edition"]}
    pictures = [path.name for path in (media / "first_pages").iterdir()]
    assert len(pictures) == 1
    assert pictures[0] not in first


def test_what_a_killed_worker_left_unread_is_read_later():
    document = a_document(written_pdf("Hello"), "a.pdf")
    sound = a_document(b"x", "words.mp3")
    Document.objects.update(file_changed_at=timezone.now())
    assert read_lost() == 0  # its own job may be on its way still

    mine = Document.objects.filter(pk__in=[document.pk, sound.pk])
    mine.update(file_changed_at=timezone.now() - timedelta(hours=1))

    assert read_lost() == 1
    assert DocumentText.pages_of([document.pk, sound.pk]) == {document.pk: ["Hello"]}
    assert read_lost() == 0


def test_words_of_bytes_that_were_replaced_meanwhile_are_not_kept(media):
    document = a_document(written_pdf("Old"), "a.pdf")
    read_before = Document.objects.get(pk=document.pk)
    document.file = ContentFile(written_pdf("New"), "b.pdf")
    document.save()

    document_text.read(read_before)

    assert not DocumentText.objects.exists()
    assert not list(media.rglob("*.webp"))


def test_a_file_that_is_gone_from_the_disk_is_told_and_breaks_nothing(media):
    document = a_document(written_pdf("Old"), "a.pdf")
    (media / document.file.name).unlink()

    read_document.call(document.pk)
    read_document.call(document.pk + 1)

    assert DocumentText.objects.get().state == "failed"


def test_a_deleted_document_takes_its_words_and_its_picture_along(media):
    document = a_document(written_pdf("Old"), "a.pdf")
    read_document.call(document.pk)
    assert list(media.rglob("*.webp"))

    document.delete()

    assert not DocumentText.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_the_search_learns_of_the_pages_on_which_a_file_stands(demo, monkeypatch):
    document = a_document(written_pdf("Hello"), "a.pdf")
    guide = make_guide("Ar failu", publish=False)
    guide.files.add(ResourceFile(title="Karte", document=document))
    guide.save_revision().publish()
    told = []
    monkeypatch.setattr(search, "update", lambda keys, prefixes: told.append(keys))

    read_document.call(document.pk)

    assert told == [{guide.translation_key}]


# --- the picture of the first page -----------------------------------------------------------


def picture_address(document: Document) -> str:
    return reverse("first_page", args=[document.pk, document.sha256[:8]])


def test_a_pdf_shows_its_first_page():
    document = a_document(written_pdf("Hello"), "a.pdf")
    read_document.call(document.pk)

    response = Client().get(picture_address(document))

    picture = Image.open(io.BytesIO(b"".join(response.streaming_content)))
    assert (picture.format, picture.width, picture.height) == ("WEBP", 480, 640)
    assert not picture.getexif()
    assert response.headers["Cache-Control"].startswith("public")
    etag = {"If-None-Match": response.headers["ETag"]}
    assert Client().get(picture_address(document), headers=etag).status_code == 304
    assert Client().post(picture_address(document)).status_code == 405


def test_a_page_like_a_ribbon_is_drawn_whole_and_small():
    document = pypdfium2.PdfDocument.new()
    document.new_page(14_000, 20)
    file = io.BytesIO()
    document.save(file)
    kept = a_document(file.getvalue(), "a.pdf")

    read_document.call(kept.pk)

    text = DocumentText.objects.get()
    assert text.first_page_width <= 480
    assert text.first_page_height >= 1


def test_pictures_of_other_bytes_are_a_miss():
    document = a_document(written_pdf("Hello"), "a.pdf")
    assert Client().get(picture_address(document)).status_code == 404
    read_document.call(document.pk)

    for mark in ("0" * 8, document.sha256[:7], document.sha256):
        address = reverse("first_page", args=[document.pk, mark])
        assert Client().get(address).status_code == 404


def test_the_first_page_of_a_private_file_is_for_its_own_people(demo):
    partner = Partner.objects.get(slug="valmiera-library")
    document = a_document(written_pdf("Hello"), "a.pdf", collection=partner.private_collection)
    read_document.call(document.pk)

    assert Client().get(picture_address(document)).status_code == 404
    allowed = an_author().get(picture_address(document))
    assert allowed.status_code == 200
    assert "no-store" in allowed.headers["Cache-Control"]


def test_readers_see_the_first_page_and_the_text_alternative_beside_the_file(demo):
    words = "Plakāts aicina uz tējas vakaru."
    document = a_document(written_pdf("Hello"), "a.pdf", text_alternative=words)
    read_document.call(document.pk)
    guide = make_guide("Ar failu", publish=False)
    guide.files.add(ResourceFile(title="Karte", document=document))
    guide.save_revision().publish()

    page = Client().get(guide.url).content.decode()
    mirror = Client().get(f"/r/{Thing.objects.get(translation_key=guide.translation_key).code}/")
    foreign = Client().get(mirror.url.replace("/lv/", "/en/", 1)).content.decode()

    assert f'src="{picture_address(document)}" width="480" height="640" alt=""' in page
    assert words in page
    assert f'<div lang="lv" dir="ltr"><p>{words}' in " ".join(foreign.split()).replace("> <", "><")


def test_an_upload_through_the_admin_is_read_after_it_is_kept(demo, worker):
    partner = Partner.objects.get(slug="valmiera-library")

    an_author().post(
        reverse("wagtaildocs:add"),
        {
            **WORDS,
            "collection": partner.collection_id,
            "file": upload(written_pdf("Hello"), "a.pdf"),
        },
    )

    document = Document.objects.order_by("pk").last()
    assert DocumentText.pages_of([document.pk]) == {document.pk: ["Hello"]}


# --- office files, where LibreOffice stands on the machine ------------------------------------


def test_without_libreoffice_an_office_file_has_no_picture(monkeypatch):
    monkeypatch.setenv("PATH", "")

    document = a_document(word_file(), "a.docx")
    read_document.call(document.pk)

    assert DocumentText.objects.get().state == "done"
    assert Client().get(picture_address(document)).status_code == 404


def libreoffice(folder, *deeds: str) -> None:
    """A program of that name, which writes down how it was called, and does this."""
    program = folder / "soffice"
    program.write_text("\n".join(["#!/bin/sh", f'echo "$@" > {folder}/called', *deeds]))
    program.chmod(0o755)


def test_with_libreoffice_an_office_file_shows_its_first_page(monkeypatch, tmp_path):
    (tmp_path / "made.pdf").write_bytes(written_pdf("Hello"))
    keep_profile = f"cp -r $(echo $1 | sed s,-env:UserInstallation=file://,,) {tmp_path}/profile"
    libreoffice(tmp_path, keep_profile, f"cp {tmp_path}/made.pdf $HOME/file.pdf")
    monkeypatch.setenv("PATH", str(tmp_path))

    document = a_document(word_file(), "a.docx")
    read_document.call(document.pk)

    text = DocumentText.objects.get()
    assert "Bibliotēka" in text.pages[0]
    assert Client().get(picture_address(document)).status_code == 200
    called = (tmp_path / "called").read_text()
    assert "--headless" in called
    assert "--convert-to pdf" in called
    profile = (tmp_path / "profile/user/registrymodifications.xcu").read_text()
    assert "DisableMacrosExecution" in profile


def test_a_libreoffice_that_breaks_costs_the_picture_alone(monkeypatch, tmp_path):
    libreoffice(tmp_path, "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))

    document = a_document(word_file(), "a.docx")
    read_document.call(document.pk)

    text = DocumentText.objects.get()
    assert (text.state, text.first_page.name) == ("done", "")
