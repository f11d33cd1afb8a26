"""What the catalogue's room has to do each night. `home.due` calls it; each may run twice."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from hub.frame import address_of
from hub.models import Count, Generation, Thing

from . import catalogue_rows
from .models import CatalogueRow

USED_DAYS = 365
ROWS_AT_ONCE = 500

logger = logging.getLogger(__name__)


def mend_catalogue() -> int:
    """Compare the catalogue's rows with the pages; returns how many were wrong."""
    wrong = catalogue_rows.write_all()
    if wrong:
        logger.warning("%s rows of the catalogue were not as their pages, and are now", wrong)
    return wrong


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
