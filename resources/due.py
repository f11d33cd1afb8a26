"""What the catalogue has to do from time to time. `home.due` calls it; every function may run twice."""

import logging
from datetime import timedelta
from time import monotonic

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone

from hub.frame import address_of
from hub.models import Count, Generation, Thing

from . import catalogue_export, catalogue_rows, guide_pdfs
from .imports import folders, kept
from .models import CatalogueRow, GuidePdf, MethodGuidePage

USED_DAYS = 365
ROWS_AT_ONCE = 500
# What the queue had not done by then was lost with a worker, or failed.
LOST_AFTER = timedelta(minutes=2)
# The worker has other duties too.
SLICE_SECONDS = 5.0
KEEP_STRAY_FILES = timedelta(days=1)

logger = logging.getLogger(__name__)


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


def mend_catalogue() -> int:
    """Compare the catalogue's rows with the pages; returns how many were wrong."""
    wrong = catalogue_rows.write_all()
    if wrong:
        logger.warning("%s rows of the catalogue were not as their pages, and are now", wrong)
    return wrong


def write_export() -> int:
    """Write the whole public catalogue as one file anew; returns the number of its lines."""
    return catalogue_export.write()


def count_uses() -> int:
    """Note how often each thing was opened and downloaded within a year, in all its languages.

    Three queries and the changes. What was opened at an address that a page has left is not
    counted. Returns how many rows changed.
    """
    first_day = timezone.localdate() - timedelta(days=USED_DAYS)
    counts = Count.objects.filter(day__gt=first_day).order_by().values("address")
    counts = dict(counts.annotate(sum=Sum("number")).values_list("address", "sum"))
    codes = dict(Thing.objects.values_list("code", "translation_key"))
    uses: dict = {}
    for address, number in counts.items():
        # /r/<code>/… is a file; a page has its own address.
        key = codes.get(address.split("/")[2]) if address.startswith("/r/") else None
        if key:
            uses[key] = uses.get(key, 0) + number
    rows = list(
        CatalogueRow.objects.only("pk", "translation_key", "uses", "page__url_path").select_related(
            "page"
        )
    )
    for row in rows:
        views = counts.get(address_of(row.page.url_path), 0)
        uses[row.translation_key] = uses.get(row.translation_key, 0) + views
    changed = [row for row in rows if row.uses != uses[row.translation_key]]
    for row in changed:
        row.uses = uses[row.translation_key]
    with transaction.atomic():
        CatalogueRow.objects.bulk_update(changed, ["uses"], batch_size=ROWS_AT_ONCE)
        if changed:
            Generation.renew(Generation.CATALOGUE)
    return len(changed)


def erase_old_imports() -> int:
    """Tables and ZIPs nobody came back for, and files of imports that were killed; returns how many."""
    return kept.erase_old() + folders.end_lost()
