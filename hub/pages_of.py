"""Lists of pages under a place of the tree."""

from functools import lru_cache

from hub.frame import get_frame
from hub.prepared import Prepared


def pages_below(model, place, whole=False):
    """The live, public pages of `model` under the page `place`; restricted ones left out.

    `whole`: all of them will be looked at, to count them or to sort them by something without an
    index. SQLite then reads that part of the tree, and otherwise follows the index of the order:
    it takes an index for a range of paths, never for the beginning of one. Long texts are left in
    the database: lists show none.
    """
    restricted = get_frame(place.own_language.code).restricted
    if whole:
        last = place.path + place.alphabet[-1] * place.steplen
        return _public(model, restricted).filter(path__range=(place.path, last))
    return _public(model, restricted).filter(path__startswith=place.path)


def newest_below(model, place, number: int, pictures=False) -> list:
    """The newest of `pages_below`, with their pictures or without."""
    restricted = tuple(get_frame(place.own_language.code).restricted)
    return _newest(model, restricted, number, pictures)(place.path)


@lru_cache(maxsize=64)
def _newest(model, restricted: tuple[str, ...], number: int, pictures: bool) -> Prepared:
    return Prepared(
        lambda path: (
            _public(model, restricted)
            .filter(path__startswith=path)
            .select_related(*["listing_picture"] * pictures)
            .order_by("-first_published_at", "-pk")[:number]
        )
    )


def pages_of_things(model, place, keys: list) -> list:
    """Those of `pages_below` that stand for the things with these translation keys; in no order."""
    restricted = tuple(get_frame(place.own_language.code).restricted)
    return _of_things(model, restricted)(place.path, keys)


@lru_cache(maxsize=64)
def _of_things(model, restricted: tuple[str, ...]) -> Prepared:
    return Prepared(
        lambda path, keys: (
            _public(model, restricted)
            .filter(path__startswith=path, translation_key__in=keys)
            .order_by()
        )
    )


def _public(model, restricted):
    pages = model.objects.filter(live=True).defer_streamfields()
    for prefix in restricted:
        pages = pages.exclude(path__startswith=prefix)
    return pages
