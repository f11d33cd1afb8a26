"""ZIP files: what lies in them is judged as if it had come by itself."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.core.exceptions import ValidationError

from .archives import opened
from .kinds import ARCHIVE_ENDINGS, MEDIA_TYPES, TEXT_ENDINGS
from .office import check_office
from .pdf import check_pdfs
from .plain_text import check_text
from .refusals import bad_member, is_not, too_much_inside, unknown_member
from .sound_and_film import check_sound_or_film

# Together; a package of materials has some twenty.
MAX_OFFICE_FILES = 100
MAX_LOOKED_INTO_BYTES = 300 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
PICTURE_HEADS = {
    ".jpg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".webp": (b"RIFF",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".avif": (b"ftyp",),
    ".heic": (b"ftyp",),
}
PICTURE_HEADS |= {".jpeg": PICTURE_HEADS[".jpg"], ".heif": PICTURE_HEADS[".heic"]}


def check_package(file) -> None:
    with opened(file, ".zip") as archive, TemporaryDirectory() as folder:
        members = [one for one in archive.infolist() if not one.is_dir()]
        for member in members:
            ending = _ending(member)
            if ending not in MEDIA_TYPES or ending == ".zip":
                raise unknown_member(member.filename)
        looked_into = [one for one in members if _ending(one) not in PICTURE_HEADS]
        if (
            sum(one.file_size for one in looked_into) > MAX_LOOKED_INTO_BYTES
            or sum(_ending(one) in ARCHIVE_ENDINGS for one in looked_into) > MAX_OFFICE_FILES
        ):
            raise too_much_inside()
        pdfs = {}
        for number, member in enumerate(members):
            ending = _ending(member)
            if ending in PICTURE_HEADS:
                _check_picture(archive, member, ending)
                continue
            path = Path(folder, f"{number}{ending}")
            _unpack(archive, member, path)
            if ending == ".pdf":
                pdfs[str(path)] = member.filename
                continue
            with _told_of(member.filename), path.open("rb") as part:
                _check(part, ending)
            path.unlink()
        # All at once: each process takes a quarter of a second to begin.
        check_pdfs(pdfs)


def _ending(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _check(part, ending: str) -> None:
    if ending in TEXT_ENDINGS:
        check_text(part, ending)
    elif ending in ARCHIVE_ENDINGS:
        check_office(part, ending)
    else:
        check_sound_or_film(part, ending)


def _check_picture(archive: zipfile.ZipFile, member: zipfile.ZipInfo, ending: str) -> None:
    with archive.open(member) as part:
        head = part.read(12)
    begins = head[4:] if ending in (".avif", ".heic", ".heif") else head
    if not begins.startswith(PICTURE_HEADS[ending]):
        raise bad_member(member.filename, is_not(ending))


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    with archive.open(member) as part, path.open("wb") as copy:
        while piece := part.read(PIECE_BYTES):
            copy.write(piece)


@contextmanager
def _told_of(name: str) -> Iterator[None]:
    """Puts the name of the member before whatever is refused inside."""
    try:
        yield
    except ValidationError as error:
        raise bad_member(name, error) from error
