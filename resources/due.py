"""What the catalogue has to do from time to time. `home.due` calls it; every function may run twice."""

from datetime import timedelta
from time import monotonic

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from . import guide_pdfs
from .models import GuidePdf, MethodGuidePage

# What the queue had not done by then was lost with a worker, or failed.
LOST_AFTER = timedelta(minutes=2)
# The worker has other duties too.
SLICE_SECONDS = 5.0
KEEP_STRAY_FILES = timedelta(days=1)


def make_waiting_pdfs() -> int:
    """PDFs that somebody waits for; returns how many were looked at."""
    waiting = GuidePdf.objects.filter(
        guide_pdfs.WAITING,
        tries__lt=guide_pdfs.MOST_TRIES,
        asked_at__lt=timezone.now() - LOST_AFTER,
    ).order_by("asked_at", "pk")
    until, looked_at = monotonic() + SLICE_SECONDS, 0
    for pk in list(waiting.values_list("pk", flat=True)[:200]):
        if monotonic() > until:
            break
        guide_pdfs.make(pk)
        looked_at += 1
    return looked_at


def compare_pdfs() -> int:
    """Have all PDFs compared with their guides: names of partners or the foot may have changed."""
    kept = GuidePdf.objects.exclude(file="").filter(tries=0)
    return kept.update(asked_at=timezone.now())


def erase_old_pdfs() -> int:
    """PDFs of guides that are gone or lost a language, and files of none; returns how many."""

    def guide(language: str):
        return Exists(
            MethodGuidePage.objects.filter(
                translation_key=OuterRef("thing__translation_key"),
                live=True,
                alias_of=None,
                locale__language_code=OuterRef(language),
            )
        )

    standing = GuidePdf.objects.filter(guide("language")).filter(Q(beside="") | guide("beside"))
    erased = 0
    for pdf in GuidePdf.objects.exclude(pk__in=standing.values("pk")):
        guide_pdfs.erase(pdf)
        erased += 1
    return erased + _erase_stray_files()


def _erase_stray_files() -> int:
    """Those that a killed worker had written and not yet named."""
    folder = GuidePdf._meta.get_field("file").upload_to
    try:
        names = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    except FileNotFoundError:
        return 0
    known = set(GuidePdf.objects.exclude(file="").values_list("file", flat=True))
    old = timezone.now() - KEEP_STRAY_FILES
    stray = [name for name in names - known if default_storage.get_modified_time(name) < old]
    for name in stray:
        default_storage.delete(name)
    return len(stray)
