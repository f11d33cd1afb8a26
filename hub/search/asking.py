"""What readers ask, and what they get."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import F

from hub.frame import address_of
from hub.models import DocumentText, SearchPlace
from hub.search.matching import languages_matching, matching
from hub.search.passages import Passage, passage, variety
from hub.search.query import Query, read
from hub.search.tokens import folded
from hub.search.vocabulary import Wanted, forms_of, understand


@dataclass
class InFile:
    """A file that holds the words: its title, its address, the place in it."""

    title: str
    url: str
    passage: Passage


@dataclass
class Hit:
    """A page that was found, and where the words stand on it or in one of its files."""

    page_id: int
    url: str
    title: str
    kind: str
    lang: str
    is_mirror: bool
    summary: str
    passage: Passage | None = None
    in_file: InFile | None = None


@dataclass
class Found:
    """`page_obj` parts the ids of all pages found, best first; `hits` are those on one such part."""

    page_obj: Page
    hits: list[Hit] = field(default_factory=list)
    # The query with each word that stands nowhere replaced by the nearest that does.
    nearest: str = ""

    @property
    def total(self) -> int:
        return self.page_obj.paginator.count


def find(typed: str, language: str, page: object = 1, number: int = 30) -> Found:
    """Part `page` of the results, `number` each; at most six queries, whatever was typed."""
    query = read(typed)
    wanted, without = _understood(query, language)
    ids = matching(query, wanted, without, language) if query else []
    found = Found(Paginator(ids, number).get_page(page), nearest=_nearest(typed, wanted))
    found.hits = _hits(list(found.page_obj), query, wanted) if ids else []
    return found


def find_ids(typed: str, language: str, limit: int | None = None) -> list[int]:
    """The ids of the pages that `find` would give, best first: two queries, three for unknown words."""
    query = read(typed)
    return matching(query, *_understood(query, language), language)[:limit] if query else []


def languages_with(typed: str) -> dict[str, int]:
    """How many things hold all of it in their own words, by language."""
    query = read(typed)
    # No reader's language: what is written nowhere is not guessed at.
    return languages_matching(query, *_understood(query, "")) if query else {}


def _understood(query: Query, language: str) -> tuple[list[Wanted], list[Wanted]]:
    both = understand([*query.words, *query.without], language)
    return both[: len(query.words)], both[len(query.words) :]


def _nearest(typed: str, wanted: list[Wanted]) -> str:
    corrected = typed
    for one in wanted:
        if one.meant:
            corrected = corrected.lower().replace(one.word, one.meant[0])
    return corrected if corrected != typed else ""


def _hits(ids: list[int], query: Query, wanted: list[Wanted]) -> list[Hit]:
    places = (
        SearchPlace.objects.filter(pk__in=ids)
        .select_related("entry")
        .annotate(url_path=F("page__url_path"))
        .defer("entry__tokens", "entry__folded_title")
    )
    by_id = {place.pk: place for place in places}
    shown = [by_id[pk] for pk in ids if pk in by_id]
    languages = {place.entry.language for place in shown}
    lemmas = {pair for one in wanted for pair in one.all}
    forms = forms_of(lemmas, languages) if lemmas else {}
    words = [{folded(one.word)}.union(*(forms.get(pair, ()) for pair in one.all)) for one in wanted]
    words += [{word} for phrase in query.phrases for word in phrase]
    hits = [_hit(place, words) for place in shown]
    _look_into_files(list(zip(shown, hits, strict=True)), words)
    return hits


def _hit(place: SearchPlace, words: list[set[str]]) -> Hit:
    entry = place.entry
    forms = set().union(*words)
    return Hit(
        page_id=place.pk,
        url=address_of(place.url_path),
        title=entry.title,
        kind=entry.kind,
        lang=entry.language,
        is_mirror=place.is_mirror,
        summary=entry.summary,
        passage=passage(entry.text, forms),
    )


def _look_into_files(found: Iterable[tuple[SearchPlace, Hit]], words: list[set[str]]) -> None:
    """Say where in a file the words stand, on pages that do not hold all of them themselves."""
    looking = []
    for place, hit in found:
        entry = place.entry
        own = f"{entry.title} {entry.summary} {entry.text}"
        if entry.files and variety(own, words) < len(words):
            looking.append((place, hit, variety(own, words)))
    if not looking:
        return
    texts = DocumentText.pages_of(
        {file["document"] for place, _hit, _own in looking for file in place.entry.files}
    )
    forms = set().union(*words)
    for place, hit, most in looking:
        for file in place.entry.files:
            for number, text in enumerate(texts.get(file["document"], []), 1):
                here = variety(text, words)
                if here > most or (
                    here == most and here and hit.passage is None and not hit.in_file
                ):
                    most = here
                    page = number if len(texts[file["document"]]) > 1 else None
                    hit.in_file = InFile(file["title"], file["url"], passage(text, forms, page))
