"""A ZIP that is written while it is sent: as long as was said before, and the same bytes each time."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import RawIOBase
from zipfile import ZIP_STORED, ZipFile, ZipInfo

BLOCK_BYTES = 64 * 1024
# What stands before the bytes of each file, after them (their checksum was not known before), in the
# list of files at the end, and at the very end: APPNOTE 6.3, sections 4.3.7, 4.3.9, 4.3.12, 4.3.16.
BEFORE_FILE, AFTER_FILE, IN_LIST, AT_END = 30, 16, 46, 22
# Far below 4 GB, from where on ZIP has longer fields and a stick of the common kind takes no file.
MOST_BYTES = 1_000_000_000
UNIX = 3
READABLE_FILE = 0o100644 << 16


@dataclass
class Entry:
    """One file of a ZIP: a text, or bytes that lie in the storage of uploads."""

    name: str
    changed_at: datetime
    sha256: str
    size_bytes: int
    text: bytes = b""
    # Of the storage: opened when its turn has come, and closed after it.
    file: object = None

    @classmethod
    def of_text(cls, name: str, changed_at: datetime, text: str | bytes) -> "Entry":
        data = text.encode() if isinstance(text, str) else text
        return cls(name, changed_at, hashlib.sha256(data).hexdigest(), len(data), text=data)

    def blocks(self) -> Iterator[bytes]:
        if self.file is None:
            yield self.text
            return
        with self.file.storage.open(self.file.name, "rb") as stored:
            while block := stored.read(BLOCK_BYTES):
                yield block


class _Outlet(RawIOBase):
    """What `ZipFile` writes to: keeps the bytes until they are taken. It cannot go back."""

    def __init__(self):
        self.waiting: list[bytes] = []

    def writable(self):
        return True

    def write(self, data):
        self.waiting.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        data = b"".join(self.waiting)
        self.waiting.clear()
        return data


def length_of(entries: list[Entry]) -> int:
    """The exact number of bytes that `zipped` gives, below MOST_BYTES."""
    names = sum(2 * len(entry.name.encode()) for entry in entries)
    sizes = sum(entry.size_bytes for entry in entries)
    return len(entries) * (BEFORE_FILE + AFTER_FILE + IN_LIST) + names + sizes + AT_END


def zipped(entries: list[Entry]) -> Iterator[bytes]:
    """The ZIP block by block. Nothing is compressed: PDF, DOCX and MP4 are so already."""
    outlet = _Outlet()
    with ZipFile(outlet, "w", ZIP_STORED) as archive:
        for entry in entries:
            with archive.open(_info(entry), "w") as place:
                for block in entry.blocks():
                    place.write(block)
                    yield outlet.take()
    yield outlet.take()


def _info(entry: Entry) -> ZipInfo:
    info = ZipInfo(entry.name, entry.changed_at.astimezone(UTC).timetuple()[:6])
    # The same on every system that serves the hub.
    info.create_system = UNIX
    info.external_attr = READABLE_FILE
    return info


def fingerprint(entries: list[Entry]) -> str:
    """Different whenever a byte of the ZIP is: the opaque part of an ETag."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(f"{entry.sha256} {entry.changed_at.timestamp()} {entry.name}\n".encode())
    return digest.hexdigest()


def checksums(entries: list[Entry]) -> str:
    """What `sha256sum -c` reads."""
    return "".join(f"{entry.sha256}  {entry.name}\n" for entry in entries)
