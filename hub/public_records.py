"""What machines are told follows the pages, in the transaction that tells what changed.

A page's `record()` costs some queries; harvesters ask for ten thousand at once. So the records of
each public thing are kept, and every format that lists many things dresses what is kept. The date
stamp moves when something in them does, whichever way it changed.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import partial

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page

from hub.changes import listen
from hub.frame import asked_once, get_frame
from hub.languages import LANGUAGES
from hub.models import Generation, HubPage, PublicRecord, Thing, Topic

THINGS_AT_ONCE = 100
FACTS = ("is_deleted", "partner_id", "sets", "names", "records")
# These move without a change of what the record says.
UNTOLD = ("modified", "adaptations")

_still: ContextVar[bool] = ContextVar("hub_public_records_still", default=False)


@contextmanager
def written_at_the_end() -> Iterator[None]:
    """Write no row meanwhile and all of them at the end: for loading much at once."""
    token = _still.set(True)
    try:
        yield
    finally:
        _still.reset(token)
    write_all()


@listen
def follow(keys, prefixes) -> None:
    """Rows follow what was published, closed, moved, translated or deleted."""
    if _still.get():
        return
    moved = Q()
    for prefix in prefixes:
        moved |= Q(url_path__startswith=prefix)
    below = Page.objects.filter(moved).order_by() if moved else Page.objects.none()
    write({*keys, *below.values_list("translation_key", flat=True)})


def write_all() -> int:
    """Compare all rows with all pages, and write what differs; how many rows did.

    A first harvest finds the dates of publication; later changes are dated when they are noticed.
    """
    is_first = not PublicRecord.objects.exists()
    keys = Thing.objects.order_by("pk").values_list("translation_key", flat=True)
    return write(keys, dated_by_page=is_first)


def write(keys: Iterable, dated_by_page: bool = False) -> int:
    """Bring the rows of these things in step with their pages; how many rows were not."""
    keys = list(keys)
    # Each part is a transaction of its own: nobody who publishes meanwhile waits for all of them.
    return sum(
        _write_some(keys[begin : begin + THINGS_AT_ONCE], dated_by_page)
        for begin in range(0, len(keys), THINGS_AT_ONCE)
    )


@transaction.atomic(savepoint=False)
@asked_once()
def _write_some(keys: list, dated_by_page: bool) -> int:
    # Who tells of a change holds this row too: pages that were read before it are not written after,
    # and no earlier date comes to light after a later one.
    list(Generation.objects.select_for_update().filter(pk=Generation.EVERYTHING))
    now = timezone.now().replace(microsecond=0)
    things = list(Thing.objects.filter(translation_key__in=keys))
    there = PublicRecord.objects.in_bulk([thing.pk for thing in things])
    records = _records_of(things)
    made, changed, turned = [], [], []
    for thing in things:
        known = there.get(thing.pk)
        row = _row(thing, records.get(thing.pk, []), known)
        if known is None and row.is_deleted:
            continue
        if known is not None and all(getattr(known, name) == getattr(row, name) for name in FACTS):
            continue
        row.datestamp = now
        if known is None:
            if dated_by_page:
                row.datestamp = _published(row.records) or now
            made.append(row)
        else:
            if _told(known) == _told(row):
                row.datestamp = known.datestamp
            changed.append(row)
        if known is None or known.is_deleted != row.is_deleted:
            turned.append(thing.code)
    PublicRecord.objects.bulk_create(made, batch_size=200)
    PublicRecord.objects.bulk_update(changed, ["datestamp", *FACTS], batch_size=50)
    if not dated_by_page:
        # Whose record names a thing says so only while everybody may read that.
        for code in turned:
            PublicRecord.objects.filter(names__contains=f" source:{code} ").update(datestamp=now)
    return len(made) + len(changed)


def _row(thing: Thing, records: list[dict], known: PublicRecord | None) -> PublicRecord:
    if not records:
        # Harvesters who chose a set learn there that it is gone.
        sets, partner_id = (known.sets, known.partner_id) if known else ("", None)
        return PublicRecord(thing=thing, is_deleted=True, partner_id=partner_id, sets=sets)
    first = records[0]
    partner, partner_id = first["partner"], first["partner_id"]
    for record in records:
        del record["partner_id"]
    sets = {f"kind:{thing.kind}", *(f"language:{one['language']}" for one in records)}
    names = {f"topic:{slug}" for one in records for slug in one.get("topics", ())}
    if partner:
        sets.add(f"partner:{partner['slug']}")
    if source := first.get("adapted_from"):
        names.add(f"source:{source}")
    return PublicRecord(
        thing=thing,
        partner_id=partner_id,
        sets=_joined(sets),
        names=_joined(names),
        records=records,
    )


def _records_of(things: list[Thing]) -> dict[int, list[dict]]:
    """The records of the pages in their own words that everybody may read, the original's first."""
    ids = {thing.translation_key: thing for thing in things}
    core = Page.objects.filter(
        translation_key__in=ids, live=True, alias_of=None, url_path__startswith="/home-"
    )
    by_class: dict[type, list[HubPage]] = {}
    for page in core.order_by().specific():
        if not page.is_mirror and not get_frame(page.own_language.code).is_restricted(page.path):
            by_class.setdefault(type(page), []).append(page)
    order = {one.code: place for place, one in enumerate(LANGUAGES)}
    found: dict[int, list] = {}
    for model, pages in by_class.items():
        model.bring_for_records(pages)
        for page in pages:
            thing = ids[page.translation_key]
            page.thing, page.known_code = thing, thing.code
            is_other = page.locale_id != thing.original_locale_id
            place = (is_other, order.get(page.own_language.code, len(order)))
            record = {**page.record(), "partner_id": page.partner_id}
            found.setdefault(thing.pk, []).append((place, _plain(record)))
    return {
        pk: [record for _place, record in sorted(rows, key=lambda row: row[0])]
        for pk, rows in found.items()
    }


