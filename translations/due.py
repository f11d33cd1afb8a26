"""What the translations' room has to do each night. `home.due` calls it; each may run twice."""

from datetime import timedelta

from django.db.models import OuterRef, Subquery, Sum
from django.utils import timezone
from wagtail.models import Page

from hub.frame import address_of
from hub.models import Count

from . import notices, state
from .models import TranslationState

MET_DAYS = 30
ROWS_AT_ONCE = 500


def count_meetings() -> int:
    """Note how often readers met each page that has no words of its language yet, in 30 days.

    Two queries and the changes: views are counted by address. Returns how many states changed.
    """
    first_day = timezone.localdate() - timedelta(days=MET_DAYS)
    views = Count.objects.filter(what="view", day__gt=first_day).order_by().values("address")
    views = dict(views.annotate(sum=Sum("number")).values_list("address", "sum"))
    page = Page.objects.filter(
        translation_key=OuterRef("thing__translation_key"), locale=OuterRef("locale"), live=True
    )
    rows = TranslationState.objects.filter(source_hash="").only("pk", "met")
    rows = rows.annotate(url_path=Subquery(page.order_by().values("url_path")[:1]))
    changed = []
    for row in rows.order_by("pk").iterator(chunk_size=2000):
        met = views.get(address_of(row.url_path), 0) if row.url_path else 0
        if met != row.met:
            row.met = met
            changed.append(row)
    TranslationState.objects.bulk_update(changed, ["met"], batch_size=ROWS_AT_ONCE)
    # What is translated now is met in its own words.
    return len(changed) + TranslationState.objects.exclude(source_hash="").exclude(met=0).update(
        met=0
    )


def free_old_claims() -> int:
    """What somebody took and has not given back by its day; returns how many."""
    old = TranslationState.objects.filter(claimed_until__lt=timezone.localdate())
    return old.update(claimed_by=None, claimed_until=None)


def verify_counts() -> int:
    """Compare the figures of all states with one count over all strings; returns how many were wrong."""
    return state.verify()


def tell_translators() -> int:
    """One mail to everybody in whose languages something new waits; returns how many mails."""
    return notices.tell_translators()
