"""Pictures without a trace of who took them, where and with what.

Files are taken apart and only the parts that draw the picture are put together again, so the
pixels stay as they were, to the last bit. A picture is drawn anew only where it must be turned
upright, or where browsers cannot show its format (HEIC, AVIF).
"""

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, JpegImagePlugin
from pillow_heif import HeifImagePlugin  # noqa: F401  teaches Pillow to read HEIC

# What Pillow calls the formats we read, and the endings their files go by.
ENDINGS = {
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "AVIF": (".avif",),
    "HEIF": (".heic", ".heif"),
}
PICTURE_ENDINGS = tuple(ending for endings in ENDINGS.values() for ending in endings)

# Frames of an animation are held one at a time, so together they may be more.
ANIMATION_FACTOR = 4

ORIENTATION = 0x0112  # the EXIF tag
UPRIGHT = 1


class CleanPicture(ContentFile):
    """The bytes that may be kept. `source_format` is what the picture was, in Pillow's words."""

    def __init__(self, data: bytes, name: str, source_format: str):
        super().__init__(data, name)
        self.source_format = source_format


def clean_picture(file, name: str) -> CleanPicture:
    """The picture in `file`, upright and without metadata; its name ends as its content demands.

    Raises ValidationError with a sentence for the editor if it cannot be read.
    """
    picture = _read(file)
    file.seek(0)
    data = file.read()
    kept = picture.format
    if kept in ("HEIF", "AVIF"):
        # Only the first picture of a sequence: no phone makes them, and hardly anybody else.
        kept = "PNG" if picture.has_transparency_data else "JPEG"
        data = _drawn_anew(picture, kept, quality=92)
    elif _orientation(picture) != UPRIGHT and not getattr(picture, "is_animated", False):
        data = _drawn_anew(ImageOps.exif_transpose(picture), kept, **_as_fine_as(picture, data))
    try:
        data = STRIP[kept](data)
        Image.open(BytesIO(data), formats=[kept]).close()
    except Exception as error:  # as in _read
        raise unreadable() from error
    ending = Path(name).suffix
    if ending.lower() not in ENDINGS[kept]:
        name = name.removesuffix(ending) + ENDINGS[kept][0]
    return CleanPicture(data, name, picture.format)


def unreadable() -> ValidationError:
    return ValidationError(
        _(
            "This picture is damaged or incomplete and cannot be read. Open it in a picture "
            "program, save it again as JPEG or PNG, and upload the new file."
        ),
        code="unreadable_picture",
    )


