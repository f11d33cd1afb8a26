"""Files come in checked, say what they are, and no version of them is ever lost."""

import hashlib
import json

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.urls import reverse
from wagtail.models import UploadedFile

from hub.models.documents import Document, DocumentVersion, file_languages
from tests.files import (
    BAD_FILES,
    ENTITIES,
    GOOD_FILES,
    OWNER,
    docx,
    odp,
    odt,
    pdf,
    photo,
    pptx,
    upload,
)

pytestmark = [pytest.mark.django_db]


def make_document(name="guide.pdf", data=None, **fields) -> Document:
    file = ContentFile(pdf() if data is None else data, name)
    return Document.objects.create(**{"title": "Guide", "language": "lv", "file": file, **fields})


def bytes_of(holder) -> bytes:
    with holder.file.open() as file:
        return file.read()


def stored_files(media) -> list:
    return [file for file in media.rglob("*") if file.is_file()]


WORDS = {"title": "Guide", "language": "lv", "licence": "CC-BY-4.0"}


def through_add(client, file):
    client.post(reverse("wagtaildocs:add"), {**WORDS, "file": file})


def through_multiple(client, file):
    """A file alone says neither its language nor its licence, so it always takes both steps."""
    first = client.post(
        reverse("wagtaildocs:add_multiple"), {"title": "Guide", "files[]": file}
    ).json()
    assert not Document.objects.exists()
    number = first["uploaded_file_id"]
    client.post(
        reverse("wagtaildocs:create_multiple_from_uploaded_document", args=[number]),
        {f"uploaded-document-{number}-{field}": value for field, value in WORDS.items()},
    )
    assert not UploadedFile.objects.exists()


def through_chooser(client, file):
    words = {f"document-chooser-upload-{field}": value for field, value in WORDS.items()}
    client.post(
        reverse("wagtaildocs_chooser:create"), {**words, "document-chooser-upload-file": file}
    )


def through_code(client, file):
    Document.objects.create(**WORDS, file=file)


def through_saving_the_file(client, file):
    Document(**WORDS).file.save(file.name, file)


DOORS = [through_add, through_multiple, through_chooser, through_code, through_saving_the_file]


@pytest.mark.parametrize("door", DOORS)
def test_a_file_knows_its_facts_whichever_way_it_came(door, admin_client):
    data = pdf(pages=3)

    door(admin_client, upload(data, "Guide.PDF"))

    document = Document.objects.get()
    assert bytes_of(document) == data
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert document.size_bytes == len(data)
    assert document.page_count == 3
    assert (document.language, document.licence, document.version) == ("lv", "CC-BY-4.0", 1)
    assert document.format == "PDF"
    assert document.content_type == "application/pdf"
    assert document.file_changed_at is not None
    before = document.file_hash
    document._set_file_hash()
    assert document.file_hash == before


@pytest.mark.parametrize("door", DOORS)
def test_a_picture_published_as_a_file_is_cleaned_too(door, admin_client, media):
    door(admin_client, upload(photo(), "photo.jpg"))

    document = Document.objects.get()
    assert OWNER.encode() not in bytes_of(document)
    assert document.sha256 == hashlib.sha256(bytes_of(document)).hexdigest()
    assert not [file for file in stored_files(media) if OWNER.encode() in file.read_bytes()]


def test_a_form_cannot_dictate_the_facts(admin_client):
    admin_client.post(
        reverse("wagtaildocs:add"),
        {
            **WORDS,
            "file": upload(pdf(2), "guide.pdf"),
            "sha256": "0" * 64,
            "file_size": "1",
            "page_count": "99",
            "version": "7",
        },
    )

    document = Document.objects.get()
    assert document.sha256 != "0" * 64
    assert (document.page_count, document.version) == (2, 1)


@pytest.mark.parametrize(
    ("name", "data", "pages"),
    [
        ("a.pdf", pdf(pages=12), 12),
        ("a.docx", docx(pages=3), 3),
        ("a.docx", docx(pages=1, words=0), None),
        ("a.docx", docx(pages="many"), None),
        ("a.docx", b"not an archive", None),
        ("a.pptx", pptx(slides=5), 5),
        ("a.odt", odt(pages=7), 7),
        ("a.odp", odp(slides=4), 4),
        ("a.pdf", b"%PDF-1.7 and nothing more", None),
        ("a.txt", b"Sveiki", None),
    ],
)
def test_pages_are_counted_where_a_file_says_them(name, data, pages):
    assert make_document(name, data).page_count == pages


def test_a_file_may_be_in_any_language_of_the_hub_in_several_or_in_none():
    codes = [code for code, _name in file_languages()]

    assert {"lv", "uk", "mul", "zxx"} <= set(codes)


# Versions


def replace(client, document, data, name="guide.pdf", what_changed=""):
    return client.post(
        reverse("wagtaildocs:edit", args=[document.pk]),
        {**WORDS, "file": upload(data, name), "what_changed": what_changed},
    )


def test_replacing_a_file_keeps_every_older_version(
    admin_client, admin_user, media, django_capture_on_commit_callbacks
):
    editions = [pdf(pages) for pages in (1, 2, 3, 4)]
    document = make_document(data=editions[0])

    with django_capture_on_commit_callbacks(execute=True):
        for number, edition in enumerate(editions[1:], start=2):
            replace(admin_client, document, edition, what_changed=f"Now {number} pages")

    document.refresh_from_db()
    assert document.version == 4
    assert bytes_of(document) == editions[3]
    assert document.page_count == 4
    assert [version.number for version in document.versions.all()] == [3, 2, 1]
    for number, edition in enumerate(editions, start=1):
        version = document.get_version(number)
        assert bytes_of(version) == edition
        assert version.sha256 == hashlib.sha256(edition).hexdigest()
        assert version.size_bytes == len(edition)
        assert version.content_type == "application/pdf"
    newest = document.versions.first()
    assert (newest.what_changed, newest.replaced_by) == ("Now 4 pages", admin_user)
    assert len(stored_files(media)) == 4
    with pytest.raises(DocumentVersion.DoesNotExist):
        document.get_version(5)


