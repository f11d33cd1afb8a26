"""With ClamAV beside it, the hub takes nothing that ClamAV has not judged."""

import socket
import struct
import threading
from contextlib import closing, contextmanager

import pytest

from hub.models import Document
from tests.files import pdf, photo, upload
from tests.test_hub_documents import DOORS, answer_of_multiple, assert_nothing_is_left

pytestmark = pytest.mark.django_db

SIGNATURE = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


def exactly(connection, length: int) -> bytes:
    data = b""
    while len(data) < length and (piece := connection.recv(length - len(data))):
        data += piece
    return data


def heard(connection) -> bytes:
    """What is streamed to clamd, as its manual describes it."""
    assert exactly(connection, 10) == b"zINSTREAM\0"
    data = b""
    while length := struct.unpack(">L", exactly(connection, 4))[0]:
        data += exactly(connection, length)
    return data


def judge(connection) -> None:
    found = SIGNATURE in heard(connection)
    connection.sendall(b"stream: Eicar-Test FOUND\0" if found else b"stream: OK\0")


def hang_up_early(connection) -> None:
    exactly(connection, 10)
    connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")


def say_nothing(connection) -> None:
    heard(connection)


@contextmanager
def clamd(settings, behave=judge, path=None):
    """One that listens, until the test is over; with `path` at a socket of this name."""
    server = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    server.bind(str(path) if path else ("127.0.0.1", 0))
    server.listen()
    settings.HUB_CLAMAV = str(path) if path else f"127.0.0.1:{server.getsockname()[1]}"

    def serve():
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            with closing(connection):
                behave(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


@pytest.mark.parametrize("door", DOORS[:3])
def test_a_clean_file_is_taken_at_every_door(door, admin_client, settings):
    with clamd(settings):
        door(admin_client, upload(pdf(), "guide.pdf"))

    assert Document.objects.count() == 1


def test_a_virus_is_refused_in_words_and_kept_nowhere(admin_client, settings, media, tmp_path):
    with clamd(settings, path=tmp_path / "clamd"):
        answer = answer_of_multiple(admin_client, upload(b"a " + SIGNATURE, "words.txt"))

    assert "A virus was found" in answer
    assert_nothing_is_left(media)


@pytest.mark.parametrize("behave", [hang_up_early, say_nothing])
@pytest.mark.parametrize(
    "file", [(pdf(), "guide.pdf"), (photo(), "photo.jpg"), (b"x" * 3_000_000, "a.txt")]
)
def test_what_clamav_cannot_judge_is_not_taken(behave, file, admin_client, settings, media):
    with clamd(settings, behave):
        answer = answer_of_multiple(admin_client, upload(*file))

    assert "none is taken" in answer
    assert_nothing_is_left(media)


def test_nothing_is_taken_while_clamav_is_away(admin_client, settings, media):
    settings.HUB_CLAMAV = "127.0.0.1:1"

    assert "none is taken" in answer_of_multiple(admin_client, upload(pdf(), "guide.pdf"))
    assert_nothing_is_left(media)
