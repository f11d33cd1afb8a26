"""The words of office files and plain texts, in the order in which one reads them."""

import codecs
import re
import zipfile
from pathlib import Path

from .plain_words import MOST_LETTERS, Pages
from .xml_stream import local, read_xml

# Ends of what stands on a line of its own; cells and tabs are parted by a blank.
LINE_ENDS = {"p", "h", "br", "line-break", "cr", "row", "table-row", "list-item"}
BLANK_ENDS = {"tab", "s", "tc", "c", "table-cell"}
# Notes of the author, former words, commands of fields, and what old programs show a second time.
NOT_READ = {"annotation", "tracked-changes", "del", "delText", "instrText", "Fallback"}


def read(path: str, ending: str) -> dict:
    pages = Pages()
    if ending in PLAIN:
        for text in PLAIN[ending](Path(path)):
            if not pages.add(text):
                break
    else:
        with zipfile.ZipFile(path) as archive:
            for text in OFFICE[ending](archive):
                if not pages.add(text):
                    break
    return {"pages": pages.found, "is_tagged": None, "picture": None}


class Words:
    """Gathers the text of elements named in `inside` (of all where it is empty)."""

    def __init__(self, inside: set[str]):
        self.inside = inside
        self.pieces: list[str] = []
        self.open, self.skipped, self.length = 0, 0, 0

    def start(self, name: str, attributes: dict) -> None:
        name = local(name)
        if name in NOT_READ:
            self.skipped += 1
        elif name in self.inside:
            self.open += 1

    def end(self, name: str) -> None:
        name = local(name)
        if name in NOT_READ:
            self.skipped -= 1
        elif name in self.inside:
            self.open -= 1
        if name in LINE_ENDS:
            self.pieces.append("\n")
        elif name in BLANK_ENDS:
            self.pieces.append(" ")

    def text(self, text: str) -> None:
        if not self.skipped and (self.open or not self.inside) and self.length < MOST_LETTERS:
            self.pieces.append(text)
            self.length += len(text)

    def take(self) -> str:
        found = "".join(self.pieces)
        self.pieces.clear()
        return found


def _words_of(archive: zipfile.ZipFile, member: str, inside: set[str]) -> str:
    words = Words(inside)
    with archive.open(member) as part:
        read_xml(part, words.start, words.end, words.text)
    return words.take()


def _numbered(archive: zipfile.ZipFile, pattern: str) -> dict[int, str]:
    """Members whose name matches, by the number in it, in the order of these numbers."""
    found = {int(m[1]): m[0] for name in archive.namelist() if (m := re.fullmatch(pattern, name))}
    return dict(sorted(found.items()))


def _docx(archive):
    wanted = re.compile(r"word/(document|footnotes|endnotes)\.xml")
    members = [name for name in archive.namelist() if wanted.fullmatch(name)]
    # The text itself first, what stands below the line after it.
    yield "\n".join(_words_of(archive, member, {"t"}) for member in sorted(members))


def _pptx(archive):
    notes = _notes_of_slides(archive)
    for member in _in_order_of_show(archive):
        words = _words_of(archive, member, {"t"})
        spoken = notes.get(member)
        yield f"{words}\n{_words_of(archive, spoken, {'t'})}" if spoken else words


def _targets(archive, rels: str) -> dict[str, tuple[str, str]]:
    """id -> (last word of the type, target) of a relationships part; empty where there is none."""
    found: dict[str, tuple[str, str]] = {}

    def start(name, attributes):
        if local(name) == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))

    if rels in archive.namelist():
        with archive.open(rels) as part:
            read_xml(part, start)
    return found


def _in_order_of_show(archive) -> list[str]:
    """Slides as they are shown: their numbers are those of their making."""
    made = list(_numbered(archive, r"ppt/slides/slide(\d+)\.xml").values())
    targets = _targets(archive, "ppt/_rels/presentation.xml.rels")
    shown: list[str] = []

    def start(name, attributes):
        if local(name) == "sldId":
            ids = (value for key, value in attributes.items() if key.endswith(" id"))
            shown.extend("ppt/" + targets.get(one, ("", ""))[1] for one in ids)

    with archive.open("ppt/presentation.xml") as part:
        read_xml(part, start)
    return shown if sorted(shown) == sorted(made) else made


