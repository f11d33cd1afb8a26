"""Office files and books: no macros, nothing that starts a program, nothing fetched from elsewhere."""

import re
import zipfile
from pathlib import PurePosixPath
from tempfile import TemporaryFile

from hub.file_readers.xml_stream import local, read_xml

from .archives import opened
from .kinds import MEDIA_TYPES, ODF_ENDINGS, OOXML_MAIN_PARTS
from .refusals import dangerous_link, fetches, foreign_object, is_not, macros, too_much_inside

# Of all parts that are looked into.
MAX_XML_BYTES = 80 * 1024 * 1024
MAX_INNER_BYTES = 20 * 1024 * 1024
# A chart keeps its numbers in a workbook of its own.
INNER_KINDS = tuple(OOXML_MAIN_PARTS)

# Another machine. Not meant: a template on the author's own disk, which is nothing on the reader's,
# and parts of the mail that a text was copied from.
ELSEWHERE = re.compile(
    r"\s*(?:(?!file:|cid:|about:|data:)[a-z][a-z0-9+.-]+:|//|\\\\|file:(?!///[^/\\]))",
    re.IGNORECASE,
)
# What a link may lead to; all else would be handed to some program of the reader's machine.
LINKS = re.compile(r"\s*(?:https?|mailto|tel|ftp|file):", re.IGNORECASE)
SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]+:", re.IGNORECASE)
PROGRAM_ENDINGS = re.compile(
    r"\.(?:exe|com|scr|pif|bat|cmd|msi|msp|ps1|vbs?|vbe|jse?|wsf|wsh|hta|cpl|jar|lnk|reg|sh|app|dll"
    r"|sct|chm|scf|url|docm|dotm|xlsm|xltm|pptm|potm)\s*$",
    re.IGNORECASE,
)
# Fields that fetch or start something when they are brought up to date.
FIELDS = re.compile(r"(?:^|[\s{\"])(?:DDE|DDEAUTO|INCLUDETEXT)(?=[\s\"]|$)", re.IGNORECASE)


def check_office(file, ending: str) -> None:
    """DOCX, PPTX, XLSX, ODT, ODP, ODS and EPUB."""
    with opened(file, ending) as archive:
        if ending in OOXML_MAIN_PARTS:
            _check_ooxml(archive, ending)
        else:
            mimetype = archive.open("mimetype").read(100).strip()
            if mimetype != MEDIA_TYPES[ending].encode():
                raise is_not(ending)
            if ending in ODF_ENDINGS:
                _check_odf(archive)
            else:
                _check_book(archive)


class Parts:
    """Reads parts of an archive as a stream, and no more of them together than one may."""

    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive
        self.left = MAX_XML_BYTES

    def open(self, member: str):
        self.left -= self.archive.getinfo(member).file_size
        if self.left < 0:
            raise too_much_inside()
        return self.archive.open(member)


# --- Microsoft's -----------------------------------------------------------------------------

MACRO_NAMES = re.compile(r"(?:^|/)(?:vbaproject[^/]*\.bin|vbadata\.xml)$|(?:^|/)macrosheets/")
MACRO_TYPES = re.compile(r"macroenabled|vbaproject|vbadata|macrosheet", re.IGNORECASE)
OBJECT_TYPES = re.compile(r"activex|oleobject|ms-package\.cab", re.IGNORECASE)
FIELD_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")


def _check_ooxml(archive: zipfile.ZipFile, ending: str) -> None:
    names = archive.namelist()
    if not {OOXML_MAIN_PARTS[ending], "[Content_Types].xml"} <= set(names):
        raise is_not(ending)
    parts = Parts(archive)
    for name in names:
        lower = name.lower()
        if MACRO_NAMES.search(lower):
            raise macros()
        if "/activex/" in lower:
            raise foreign_object()
        if "/embeddings/" in lower and not lower.endswith("/"):
            _check_inner(archive, name)
    _check_types(parts)
    for name in names:
        lower = name.lower()
        if lower.endswith(".rels"):
            _check_relations(parts, name)
        elif lower.startswith("xl/externallinks/"):
            _check_external_links(parts, name)
        elif ending == ".docx" and FIELD_PARTS.fullmatch(lower):
            _check_fields(parts, name)


def _check_types(parts: Parts) -> None:
    """A part may bear any name; what it is stands here."""

    def start(_name, attributes):
        kind = attributes.get("ContentType", "")
        if MACRO_TYPES.search(kind):
            raise macros()
        if OBJECT_TYPES.search(kind):
            raise foreign_object()

    with parts.open("[Content_Types].xml") as part:
        read_xml(part, start)


def _check_inner(archive: zipfile.ZipFile, name: str) -> None:
    """A workbook behind a chart is judged as a file of its own; it holds no further ones."""
    ending = PurePosixPath(name.lower()).suffix
    if ending not in INNER_KINDS or archive.getinfo(name).file_size > MAX_INNER_BYTES:
        raise foreign_object()
    with TemporaryFile() as copy:
        with archive.open(name) as part:
            while piece := part.read(1024 * 1024):
                copy.write(piece)
        with opened(copy, ending) as inner:
            if any("/embeddings/" in member for member in inner.namelist()):
                raise foreign_object()
            _check_ooxml(inner, ending)


