"""Lists of pages under a place of the tree."""

from hub.frame import get_frame


def pages_below(model, place):
    """The live, public pages of `model` under the page `place`; restricted ones left out."""
    # A range, as SQLite uses no index for the beginning of a text.
    last = place.path + place.alphabet[-1] * place.steplen
    pages = model.objects.filter(path__range=(place.path, last), live=True)
    for prefix in get_frame(place.own_language.code).restricted:
        pages = pages.exclude(path__startswith=prefix)
    return pages
