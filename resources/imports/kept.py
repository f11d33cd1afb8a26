"""The table and the ZIP of an import, kept for a day between the report and the making."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hub.kept_files import KeptFiles

KEEP = timedelta(days=1)
# Of one person; older ones make room.
MOST_KEPT = 4
_files = KeptFiles("imports")


@dataclass(frozen=True)
class KeptImport:
    """`table` or `archive` is None where there is none."""

    shelf: int
    table: Path | None
    archive: Path | None


def keep(user, shelf, table: bytes | None, archive) -> str:
    """Put a table (None: it has errors) and a ZIP (an upload, a path, None) aside.

    Returns a signed reference, good for this person, "" where there is nothing to keep.
    """
    erase_old()
    said = {"user": user.pk, "shelf": shelf.pk, "table": "", "archive": ""}
    if table is not None:
        said["table"] = _files.put([table], _owner(user))
    if isinstance(archive, Path):
        said["archive"] = archive.name
        archive.touch()
    elif archive is not None:
        archive.seek(0)
        said["archive"] = _files.put(archive.chunks(), _owner(user))
    _make_room(user)
    return _files.reference(**said) if said["table"] or said["archive"] else ""


def find(reference: str, user) -> KeptImport | None:
    """What this person put aside under the reference, if all of it is still there."""
    said = _files.read(reference, KEEP)
    if said is None or said["user"] != user.pk:
        return None
    table, archive = (
        _files.path(said[name]) if said[name] else None for name in ("table", "archive")
    )
    if not all(path.is_file() for path in (table, archive) if path):
        return None
    return KeptImport(said["shelf"], table, archive)


def drop(kept: KeptImport) -> None:
    for path in (kept.table, kept.archive):
        if path:
            path.unlink(missing_ok=True)


def erase_old() -> int:
    """Files nobody came back for; returns how many. Safe to repeat, by several at once."""
    return _files.erase_older_than(KEEP)


def _owner(user) -> str:
    return f"{user.pk}-"


def _make_room(user) -> None:
    mine = list(_files.folder.glob(f"{_owner(user)}*"))
    mine.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in mine[MOST_KEPT:]:
        path.unlink(missing_ok=True)
