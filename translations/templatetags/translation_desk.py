from django import template
from django.utils.translation import gettext as _
from wagtail.models import Page

from hub.languages import language
from hub.models import HubPage
from translations.live_words import live_words_of

register = template.Library()


@register.simple_tag
def languages_that_go(page) -> list[dict]:
    """What a deletion of the original `page` takes along: language, title, what it is there."""
    page = page.specific
    if not isinstance(page, HubPage) or page.kind == "home" or not page.is_original:
        return []
    pages = Page.objects.filter(translation_key=page.translation_key).specific()
    return [
        {
            "language": one.own_language,
            "words": one.words_language,
            "title": one.title,
            "what": _what(one, page),
        }
        for one in sorted(pages, key=lambda one: (one.pk != page.pk, one.locale_id))
    ]


def _what(one, original) -> str:
    if one.pk == original.pk:
        return _("the original")
    if one.is_mirror:
        return _("mirror, shows %(language)s") % {"language": language(one.words_language).name}
    return _("translation")


@register.simple_tag
def words_of_translation(page):
    """What readers are told of a translation's words (`live_words.LiveWords`), or nothing."""
    return live_words_of(page)
