"""Large files at the served hub: what they cost its memory, and how a broken download goes on."""

import hashlib
import http.client
import random
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.files import File
from django.db import connection
from django.test import override_settings

from hub.models import Document
from tests.browsing import memory_of_the_hub

MEGABYTE = 1_000_000
SIZE = 100 * MEGABYTE
MOST_MORE = 5 * MEGABYTE


@pytest.fixture
def large(server, django_db_blocker, tmp_path):
    """A document of 100 MB at the served hub, and the SHA-256 of what was uploaded."""
    chance, uploaded = random.Random(5), hashlib.sha256()  # noqa: S311, no secret
    path = tmp_path / "large.zip"
    with path.open("wb") as file:
        for _number in range(SIZE // MEGABYTE):
            piece = chance.randbytes(MEGABYTE)
            uploaded.update(piece)
            file.write(piece)
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=settings.HUB_DATA / "media"):
        with path.open("rb") as file:
            document = Document.objects.create(
                title="Large", file=File(file, "large.zip"), language="lv", licence="CC0-1.0"
            )
        path.unlink()
        yield document, uploaded.hexdigest()
        stored = Path(document.file.path)
        document.delete()
        stored.unlink(missing_ok=True)
        connection.close()


class Download:
    """A download of `address` that has just begun."""

    def __init__(self, server: str, address: str, **headers):
        self.connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=60)
        self.connection.request("GET", address, headers=headers)
        self.answer = self.connection.getresponse()
        self.headers = self.answer.headers

    def read(self, size: int) -> bytes:
        return self.answer.read(size)

    def break_off(self) -> None:
        self.answer.close()
        self.connection.close()


def test_100_mb_take_no_memory_and_go_on_where_they_broke_off(server, large):
    document, uploaded = large
    # What the first download of all loads is not what this one costs.
    Download(server, document.url, Range="bytes=0-2000000").read(SIZE)
    before = memory_of_the_hub()
    got, most = hashlib.sha256(), before

    def take(download, megabytes):
        nonlocal most
        for number in range(megabytes):
            got.update(download.read(MEGABYTE))
            if number % 5 == 0:
                most = max(most, memory_of_the_hub())

    begun = Download(server, document.url)
    assert begun.answer.status == 200
    assert begun.headers["Content-Length"] == str(SIZE)
    take(begun, 40)
    # A reader on a slow line: what it does not take yet is not kept for it.
    time.sleep(1)
    most = max(most, memory_of_the_hub())
    begun.break_off()
    onwards = Download(
        server,
        document.url,
        **{"Range": f"bytes={40 * MEGABYTE}-", "If-Range": begun.headers["ETag"]},
    )
    assert onwards.answer.status == 206
    assert onwards.headers["Content-Range"] == f"bytes {40 * MEGABYTE}-{SIZE - 1}/{SIZE}"
    take(onwards, 60)

    assert onwards.read(1) == b""
    assert got.hexdigest() == uploaded
    assert begun.headers["ETag"] == f'"{uploaded}"'
    assert most - before <= MOST_MORE


def test_head_and_a_refused_part_come_without_a_body(server, large):
    document, _uploaded = large
    to = http.client.HTTPConnection(urlsplit(server).netloc, timeout=60)

    to.request("HEAD", document.url)
    head = to.getresponse()
    assert (head.status, head.read()) == (200, b"")
    assert head.headers["Content-Length"] == str(SIZE)
    # The same connection goes on: nothing of a body was left in it.
    to.request("GET", document.url, headers={"Range": f"bytes={SIZE}-"})
    refused = to.getresponse()
    assert (refused.status, refused.read()) == (416, b"")
    assert refused.headers["Content-Range"] == f"bytes */{SIZE}"
    to.request("GET", document.url, headers={"If-None-Match": head.headers["ETag"]})
    assert to.getresponse().status == 304
    to.close()
