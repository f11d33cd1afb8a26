"""A file reaches the reader whole, in the part that is asked for, or not again; under its own name."""

import hashlib
from email.message import Message
from unicodedata import normalize
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile

from hub import counting
from hub.models import Document
from hub.sending import disposition, fit_name
from partners.models import Partner
from tests.editing import an_author
from tests.test_hub_documents import make_document

pytestmark = pytest.mark.django_db

DATA = bytes(range(256)) * 1000
SIZE = len(DATA)
ETAG = f'"{hashlib.sha256(DATA).hexdigest()}"'


def reading(response) -> bytes:
    return b"".join(response.streaming_content)


@pytest.fixture
def document() -> Document:
    return make_document("data.zip", DATA)


@pytest.fixture
def address(document) -> str:
    return document.url


def test_the_whole_comes_with_what_resuming_needs(client, address):
    response = client.get(address)

    assert response.status_code == 200
    assert reading(response) == DATA
    assert response.headers["ETag"] == ETAG
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Content-Length"] == str(SIZE)
    assert "Last-Modified" in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=0-0", 0, 0),
        ("bytes=100-", 100, SIZE - 1),
        ("bytes=-100", SIZE - 100, SIZE - 1),
        (f"bytes=-{SIZE * 2}", 0, SIZE - 1),
        ("bytes=70000-140000", 70000, 140000),
        (f"bytes={SIZE - 1}-{SIZE * 5}", SIZE - 1, SIZE - 1),
        ("BYTES= 5-9 ", 5, 9),
    ],
)
def test_a_part_is_that_part_and_no_more(client, address, asked, first, last):
    response = client.get(address, headers={"Range": asked})

    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response.headers["Content-Length"] == str(last - first + 1)
    assert response.headers["ETag"] == ETAG
    assert reading(response) == DATA[first : last + 1]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=999999999999999999-", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused_and_the_size_is_said(client, address, asked):
    response = client.get(address, headers={"Range": asked})

    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{SIZE}"
    assert response.content == b""


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=9-5",
        "bytes=-",
        "bytes=a-b",
        "bytes=١-٢",
        "lines=1-2",
        "bytes",
        "bytes=0-1,5-9",
        f"bytes={'9' * 5000}-",
    ],
)
def test_what_is_no_single_part_gets_the_whole(client, address, asked):
    response = client.get(address, headers={"Range": asked})

    assert response.status_code == 200
    assert reading(response) == DATA


def test_a_resumed_download_goes_on_only_in_the_same_bytes(client, address):
    changed = client.get(address).headers["Last-Modified"]

    def asked(condition):
        headers = {"Range": "bytes=100-", "If-Range": condition}
        return client.get(address, headers=headers).status_code

    assert asked(ETAG) == asked(changed) == 206
    assert asked('"another"') == asked(f"W/{ETAG}") == 200
    assert asked("Mon, 01 Jan 2001 00:00:00 GMT") == asked("nonsense") == 200


def test_who_has_it_already_gets_nothing_but_the_validators(client, address):
    changed = client.get(address).headers["Last-Modified"]

    for has in ({"If-None-Match": ETAG}, {"If-None-Match": "*"}, {"If-Modified-Since": changed}):
        response = client.get(address, headers={**has, "Range": "bytes=0-9"})
        assert response.status_code == 304, has
        assert response.content == b""
        assert response.headers["ETag"] == ETAG
        assert response.headers["Cache-Control"] == "public, no-cache"


def test_head_says_everything_and_sends_nothing(client, address):
    response = client.head(address, headers={"Range": "bytes=5-9"})

    assert response.status_code == 200
    assert response.headers["Content-Length"] == str(SIZE)
    assert response.headers["ETag"] == ETAG
    assert not response.streaming
    assert response.content == b""


def test_an_empty_file_is_sent_and_has_no_parts(client):
    address = make_document("empty.zip", b"").url

    assert reading(client.get(address)) == b""
    assert client.get(address, headers={"Range": "bytes=0-"}).status_code == 416


def test_bytes_that_the_storage_has_lost_are_a_miss(client, document, address):
    document.file.storage.delete(document.file.name)

    assert client.get(address).status_code == 404
    assert client.head(address).status_code == 404


def test_a_file_replaced_while_somebody_downloads_it_harms_neither(client, document, address):
    begun = client.get(address)
    pieces = iter(begun.streaming_content)
    first = next(pieces)

    document.file = ContentFile(b"newer", "newer.zip")
    document.save()

    # Who has begun gets the old bytes to the end; who begins now gets the new ones.
    assert first + b"".join(pieces) == DATA
    assert reading(client.get(address)) == b"newer"
    # Who was interrupted before and comes back does not get a mixture.
    headers = {"Range": f"bytes={len(first)}-", "If-Range": ETAG}
    again = client.get(address, headers=headers)
    assert (again.status_code, reading(again)) == (200, b"newer")


def test_an_old_version_stays_at_an_address_of_its_own(client, document):
    document.file = ContentFile(b"newer", "newer.zip")
    document.save()
    pk = document.pk

    old = client.get(f"/documents/{pk}/v1/x.zip", headers={"Range": "bytes=0-9"})

    assert (old.status_code, reading(old)) == (206, DATA[:10])
    assert old.headers["ETag"] == ETAG
    assert reading(client.get(f"/documents/{pk}/v2/x.zip")) == b"newer"
    for miss in ("v3", "v0", f"v{'9' * 30}"):
        assert client.get(f"/documents/{pk}/{miss}/x.zip").status_code == 404
    assert client.get(f"/documents/{'9' * 30}/x.zip").status_code == 404


