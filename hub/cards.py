"""A thing as it stands in a list."""

from dataclasses import dataclass, field
from functools import cache

from django.db.models import OuterRef, Subquery

from hub.covers import ring_cover
from hub.languages import LANGUAGES, Language
from hub.prepared import Prepared


@dataclass(frozen=True)
class Chip:
    """A language of the site, and whether the thing has its own words in it."""

    code: str
    name: str
    translated: bool


@dataclass
class Card:
    """What components/card.html and its siblings show. `lang` and `dir` are the words' own."""

    url: str
    title: str
    lang: str
    dir: str
    kind: str
    kind_label: str
    summary: str = ""
    facts: list[str] = field(default_factory=list)
    languages: list[Chip] = field(default_factory=list)
    cover: str = ""
    partner: str = ""
    date_label: str = ""
    date_iso: str = ""
    day: str = ""
    month: str = ""
    checked_on: object = None
    files_label: str = ""
    # The thing's short code, where the list knows it.
    code: str = ""

    @classmethod
    def of_page(cls, page, languages, cover="") -> "Card":
        """`languages`: codes with words of their own; the page's own words are always among them."""
        words: Language = page.source_language
        have = {*languages, words.code}
        return cls(
            url=page.get_url(),
            title=page.title,
            lang=words.code,
            dir=words.dir,
            kind=page.kind,
            kind_label=str(page.kind_label),
            summary=page.summary,
            facts=[str(fact) for fact in page.facts()],
            languages=[Chip(one.code, one.name, one.code in have) for one in LANGUAGES],
            cover=cover or ring_cover(str(page.translation_key), page.kind),
            checked_on=page.checked_on,
        )


@cache
def _languages_of(model) -> Prepared:
    """Which languages things have words in, and their codes."""
    from hub.models import Thing

    thing = Thing.objects.filter(translation_key=OuterRef("translation_key"))
    return Prepared(
        lambda keys: (
            model.objects.filter(translation_key__in=keys, live=True)
            .order_by()
            .annotate(code_of_thing=Subquery(thing.values("code")))
            .values_list("translation_key", "words_language", "code_of_thing")
            .distinct()
        )
    )


def cards_of(pages) -> list[Card]:
    """Cards of `pages` (specific pages of one model, sliced as wanted).

    Three queries however many pages: their languages, their pictures, the renditions.
    """
    # Models cannot be imported before those of this room are.
    from hub.pictures_of import covers_of

    pages = list(pages)
    if not pages:
        return []
    model = type(pages[0])
    keys = sorted({page.translation_key for page in pages})
    have: dict = {}
    codes: dict = {}
    for key, words, code in _languages_of(model)(keys):
        have.setdefault(key, set()).add(words)
        codes[key] = code or ""
    covers = covers_of(pages)
    cards = []
    for page in pages:
        card = page.card(have.get(page.translation_key, ()), covers.get(page.pk, ""))
        card.code = codes.get(page.translation_key, "")
        cards.append(card)
    return cards