def _notes_of_slides(archive) -> dict[str, str]:
    found = {}
    for number, slide in _numbered(archive, r"ppt/slides/slide(\d+)\.xml").items():
        targets = _targets(archive, f"ppt/slides/_rels/slide{number}.xml.rels")
        for kind, target in targets.values():
            member = target.replace("../", "ppt/", 1)
            if kind == "notesSlide" and member in archive.namelist():
                found[slide] = member
    return found


def _xlsx(archive):
    shared: list[str] = []
    members = archive.namelist()
    if "xl/sharedStrings.xml" in members:
        _gather_shared(archive, shared)
    for member in _numbered(archive, r"xl/worksheets/sheet(\d+)\.xml").values():
        yield _sheet(archive, member, shared)


def _gather_shared(archive, shared: list[str]) -> None:
    """Texts that cells point to by their place. Readings of Asian words (rPh) are left out."""
    words, left = Words({"t"}), MOST_LETTERS

    def end(name):
        nonlocal left
        words.end(name)
        if local(name) == "si":
            text = words.take()[: max(0, left)]
            left -= len(text)
            shared.append(text)

    with archive.open("xl/sharedStrings.xml") as part:
        read_xml(part, words.start, end, words.text)


def _sheet(archive, member: str, shared: list[str]) -> str:
    pieces: list[str] = []
    cell = {"type": "", "value": "", "is_open": False, "length": 0}

    def start(name, attributes):
        name = local(name)
        if name == "c":
            cell.update(type=attributes.get("t", ""), value="")
        cell["is_open"] = name in ("v", "t")

    def text(piece):
        if cell["is_open"] and len(cell["value"]) < MOST_LETTERS:
            cell["value"] += piece

    def end(name):
        name = local(name)
        cell["is_open"] = False
        if name == "row":
            pieces.append("\n")
        if name != "c" or cell["length"] > MOST_LETTERS:
            return
        value = cell["value"]
        if cell["type"] == "s":
            value = shared[int(value)] if value.isdigit() and int(value) < len(shared) else ""
        cell["length"] += len(value) + 1
        pieces.append(value + " ")

    with archive.open(member) as part:
        read_xml(part, start, end, text)
    return "".join(pieces)


def _odt(archive):
    yield _words_of(archive, "content.xml", {"p", "h"})


def _odp(archive):
    """A text for each slide, with what is spoken to it."""
    yield from _parts_of(archive, "page")


def _ods(archive):
    yield from _parts_of(archive, "table")


def _parts_of(archive, element: str) -> list[str]:
    words, found = Words({"p", "h"}), []

    def end(name):
        words.end(name)
        if local(name) == element:
            found.append(words.take())

    with archive.open("content.xml") as part:
        read_xml(part, words.start, end, words.text)
    return found


def _text(path: Path):
    with path.open("rb") as file:
        data = file.read(4 * MOST_LETTERS)
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    yield data.decode("utf-16" if is_utf16 else "utf-8-sig", errors="ignore")


VTT_TIMES = re.compile(r"^.*-->.*$", re.MULTILINE)
VTT_MARKS = re.compile(r"<[^>\n]*>")


def _vtt(path: Path):
    """What is said, without times, notes, styles and marks."""
    for text in _text(path):
        blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
        cues = [block for block in blocks[1:] if "-->" in block]
        said = (VTT_TIMES.split(block, maxsplit=1)[1] for block in cues)
        yield "\n".join(VTT_MARKS.sub("", block).strip() for block in said)


OFFICE = {
    ".docx": _docx,
    ".pptx": _pptx,
    ".xlsx": _xlsx,
    ".odt": _odt,
    ".odp": _odp,
    ".ods": _ods,
}
PLAIN = {".txt": _text, ".csv": _text, ".vtt": _vtt}
