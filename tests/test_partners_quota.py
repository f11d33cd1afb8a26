"""A partner's files take so much room and no more."""

import json

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.models import UploadedFile

from hub.models import Document
from partners.models import Partner
from partners.quota import used_bytes
from tests.editing import a_coordinator, an_author
from tests.files import upload

pytestmark = pytest.mark.usefixtures("demo")

WORDS = {"title": "Saraksts", "language": "lv", "licence": "CC0-1.0"}
TEXT = "ā".encode() * 300_000  # 600 kB


def valmiera() -> Partner:
    return Partner.objects.get(slug="valmiera-library")


def a_document(collection, data=TEXT) -> Document:
    file = ContentFile(data, "words.txt")
    return Document.objects.create(**WORDS, file=file, collection=collection)


@pytest.fixture
def room_for_one_more(settings):
    """One megabyte more than Valmiera has now, less what one file takes."""
    partner = valmiera()
    a_document(partner.private_collection)
    settings.HUB_PARTNER_MEGABYTES = used_bytes(partner) // 1_000_000 + 1
    return partner


def fill(partner, settings) -> None:
    """Up to the last kilobytes."""
    left = settings.HUB_PARTNER_MEGABYTES * 1_000_000 - used_bytes(partner)
    a_document(partner.collection, b"x" * (left - 1000))


def test_older_versions_count_too():
    partner = valmiera()
    before = used_bytes(partner)
    document = a_document(partner.collection)

    document.file = ContentFile(TEXT + b"!", "words.txt")
    document.save()

    assert used_bytes(partner) == before + 2 * len(TEXT) + 1


def test_a_file_past_the_quota_is_refused_with_what_is_used(room_for_one_more, settings, media):
    partner = room_for_one_more
    fill(partner, settings)
    before = Document.objects.count()

    response = an_author().post(
        reverse("wagtaildocs:add"),
        {**WORDS, "collection": partner.collection_id, "file": upload(TEXT, "a.txt")},
    )

    sentence = " ".join(response.context["form"].errors["file"])
    assert partner.name in sentence
    assert "600\N{NO-BREAK SPACE}kB" in sentence
    assert "Delete files" in sentence
    assert Document.objects.count() == before
    assert not list(media.rglob("a*.txt"))


def test_another_partner_still_has_room(room_for_one_more, settings):
    fill(room_for_one_more, settings)
    other = Partner.objects.standing().exclude(pk=room_for_one_more.pk).first()

    response = an_author(other.slug).post(
        reverse("wagtaildocs:add"),
        {**WORDS, "collection": other.collection_id, "file": upload(b"Tere", "a.txt")},
    )

    assert response.status_code == 302


def test_neither_several_at_once_nor_a_move_goes_past_it(room_for_one_more, settings):
    partner = room_for_one_more
    other = Partner.objects.standing().exclude(pk=partner.pk).first()
    foreign = a_document(other.collection)
    fill(partner, settings)
    author = an_author()
    author.post(reverse("wagtaildocs:add_multiple"), {"files[]": upload(TEXT, "b.txt")})
    waiting = UploadedFile.objects.get()

    finished = author.post(
        reverse("wagtaildocs:create_multiple_from_uploaded_document", args=[waiting.pk]),
        {
            f"uploaded-document-{waiting.pk}-{name}": value
            for name, value in {**WORDS, "collection": partner.collection_id}.items()
        },
    )
    a_coordinator().post(
        reverse("wagtaildocs:edit", args=[foreign.pk]),
        {**WORDS, "collection": partner.collection_id},
    )

    assert "take" in json.loads(finished.content)["form"]
    assert not Document.objects.filter(file__contains="b.txt").exists()
    foreign.refresh_from_db()
    assert foreign.collection_id == other.collection_id


def test_words_of_a_file_change_also_where_no_room_is_left(room_for_one_more, settings):
    partner = room_for_one_more
    document = a_document(partner.collection, b"Labdien")
    fill(partner, settings)

    an_author().post(
        reverse("wagtaildocs:edit", args=[document.pk]),
        {**WORDS, "title": "Jauns", "collection": partner.collection_id},
    )

    document.refresh_from_db()
    assert document.title == "Jauns"


def test_without_a_quota_there_is_none(settings):
    settings.HUB_PARTNER_MEGABYTES = 0
    partner = valmiera()

    response = an_author().post(
        reverse("wagtaildocs:add"),
        {**WORDS, "collection": partner.collection_id, "file": upload(TEXT, "a.txt")},
    )

    assert response.status_code == 302
