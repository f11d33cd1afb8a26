"""Somebody has read a thing again and found it right: its date changes, in all languages, at once."""

import json

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, Revision
from wagtail_localize.models import TranslationSource

from hub.changes import touched

ACTION = "hub.still_correct"


def note_still_correct(original: Page, user) -> None:
    """Set the day on which `original` (specific, live) was checked to today.

    Its translations and mirrors follow. Nothing is published; what waits to be published keeps its
    words and gets the new day too, or it would bring the old one back.
    """
    today = timezone.localdate()
    key = original.translation_key
    with transaction.atomic():
        pages = type(original).objects.filter(translation_key=key)
        waiting = list(pages.select_for_update(of=("self",)).values_list("pk", "latest_revision"))
        pages.update(checked_on=today)
        _redate_revisions(waiting, today.isoformat())
        _redate_sources(key, today.isoformat())
        log(instance=original, action=ACTION, user=user, content_changed=False)
        touched([key])
    original.checked_on = today


def _redate_revisions(waiting: list[tuple[int, int | None]], day: str) -> None:
    """The newest version of each page, and one that is to go live by itself at its hour."""
    latest = [revision for _page, revision in waiting if revision]
    scheduled = Q(
        object_id__in=[str(page) for page, _revision in waiting], approved_go_live_at__isnull=False
    )
    revisions = list(
        Revision.page_revisions.filter(Q(pk__in=latest) | scheduled).only("pk", "content")
    )
    for revision in revisions:
        revision.content["checked_on"] = day
    Revision.objects.bulk_update(revisions, ["content"])


def _redate_sources(key, day: str) -> None:
    """What wagtail-localize keeps of the original: the next translation is made from it."""
    sources = TranslationSource.objects.filter(object_id=key)
    for pk, content in sources.values_list("pk", "content_json"):
        fields = {**json.loads(content), "checked_on": day}
        TranslationSource.objects.filter(pk=pk).update(content_json=json.dumps(fields))
