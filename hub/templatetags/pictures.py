"""`{% picture_cover page.listing_picture %}` and `{% picture_inline value.picture alt=value.alt %}`."""

from django import template

from hub.models.pictures import COVER_SPECS, INLINE_SPECS
from hub.pictures_of import COVER_SIZES, picture_html

register = template.Library()


@register.simple_tag
def picture_cover(picture, alt="", sizes=COVER_SIZES, lazy=True, css_class=""):
    """The picture of a card or page head, 16:9. Decoration unless `alt` is given."""
    return picture_html(picture, COVER_SPECS, alt, sizes, lazy, css_class)


@register.simple_tag
def picture_inline(
    picture, alt=None, sizes="(min-width: 48em) 44em, 100vw", lazy=True, css_class=""
):
    """A picture in the text, whole, in its own proportions."""
    return picture_html(picture, INLINE_SPECS, alt, sizes, lazy, css_class)
