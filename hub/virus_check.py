"""ClamAV, where it runs beside the hub: each upload is shown to it before anything else reads it.

clamd's own language (its manual, "INSTREAM"): pieces with their length before each, then one of
length zero; it answers in one line. What it cannot judge is not let in.
"""

import logging
import socket
import struct

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PIECE_BYTES = 64 * 1024
SECONDS = 60
LONGEST_ANSWER = 4096

logger = logging.getLogger("hub.files")


def check_for_viruses(file) -> None:
    """Raises ValidationError if clamd finds something, or cannot be asked; nothing without clamd."""
    if not settings.HUB_CLAMAV:
        return
    answer = _answer(file)
    if answer.endswith(" FOUND"):
        # The file itself goes with the request that brought it: nothing of it is kept.
        logger.warning("an upload was refused: %s", answer)
        raise ValidationError(
            _(
                "A virus was found in this file. It was not kept. Have the computer it comes from "
                "looked at, and do not send it to others."
            ),
            code="virus",
        )
    if answer != "stream: OK":
        logger.error("clamd did not judge an upload: %s", answer or "no answer")
        raise ValidationError(
            _(
                "Files cannot be looked at for viruses at the moment, so none is taken. Try again "
                "in an hour; if it stays so, tell the coordinators."
            ),
            code="no_virus_check",
        )


def _answer(file) -> str:
    file.seek(0)
    try:
        with _connection() as clamd:
            try:
                clamd.sendall(b"zINSTREAM\0")
                while piece := file.read(PIECE_BYTES):
                    clamd.sendall(struct.pack(">L", len(piece)) + piece)
                clamd.sendall(struct.pack(">L", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has heard enough, and says why
            return _all_of(clamd).rstrip(b"\0\r\n").decode(errors="replace")
    except OSError as error:
        return str(error)
    finally:
        file.seek(0)


def _all_of(clamd: socket.socket) -> bytes:
    answer = b""
    while len(answer) < LONGEST_ANSWER and (piece := clamd.recv(LONGEST_ANSWER)):
        answer += piece
    return answer


def _connection() -> socket.socket:
    """HUB_CLAMAV is the path of a socket, or host:port."""
    place = settings.HUB_CLAMAV
    if place.startswith("/"):
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(SECONDS)
        clamd.connect(place)
        return clamd
    host, _colon, port = place.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
