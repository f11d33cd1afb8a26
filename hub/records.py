"""Records of many pages at once: the same queries for ten as for a thousand of one type."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings

from hub.frame import begin_request, end_request
from hub.models import HubPage, PublicRecord

AT_ONCE = 200


def records_of(pages: Iterable[HubPage]) -> list[dict]:
    """`record()` of these specific pages, in their order."""
    pages = list(pages)
    by_type: dict[type[HubPage], list[HubPage]] = {}
    for page in pages:
        by_type.setdefault(type(page), []).append(page)
    for model, some in by_type.items():
        model.bring_for_records(some)
    return [page.record() for page in pages]


def as_told(records: Iterable[dict]) -> list[dict]:
    """Copies for others to read: whole addresses, and no code of a thing that only some may see.

    One query, or none where no record names another thing.
    """
    records = [with_whole_addresses(record) for record in records]
    named = {code for record in records for code in _codes_in(record)}
    public = PublicRecord.objects.filter(thing__code__in=named, is_deleted=False)
    codes = set(public.values_list("thing__code", flat=True)) if named else set()
    return [{**record, **_with_names(record, codes)} for record in records]


def _codes_in(record: dict) -> Iterator[str]:
    if record.get("adapted_from"):
        yield record["adapted_from"]
    yield from record.get("materials", ())
    yield from (member["code"] for member in record.get("members", ()))


def _with_names(record: dict, codes: set[str]) -> dict:
    found: dict = {}
    if "adapted_from" in record:
        source = record["adapted_from"]
        found["adapted_from"] = source if source in codes else None
    if "materials" in record:
        found["materials"] = [code for code in record["materials"] if code in codes]
    if "members" in record:
        found["members"] = [one for one in record["members"] if one["code"] in codes]
    return found


def with_whole_addresses(record: dict) -> dict:
    """A copy in which the hub's own addresses begin with its host."""
    return {name: _whole(name, value) for name, value in record.items()}


def _whole(name: str, value):
    if isinstance(value, list):
        return [with_whole_addresses(one) if isinstance(one, dict) else one for one in value]
    is_own = name.endswith("url") and isinstance(value, str) and value.startswith("/")
    return settings.HUB_ADDRESS + value if is_own else value


def pages_in_pieces(model, ids: list[int]) -> Iterator[list[HubPage]]:
    """The specific live pages of these ids in this order, some at a time, so that memory stays small."""
    for begin in range(0, len(ids), AT_ONCE):
        some = ids[begin : begin + AT_ONCE]
        found = {page.pk: page for page in model.objects.filter(pk__in=some, live=True).specific()}
        yield [found[pk] for pk in some if pk in found]


@contextmanager
def as_one_request() -> Iterator[None]:
    """For commands: what a request asks once is asked once meanwhile."""
    begin_request()
    try:
        yield
    finally:
        end_request()
