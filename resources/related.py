"""What else a reader of a resource may want: things about the same, for the same people, of the same kind."""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from hub.cards import Card
from hub.prepared import Prepared
from partners.partner_links import partner_name

from .catalogue_index import CatalogueIndex, get_index
from .models import ResourcePage

MOST = 3


_pages = Prepared(
    lambda ids: ResourcePage.objects.filter(pk__in=ids, live=True).order_by().defer_streamfields()
)


def related(page: ResourcePage, frame) -> list[Card]:
    """Cards of at most three things of the same language tree: one query, however many there are."""
    ids = related_ids(get_index(page.own_language.code), page.pk)
    pages = {page.pk: page for page in _pages(ids)}
    cards = []
    for pk in ids:
        if pk in pages:
            card = pages[pk].card()
            card.partner = partner_name(frame, pages[pk].partner_id)
            card.languages = []
            cards.append(card)
    return cards


def related_ids(index: CatalogueIndex, page_id: int | None) -> list[int]:
    """The nearest first: by topics in common, then by audiences, then by kind; in their own words
    before mirrors, and the newest first. What has neither topic nor audience in common is left out.
    """
    place = index.places.get(page_id)
    if place is None:
        return []
    topics, audiences, kinds = (
        [things for things in index.facets[name].values() if things >> place & 1]
        for name in ("topic", "audience", "kind")
    )
    near = reduce(or_, [*topics, *audiences], 0) & ~(1 << place)
    found: list[int] = []
    for alike in _by_number(near, topics):
        for for_the_same in _by_number(alike, audiences):
            for things in _by_number(for_the_same, kinds):
                for some in (things & index.own_words, things & ~index.own_words):
                    found += index.newest(some, MOST - len(found))
                    if len(found) == MOST:
                        return found
    return found


def _by_number(things: int, answers: list[int]) -> Iterator[int]:
    """`things` parted by how many of the answers hold for them, the most first."""
    # Its n-th: the things for which at least n of the answers seen so far hold.
    at_least = [things]
    for answer in answers:
        one_more = [0, *(those & answer for those in at_least)]
        at_least = [those | risen for those, risen in zip([*at_least, 0], one_more, strict=True)]
    above = 0
    for those in reversed(at_least):
        yield those & ~above
        above = those
