"""The catalogue of one language in memory, as sets of bits: the n-th bit is the n-th newest thing.

Whatever is chosen, all counts together take a millisecond at ten thousand things: an answer's
things and the chosen ones are two large numbers, and what they share is counted by one `&`. Built
from the catalogue's rows by one query, when the first reader asks after a change.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from threading import Lock

from django.db.models import F
from wagtail.models import Page

from hub.frame import get_frame, token_of
from hub.models import Generation

from .models import CatalogueRow

# Length of a meeting and size of a group, as people ask for them: (value, at least, at most).
LENGTHS = (("30", 0, 30), ("60", 31, 60), ("120", 61, 120), ("day", 121, 100_000))
GROUPS = (("2", 1, 2), ("6", 3, 6), ("12", 7, 12), ("20", 13, 20), ("more", 21, 100_000))


def _one(value) -> tuple:
    return () if value in (None, "") else (value,)


def _length_of(minutes: int | None) -> list[str]:
    return [name for name, least, most in LENGTHS if minutes and least <= minutes <= most]


def _groups_of(size: tuple) -> list[str]:
    """The sizes that a thing for `size` (from, to; either may be missing) is good for."""
    low, high = size[0] or size[1], size[1] or size[0]
    if not low:
        return []
    return [name for name, least, most in GROUPS if low <= most and high >= least]


def _shared(needed: bool | None) -> tuple:
    return () if needed is None else ("yes" if needed else "no",)


# What the values of a column say, by the facet that asks for it.
COLUMNS: dict[str, tuple[str, Callable[..., Iterable]]] = {
    "kind": ("kind", _one),
    "minutes": ("minutes", _length_of),
    "shared": ("needs_shared_language", _shared),
    "topic": ("topics", str.split),
    "audience": ("audiences", str.split),
    "language": ("file_languages", str.split),
    "partner": ("partner_id", _one),
    "format": ("formats", str.split),
    "licence": ("licence", _one),
    "year": ("year", lambda year: (str(year),) if year else ()),
}
SIZE = ("group_from", "group_to")


@dataclass
class CatalogueIndex:
    """What stands in one language's catalogue, open to everybody, the newest first."""

    language: str
    pages: list[int]
    uses: list[int]
    own_words: int = 0
    shelves: dict[str, int] = field(default_factory=dict)
    # Facet -> answer -> the things it holds for.
    facets: dict[str, dict] = field(default_factory=dict)

    @property
    def everything(self) -> int:
        return (1 << len(self.pages)) - 1

    @cached_property
    def places(self) -> dict[int, int]:
        """Where a page stands, by its id."""
        return {pk: place for place, pk in enumerate(self.pages)}

    @cached_property
    def by_title(self) -> list[int]:
        """Places in the order of the alphabet."""
        rows = CatalogueRow.objects.filter(language=self.language)
        ordered = rows.order_by("title_key", "is_mirror", "-page_id").values_list(
            "page_id", flat=True
        )
        places = [self.places[pk] for pk in ordered if pk in self.places]
        # A thing that went meanwhile is in this index until the next request.
        return places + sorted(set(self.places.values()).difference(places))

    @cached_property
    def by_uses(self) -> list[int]:
        """Places in the order of use, the most used first."""
        return sorted(range(len(self.pages)), key=lambda place: (-self.uses[place], place))

    def below(self, page) -> int:
        """The things under a page: the section itself, or a shelf."""
        if page.depth <= 3:
            return self.everything
        return self.shelves.get(page.path, 0)

    def things(self, page_ids: Iterable[int]) -> int:
        """The things whose pages these are."""
        places = self.places
        return bits([places[pk] for pk in page_ids if pk in places], len(self.pages))

    def chosen(self, things: int, order: Iterable[int] | None = None) -> list[int]:
        """The pages of these things in the order of places given, the newest first without one."""
        marks = bin(things)[:1:-1].ljust(len(self.pages), "0")
        if order is None:
            return list(compress(self.pages, map(int, marks)))
        return [self.pages[place] for place in order if marks[place] == "1"]

    def newest(self, things: int, number: int) -> list[int]:
        """The pages of the newest of these things, at most `number`."""
        found = []
        while things and len(found) < number:
            lowest = things & -things
            found.append(self.pages[lowest.bit_length() - 1])
            things ^= lowest
        return found


def bits(places: Iterable[int], size: int) -> int:
    """The set of these places, out of `size`."""
    marks = bytearray(size // 8 + 1)
    for place in places:
        marks[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(marks, "little")


# By language: what the index was built under, and the index.
_kept: dict[str, tuple[tuple, CatalogueIndex]] = {}
_building = Lock()


def get_index(code: str) -> CatalogueIndex:
    """The catalogue of language `code`: from memory while nothing in it has changed since."""
    restricted = get_frame(code).restricted
    key = (token_of(Generation.CATALOGUE), restricted)
    known_key, index = _kept.get(code, (None, None))
    if known_key == key and key[0] is not None:
        return index
    # Whoever comes meanwhile waits instead of building the same.
    with _building:
        known_key, index = _kept.get(code, (None, None))
        if known_key != key or key[0] is None:
            index = _build(code, restricted)
            _kept[code] = (key, index)
    return index


def forget() -> None:
    """Build anew what is asked next."""
    _kept.clear()


def _build(code: str, restricted: tuple[str, ...]) -> CatalogueIndex:
    columns = [column for column, _answers in COLUMNS.values()]
    rows = (
        CatalogueRow.objects.filter(language=code, page__live=True)
        .order_by(F("published_at").desc(nulls_last=True), "is_mirror", "-page_id")
        .values_list("page_id", "page__path", "is_mirror", "uses", *SIZE, *columns)
    )
    rows = [row for row in rows if not row[1].startswith(restricted)] if restricted else list(rows)
    size = len(rows)
    if not size:
        return CatalogueIndex(code, [], [], facets={name: {} for name in (*COLUMNS, "group")})
    pages, paths, mirrors, uses, low, high, *values = map(list, zip(*rows, strict=True))
    facets = {
        name: _answers(column, answers, size)
        for (name, (_column, answers)), column in zip(COLUMNS.items(), values, strict=True)
    }
    facets["group"] = _answers(list(zip(low, high, strict=True)), _groups_of, size)
    return CatalogueIndex(
        language=code,
        pages=pages,
        uses=uses,
        own_words=_answers(mirrors, _one, size).get(False, 0),
        shelves=_answers(paths, lambda path: (path[: -Page.steplen],), size),
        facets=facets,
    )


def _answers(column: list, answers: Callable, size: int) -> dict:
    """Answer -> things, from what a column says of each thing."""
    places: dict = {}
    for place, value in enumerate(column):
        if value in places:
            places[value].append(place)
        else:
            places[value] = [place]
    found: dict = {}
    for value, those in places.items():
        things = bits(those, size)
        for answer in answers(value):
            found[answer] = found.get(answer, 0) | things
    return found
