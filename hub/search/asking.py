"""What readers ask, and what they get."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from django.core.paginator import Page, Paginator
from django.db.models import F

from hub.frame import address_of
from hub.models import DocumentText, SearchPlace
from hub.prepared import Prepared
from hub.search.matching import languages_matching, matching
from hub.search.passages import Passage, passage, standing
from hub.search.query import Query, read
from hub.search.tokens import folded
from hub.search.vocabulary import Wanted, forms_of, understand


@dataclass
class InFile:
    """A file that holds words: its title, its address, the place in it if they stand inside."""

    title: str
    url: str
    passage: Passage | None


@dataclass
class Hit:
    """A page that was found, and where the words stand on it and in its files."""

    page_id: int
    url: str
    title: str
    kind: str
    lang: str
    is_mirror: bool
    summary: str
    passage: Passage | None = None
    in_files: list[InFile] = field(default_factory=list)


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


_places = Prepared(
    lambda ids: (
        SearchPlace.objects.filter(pk__in=ids)
        .order_by()
        .select_related("entry")
        .annotate(url_path=F("page__url_path"))
        .defer("entry__tokens", "entry__folded_title")
    )
)


def _hits(ids: list[int], query: Query, wanted: list[Wanted]) -> list[Hit]:
    by_id = {place.pk: place for place in _places(ids)}
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
    """Name the files that hold what is wanted and does not stand on their page itself."""
    looking = []
    for place, hit in found:
        entry = place.entry
        own = standing(f"{entry.title} {entry.summary} {_own_text(entry)}", words)
        if entry.files and len(own) < len(words):
            looking.append((entry.files, hit, own))
    if not looking:
        return
    texts = DocumentText.words_of({file["document"] for files, *_of in looking for file in files})
    for files, hit, own in looking:
        read = [_in_file(file, *texts.get(file["document"], ("", [])), words) for file in files]
        hit.in_files = _that_add(read, own, set().union(*words))


def _own_text(entry) -> str:
    """What its page says but for the titles of its files: whoever asks for these wants the file."""
    text = f" {entry.text} "
    for file in entry.files:
        text = text.replace(f" {escape(file['title'], quote=False)} ", " ", 1)
    return text


def _in_file(file: dict, instead: str, pages: list[str], words: list[set[str]]) -> tuple:
    """A file, which of the words its title holds, and its texts: (page, text, words that it holds).

    What stands for a file has no page, nor has the text of a file that is one piece.
    """
    texts = [(None, instead)] if instead else []
    texts += [(number if len(pages) > 1 else None, text) for number, text in enumerate(pages, 1)]
    inside = [(page, text, standing(text, words)) for page, text in texts]
    return file, standing(file["title"], words), inside


def _that_add(read: list[tuple], known: set[int], forms: set[str]) -> list[InFile]:
    """The fewest files that hold what is not `known` yet, each with the place that says most of it."""
    named = []
    while True:
        adding = [
            (in_title.union(*(here for *_place, here in inside)) - known, file, inside)
            for file, in_title, inside in read
        ]
        new, file, inside = max(adding, key=lambda one: len(one[0]), default=(set(), {}, []))
        if not new:
            return named
        page, text, here = max(
            inside,
            key=lambda one: (len(one[2] & new), len(one[2])),
            default=(None, "", set()),
        )
        shown = passage(text, forms, page) if here else None
        named.append(InFile(file["title"], file["url"], shown))
        known = known | new
