"""What somebody hands in as PO or ZIP, as texts: whatever is not that is refused in a sentence."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

import polib
from django.utils.translation import gettext as _

MOST_BYTES = 5_000_000
# What a ZIP may hold: all it unpacks to, and files.
MOST_UNPACKED_BYTES, MOST_FILES = 30_000_000, 2_000
MOST_LINES = 100_000
ZIP_BEGINS, PO_ENDING = b"PK", ".po"
OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")


class UploadError(Exception):
    """A sentence for people why a file is not taken."""


@dataclass
class PoText:
    """A file by its name; `po` is None when it was refused, and `refusal` says why."""

    name: str
    po: polib.POFile | None = None
    refusal: str = ""


def read_upload(name: str, data: bytes) -> list[PoText]:
    """The PO files in what was handed in. Raises UploadError when all of it is refused."""
    if not data:
        raise UploadError(_("This file is empty."))
    if len(data) > MOST_BYTES:
        raise UploadError(_("This file is too large: up to 5 MB are taken."))
    files = _unpacked(data) if data.startswith(ZIP_BEGINS) else [(name, data)]
    return [_read(one_name, one_data) for one_name, one_data in files]


def _unpacked(data: bytes) -> list[tuple[str, bytes]]:
    """Names and bytes of the PO files of a ZIP; nothing is ever written to a disk by these names."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            members = [one for one in packed.infolist() if not one.is_dir()]
            if len(members) > MOST_FILES:
                raise UploadError(_("There are too many files in this ZIP."))
            return _members(packed, members)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as broken:
        raise UploadError(_("This ZIP is broken.")) from broken
    except RuntimeError as locked:
        raise UploadError(_("This ZIP is locked with a password.")) from locked


def _members(packed: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> list[tuple[str, bytes]]:
    found, left = [], MOST_UNPACKED_BYTES
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts:
            raise UploadError(_("A name in this ZIP leads out of it. It is not taken."))
        if name.suffix.lower() == ".zip":
            raise UploadError(_("There is another ZIP in this ZIP. Hand that in by itself."))
        if name.suffix.lower() != PO_ENDING:
            continue
        # Never more than is allowed, whatever the ZIP says about itself.
        with packed.open(member) as opened:
            content = opened.read(min(MOST_BYTES, left) + 1)
        left -= len(content)
        if left < 0 or len(content) > MOST_BYTES:
            raise UploadError(_("This ZIP unpacks to more than the hub takes."))
        found.append((member.filename, content))
    if not found:
        raise UploadError(_("There is no PO file in this ZIP."))
    return found


def _read(name: str, data: bytes) -> PoText:
    try:
        return PoText(name, _parsed(data))
    except UploadError as refused:
        return PoText(name, refusal=str(refused))


def _parsed(data: bytes) -> polib.POFile:
    """Raises UploadError."""
    if not data.strip():
        raise UploadError(_("This file is empty."))
    if data.startswith(OTHER_ENCODINGS):
        raise UploadError(_("This file is not in UTF-8. Save it as UTF-8, and hand that in."))
    if b"\0" in data:
        raise UploadError(_("This is not a PO file."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as other:
        raise UploadError(
            _("This file is not in UTF-8. Save it as UTF-8, and hand that in.")
        ) from other
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES:
        raise UploadError(_("This file has too many lines."))
    try:
        # What is only the name of a file, polib would open on the disk: a comment is none.
        po = polib.pofile("#\n" + text, wrapwidth=100)
    except (OSError, ValueError, IndexError, AttributeError, UnicodeError) as broken:
        raise UploadError(_line_of(broken)) from broken
    if not po.metadata:
        raise UploadError(
            _("This file has no header. Only files that were fetched here can come back.")
        )
    return po


def _line_of(broken: Exception) -> str:
    """polib says "(line 7)", one more than there is, for our comment."""
    said = str(broken).partition("(line ")[2].partition(")")[0]
    if said.isdigit() and int(said) > 1:
        return _("This is not a PO file, or it is broken at line %(line)d.") % {
            "line": int(said) - 1
        }
    return _("This is not a PO file.")