def _check_relations(parts: Parts, name: str) -> None:
    def start(element, attributes):
        if local(element) != "Relationship":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "")
        if MACRO_TYPES.search(kind):
            raise macros()
        if kind == "hyperlink":
            _check_link(target)
        elif ELSEWHERE.match(target):
            raise fetches(target)

    with parts.open(name) as part:
        read_xml(part, start)


def _check_link(address: str) -> None:
    is_strange = SCHEME.match(address) and not LINKS.match(address)
    starts = PROGRAM_ENDINGS.search(address) and not re.match(
        r"\s*(?:https?|mailto):", address, re.I
    )
    if is_strange or starts:
        raise dangerous_link(address)


def _check_external_links(parts: Parts, name: str) -> None:
    if not name.lower().endswith(".xml"):
        return

    def start(element, attributes):
        if local(element) in ("ddeLink", "oleLink"):
            raise foreign_object()

    with parts.open(name) as part:
        read_xml(part, start)


def _check_fields(parts: Parts, name: str) -> None:
    """Commands of fields; Word joins what stands in several pieces."""
    command: list[str] = []
    is_open = False

    def start(element, attributes):
        nonlocal is_open
        is_open = local(element) == "instrText"
        for key, value in attributes.items():
            if local(key) == "instr" and FIELDS.search(value):
                raise foreign_object()

    def end(element):
        nonlocal is_open
        is_open = False
        if local(element) == "p":
            judge()

    def text(piece):
        if is_open:
            command.append(piece)

    def judge():
        if FIELDS.search("".join(command)):
            raise foreign_object()
        command.clear()

    with parts.open(name) as part:
        read_xml(part, start, end, text)
    judge()


# --- OpenDocument ----------------------------------------------------------------------------

ODF_PARTS = {"content.xml", "styles.xml", "meta.xml", "settings.xml"}
STARTS = {"event-listener", "script", "applet", "plugin", "object-ole"}
LINKED = {"dde-source", "dde-link", "dde-connection", "dde-connection-decl", "floating-frame"}
# Elements that draw what their address names.
DRAWN = {"image", "object", "fill-image", "section-source", "template", "background-image"}
DRAWN |= {"table-source", "cell-range-source", "audio", "video"}


def _check_odf(archive: zipfile.ZipFile) -> None:
    parts = Parts(archive)
    for name in archive.namelist():
        if name.lower().startswith(("basic/", "scripts/", "dialogs/")):
            raise macros()
        if PROGRAM_ENDINGS.search(name):
            raise foreign_object()
        if PurePosixPath(name).name in ODF_PARTS:
            with parts.open(name) as part:
                read_xml(part, _odf_element)


def _odf_element(element: str, attributes: dict) -> None:
    name = local(element)
    if name == "event-listener" and _only_turns_pages(attributes):
        return
    if name in ("event-listener", "script"):
        raise macros()
    if name in STARTS or name in LINKED:
        raise foreign_object()
    for key, address in attributes.items():
        if local(key) != "href":
            continue
        if name in DRAWN and ELSEWHERE.match(address):
            raise fetches(address)
        if name == "a":
            _check_link(address)


def _only_turns_pages(attributes: dict) -> bool:
    """In a presentation: "on a click, go to the next slide"."""
    actions = {value for key, value in attributes.items() if local(key) == "action"}
    return bool(actions) and not actions & {"execute", "execute-macro", "verb", "sound"}


# --- books -----------------------------------------------------------------------------------

BOOK_PAGES = (".xhtml", ".html", ".htm", ".xml", ".svg", ".opf", ".ncx")
BOOK_PROGRAM = re.compile(
    rb"<\s*(?:[a-z]+:)?(?:script|iframe|object|embed|applet|form)\b|<[^>]{0,2000}\son[a-z]+\s*=|javascript:",
    re.IGNORECASE,
)
BOOK_FETCHES = re.compile(
    rb"<\s*(?:[a-z]+:)?(?:img|image|link|audio|video|source)\b[^>]{0,2000}(?:src|href)\s*=\s*[\"']\s*"
    rb"((?:https?:)?//[^\"'\s>]{1,200})",
    re.IGNORECASE,
)
PIECE_BYTES = 1024 * 1024
OVERLAP_BYTES = 4096


def _check_book(archive: zipfile.ZipFile) -> None:
    parts = Parts(archive)
    for name in archive.namelist():
        lower = name.lower()
        if lower.endswith((".js", ".mjs")) or PROGRAM_ENDINGS.search(lower):
            raise macros()
        if not lower.endswith(BOOK_PAGES):
            continue
        with parts.open(name) as part:
            before = b""
            while piece := part.read(PIECE_BYTES):
                # UTF-16 without its zeros reads like the rest.
                data = before + piece.replace(b"\0", b"")
                if BOOK_PROGRAM.search(data):
                    raise macros()
                if found := BOOK_FETCHES.search(data):
                    raise fetches(found[1].decode(errors="replace"))
                before = data[-OVERLAP_BYTES:]
