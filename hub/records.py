"""Records of many pages at once: the same queries for ten as for a thousand of one type."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings

from hub.frame import begin_request, end_request
from hub.models import HubPage

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
