"""Files that wait for an hour between what they would change and the change."""

import secrets
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import signing

from hub.links import make_token, read_token

PURPOSE = "exchange"
KEEP = timedelta(hours=1)


def _folder() -> Path:
    """Not among the uploads, which readers may have."""
    folder = Path(settings.HUB_DATA) / "exchange"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def keep(name: str, data: bytes, user, code: str) -> str:
    """Put a file aside; returns a signed reference, good for this person and language."""
    erase_old_uploads()
    kept = secrets.token_hex(16)
    (_folder() / kept).write_bytes(data)
    return make_token(PURPOSE, kept=kept, name=name, user=user.pk, code=code)


def find(reference: str, user, code: str) -> tuple[str, bytes] | None:
    """Name and bytes of a file that this person put aside for this language, if it is still there."""
    try:
        said = read_token(PURPOSE, reference, KEEP)
    except signing.BadSignature:
        return None
    if (said["user"], said["code"]) != (user.pk, code):
        return None
    try:
        return said["name"], (_folder() / said["kept"]).read_bytes()
    except FileNotFoundError:
        return None


def drop(reference: str) -> None:
    """Used once, it is gone. The reference must be good."""
    said = read_token(PURPOSE, reference, KEEP)
    (_folder() / said["kept"]).unlink(missing_ok=True)


def erase_old_uploads() -> int:
    """Files nobody came back for; returns how many. Safe to repeat, by several at once."""
    before = time.time() - KEEP.total_seconds()
    erased = 0
    for path in _folder().iterdir():
        try:
            if path.stat().st_mtime < before:
                path.unlink()
                erased += 1
        except FileNotFoundError:
            continue
    return erased
