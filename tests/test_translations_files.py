"""Files of a language's own: put, uploaded, taken away, wanted; and readers get them when it is published."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection
from wagtail_localize.models import SegmentOverride

from hub.models import Document
from partners.models import Partner
from resources.models import MethodGuidePage, ResourceFile
from tests.builders import (
    in_language,
    locale,
    make_guide,
    make_translator,
    shelf,
    state_of,
    thing_of,
    translate,
)
from tests.files import pdf
from translations import work
from translations.files import overrides as files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

WANTED = "/admin/desk/files/uk/"


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def translator(client):
    user = make_translator("uk")
    client.force_login(user)
    return user


def public_collection() -> Collection:
    return Partner.objects.get(slug="valmiera-library").collection


def make_document(title="Darba lapa", code="lv", collection=None, content=b"") -> Document:
    document = Document(
        title=title,
        language=code,
        licence="CC-BY-4.0",
        collection=collection or public_collection(),
    )
    document.file.save("file.pdf", ContentFile(pdf(content=content)), save=False)
    document.save()
    return document


def guide_with_file(title="Tējas vakars", document=None, row="Karte", **fields) -> MethodGuidePage:
    """A guide with one file row, published."""
    fields.setdefault("slug", f"ar-failu-{MethodGuidePage.objects.count()}")
    guide = make_guide(title, publish=False, **fields)
    guide.files.add(ResourceFile(title=row, document=document or make_document()))
    guide.save_revision().publish()
    return MethodGuidePage.objects.get(pk=guide.pk)


def address(page, code="uk") -> str:
    return f"/admin/desk/{thing_of(page).code}/{code}/files/"


def rows(page, code="uk") -> list[files.FileRow]:
    return files.file_rows(work.begin(thing_of(page), locale(code)))


def press(client, page, deed, row=None, **more) -> str:
    row = row or rows(page)[0]
    data = {"row": row.context_id, "deed": deed, **more}
    response = client.post(address(page), data, follow=True)
    assert response.status_code == 200
    return unescape(response.content.decode())


def upload(client, page, content=None, name="аркуш.pdf", **more) -> str:
    row = rows(page)[0]
    fields = {"title": "Аркуш", "licence": "CC-BY-4.0", **more}
    posted = {f"row{row.context_id}-{key}": value for key, value in fields.items()}
    content = pdf(content=b"%uk") if content is None else content
    posted[f"row{row.context_id}-file"] = SimpleUploadedFile(name, content)
    return press(client, page, "upload", row, **posted)


def documents_of(page) -> list[Document]:
    return [row.document for row in page.specific.files.all()]


# --- one thing --------------------------------------------------------------------------------


def test_each_place_for_a_file_shows_what_the_original_has_there(client, translator):
    in_text = make_document("Pielikums")
    guide = guide_with_file(
        body=[("file", {"document": in_text, "title": "Lejupielāde"})],
    )

    html = unescape(client.get(address(guide)).content.decode())

    assert {(row.title, row.source.title, row.own) for row in rows(guide)} == {
        ("Karte", "Darba lapa", None),
        ("Lejupielāde", "Pielikums", None),
    }
    assert "Darba lapa" in html
    assert "PDF · 1 page" in html
    assert "None yet: readers get the original's." in html


def test_a_file_of_my_language_is_put_there_and_readers_get_it_with_the_publication(
    client, translator
):
    guide = guide_with_file()
    mine = make_document("Аркуш", "uk", content=b"%1")
    estonian = make_document("Leht", "et", content=b"%2")

    html = client.get(address(guide)).content.decode()
    offered = re.findall(r"<option value=\"(\d+)\"", html)
    assert str(mine.pk) in offered
    assert str(estonian.pk) not in offered
    html = press(client, guide, "choose", document=mine.pk)

    assert "“Аркуш” stands there now." in html
    assert "Not with readers yet" in html
    assert documents_of(in_language(guide, "uk"))[0].title == "Darba lapa"
    translate(guide, "uk")
    assert documents_of(in_language(guide, "uk")) == [mine]
    assert documents_of(in_language(guide, "et"))[0].title == "Darba lapa"
    assert "Not with readers yet" not in client.get(address(guide)).content.decode()


def test_taken_away_the_originals_file_shows_again(client, translator):
    guide = guide_with_file()
    press(client, guide, "choose", document=make_document("Аркуш", "uk", content=b"%1").pk)
    job = translate(guide, "uk")

    html = press(client, guide, "take-away")
    work.publish(job, None)

    assert "The file of the original stands there again." in html
    assert documents_of(in_language(guide, "uk"))[0].title == "Darba lapa"


def test_an_upload_lands_with_the_partner_in_my_language_through_every_guard(client, translator):
    guide = guide_with_file()

    html = upload(client, guide)

    document = Document.objects.get(title="Аркуш")
    assert "“Аркуш” stands there now." in html
    assert (document.language, document.collection) == ("uk", public_collection())
    assert document.uploaded_by_user == translator
    assert rows(guide)[0].own == document


def test_an_upload_cannot_choose_its_place_or_language(client, translator):
    guide = guide_with_file()
    private = Partner.objects.get(slug="valmiera-library").private_collection

    upload(client, guide, collection=private.pk, language="lv")

    document = Document.objects.get(title="Аркуш")
    assert (document.language, document.collection) == ("uk", public_collection())


@pytest.mark.parametrize(
    ("content", "name", "title", "sentence"),
    [
        (b"MZ\x90", "x.exe", "Аркуш", "The file was not taken; the reason stands beside it."),
        (b"not a PDF", "x.pdf", "Аркуш", "The file was not taken; the reason stands beside it."),
        (b"", "x.pdf", "Аркуш", "The submitted file is empty."),
        (None, "x.pdf", "", "This field is required."),
    ],
)
def test_what_the_hub_does_not_take_elsewhere_it_does_not_take_here(
    client, translator, content, name, title, sentence
):
    guide = guide_with_file()
    before = Document.objects.count()

    html = upload(client, guide, content, name, title=title)

    assert sentence in html
    assert 'class="desk-upload"' in html
    assert Document.objects.count() == before
    assert rows(guide)[0].own is None


def test_too_large_a_file_gets_a_sentence(client, translator, settings):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 100
    guide = guide_with_file()

    assert "the hub takes up to" in upload(client, guide)


def test_a_file_that_is_here_already_is_not_kept_twice(client, translator):
    guide = guide_with_file()
    known = make_document("Відомий аркуш", "uk", content=b"%uk")

    html = upload(client, guide)

    assert "The hub has this very file already, as “Відомий аркуш”." in html
    assert not Document.objects.filter(title="Аркуш").exists()
    assert rows(guide)[0].own == known


def test_a_file_of_another_language_partner_or_private_place_is_refused(client, translator):
    guide = guide_with_file()
    partner = Partner.objects.get(slug="valmiera-library")
    other = Partner.objects.exclude(pk=partner.pk).filter(collection__isnull=False).first()
    foreign = [
        make_document("A", "et", content=b"%1"),
        make_document("B", "uk", other.collection, content=b"%2"),
        make_document("C", "uk", partner.private_collection, content=b"%3"),
    ]

    for chosen in (*(one.pk for one in foreign), "", "x", 999_999):
        html = press(client, guide, "choose", document=chosen)
        assert "Choose one of the files of this language." in html
    assert not SegmentOverride.objects.filter(
        context__object_id=guide.translation_key, locale=locale("uk")
    ).exists()


def test_older_than_its_source_is_said(client, translator):
    document = make_document()
    guide = guide_with_file(document=document)
    mine = make_document("Аркуш", "uk", content=b"%1")
    press(client, guide, "choose", document=mine.pk)
    assert "Older than its source" not in client.get(address(guide)).content.decode()

    later = mine.file_changed_at + timedelta(days=1)
    Document.objects.filter(pk=document.pk).update(file_changed_at=later)

    assert "Older than its source" in client.get(address(guide)).content.decode()


def test_a_document_that_is_gone_does_not_keep_a_translation_from_being_published(
    client, translator
):
    guide = guide_with_file()
    mine = make_document("Аркуш", "uk", content=b"%1")
    press(client, guide, "choose", document=mine.pk)

    mine.delete()

    assert rows(guide)[0].own is None
    translate(guide, "uk")
    assert documents_of(in_language(guide, "uk"))[0].title == "Darba lapa"


def test_a_stopped_translation_takes_no_files(client, translator):
    guide = guide_with_file()
    mine = make_document("Аркуш", "uk", content=b"%1")
    work.begin(thing_of(guide), locale("uk"))
    work.stop(thing_of(guide), locale("uk"))

    html = press(client, guide, "choose", document=mine.pk)

    assert "The translation into this language is stopped." in html
    assert rows(guide)[0].own is None


# --- doors ------------------------------------------------------------------------------------


def test_doors_of_other_languages_and_rows_of_other_pages_are_closed(client, translator):
    guide, other = guide_with_file(), guide_with_file("Cits")
    born_here = make_guide("Чай", on=shelf(code="uk"), slug="chai")
    mine = make_document("Аркуш", "uk", content=b"%1")
    theirs = rows(other)[0].context_id

    for closed in (address(guide, "et"), address(guide, "lv"), address(born_here, "uk")):
        assert client.get(closed).status_code == 404
        assert client.post(closed, {"deed": "take-away"}).status_code == 404
    for row in (theirs, "", "x"):
        data = {"row": row, "deed": "choose", "document": mine.pk}
        assert client.post(address(guide), data).status_code == 404
    for code in ("et", "xx"):
        assert client.get(f"/admin/desk/files/{code}/").status_code == 404
    assert rows(other)[0].own is None


# --- wanted -----------------------------------------------------------------------------------


def wanted_titles(client) -> list[str]:
    html, found, number = "", [], 1
    while not found or 'rel="next"' in html:
        html = unescape(client.get(f"{WANTED}?page={number}").content.decode())
        found += re.findall(r'desk-list__title"[^>]*>(.*?)<', html) or [""]
        number += 1
    return found


def test_the_list_of_files_wanted_names_what_is_missing_or_older(client, translator):
    guide_with_file("Trūkst", row="Trūkst faila")
    has = guide_with_file("Ir", row="Ir fails")
    press(client, has, "choose", document=make_document("Аркуш", "uk", content=b"%1").pk)
    source = make_document("Vecs", content=b"%2")
    older = guide_with_file("Vecs", source, row="Vecs fails")
    mine = make_document("Старий", "uk", content=b"%3")
    press(client, older, "choose", document=mine.pk)
    newer = mine.file_changed_at + timedelta(days=1)
    Document.objects.filter(pk=source.pk).update(file_changed_at=newer)
    guide_with_file("Bez vārdiem", make_document("Bilde", "zxx", content=b"%4"), row="Bez vārdiem")
    guide_with_file("Ukrainiski", make_document("Укр", "uk", content=b"%5"), row="Jau ukrainiski")
    stopped = guide_with_file("Apturēts", row="Apturēts fails")
    work.begin(thing_of(stopped), locale("uk"))
    work.stop(thing_of(stopped), locale("uk"))
    hidden = guide_with_file("Paslēpts", row="Paslēpts fails")
    hidden.unpublish()

    found = wanted_titles(client)

    assert {"Trūkst faila", "Vecs fails"} <= set(found)
    assert not {
        "Ir fails",
        "Bez vārdiem",
        "Jau ukrainiski",
        "Apturēts fails",
        "Paslēpts fails",
    } & set(found)


def test_a_document_in_a_text_is_wanted_once_the_page_is_in_work(client, translator):
    document = make_document("Pielikums tekstā")
    guide = make_guide(body=[("file", {"document": document, "title": "Lejupielāde"})])
    assert "Pielikums tekstā" not in wanted_titles(client)

    work.begin(thing_of(guide), locale("uk"))

    assert "Pielikums tekstā" in wanted_titles(client)


def test_a_long_list_of_files_costs_no_more_than_a_short_one(client, translator):
    def look():
        with CaptureQueriesContext(connection) as queries:
            client.get(WANTED)
        return len(queries)

    document = make_document()
    guide_with_file("Pirmais", document)
    look()
    few = look()
    for number in range(12):
        guide_with_file(f"Vēl {number}", document, slug=f"vel-{number}")
    look()

    assert look() <= few <= 15


def test_the_screen_of_a_thing_costs_no_more_for_many_files(client, translator):
    def look(page):
        client.get(address(page))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(page))
        return len(queries)

    one = guide_with_file()
    many = guide_with_file("Daudz")
    document = make_document(content=b"%9")
    for number in range(8):
        many.files.add(ResourceFile(title=f"Fails {number}", document=document))
    many.save_revision().publish()
    assert state_of(many, "uk").total > state_of(one, "uk").total

    # Each of many files opens its form when asked.
    assert look(many) <= look(one) <= 30
