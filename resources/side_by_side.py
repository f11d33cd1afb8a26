"""A method guide in its parts, alone or in two languages: block beside block, by the ids they share."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.languages import Language
from hub.rich_text import gather_links_of
from translations.live_words import LiveWords, ask_live_words, live_words_of

from .models import MethodGuidePage

# In the order in which they are read.
HEADINGS = {
    "aim": gettext_lazy("What people leave with"),
    "body": "",
    "room": gettext_lazy("Room and materials"),
    "steps": gettext_lazy("How it goes"),
    "goes_wrong": gettext_lazy("What can go wrong"),
    "care": gettext_lazy("Taking care"),
    "debrief": gettext_lazy("Questions for afterwards"),
}


@dataclass
class Side:
    """One language's half of a pair: a text or a block (None: it has none), and what is to be said of it."""

    value: object = None
    note: str = ""


@dataclass
class Pair:
    here: Side
    there: Side | None = None


@dataclass
class Part:
    name: str
    heading: str
    pairs: list[Pair] = field(default_factory=list)


@dataclass
class Beside:
    """The second language of a guide: its page, title and summary."""

    page: MethodGuidePage
    language: Language
    title: Side
    summary: Side
    parts: list[Part]


def parts_of(page: MethodGuidePage) -> list[Part]:
    """The parts that the guide has, each block by itself."""
    parts = [
        Part(name, heading, [Pair(Side(value)) for value in _values(page, name).values()])
        for name, heading in HEADINGS.items()
    ]
    return [part for part in parts if part.pairs]


def languages_beside(page: MethodGuidePage) -> list:
    """The languages (`.code`, `.name`, `.url`) that can stand beside the words of this page."""
    return [one for one in page.siblings if one.translated and one.code != page.words_language]


def guide_context(page: MethodGuidePage, asked: str = "") -> dict:
    """Template context of a guide; `asked` is the language to stand beside, whatever was typed."""
    second = beside(page, asked)
    choices = languages_beside(page)
    pdf_url = f"/r/{page.code}/{page.words_language}.pdf"
    return {
        "parts": second.parts if second else parts_of(page),
        "beside": second,
        "beside_choices": choices,
        "pdf_url": f"{pdf_url}?beside={second.language.code}" if second else pdf_url,
    }


def beside(page: MethodGuidePage, code: str) -> Beside | None:
    """The guide with its words in language `code` beside them; None if it has none of its own there.

    Two queries, and those for links and pictures of the second one.
    """
    if code not in {one.code for one in languages_beside(page)}:
        return None
    original = page.original_code
    pages = {
        one.own_language.code: one
        for one in MethodGuidePage.objects.filter(
            translation_key=page.translation_key,
            live=True,
            alias_of=None,
            locale__language_code__in={code, original} - {page.words_language},
        )
    }
    other = pages.get(code)
    if other is None:
        return None
    ask_live_words([other] if page.is_mirror else [page, other])
    with translation.override(code):
        gather_links_of(other)
    source = pages.get(original, page)
    parts = [
        Part(name, heading, _pairs(name, source, page, other)) for name, heading in HEADINGS.items()
    ]
    words = live_words_of(other)
    return Beside(
        page=other,
        language=other.own_language,
        title=_side("title", other.title, words),
        summary=_side("summary", other.summary, words),
        parts=[part for part in parts if part.pairs],
    )


def _values(page: MethodGuidePage, name: str) -> dict[str, object]:
    """The blocks of a field by their ids, in order; a field of text is one, under no id."""
    value = getattr(page, name)
    if isinstance(value, str):
        return {"": value} if value else {}
    return {block.id or str(place): block for place, block in enumerate(value)}


def _pairs(
    name: str, source: MethodGuidePage, here: MethodGuidePage, there: MethodGuidePage
) -> list[Pair]:
    words_here, words_there = live_words_of(here), live_words_of(there)
    ours, theirs, originals = _values(here, name), _values(there, name), _values(source, name)
    gone = _("No longer in the original")
    open_ = _("Not translated yet")
    pairs = []
    for key in in_order(originals, ours, theirs):
        place = f"{name}.{key}" if key else name
        pair = Pair(
            _side(place, ours.get(key), words_here), _side(place, theirs.get(key), words_there)
        )
        for side in (pair.here, pair.there):
            if side.value is None and not side.note:
                side.note = open_ if key in originals else gone
        pairs.append(pair)
    return pairs


def _side(place: str, value, words: LiveWords | None) -> Side:
    """`words`: of the translation it stands in, None in the original."""
    if not value or words is None:
        return Side(value)
    if place in words.untranslated_places:
        return Side(None, _("Not translated yet"))
    return Side(value, _("The original was changed since") if place in words.older_places else "")


def in_order(originals: Iterable[str], ours: Iterable[str], theirs: Iterable[str]) -> list[str]:
    """Ids of the blocks that either side has: in the original's order, and what it no longer has
    after the block that it followed.
    """
    ours, theirs = list(ours), list(theirs)
    wanted = {*ours, *theirs}
    order = [key for key in originals if key in wanted]
    for side in (ours, theirs):
        place = 0
        for key in side:
            if key in order:
                place = order.index(key) + 1
            else:
                order.insert(place, key)
                place += 1
    return order
