"""Archives, judged by their table of contents: nothing is unpacked before that has been looked at."""

import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from .refusals import bad_name, is_not, locked, too_much_inside

MAX_MEMBERS = 5_000
MAX_DIRECTORY_BYTES = 4 * 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
# What is unpacked may be so many times what is packed. XML of an honest workbook reaches 30.
MAX_RATIO = 100
SMALL_BYTES = 20 * 1024 * 1024
LOCAL_HEAD_BYTES = 30

BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    LookupError,
    ValueError,
    EOFError,
    OSError,
)


@contextmanager
def opened(file, ending: str) -> Iterator[zipfile.ZipFile]:
    """The archive in `file`, found sound in what it says of itself. Whatever breaks is a refusal."""
    _check_directory(file, ending)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_members(archive.infolist())
            yield archive
    except BROKEN as error:
        raise is_not(ending) from error


def _check_directory(file, ending: str) -> None:
    """Looks at the size of an archive's table of contents before anything reads it to memory."""
    file.seek(0)
    head = file.read(4)
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        raise is_not(ending)
    directory_bytes, _start, comment_bytes = struct.unpack_from("<LLH", tail, at + 12)
    # Something else before or behind it would be a second file in the same bytes.
    if not head.startswith((b"PK\3\4", b"PK\5\6")) or at + 22 + comment_bytes != len(tail):
        raise is_not(ending)
    if directory_bytes > MAX_DIRECTORY_BYTES or b"PK\6\7" in tail[max(0, at - 20) : at]:
        raise too_much_inside()


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    if (
        len(members) > MAX_MEMBERS
        or unpacked > MAX_UNPACKED_BYTES
        or (unpacked > SMALL_BYTES and unpacked > MAX_RATIO * packed)
        or _overlap(members)
    ):
        raise too_much_inside()
    if any(member.flag_bits & 1 for member in members):
        raise locked()
    names = set()
    for member in members:
        # Windows and macOS know no difference of capitals: one would take the other's place.
        name = member.filename.casefold()
        if name in names or _leads_out(member):
            raise bad_name(member.orig_filename)
        names.add(name)


def _overlap(members: list[zipfile.ZipInfo]) -> bool:
    """Whether members share bytes, as in an archive made to unpack without end."""
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end:
            return True
        end = member.header_offset + LOCAL_HEAD_BYTES + member.compress_size
    return False


def _leads_out(member: zipfile.ZipInfo) -> bool:
    # `orig_filename`: zipfile itself cuts a name at its first zero.
    name = member.orig_filename
    path = PurePosixPath(name)
    return (
        path.is_absolute()
        or ".." in path.parts
        or "\\" in name
        or ":" in name
        or not name.isprintable()
        or stat.S_ISLNK(member.external_attr >> 16)
    )
