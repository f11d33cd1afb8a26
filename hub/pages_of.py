"""Lists of pages under a place of the tree."""

from hub.frame import get_frame


def pages_below(model, place):
    """The live, public pages of `model` under the page `place`; restricted ones left out."""
    pages = model.objects.filter(path__startswith=place.path, live=True)
    for prefix in get_frame(place.own_language.code).restricted:
        pages = pages.exclude(path__startswith=prefix)
    return pages
