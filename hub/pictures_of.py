"""Pictures as pages show them: in sizes made before, nothing is drawn while a reader waits."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.images.models import Filter

from hub.models.pictures import COVER_SPECS, Picture, with_renditions

COVER_SIZES = "(min-width: 40em) 24em, 100vw"


def picture_html(
    picture: Picture | None,
    specs: tuple[str, ...],
    alt: str | None = None,
    sizes: str = "100vw",
    lazy: bool = True,
    css_class: str = "",
) -> SafeString:
    """An `img` in the sizes `specs`; nothing for no picture.

    Without `alt` the picture's own words stand: those of the block it came from, else its
    description. One query for a picture, none where `with_renditions` fetched them with a list.
    A picture without its sizes (just restored, say) is shown as it was uploaded.
    """
    if not picture:
        return SafeString("")
    shown = _renditions(picture, specs) or [picture]
    attributes = {
        "src": shown[0].file.url,
        "width": shown[0].width,
        "height": shown[0].height,
        "alt": _alt(picture) if alt is None else alt,
        "decoding": "async",
    }
    if len(shown) > 1:
        attributes["srcset"] = ", ".join(f"{one.file.url} {one.width}w" for one in shown)
        attributes["sizes"] = sizes
    if lazy:
        attributes["loading"] = "lazy"
    if css_class:
        attributes["class"] = css_class
    return format_html("<img{}>", flatatt(attributes))


def covers_of(pages: Iterable) -> dict[int, SafeString]:
    """`img` by page id, for the pages with a `listing_picture`: two queries for a whole list.

    Decoration (empty alt): the title beside it says what there is.
    """
    pages = [page for page in pages if page.listing_picture_id]
    prefetch_related_objects(pages, "listing_picture", with_renditions("listing_picture"))
    return {
        page.pk: picture_html(page.listing_picture, COVER_SPECS, alt="", sizes=COVER_SIZES)
        for page in pages
    }


def _renditions(picture: Picture, specs: tuple[str, ...]) -> list:
    """Those of `specs` that are there, smallest first; a small picture has one size for several."""
    keys = {spec: Filter(spec).get_cache_key(picture) for spec in specs}
    fetched = getattr(picture, "prefetched_renditions", None)
    if fetched is None:
        fetched = picture.renditions.filter(filter_spec__in=specs)
    by_width = {
        rendition.width: rendition
        for rendition in fetched
        if rendition.focal_point_key == keys.get(rendition.filter_spec)
    }
    return [by_width[width] for width in sorted(by_width)]


def _alt(picture: Picture) -> str:
    if picture.decorative:
        return ""
    return picture.contextual_alt_text or picture.default_alt_text