def test_code_replaces_a_file_as_a_person_does():
    document = make_document(data=pdf(1))

    document.file = ContentFile(pdf(2), "newer.pdf")
    document.what_changed = "A page more"
    document.save()

    fresh = Document.objects.get()
    assert fresh.sha256 == hashlib.sha256(pdf(2)).hexdigest()
    assert (fresh.version, fresh.page_count) == (2, 2)
    assert bytes_of(fresh.get_version(1)) == pdf(1)
    before = fresh.file_hash
    fresh._set_file_hash()
    assert fresh.file_hash == before


def test_the_same_bytes_again_are_no_new_version(
    admin_client, media, django_capture_on_commit_callbacks
):
    document = make_document(data=pdf(1))

    with django_capture_on_commit_callbacks(execute=True):
        replace(admin_client, document, pdf(1), "copy.pdf")

    document.refresh_from_db()
    assert document.version == 1
    assert not document.versions.exists()
    assert len(stored_files(media)) == 1
    assert bytes_of(document) == pdf(1)


def test_editing_words_alone_makes_no_version(admin_client):
    document = make_document(data=pdf(1))

    admin_client.post(reverse("wagtaildocs:edit", args=[document.pk]), {**WORDS, "title": "New"})

    document.refresh_from_db()
    assert (document.title, document.version) == ("New", 1)
    assert bytes_of(document) == pdf(1)


def test_saving_an_object_read_before_a_replacement_does_not_bring_the_old_file_back():
    document = make_document(data=pdf(1))
    read_before = Document.objects.get()
    document.file = ContentFile(pdf(2), "newer.pdf")
    document.save()

    read_before.title = "Renamed"
    read_before.save()

    fresh = Document.objects.get()
    assert (fresh.title, fresh.version, fresh.page_count) == ("Renamed", 2, 2)
    assert bytes_of(fresh) == pdf(2)
    assert fresh.versions.count() == 1


def test_a_refused_replacement_leaves_the_file_as_it_was(admin_client, media):
    document = make_document(data=pdf(1))

    response = replace(admin_client, document, b"no PDF", "guide.pdf")

    assert response.status_code == 200
    document.refresh_from_db()
    assert bytes_of(document) == pdf(1)
    assert len(stored_files(media)) == 1


def test_a_deleted_document_takes_all_its_versions_along(media, django_capture_on_commit_callbacks):
    document = make_document(data=pdf(1))
    document.file = ContentFile(pdf(2), "newer.pdf")
    document.save()
    assert len(stored_files(media)) == 2

    with django_capture_on_commit_callbacks(execute=True):
        document.delete()

    assert stored_files(media) == []


# What is taken and what is refused


def answer_of_add(client, file):
    response = client.post(reverse("wagtaildocs:add"), {**WORDS, "file": file})
    if response.status_code == 302:
        return ""
    return " ".join(response.context["form"].errors["file"])


def answer_of_multiple(client, file):
    response = client.post(reverse("wagtaildocs:add_multiple"), {"files[]": file})
    assert response.status_code == 200
    return response.json().get("error_message", "")


def answer_of_chooser(client, file):
    response = client.post(
        reverse("wagtaildocs_chooser:create"),
        {"document-chooser-upload-title": "Guide", "document-chooser-upload-file": file},
    )
    assert response.status_code == 200
    return json.loads(response.content)["htmlFragment"]


@pytest.mark.parametrize("name", GOOD_FILES)
def test_the_named_kinds_are_taken(name, admin_client):
    assert answer_of_add(admin_client, upload(GOOD_FILES[name], name)) == ""

    assert Document.objects.get().content_type != "application/octet-stream"


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_gets_a_sentence_and_leaves_nothing_behind(case, admin_client, media):
    name, data, sentence = BAD_FILES[case]

    assert sentence in answer_of_multiple(admin_client, upload(data, name))
    assert_nothing_is_left(media)


@pytest.mark.parametrize("screen", [answer_of_add, answer_of_chooser])
@pytest.mark.parametrize("case", ["HTML", "broken PDF", "DOCX with macros"])
def test_every_upload_screen_gives_that_sentence(case, screen, admin_client, media):
    name, data, sentence = BAD_FILES[case]

    assert sentence in screen(admin_client, upload(data, name))
    assert_nothing_is_left(media)


def assert_nothing_is_left(media):
    assert not Document.objects.exists()
    assert not UploadedFile.objects.exists()
    assert stored_files(media) == []


def test_a_file_past_the_limit_gets_a_sentence(admin_client, settings):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 1000

    answer = answer_of_multiple(admin_client, upload(b"x" * 1001, "words.txt"))

    assert "Make it smaller" in answer


def test_entities_in_an_office_file_expand_to_nothing():
    document = make_document("guide.docx", docx(**{"docProps/app.xml": ENTITIES}))

    assert document.page_count is None


def test_a_file_too_large_for_memory_is_read_from_its_place_on_disk(admin_client):
    """Django keeps uploads past 2.5 MB in a file of their own."""
    large = TemporaryUploadedFile("guide.pdf", "application/pdf", 0, None)
    large.write(pdf(pages=2))
    large.seek(0)

    document = Document.objects.create(**WORDS, file=large)

    assert document.page_count == 2
    assert bytes_of(document) == pdf(pages=2)
    large.close()
