"""Files that wait between what they would change and the change: private, and for a while only."""

import secrets
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import signing

from hub.links import make_token, read_token


class KeptFiles:
    """The files of one purpose. A signed reference says whose they are and what they are for."""

    def __init__(self, purpose: str):
        self.purpose = purpose

    @property
    def folder(self) -> Path:
        """Not among the uploads, which readers may have."""
        folder = Path(settings.HUB_DATA) / self.purpose
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def put(self, pieces: Iterable[bytes], owner: str = "") -> str:
        """Put bytes aside; returns the name they have here."""
        kept = f"{owner}{secrets.token_hex(16)}"
        with (self.folder / kept).open("wb") as file:
            file.writelines(pieces)
        return kept

    def path(self, kept: str) -> Path:
        return self.folder / kept

    def reference(self, **said) -> str:
        return make_token(self.purpose, **said)

    def read(self, reference: str, keep: timedelta) -> dict | None:
        """What a reference less than `keep` old says; None for one that is older or not ours."""
        try:
            return read_token(self.purpose, reference, keep)
        except signing.BadSignature:
            return None

    def erase_older_than(self, keep: timedelta) -> int:
        """Files nobody came back for; returns how many. Safe to repeat, by several at once."""
        before = time.time() - keep.total_seconds()
        erased = 0
        for path in self.folder.iterdir():
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
                    erased += 1
            except FileNotFoundError:
                continue
        return erased