def too_many_pixels() -> ValidationError:
    return ValidationError(
        _(
            "This picture has too many pixels: the hub takes up to %(limit)s million. Save a "
            "smaller copy, for example 3000 pixels wide, and upload that."
        ),
        code="too_many_pixels",
        params={"limit": max_pixels() // 1_000_000},
    )


def max_pixels() -> int:
    return getattr(settings, "WAGTAILIMAGES_MAX_IMAGE_PIXELS", 64_000_000)


def _read(file) -> Image.Image:
    """The picture in `file`, decoded to its end once: what is broken shows itself here."""
    file.seek(0)
    try:
        picture = Image.open(file, formats=list(ENDINGS))
        if picture.format == "MPO":
            # A phone's JPEG with a second picture behind the first; the first is the picture.
            file.seek(0)
            picture = JpegImagePlugin.JpegImageFile(file)
        pixels = picture.width * picture.height
        frames = getattr(picture, "n_frames", 1)
        if pixels > max_pixels() or pixels * frames > ANIMATION_FACTOR * max_pixels():
            raise too_many_pixels()
        for frame in (*range(frames), 0):
            picture.seek(frame)
            picture.load()
    except ValidationError:
        raise
    except Image.DecompressionBombError as error:
        raise too_many_pixels() from error
    except Exception as error:  # a decoder may raise anything at a file made to break it
        raise unreadable() from error
    return picture


def _orientation(picture: Image.Image) -> int:
    try:
        return picture.getexif().get(ORIENTATION, UPRIGHT)
    except (struct.error, SyntaxError, ValueError, LookupError, TypeError, OSError):
        return UPRIGHT  # broken EXIF: it goes anyway


def _as_fine_as(picture: Image.Image, data: bytes) -> dict:
    """How to save a turned copy of `picture`, whose file holds `data`, without loss that shows."""
    if picture.format == "JPEG":
        return {
            "qtables": picture.quantization,
            "subsampling": JpegImagePlugin.get_sampling(picture),
            "progressive": bool(picture.info.get("progressive")),
        }
    if picture.format == "WEBP" and b"VP8L" in {name for name, _content in _riff_parts(data, 12)}:
        return {"lossless": True, "exact": True}
    return {"quality": 95}


def _drawn_anew(picture: Image.Image, kept: str, **options) -> bytes:
    if kept == "JPEG" and picture.mode not in ("RGB", "L", "CMYK"):
        picture = picture.convert("RGB")
    drawn = BytesIO()
    picture.save(drawn, kept, icc_profile=picture.info.get("icc_profile"), **options)
    return drawn.getvalue()


# JPEG: a list of segments, each a marker (FF xx), mostly with a length; after "start of scan"
# comes the drawing itself, in which FF is always followed by 00 or a restart marker (D0 to D7).
JPEG_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
JPEG_END, JPEG_SCAN = 0xD9, 0xDA
JPEG_DRAWING = {*range(0xC0, 0xD0), *range(0xDA, 0xE0)}


def _strip_jpeg(data: bytes) -> bytes:
    parts = [b"\xff\xd8"]
    position = 2
    while marker := JPEG_MARKER.search(data, position):
        kind, start = marker[1][0], marker.end()
        if kind == JPEG_END:
            break  # what lies behind is a second picture, a film or a maker's notes
        (length,) = struct.unpack_from(">H", data, start)
        if length < 2:
            raise ValueError("a segment shorter than its own length")
        content = data[start + 2 : start + length]
        position = start + length
        if kind == 0xE0 and content.startswith(b"JFIF\0"):
            # Up to the pixel density; behind it comes a thumbnail.
            content = content[:12] + b"\0\0"
        elif kind == 0xEE and content.startswith(b"Adobe"):
            content = content[:12]  # how colours are stored
        elif not (kind in JPEG_DRAWING or (kind == 0xE2 and content.startswith(b"ICC_PROFILE\0"))):
            continue
        parts.append(struct.pack(">BBH", 0xFF, kind, len(content) + 2) + content)
        if kind == JPEG_SCAN:
            following = JPEG_MARKER.search(data, position)
            scan_end = following.start() if following else len(data)
            parts.append(data[position:scan_end])
            position = scan_end
    return b"".join([*parts, b"\xff\xd9"])


# PNG: chunks of length, name, content, checksum. Text (tEXt, zTXt, iTXt), eXIf, tIME and all
# that is nobody's standard go; colour, transparency and animation stay.
PNG_DRAWING = set(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT".split()
)


def _strip_png(data: bytes) -> bytes:
    parts = [data[:8]]
    position, name = 8, b""
    while name != b"IEND":
        length, name = struct.unpack_from(">L4s", data, position)
        if name in PNG_DRAWING:
            parts.append(data[position : position + length + 12])
        position += length + 12
    return b"".join(parts)


# WebP: RIFF parts of name, length, content, evened to two bytes.
WEBP_DRAWING = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"}
WEBP_FRAME_HEAD = 16
WEBP_FLAGS_OF_METADATA = 0x08 | 0x04  # "has EXIF", "has XMP"


def _riff_parts(data: bytes, position: int) -> Iterator[tuple[bytes, bytes]]:
    while position + 8 <= len(data):
        name, length = struct.unpack_from("<4sL", data, position)
        yield name, data[position + 8 : position + 8 + length]
        position += 8 + length + length % 2


def _riff_part(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sL", name, len(content)) + content + b"\0" * (len(content) % 2)


def _strip_webp(data: bytes) -> bytes:
    (length,) = struct.unpack_from("<L", data, 4)
    parts = []
    for name, content in _riff_parts(data[: length + 8], 12):
        if name == b"VP8X":
            content = bytes([content[0] & ~WEBP_FLAGS_OF_METADATA]) + content[1:]
        elif name == b"ANMF":
            content = content[:WEBP_FRAME_HEAD] + b"".join(
                _riff_part(*part)
                for part in _riff_parts(content, WEBP_FRAME_HEAD)
                if part[0] in WEBP_DRAWING
            )
        if name in WEBP_DRAWING:
            parts.append(_riff_part(name, content))
    body = b"WEBP" + b"".join(parts)
    return struct.pack("<4sL", b"RIFF", len(body)) + body


# GIF: a head, then blocks. Extensions carry comments, text, XMP; those that drive the animation
# (graphic control F9, NETSCAPE and ANIMEXTS loops) and the colour profile stay.
GIF_KEPT_EXTENSIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def _strip_gif(data: bytes) -> bytes:
    def colours(flags: int) -> int:
        """Bytes of the colour table that these flags announce."""
        return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0

    def blocks_end(position: int) -> int:
        while data[position]:
            position += data[position] + 1
        return position + 1

    position = 13 + colours(data[10])
    parts = [data[:position]]
    while position < len(data) and data[position] != 0x3B:
        start = position
        if data[start] == 0x2C:
            position = blocks_end(start + 10 + colours(data[start + 9]) + 1)
            keep = True
        elif data[start] == 0x21:
            position = blocks_end(start + 2)
            kind = data[start + 1]
            keep = kind == 0xF9 or (
                kind == 0xFF and data[start + 3 : start + 14] in GIF_KEPT_EXTENSIONS
            )
        else:
            raise ValueError("neither a picture nor an extension")
        if keep:
            parts.append(data[start:position])
    return b"".join([*parts, b";"])


STRIP = {"JPEG": _strip_jpeg, "PNG": _strip_png, "WEBP": _strip_webp, "GIF": _strip_gif}
