"""The newest things of one partner, whatever their kind."""

from django.db.models import Q
from wagtail.models import Page

from hub.cards import Card
from hub.covers import ring_cover
from hub.frame import address_of, language_of_path
from hub.languages import language

SHOWN = 6


def newest_below(shelves, frame) -> list[Card]:
    """Cards of the newest live pages on these shelves of `frame`: one query.

    Asks Wagtail's own table only, so a card has what is there: no facts, no picture.
    """
    if not shelves:
        return []
    below = Q()
    for shelf in shelves:
        below |= Q(path__startswith=shelf.path)
    pages = Page.objects.filter(below, depth__gt=shelves[0].depth, live=True)
    for prefix in frame.restricted:
        pages = pages.exclude(path__startswith=prefix)
    # The words of a mirror are those of the page that it shows.
    newest = pages.order_by("-first_published_at", "-pk").select_related("alias_of__locale")
    newest = newest.only(
        *("title", "url_path", "translation_key", "content_type", "alias_of"),
        "alias_of__locale__language_code",
    )[:SHOWN]
    return [_card(page) for page in newest]


def _card(page: Page) -> Card:
    of = page.specific_class
    words = language(
        page.alias_of.locale.language_code if page.alias_of else language_of_path(page.url_path)
    )
    return Card(
        url=address_of(page.url_path),
        title=page.title,
        lang=words.code,
        dir=words.dir,
        kind=of.kind,
        kind_label=str(of._meta.verbose_name),
        cover=ring_cover(str(page.translation_key), of.kind),
    )
