"""Lists of pages under a place of the tree."""

from hub.frame import get_frame


def pages_below(model, place, whole=False):
    """The live, public pages of `model` under the page `place`; restricted ones left out.

    `whole`: all of them will be looked at, to count them or to sort them by something without an
    index. SQLite then reads that part of the tree, and otherwise follows the index of the order:
    it takes an index for a range of paths, never for the beginning of one. Long texts are left in
    the database: lists show none.
    """
    pages = model.objects.filter(live=True).defer_streamfields()
    if whole:
        last = place.path + place.alphabet[-1] * place.steplen
        pages = pages.filter(path__range=(place.path, last))
    else:
        pages = pages.filter(path__startswith=place.path)
    for prefix in get_frame(place.own_language.code).restricted:
        pages = pages.exclude(path__startswith=prefix)
    return pages
