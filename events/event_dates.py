"""The dates of events follow the published pages, in the transaction that tells what changed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC

from django.db import transaction
from django.utils import timezone

from hub.changes import listen
from hub.models import Generation, Thing

from .event_date import EventDate
from .models import EventChange, EventLanguage, EventPage
from .series import dates_of

THINGS_AT_ONCE = 100
FACTS = [
    field.attname
    for field in EventDate._meta.concrete_fields
    if field.attname not in ("id", "thing_id", "key", "sequence", "changed_at")
]
# A change of these is told to calendar programs.
TOLD = ("starts_at", "ends_at", "time_zone", "precision", "is_cancelled", "is_gone")

_still: ContextVar[bool] = ContextVar("events_dates_still", default=False)


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
    """Compare all dates with all pages, and write what differs; how many rows did."""
    return write(
        Thing.objects.filter(kind=EventPage.kind).values_list("translation_key", flat=True)
    )


def write(keys: Iterable) -> int:
    """Bring the dates of these things in step with their live originals; how many rows were not.

    A thing without a live page keeps its rows: nobody is shown them, and it may come back.
    """
    keys = list(keys)
    # Each part is a transaction of its own: nobody who publishes meanwhile waits for all of them.
    return sum(
        _write_some(keys[begin : begin + THINGS_AT_ONCE])
        for begin in range(0, len(keys), THINGS_AT_ONCE)
    )


@transaction.atomic(savepoint=False)
def _write_some(keys: list) -> int:
    things = list(Thing.objects.filter(translation_key__in=keys, kind=EventPage.kind))
    if not things:
        return 0
    # Who tells of a change holds this row too: pages that were read before it are not written after.
    list(Generation.objects.select_for_update().filter(pk=Generation.EVERYTHING))
    pages = originals(things)
    rows: dict[int, dict[str, EventDate]] = {}
    for row in EventDate.objects.filter(thing__in=things):
        rows.setdefault(row.thing_id, {})[row.key] = row
    made, changed = [], []
    for wanted in _rows_of(things, pages):
        thing_id = wanted[0].thing_id
        new, old = _compared(rows.get(thing_id, {}), wanted)
        made += new
        changed += old
    EventDate.objects.bulk_create(made, batch_size=500)
    EventDate.objects.bulk_update(
        changed, ["key", *FACTS, "sequence", "changed_at"], batch_size=100
    )
    if made or changed:
        # What is kept under the token, such as the tag of calendar files, is old too.
        Generation.renew(Generation.EVERYTHING)
    return len(made) + len(changed)


def _compared(known: dict[str, EventDate], wanted: list[EventDate]) -> tuple[list, list]:
    """The rows to make and to change, so that those of one thing (by key) become `wanted`."""
    _follow_new_keys(known, wanted)
    new = [row for row in wanted if row.key not in known]
    by_key = {row.key: row for row in wanted}
    changed, is_told = [], bool(new and known)
    for key, row in known.items():
        said = by_key.get(key)
        names = [name for name in FACTS if said and getattr(row, name) != getattr(said, name)]
        for name in names:
            setattr(row, name, getattr(said, name))
        if said is None and not row.is_gone:
            row.is_gone, names = True, ["is_gone"]
        is_told |= any(name in TOLD for name in names)
        if names or row.key != row.known_key:
            changed.append(row)
    if is_told:
        # One number for all dates of a thing: programs take a higher one for the newer word.
        sequence = max(row.sequence for row in known.values()) + 1
        now = timezone.now()
        for row in (*known.values(), *new):
            row.sequence, row.changed_at = sequence, now
        changed = list(known.values())
    return new, changed


def _follow_new_keys(known: dict[str, EventDate], wanted: list[EventDate]) -> None:
    """A single date that becomes a series is its first date, and the other way round."""
    for row in known.values():
        row.known_key = row.key
    single, first = known.get(""), wanted[0]
    if first.key and single and not single.is_gone:
        same = [row.key for row in wanted if row.starts_at == single.starts_at]
        key = (same or [first.key])[0]
        if key not in known:
            single.key = key
            known[key] = known.pop("")
    elif not first.key and known and not single:
        row = min(known.values(), key=lambda row: (row.starts_at != first.starts_at, row.starts_at))
        del known[row.key]
        row.key = ""
        known[""] = row


def originals(things: list[Thing]) -> dict:
    """The live page that says the facts of each thing: the original, else what has own words."""
    locales = {thing.translation_key: thing.original_locale_id for thing in things}
    pages = EventPage.objects.filter(
        translation_key__in=locales, live=True, alias_of=None, url_path__startswith="/home-"
    )
    found: dict = {}
    for page in pages.order_by("pk").defer_streamfields():
        if page.locale_id == locales[page.translation_key] or page.translation_key not in found:
            found[page.translation_key] = page
    return found


def _rows_of(things: list[Thing], pages: dict) -> Iterator[list[EventDate]]:
    """The rows that each thing with a page calls for, not yet stored: three queries for all."""
    ids = [page.pk for page in pages.values()]
    changes: dict[int, list] = {}
    for change in EventChange.objects.filter(page__in=ids):
        changes.setdefault(change.page_id, []).append(change)
    spoken = _joined(EventLanguage.objects.filter(page__in=ids).values_list("page", "language"))
    through = EventPage.audiences.through.objects.filter(eventpage__in=ids)
    audiences = _joined(through.values_list("eventpage_id", "audience__slug"))
    now = timezone.now()
    for thing in things:
        page = pages.get(thing.translation_key)
        if page is None:
            continue
        rows = []
        for one in dates_of(page, changes.get(page.pk, ())):
            first, last = one.when.days
            row = EventDate(
                thing=thing,
                key=one.key,
                # In UTC: of an hour that comes twice, no zone says it equals another's.
                starts_at=one.starts.astimezone(UTC),
                ends_at=one.ends.astimezone(UTC),
                time_zone=page.time_zone,
                precision=page.precision,
                is_cancelled=one.is_cancelled,
                first_day=first,
                last_day=last,
                first_year=first.year,
                last_year=last.year,
                event_kind=page.event_kind,
                country=page.country,
                mode=page.mode,
                partner_id=page.partner_id,
                spoken=spoken.get(page.pk, ""),
                audiences=audiences.get(page.pk, ""),
                changed_at=now,
            )
            rows.append(row)
        yield rows


def _joined(pairs: Iterable[tuple]) -> dict[int, str]:
    """Page -> its words between blanks, sorted."""
    found: dict[int, set] = {}
    for pk, word in pairs:
        found.setdefault(pk, set()).add(word)
    return {pk: f" {' '.join(sorted(words))} " for pk, words in found.items()}
