"""The rows of the directory follow the published pages, in the transaction that tells what changed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.db import transaction
from django.utils import timezone

from hub.changes import listen
from hub.models import Generation, Thing
from hub.search.folding import fold

from .models import ServicePage, ServiceRow, ServiceSpan
from .opening import Span
from .service_check import ServiceCheck
from .towns import town_key

THINGS_AT_ONCE = 100
FACTS = [
    field.attname
    for field in ServiceRow._meta.concrete_fields
    if field.attname not in ("id", "thing_id")
]

_still: ContextVar[bool] = ContextVar("circle_directory_still", default=False)


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
    if not _still.get():
        write(keys)


def write_all() -> int:
    """Compare all rows with all pages, and write what differs; how many rows did."""
    return write(
        Thing.objects.filter(kind=ServicePage.kind).values_list("translation_key", flat=True)
    )


def write(keys: Iterable) -> int:
    """Bring the rows of these things in step with their live originals; how many were not.

    A thing without a live page keeps its row: nobody is shown it, and the page may come back.
    """
    keys = list(keys)
    return sum(
        _write_some(keys[begin : begin + THINGS_AT_ONCE])
        for begin in range(0, len(keys), THINGS_AT_ONCE)
    )


@transaction.atomic(savepoint=False)
def _write_some(keys: list) -> int:
    things = list(Thing.objects.filter(translation_key__in=keys, kind=ServicePage.kind))
    if not things:
        return 0
    # Who tells of a change holds this row too: pages that were read before it are not written after.
    list(Generation.objects.select_for_update().filter(pk=Generation.EVERYTHING))
    known = {row.thing_id: row for row in ServiceRow.objects.filter(thing__in=things)}
    closed = dict(
        ServiceCheck.objects.filter(thing__in=things).values_list("thing_id", "closed_at")
    )
    made, changed = [], []
    for thing, page in _originals(things):
        wanted = row_of(thing, page, closed.get(thing.pk))
        row = known.get(thing.pk)
        if row is None:
            made.append(wanted)
            continue
        names = [name for name in FACTS if getattr(row, name) != getattr(wanted, name)]
        for name in names:
            setattr(row, name, getattr(wanted, name))
        if names:
            changed.append(row)
    ServiceRow.objects.bulk_create(made, batch_size=500)
    ServiceRow.objects.bulk_update(changed, FACTS, batch_size=100)
    _write_spans(made, changed)
    if made or changed:
        Generation.renew(Generation.EVERYTHING)
    return len(made) + len(changed)


def _write_spans(made: list[ServiceRow], changed: list[ServiceRow]) -> None:
    ServiceSpan.objects.filter(row__in=changed).delete()
    spans = [_span_row(row, span) for row in (*made, *changed) for span in row.known_hours.spans]
    ServiceSpan.objects.bulk_create(spans, batch_size=500)


def _span_row(row: ServiceRow, span: Span) -> ServiceSpan:
    days = {
        name: date.fromisoformat(getattr(span, name)) if getattr(span, name) else None
        for name in ("first_on", "last_on")
    }
    return ServiceSpan(
        row=row,
        day=span.day,
        opens=span.opens,
        closes=span.closes,
        season_from=span.season_from,
        season_to=span.season_to,
        **days,
    )


def _originals(things: list[Thing]) -> Iterator[tuple[Thing, ServicePage]]:
    """The live page that says the facts of each thing: the original, else what has own words."""
    pages = ServicePage.objects.filter(
        translation_key__in=[thing.translation_key for thing in things],
        live=True,
        alias_of=None,
        url_path__startswith="/home-",
    )
    related = ("needs", "spoken", "groups", "hours", "special_days")
    by_key: dict = {}
    for page in pages.order_by("pk").defer_streamfields().prefetch_related(*related):
        by_key.setdefault(page.translation_key, []).append(page)
    for thing in things:
        found = by_key.get(thing.translation_key)
        if found:
            original = [page for page in found if page.locale_id == thing.original_locale_id]
            yield thing, (original or found)[0]


def row_of(thing: Thing, page: ServicePage, closed_at=None) -> ServiceRow:
    """The row that a page calls for, not yet stored."""
    hours = page.known_hours
    first = page.first_published_at or timezone.now()
    return ServiceRow(
        thing=thing,
        title=fold(page.title)[:255],
        country=page.country,
        town=page.town,
        town_key=town_key(page.town, page.country) if page.town else "",
        time_zone=hours.time_zone,
        holidays=page.on_holidays,
        hours=hours.plain(),
        is_free=page.is_free,
        accessibility=page.accessibility,
        needs=_between_blanks(row.need for row in page.needs.all()),
        spoken=_between_blanks(row.language for row in page.spoken.all()),
        groups=_between_blanks(row.group for row in page.groups.all()),
        right_on=page.checked_on or timezone.localdate(first),
        is_closed=page.stays_closed(closed_at),
    )


def _between_blanks(words: Iterable[str]) -> str:
    return f" {' '.join(dict.fromkeys(words))} "