def test_every_version_of_a_private_file_is_for_its_people_alone(demo, client):
    collection = Partner.objects.get(slug="valmiera-library").private_collection
    document = make_document("data.zip", DATA, collection=collection)
    document.file = ContentFile(b"newer", "newer.zip")
    document.save()
    author, part = an_author(), {"Range": "bytes=0-9"}

    for address in (document.url, f"/documents/{document.pk}/v1/x.zip"):
        assert client.get(address, headers=part).status_code == 404
        answer = author.get(address, headers=part)
        assert answer.status_code == 206
        assert answer.headers["Cache-Control"] == "private, no-store"


# Names


def names_of(header: str) -> tuple[str, str]:
    """What a program that knows RFC 6266 reads as the name, and what an old one does."""
    plain = Message()
    plain["Content-Disposition"] = header.split("; filename*=")[0]
    _start, star, whole = header.partition("filename*=UTF-8''")
    return unquote(whole) if star else plain.get_filename(), plain.get_filename()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Vārdi pie ģimenes galda.pdf", "Vardi pie gimenes galda.pdf"),
        ("Õhtu külaskäik šokolaadiga.docx", "Ohtu kulaskaik sokolaadiga.docx"),
        ("Ґанок, їжа і м'яч.pdf", "Ganok, izha i m'yach.pdf"),
        ("Ім’я.pdf", "Im'ya.pdf"),
        ("plain.pdf", "plain.pdf"),
        ("100 % done;x=1.pdf", "100 _ done;x=1.pdf"),
    ],
)
def test_a_name_reaches_the_reader_letter_by_letter(name, plain):
    header = disposition("attachment", name)

    assert header.isascii()
    assert names_of(header) == (name, plain)


@pytest.mark.parametrize("name", ["Ķēķa vārdi.zip", "Сім’я й п'ять слів.zip", "Jõgi.zip"])
def test_an_upload_keeps_its_name_also_where_accents_were_signs_of_their_own(client, name):
    document = make_document(normalize("NFD", name), DATA)

    header = client.get(document.url).headers["Content-Disposition"]

    assert names_of(header)[0] == normalize("NFC", name)


def test_a_newer_version_and_a_namesake_keep_their_names_too(client):
    document, other = make_document("plāns.zip", DATA), make_document("plāns.zip", b"other")
    document.file = ContentFile(b"newer", "plāns.zip")
    document.save()

    for one in (document, other):
        header = client.get(one.url).headers["Content-Disposition"]
        assert names_of(header)[0] == "plāns.zip"
    assert reading(client.get(document.url)) == b"newer"
    assert reading(client.get(f"/documents/{document.pk}/v1/x.zip")) == DATA


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ('../../etc/"passwd"', "etc passwd"),
        ("a\r\nSet-Cookie: x", "a Set-Cookie x"),
        ("gpj.\u202efdp", "gpj. fdp"),
        ("  ... ", ""),
        ("C:\\x|y<z>*?", "C x y z"),
    ],
)
def test_a_name_cannot_be_a_path_a_header_or_turned_round(words, name):
    assert fit_name(words) == name
    assert "\n" not in disposition("inline", words)


# Behind a web server that sends the bytes


@pytest.fixture
def accel(settings):
    settings.HUB_ACCEL = "/protected/"


def test_the_web_server_is_told_where_the_bytes_lie(client, accel):
    document = make_document("Vārdi, м'яч.zip", DATA)

    response = client.get(document.url)

    assert response.status_code == 200
    where = response.headers["X-Accel-Redirect"]
    assert where.isascii()
    assert unquote(where) == f"/protected/{document.file.name}"
    assert response.content == b""
    assert response.headers["ETag"] == ETAG
    assert names_of(response.headers["Content-Disposition"])[0] == document.filename


def test_the_web_server_is_told_nothing_where_nothing_is_to_be_sent(client, accel, demo):
    document = make_document("data.zip", DATA)
    collection = Partner.objects.get(slug="valmiera-library").private_collection
    private = make_document("data.zip", DATA, collection=collection)

    answers = [
        client.get(document.url, headers={"If-None-Match": ETAG}),
        client.get(document.url, headers={"Range": f"bytes={SIZE}-"}),
        client.get(private.url),
    ]

    assert [answer.status_code for answer in answers] == [304, 416, 404]
    assert not any("X-Accel-Redirect" in answer.headers for answer in answers)


# Counting


@pytest.mark.parametrize("by_server", [False, True])
def test_a_download_is_counted_once(client, address, settings, by_server):
    settings.HUB_ACCEL = "/protected/" if by_server else ""
    firefox = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"}
    counting._tally.clear()

    def visit(method="get", **headers):
        getattr(client, method)(address, headers={**firefox, **headers})

    visit("head")
    visit(Range="bytes=0-1")
    visit(Range=f"bytes=0-{SIZE - 1}")
    visit(Range="bytes=1000-")
    visit(Range=f"bytes={SIZE}-")
    visit(**{"If-None-Match": ETAG})

    assert sum(counting._tally.values()) == 1
    counting._tally.clear()


def test_nothing_of_sending_writes_to_the_database(address, django_assert_num_queries, client):
    with django_assert_num_queries(3):
        reading(client.get(address, headers={"Range": "bytes=5-9"}))


def test_four_versions_stand_at_one_address_each_with_its_own_etag(client):
    editions = [DATA[: 100 * number] for number in (1, 2, 3, 4)]
    document = make_document("data.zip", editions[0])
    for edition in editions[1:]:
        document.file = ContentFile(edition, "data.zip")
        document.save()

    assert document.versions.count() == 3
    for number, edition in enumerate(editions, start=1):
        response = client.get(f"/documents/{document.pk}/v{number}/data.zip")
        assert reading(response) == edition
        assert response.headers["ETag"] == f'"{hashlib.sha256(edition).hexdigest()}"'
