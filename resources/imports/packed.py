"""The ZIP that comes with a table: its files by name, each unpacked by itself and judged at the hub's one door."""

import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils.translation import gettext as _

from hub.document_facts.archives import BROKEN, opened
from hub.document_facts.refusals import is_not
from hub.upload_forms import SafeDocumentField, check_size

PIECE_BYTES = 1024 * 1024
# What programs and systems put into archives by themselves.
OF_SYSTEMS = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
UTF8_NAME = 0x800


class PackedFiles:
    """The files of an archive that was found sound."""

    def __init__(self, archive: zipfile.ZipFile):
        self._archive = archive
        self._field = SafeDocumentField()
        self._members: dict[str, zipfile.ZipInfo] = {}
        # Judged well by this object: a PDF takes a quarter of a second each time.
        self._judged: set[str] = set()
        # By the last part of the name, where only one file has it.
        self._short: dict[str, str | None] = {}
        for member in archive.infolist():
            name = _name(member)
            parts = PurePosixPath(name).parts
            if member.is_dir() or not parts or any(part in OF_SYSTEMS for part in parts):
                continue
            self._members[name] = member
            short = _key(parts[-1])
            self._short[short] = None if short in self._short else name
        self._full = {_key(name): name for name in self._members}

    @property
    def names(self) -> list[str]:
        return list(self._members)

    def find(self, asked: str) -> str:
        """The name in the archive of what somebody calls `asked`, with or without its folders.

        Raises ValidationError with the names that are nearest.
        """
        key = _key(asked.replace("\\", "/").removeprefix("./"))
        if key in self._full:
            return self._full[key]
        if key not in self._short:
            near = get_close_matches(key, [*self._full, *self._short], n=3)
            names = [self._full.get(one) or self._short[one] or one for one in near]
            if names:
                raise ValidationError(
                    _("The ZIP has no file “%(name)s”. The nearest in it: %(nearest)s.")
                    % {"name": asked, "nearest": ", ".join(dict.fromkeys(names))}
                )
            raise ValidationError(_("The ZIP has no file “%(name)s”.") % {"name": asked})
        if self._short[key] is None:
            raise ValidationError(
                _("Several folders of the ZIP have a file “%(name)s”: write its folder before it.")
                % {"name": asked}
            )
        return self._short[key]

    @contextmanager
    def checked(self, name: str) -> Iterator[TemporaryUploadedFile]:
        """The file, unpacked and found to be what its name says. Raises ValidationError."""
        member = self._members[name]
        with TemporaryUploadedFile("packed", "", member.file_size, None) as upload:
            # Only now: Django's own name of the file on the disk would end as this one does.
            upload.name = PurePosixPath(name).name
            check_size(upload, self._field.max_upload_size)
            try:
                with self._archive.open(member) as packed:
                    while piece := packed.read(PIECE_BYTES):
                        upload.write(piece)
            except (*BROKEN, zlib.error) as error:
                raise is_not(".zip") from error
            upload.seek(0)
            if name not in self._judged:
                upload = self._field.clean(upload)
                self._judged.add(name)
            yield upload


@contextmanager
def unpacked(file) -> Iterator[PackedFiles]:
    """The files in the ZIP `file`. Raises ValidationError with a sentence for what is no sound one."""
    with opened(file, ".zip"):
        pass
    with zipfile.ZipFile(file) as archive:
        yield PackedFiles(archive)


def _name(member: zipfile.ZipInfo) -> str:
    """macOS writes names in UTF-8 and does not say so."""
    name = member.filename
    if not member.flag_bits & UTF8_NAME:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
