"""What a file says about itself: whether it is what its name says, and how many pages it has."""

import codecs
import json
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import NamedTemporaryFile

import filetype
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# The files a partner may publish: ending and media type. Pictures may be published as files too;
# they are cleaned like all others.
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".epub": "application/epub+zip",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".vtt": "text/vtt",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".zip": "application/zip",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".heif": "image/heif",
}

# The part that makes an office file a document, a presentation, a workbook.
OOXML_MAIN_PARTS = {
    ".docx": "word/document.xml",
    ".pptx": "ppt/presentation.xml",
    ".xlsx": "xl/workbook.xml",
}
MAKE_INSTEAD = {".doc": ".docx", ".ppt": ".pptx", ".xls": ".xlsx", ".rtf": ".docx"}

MAX_MEMBERS = 5_000
MAX_DIRECTORY_BYTES = 4 * 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_XML_BYTES = 20 * 1024 * 1024
PDF_SECONDS = 20
PDF_MEMORY_BYTES = 1024 * 1024 * 1024

# PDFium is not thread-safe and reads files made by strangers: it works in a process of its own,
# with an end to its time and memory. Names in a PDF may be written with #xx for any letter, and
# may stand inside packed object streams.
PDF_PROGRAM = r"""
import json, re, resource, sys, zlib
path, seconds, memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
import pypdfium2

def name(word):
    letters = "".join(f"(?:{c}|#{ord(c):02x}|#{ord(c):02X})" for c in word)
    return f"/{letters}(?![A-Za-z])".encode()

def runs_programs(data):
    programs = re.compile(name("JavaScript") + b"|" + name("Launch"))
    if programs.search(data):
        return True
    left = 100_000_000
    for stream in re.finditer(rb"/ObjStm\b.{0,500}?stream\r?\n", data, re.DOTALL):
        try:
            plain = zlib.decompressobj().decompress(data[stream.end():], min(left, 20_000_000))
        except zlib.error:
            continue
        left -= len(plain)
        if programs.search(plain):
            return True
        if left <= 0:
            return False
    return False

try:
    pages = len(pypdfium2.PdfDocument(path))
except pypdfium2.PdfiumError:
    pages = None
with open(path, "rb") as file:
    print(json.dumps({"pages": pages, "runs_programs": runs_programs(file.read())}))
"""


def check_document(file, name: str) -> None:
    """Raises ValidationError, with a sentence what to do instead, unless `file` is what it says.

    For all but pictures, which `clean_picture` judges.
    """
    ending = Path(name).suffix.lower()
    if ending in MAKE_INSTEAD:
        raise ValidationError(
            _(
                "Files of the old kind %(ending)s can hide programs. Save it as %(instead)s, or as PDF."
            ),
            code="old_kind",
            params={"ending": ending, "instead": MAKE_INSTEAD[ending]},
        )
    if ending not in MEDIA_TYPES:
        raise ValidationError(
            _(
                "The hub does not take files that end in “%(ending)s”. It takes PDF, DOCX, PPTX, "
                "XLSX, ODT, ODP, ODS, EPUB, TXT, CSV, VTT, MP3, MP4, ZIP and pictures. Save or "
                "export the file as one of these."
            ),
            code="unknown_kind",
            params={"ending": ending or name},
        )
    if ending == ".pdf":
        _check_pdf(file)
    elif ending in (".txt", ".csv", ".vtt"):
        _check_text(file, ending)
    elif ending in (".mp3", ".mp4"):
        _check_sound_or_film(file, ending)
    else:
        _check_archive(file, ending)


def page_count(file, name: str) -> int | None:
    """Pages or slides of the file; None where it has none or does not say."""
    ending = Path(name).suffix.lower()
    if ending == ".pdf":
        return _ask_pdfium(file).get("pages")
    if ending not in (".docx", ".pptx", ".odt", ".odp"):
        return None
    try:
        file.seek(0)
        _check_directory(file, ending)
        with zipfile.ZipFile(file) as archive:
            return OFFICE_PAGES[ending](archive)
    except (
        ValidationError,
        ElementTree.ParseError,
        DefusedXmlException,
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
        KeyError,
        OSError,
    ):
        return None


def _is_not(ending: str) -> ValidationError:
    return ValidationError(
        _(
            "The name ends in “%(ending)s”, but that is not what is inside, or the file is damaged. "
            "Open it in the program it was made with, save it again, and upload the new file."
        ),
        code="not_what_it_says",
        params={"ending": ending},
    )


def _check_pdf(file) -> None:
    file.seek(0)
    if b"%PDF-" not in file.read(1024):
        raise _is_not(".pdf")
    facts = _ask_pdfium(file)
    if not facts.get("pages"):
        raise ValidationError(
            _(
                "This PDF cannot be opened: it is damaged or locked with a password. Export it again "
                "without a password, and upload the new file."
            ),
            code="unreadable_pdf",
        )
    if facts["runs_programs"]:
        raise ValidationError(
            _(
                "This PDF contains a program (JavaScript or a command to start one). Print it to a "
                "new PDF, which leaves programs out, and upload that."
            ),
            code="program_inside",
        )


