"""A method guide as a page for paper, complete in itself: words, pictures, QR code, emblem."""

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from hub.frame import get_frame
from hub.paper import STATIC, data_uri, with_pictures_inside
from hub.stylesheet import SOURCES
from translations.live_words import live_words_of, marked

from .models import MethodGuidePage
from .resource_page import resource_context
from .side_by_side import beside, parts_of


def stylesheet() -> str:
    return (SOURCES / "paper.css").read_text(encoding="utf-8")


def paper_html(page: MethodGuidePage, second_language: str = "") -> str | None:
    """The guide in its own words (never a mirror's), those of a second language beside them.

    None when it has none of its own there. The same words give the same text.
    """
    with translation.override(page.words_language):
        second = beside(page, second_language) if second_language else None
        if second_language and second is None:
            return None
        html = render_to_string("resources/guide_paper.html", _context(page, second))
    for shown in (page, second and second.page):
        words = shown and live_words_of(shown)
        if words and words.untranslated:
            html = marked(html, words.untranslated, words.source)
    return with_pictures_inside(html)


def _context(page: MethodGuidePage, second) -> dict:
    address = f"{settings.HUB_ADDRESS}{page.permanent_url}"
    context = {
        "page": page,
        "parts": second.parts if second else parts_of(page),
        "beside": second,
        "about": _about(page),
        "address": address,
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(border=0),
        "emblem": _drawing("eu-emblem.svg"),
        "mark": _drawing("mark.svg"),
    }
    if second:
        with translation.override(second.language.code):
            context["about_beside"] = _about(second.page)
    return context


def _drawing(name: str) -> str:
    return data_uri((STATIC / "img" / name).read_bytes(), name)


def _about(page: MethodGuidePage) -> dict:
    """What surrounds the text, in the language that is active."""
    known = resource_context(page)
    return {
        "facts": known["facts"],
        "grew_from": known["grew_from"],
        "text": get_frame(page.words_language).text,
    }
