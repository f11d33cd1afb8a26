"""The words of a PDF, page by page, and a picture of its first page."""

import pypdfium2
import pypdfium2.raw as pdfium

from .plain_words import Pages

PICTURE_WIDTH = 480
# Of a page that is a long strip only so much is drawn.
PICTURE_HEIGHT = 960
# Where a word was parted at the end of a line.
PARTED = ("\ufffe\r\n", "\x02\r\n", "\ufffe", "\x02")


def read(path: str, picture_path: str = "") -> dict:
    """{"pages": [words of each], "is_tagged", "picture": [width, height] or None}.

    The picture is written to `picture_path`, if that is given.
    """
    document = pypdfium2.PdfDocument(path)
    pages = Pages()
    for number in range(len(document)):
        if not pages.add(_words(document, number)):
            break
    return {
        "pages": pages.found,
        "is_tagged": bool(pdfium.FPDFCatalog_IsTagged(document)),
        "picture": _draw(document, picture_path) if picture_path and len(document) else None,
    }


def _words(document, number: int) -> str:
    try:
        page = document[number]
        text = page.get_textpage().get_text_bounded()
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    for mark in PARTED:
        text = text.replace(mark, "")
    return text


def _draw(document, picture_path: str) -> list[int] | None:
    try:
        page = document[0]
        width, height = page.get_size()
        scale = min(PICTURE_WIDTH / max(width, 1), PICTURE_HEIGHT / max(height, 1))
        picture = page.render(scale=scale).to_pil().convert("RGB")
        picture.save(picture_path, "WEBP", quality=72, method=4)
    except (pypdfium2.PdfiumError, ValueError, OSError):
        return None
    return list(picture.size)
