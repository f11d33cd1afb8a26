"""What a PDF does besides showing pages. Its names may be written with #xx for any letter, and may
stand inside packed object streams, so both are looked into."""

import mmap
import re
import zlib

import pypdfium2
import pypdfium2.raw as pdfium

MOST_UNPACKED_BYTES = 60_000_000
MOST_OF_ONE_STREAM = 8_000_000
PAGES_LOOKED_AT_FOR_TEXT = 3


def _spelt(word: str) -> str:
    """A pattern for a name, each letter as itself or as its number."""
    return "".join(f"(?:{c}|#{ord(c):02x}|#{ord(c):02X})" for c in word)


def _names(*words: str) -> str:
    return "(?:" + "|".join(map(_spelt, words)) + ")(?![A-Za-z])"


# One pattern, so that a large file is gone through once. `parts`: forms of another kind than PDF's
# own, films, what sends a reader's words away, pinned files. `packed`: objects in a stream.
MARKS = re.compile(
    "/(?:(?P<programs>{})|(?P<parts>{}|{}\\s*(?:\\[|<<|\\d+\\s+\\d+\\s+R))|(?P<packed>{}))".format(
        _names("JavaScript", "Launch"),
        _names("RichMedia", "SubmitForm", "ImportData", "FileAttachment"),
        _spelt("XFA"),
        _names("ObjStm"),
    ).encode()
)
STREAM = re.compile(rb"stream\r?\n")
FILTER = re.compile(rb"/Filter\s*(?:\[\s*)?/FlateDecode\s*(?:\]|/|>>)")
LONGEST_DICTIONARY = 20_000


def check_all(*paths: str) -> dict:
    return {"files": [check(path) for path in paths]}


def check(path: str) -> dict:
    """What `facts` says, and what runs, is attached or hidden."""
    found = facts(path)
    return {**found, **_looked_through(path)} if found["pages"] else found


def facts(path: str) -> dict:
    """Number of pages (0: cannot be opened), and what there is for people who hear it."""
    try:
        document = pypdfium2.PdfDocument(path)
        pages = len(document)
    except pypdfium2.PdfiumError:
        return {"pages": 0}
    if pdfium.FPDF_GetSecurityHandlerRevision(document) != -1:
        # Nobody can look into the parts of a locked file.
        return {"pages": 0}
    attached = [document.get_attachment(n).get_name() for n in range(document.count_attachments())]
    return {
        "pages": pages,
        "attached": attached,
        "is_tagged": bool(pdfium.FPDFCatalog_IsTagged(document)),
        "has_text": _has_text(document),
    }


def _has_text(document) -> bool:
    for number in range(min(PAGES_LOOKED_AT_FOR_TEXT, len(document))):
        try:
            if document[number].get_textpage().count_chars() > 0:
                return True
        except pypdfium2.PdfiumError:
            continue
    return False


def _looked_through(path: str) -> dict:
    """Whether it runs programs, is more than pages, or hides what it is."""
    found = set()
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        left = MOST_UNPACKED_BYTES
        for mark in MARKS.finditer(data):
            found.add(mark.lastgroup)
            if mark.lastgroup != "packed" or "hidden" in found:
                continue
            plain = _unpacked(data, mark, left)
            if plain is None:
                found.add("hidden")
                continue
            left -= len(plain)
            found.update(inner.lastgroup for inner in MARKS.finditer(plain))
    return {
        "runs_programs": "programs" in found,
        "has_parts": "parts" in found,
        "hides": "hidden" in found,
    }


def _unpacked(data: mmap.mmap, packed: re.Match, left: int) -> bytes | None:
    """The objects in a packed stream; None where it is packed in a way that no program uses."""
    begin = data.rfind(b"obj", max(0, packed.start() - LONGEST_DICTIONARY), packed.start())
    stream = STREAM.search(data, packed.end(), packed.end() + LONGEST_DICTIONARY)
    if begin < 0 or stream is None:
        return None
    dictionary = data[begin : stream.start()]
    if b"#" in dictionary or b"/DecodeParms" in dictionary:
        return None
    if b"/Filter" not in dictionary:
        return b""  # in plain sight, read already
    if not FILTER.search(dictionary):
        return None
    unpacker = zlib.decompressobj()
    most = min(left, MOST_OF_ONE_STREAM)
    try:
        plain = unpacker.decompress(data[stream.end() : stream.end() + most], most)
    except zlib.error:
        return None
    return plain if unpacker.eof and left > 0 else None
