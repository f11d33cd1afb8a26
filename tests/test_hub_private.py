"""Files and pictures of a private collection are for the partner's own people and coordinators."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from hub.models import Document, Picture
from partners.models import Partner
from resources.models import ResourceFile
from tests.builders import make_guide
from tests.editing import a_coordinator, an_author
from tests.permission_world import picture_file, text_file

pytestmark = pytest.mark.usefixtures("demo")


def valmiera() -> Partner:
    return Partner.objects.get(slug="valmiera-library")


def a_document(collection) -> Document:
    return Document.objects.create(
        title="Saraksts", file=text_file(), language="lv", licence="CC0-1.0", collection=collection
    )


def a_rendition(collection) -> str:
    """The address of a small size of a new picture."""
    picture = Picture.objects.create(title="Tējkanna", file=picture_file(), collection=collection)
    return picture.get_rendition("width-20").url


def test_a_public_file_and_picture_come_to_everybody_and_are_kept_by_caches():
    reader, collection = Client(), valmiera().collection

    file = reader.get(f"/documents/{a_document(collection).pk}/x.txt")
    picture = reader.get(a_rendition(collection))

    assert file.status_code == picture.status_code == 200
    assert "public" in file.headers["Cache-Control"]
    assert picture.headers["Content-Type"] == "image/png"
    assert "public" in picture.headers["Cache-Control"]
    assert not reader.cookies


def test_a_picture_that_is_there_already_is_not_sent_again():
    reader, address = Client(), a_rendition(valmiera().collection)
    etag = reader.get(address).headers["ETag"]

    again = reader.get(address, headers={"If-None-Match": etag})

    assert again.status_code == 304


@pytest.mark.parametrize("name", ["nothing.png", "..%2Fdb.sqlite3", "original_images"])
def test_a_name_that_is_no_picture_is_a_miss(name):
    assert Client().get(f"/media/images/{name}").status_code == 404


def test_originals_have_no_address():
    picture = Picture.objects.create(
        title="Tējkanna", file=picture_file(), collection=valmiera().collection
    )

    assert Client().get(f"/media/{picture.file.name}").status_code == 404


def test_private_ones_come_to_their_people_alone_and_no_cache_keeps_them():
    collection = valmiera().private_collection
    addresses = [f"/documents/{a_document(collection).pk}/x.txt", a_rendition(collection)]
    others, own = [Client(), an_author("kardla-town-library")], [an_author(), a_coordinator()]

    for address in addresses:
        assert {client.get(address).status_code for client in others} == {404}
        for client in own:
            answer = client.get(address)
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_private_file_is_not_put_on_a_page_that_readers_open():
    page = make_guide()
    row = ResourceFile(page=page, title="Saraksts", document=a_document(valmiera().collection))
    row.full_clean(exclude=["page", "locale", "translation_key"])

    row.document = a_document(valmiera().private_collection)

    with pytest.raises(ValidationError, match="private collection"):
        row.full_clean(exclude=["page", "locale", "translation_key"])
