"""How many pages an office file says it has."""

import re
import zipfile

from hub.file_readers.xml_stream import UnsafeXmlError, local, read_xml

from .archives import BROKEN

MAX_XML_BYTES = 80 * 1024 * 1024


def office_pages(archive: zipfile.ZipFile, ending: str) -> int | None:
    """Pages or slides; None where it does not say."""
    try:
        return COUNTERS[ending](archive)
    except (UnsafeXmlError, *BROKEN):
        return None


def _read(archive: zipfile.ZipFile, member: str, start, end=None, text=None) -> None:
    if archive.getinfo(member).file_size > MAX_XML_BYTES:
        raise ValueError(f"{member} is too large")
    with archive.open(member) as part:
        read_xml(part, start, end, text)


def _docx_pages(archive: zipfile.ZipFile) -> int | None:
    said = {"Pages": "", "Words": ""}
    here = ""

    def start(name, _attributes):
        nonlocal here
        here = local(name)

    def text(piece):
        if here in said:
            said[here] += piece

    _read(archive, "docProps/app.xml", start, text=text)
    # Programs that never lay a page out leave the template's "one page, no words" behind.
    return int(said["Pages"] or 0) or None if int(said["Words"] or 0) else None


def _pptx_slides(archive: zipfile.ZipFile) -> int | None:
    slides = [name for name in archive.namelist() if re.match(r"ppt/slides/slide\d+\.xml$", name)]
    return len(slides) or None


def _odt_pages(archive: zipfile.ZipFile) -> int | None:
    said = []

    def start(name, attributes):
        if local(name) == "document-statistic":
            said.extend(value for key, value in attributes.items() if local(key) == "page-count")

    _read(archive, "meta.xml", start)
    return int(said[0]) or None if said else None


def _odp_slides(archive: zipfile.ZipFile) -> int | None:
    slides = 0

    def start(name, _attributes):
        nonlocal slides
        slides += name == "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0 page"

    _read(archive, "content.xml", start)
    return slides or None


COUNTERS = {
    ".docx": _docx_pages,
    ".pptx": _pptx_slides,
    ".odt": _odt_pages,
    ".odp": _odp_slides,
}