def _ask_pdfium(file) -> dict:
    """{"pages": number or None, "runs_programs": bool}; empty if it took too long or too much."""
    with _local_path(file) as path:
        command = [sys.executable, "-I", "-c", PDF_PROGRAM, path]
        limits = [str(PDF_SECONDS), str(PDF_MEMORY_BYTES)]
        try:
            done = subprocess.run(
                [*command, *limits], capture_output=True, timeout=PDF_SECONDS, check=True
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return {}
    return json.loads(done.stdout)


@contextmanager
def _local_path(file) -> Iterator[str]:
    """Where the bytes of `file` lie on this machine, for as long as the block lasts."""
    if hasattr(file, "temporary_file_path"):
        yield file.temporary_file_path()
        return
    with NamedTemporaryFile() as copy:
        file.seek(0)
        copyfileobj(file, copy)
        copy.flush()
        yield copy.name


def _check_text(file, ending: str) -> None:
    file.seek(0)
    head = file.read(4096)
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(1024 * 1024):
            if "\0" in decoder.decode(piece):
                raise _is_not(ending)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise ValidationError(
            _(
                "The letters in this file are stored in an old way that other machines misread. "
                "Save it as UTF-8 (in a spreadsheet program: “CSV UTF-8”), and upload that."
            ),
            code="not_utf8",
        ) from error
    if ending == ".vtt" and not head.removeprefix(codecs.BOM_UTF8).startswith(b"WEBVTT"):
        raise _is_not(ending)
    if re.search(rb"<(?:!doctype|html|script|svg|iframe)\b", head, re.IGNORECASE):
        raise _is_not(ending)


def _check_sound_or_film(file, ending: str) -> None:
    file.seek(0)
    kind = filetype.guess(file.read(8192))
    if kind is None or kind.mime != MEDIA_TYPES[ending]:
        raise _is_not(ending)


def _check_directory(file, ending: str) -> None:
    """Looks at the size of an archive's table of contents before anything reads it to memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        raise _is_not(ending)
    (directory_bytes,) = struct.unpack_from("<L", tail, at + 12)
    if directory_bytes > MAX_DIRECTORY_BYTES or b"PK\6\7" in tail[max(0, at - 20) : at]:
        raise _too_much_inside()


def _too_much_inside() -> ValidationError:
    return ValidationError(
        _("There is too much packed into this file. Split it into several smaller ones."),
        code="too_much_inside",
    )


def _check_archive(file, ending: str) -> None:
    """Office files, EPUB and ZIP, judged by their table of contents, nothing unpacked to disk."""
    _check_directory(file, ending)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if (
                len(members) > MAX_MEMBERS
                or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES
            ):
                raise _too_much_inside()
            if any(member.flag_bits & 1 for member in members):
                raise ValidationError(
                    _("This file is locked with a password. Save it without one, and upload that."),
                    code="locked",
                )
            if ending in OOXML_MAIN_PARTS:
                genuine = {OOXML_MAIN_PARTS[ending], "[Content_Types].xml"} <= names
            elif ending == ".zip":
                genuine = True
                _check_members(names)
            else:
                genuine = _read(archive, "mimetype", 100).strip() == MEDIA_TYPES[ending].encode()
            if not genuine:
                raise _is_not(ending)
            if ending != ".zip" and any(map(_is_macro, names)):
                raise ValidationError(
                    _(
                        "This file contains macros, small programs that can harm a reader's "
                        "computer. Save it without macros, and upload that."
                    ),
                    code="program_inside",
                )
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        LookupError,
        ValueError,
        OSError,
    ) as error:
        raise _is_not(ending) from error


def _is_macro(member: str) -> bool:
    lower = member.lower()
    return lower.endswith(("vbaproject.bin", "vbadata.xml")) or lower.startswith(
        ("basic/", "scripts/")
    )


def _check_members(names: set[str]) -> None:
    for name in sorted(names):
        path = Path(name)
        unsafe = path.is_absolute() or ".." in path.parts or "\\" in name
        allowed = path.suffix.lower() in MEDIA_TYPES and path.suffix.lower() != ".zip"
        if unsafe or not (allowed or name.endswith("/")):
            raise ValidationError(
                _(
                    "The ZIP contains “%(member)s”, which the hub does not take. Leave it out, "
                    "and upload the rest."
                ),
                code="unknown_member",
                params={"member": name},
            )


def _read(archive: zipfile.ZipFile, member: str, limit: int = MAX_XML_BYTES) -> bytes:
    """A member's bytes; ValueError past `limit`, whatever the archive says of its size."""
    with archive.open(member) as part:
        content = part.read(limit + 1)
    if len(content) > limit:
        raise ValueError(f"{member} is larger than {limit} bytes")
    return content


OOXML_PROPERTIES = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}"
ODF_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
ODF_DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"


def _docx_pages(archive: zipfile.ZipFile) -> int | None:
    properties = ElementTree.fromstring(_read(archive, "docProps/app.xml"))
    # Programs that never lay a page out leave the template's "one page, no words" behind.
    if not int(properties.findtext(f"{OOXML_PROPERTIES}Words") or 0):
        return None
    return int(properties.findtext(f"{OOXML_PROPERTIES}Pages") or 0) or None


def _pptx_slides(archive: zipfile.ZipFile) -> int | None:
    slides = [name for name in archive.namelist() if re.match(r"ppt/slides/slide\d+\.xml$", name)]
    return len(slides) or None


def _odt_pages(archive: zipfile.ZipFile) -> int | None:
    meta = ElementTree.fromstring(_read(archive, "meta.xml"))
    statistic = meta.find(f".//{ODF_META}document-statistic")
    return int(statistic.get(f"{ODF_META}page-count", 0)) or None if statistic is not None else None


def _odp_slides(archive: zipfile.ZipFile) -> int | None:
    content = ElementTree.fromstring(_read(archive, "content.xml"))
    return len(content.findall(f".//{ODF_DRAWING}page")) or None


OFFICE_PAGES = {
    ".docx": _docx_pages,
    ".pptx": _pptx_slides,
    ".odt": _odt_pages,
    ".odp": _odp_slides,
}
