"""The folder into which an import writes its files: known before the first byte, so that none is lost.

A note of it lies beside the database until all rows stand. Whoever finds an old note deletes the
files that no row names: the import was killed.
"""

import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.crypto import get_random_string

from hub.models import Document, DocumentVersion

# No import takes so long.
LOST_AFTER = timedelta(hours=6)
UPLOAD_TO = Document._meta.get_field("file").upload_to


def begin() -> str:
    """A name for a new folder, noted."""
    folder = get_random_string(12).lower()
    (_notes() / folder).touch()
    return folder


def end(folder: str) -> int:
    """Delete what no row names in a folder that an import began, and the note; returns how many files."""
    path = f"{UPLOAD_TO}/{folder}"
    erased = 0
    if default_storage.exists(path):
        names = [f"{path}/{name}" for name in default_storage.listdir(path)[1]]
        claimed = {
            name
            for model in (Document, DocumentVersion)
            for name in model.objects.filter(file__startswith=f"{path}/").values_list(
                "file", flat=True
            )
        }
        for name in set(names) - claimed:
            default_storage.delete(name)
            erased += 1
        if not claimed:
            # An empty folder; `delete` takes those too.
            default_storage.delete(path)
    (_notes() / folder).unlink(missing_ok=True)
    return erased


def end_lost(after: timedelta = LOST_AFTER) -> int:
    """Files of imports that were killed more than `after` ago; returns how many. Safe to repeat."""
    before = time.time() - after.total_seconds()
    lost = [note.name for note in _notes().iterdir() if note.stat().st_mtime < before]
    return sum(end(folder) for folder in lost)


def _notes() -> Path:
    folder = Path(settings.HUB_DATA) / "imports-under-way"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