def _plain(record: dict) -> dict:
    """As it comes back from the database."""
    return json.loads(json.dumps(record, cls=DjangoJSONEncoder))


def _told(row: PublicRecord) -> tuple:
    records = [
        {name: value for name, value in record.items() if name not in UNTOLD}
        for record in row.records
    ]
    return row.is_deleted, row.sets, records


def _published(records: list[dict]) -> datetime | None:
    dates = [datetime.fromisoformat(one["modified"]) for one in records if one["modified"]]
    return max(dates).replace(microsecond=0) if dates else None


def _joined(words: Iterable[str]) -> str:
    return f" {' '.join(sorted(words))} "


# --- what changes records, and is no page ---------------------------------------------------------


@receiver(post_save, sender="partners.Partner")
def _partner_changed(sender, instance, **kwargs):
    """All its records name it, and its page says where it is."""
    rows = PublicRecord.objects.filter(partner_id=instance.pk, is_deleted=False)
    own = rows.filter(sets__contains=" kind:partner ")
    one = own.first()
    if _still.get() or one is None:
        return
    if one.records[0]["partner"] == {"slug": instance.slug, "name": instance.name}:
        rows = own
    keys = list(rows.values_list("thing__translation_key", flat=True))
    transaction.on_commit(partial(write, keys), robust=True)


@receiver(pre_save, sender=Topic)
def _topic_changes(sender, instance, **kwargs):
    known = Topic.objects.filter(pk=instance.pk).values_list("title", flat=True).first()
    instance.is_called_otherwise = known not in (None, instance.title)


@receiver([post_save, post_delete], sender=Topic)
def _topic_changed(sender, instance, signal, **kwargs):
    """Records name topics by their slugs; what these are called is asked when a record is told."""
    if signal is post_delete or instance.is_called_otherwise:
        rows = PublicRecord.objects.filter(names__contains=f" topic:{instance.slug} ")
        rows.update(datestamp=timezone.now().replace(microsecond=0))
