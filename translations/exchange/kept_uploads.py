"""Files that wait for an hour between what they would change and the change."""

from datetime import timedelta

from hub.kept_files import KeptFiles

KEEP = timedelta(hours=1)
_files = KeptFiles("exchange")


def keep(name: str, data: bytes, user, code: str) -> str:
    """Put a file aside; returns a signed reference, good for this person and language."""
    erase_old_uploads()
    return _files.reference(kept=_files.put([data]), name=name, user=user.pk, code=code)


def find(reference: str, user, code: str) -> tuple[str, bytes] | None:
    """Name and bytes of a file that this person put aside for this language, if it is still there."""
    said = _files.read(reference, KEEP)
    if said is None or (said["user"], said["code"]) != (user.pk, code):
        return None
    try:
        return said["name"], _files.path(said["kept"]).read_bytes()
    except FileNotFoundError:
        return None


def drop(reference: str) -> None:
    """Used once, it is gone. The reference must be good."""
    _files.path(_files.read(reference, KEEP)["kept"]).unlink(missing_ok=True)


def erase_old_uploads() -> int:
    """Files nobody came back for; returns how many. Safe to repeat, by several at once."""
    return _files.erase_older_than(KEEP)
