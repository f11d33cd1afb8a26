"""The way back: which events name a thing among their materials, as its own page shows them."""

from collections.abc import Iterable

from django.db import transaction

from hub.changes import listen
from hub.models import Thing

from .event_dates import THINGS_AT_ONCE, originals
from .event_page import named_in_programme
from .models import EventMaterial, EventPage

Tie = Thing.belongs_to.through


@listen
def follow(keys, prefixes) -> None:
    write(keys)


def write_all() -> int:
    """Compare all events; how many ties were not as their pages say."""
    events = Thing.objects.filter(kind=EventPage.kind)
    return write(events.values_list("translation_key", flat=True))


def write(keys: Iterable) -> int:
    """Bring the ties of these events in step with their live originals; how many were not."""
    keys = list(keys)
    return sum(
        _write_some(keys[begin : begin + THINGS_AT_ONCE])
        for begin in range(0, len(keys), THINGS_AT_ONCE)
    )


@transaction.atomic(savepoint=False)
def _write_some(keys: list) -> int:
    things = list(Thing.objects.filter(translation_key__in=keys, kind=EventPage.kind))
    if not things:
        return 0
    pages = originals(things)
    of_page = {page.pk: key for key, page in pages.items()}
    events = {thing.translation_key: thing.pk for thing in things}
    rows = EventMaterial.objects.filter(page__in=of_page).values_list("thing", "page")
    named = {(material, events[of_page[pk]]) for material, pk in rows}
    for pk, programme in EventPage.objects.filter(pk__in=of_page).values_list("pk", "programme"):
        named |= {(material, events[of_page[pk]]) for material in named_in_programme(programme)}
    # What a part of the programme names may have been deleted since.
    ids = {material for material, _event in named}
    there = set(Thing.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else ()
    wanted = {(material, event) for material, event in named if material in there}
    rows = Tie.objects.filter(to_thing__in=things).values_list("pk", "from_thing", "to_thing")
    known = {(material, event): pk for pk, material, event in rows}
    new, old = wanted - known.keys(), known.keys() - wanted
    ties = [Tie(from_thing_id=material, to_thing_id=event) for material, event in sorted(new)]
    Tie.objects.bulk_create(ties, ignore_conflicts=True)
    Tie.objects.filter(pk__in=[known[one] for one in old]).delete()
    return len(new) + len(old)
