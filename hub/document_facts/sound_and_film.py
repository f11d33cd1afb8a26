"""MP3 and MP4: what they are, and whole."""

import struct

import filetype
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .kinds import MEDIA_TYPES
from .refusals import is_not

FEWEST_FRAMES = 3
LONGEST_SEARCH = 64 * 1024
MOST_BOXES = 10_000
# What a film cannot do without: where its pictures are, and the pictures.
FILM_BOXES = ({b"moov", b"mdat"}, {b"moov", b"moof", b"mdat"})
BOX_NAMES = {
    *(b"ftyp", b"moov", b"mdat", b"moof", b"free", b"skip", b"wide", b"uuid", b"meta", b"udta"),
    *(b"sidx", b"ssix", b"styp", b"mfra", b"pdin", b"emsg", b"prft", b"bloc", b"iods", b"beam"),
}

KILOBITS = {  # layer III, by version
    1: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def check_sound_or_film(file, ending: str) -> None:
    file.seek(0)
    kind = filetype.guess(file.read(8192))
    if kind is None or kind.mime != MEDIA_TYPES[ending]:
        raise is_not(ending)
    if ending == ".mp4":
        _check_film(file)
    else:
        _check_sound(file)


def _cut_off() -> ValidationError:
    return ValidationError(
        _(
            "This recording breaks off in the middle: it was not copied to its end. Copy it anew from "
            "where it was made, and upload that."
        ),
        code="cut_off",
    )


def _check_film(file) -> None:
    """Its boxes fill the file to its end, and what a film is made of is among them."""
    size = file.seek(0, 2)
    at, found = 0, set()
    for _number in range(MOST_BOXES):
        if at == size:
            break
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            raise _cut_off()
        length, name = struct.unpack_from(">L4s", head)
        if name not in BOX_NAMES:
            raise is_not(".mp4")
        if length == 1 and len(head) == 16:
            (length,) = struct.unpack_from(">Q", head, 8)
        elif length == 0:
            length = size - at
        if length < 8:
            raise is_not(".mp4")
        found.add(name)
        at += length
        if at > size:
            raise _cut_off()
    if at != size or not any(needed <= found for needed in FILM_BOXES):
        raise _cut_off()


def _check_sound(file) -> None:
    """Some frames one after the other, each where the one before says; and as long as it says."""
    size = file.seek(0, 2)
    at = _behind_tag(file)
    file.seek(at)
    window = file.read(LONGEST_SEARCH)
    start = next(
        (place for place in range(len(window) - 4) if _chain(file, at + place, size)), None
    )
    if start is None:
        raise is_not(".mp3")
    said = _said_bytes(window[start : start + 2000])
    if said and at + start + said > size:
        raise _cut_off()


def _behind_tag(file) -> int:
    file.seek(0)
    head = file.read(10)
    if not head.startswith(b"ID3") or len(head) < 10:
        return 0
    length = 0
    for byte in head[6:]:
        length = length << 7 | byte & 0x7F
    return 10 + length


def _chain(file, at: int, size: int) -> bool:
    for _number in range(FEWEST_FRAMES):
        if at >= size:
            return _number > 0
        file.seek(at)
        length = _frame_bytes(file.read(4))
        if not length:
            return False
        at += length
    return True


def _frame_bytes(head: bytes) -> int:
    """The length of the frame that begins so; 0 if none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, hertz, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer != 1 or rate in (0, 15) or hertz == 3:
        return 0
    kilobits = KILOBITS[1 if version == 3 else 2][rate - 1]
    factor = 144 if version == 3 else 72
    return factor * kilobits * 1000 // HERTZ[version][hertz] + padding


def _said_bytes(frame: bytes) -> int:
    """How long the sound is, if its first frame says that (as most programs write it)."""
    for mark in (b"Xing", b"Info"):
        at = frame.find(mark)
        if at < 0 or len(frame) < at + 16:
            continue
        (flags,) = struct.unpack_from(">L", frame, at + 4)
        if flags & 2:
            return struct.unpack_from(">L", frame, at + (12 if flags & 1 else 8))[0]
    return 0
