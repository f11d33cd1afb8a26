"""What finding in the catalogue costs beside the bare search, and with all things beside some of them."""

import gc
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from urllib.parse import quote

from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import translation

from hub import search
from hub.frame import begin_request, end_request
from hub.models import Generation
from resources import catalogue_index
from resources.catalogue import listing
from resources.models import CataloguePage, CatalogueRow, ResourcePage

Say = Callable[[str], None]
ROUNDS = 15
FEW = 1000
# Beside a word that many texts have: what a list costs by itself.
LISTS = {
    "facets, nothing chosen": "",
    "facets, three chosen": "kind=guide&kind=material&minutes=60&shared=no",
    "last page": "page=100000",
    "last page, by title": "sort=title&page=100000",
}


@dataclass
class ListTime:
    """One list: statements, and milliseconds by the clock, with some things and with all."""

    name: str
    queries: int
    few: float
    many: float

    @property
    def ratio(self) -> float:
        return self.many / self.few


@dataclass
class CatalogueCost:
    """Milliseconds by the clock, in the median of the rounds."""

    things: int
    word: str
    hits: int
    # The ranked full-text query alone; all statements of the list; the list with its Python.
    bare: float
    statements: float
    whole: float
    queries: int
    lists: list[ListTime]
    # The first reader after a change.
    built: float

    @property
    def ratio(self) -> float:
        return self.statements / self.bare


class Clock:
    """How many statements were sent, and how long the database was at them."""

    def __init__(self):
        self.number, self.seconds = 0, 0.0

    def __call__(self, execute, *statement):
        began = perf_counter()
        try:
            return execute(*statement)
        finally:
            self.number += 1
            self.seconds += perf_counter() - began


def measure_catalogue(code: str, say: Say = lambda _line: None) -> CatalogueCost:
    """The catalogue of one language as it is, and as it would be with `FEW` things."""
    page = CataloguePage.objects.get(locale__language_code=code)
    word, things = common_word(code), CatalogueRow.objects.filter(language=code).count()
    with translation.override(code), transaction.atomic():
        say("a common word")
        hits = search.find_ids(word, code)
        bare, lists = [], []
        _median(lambda: bare.append(_timed(lambda: search.find_ids(word, code))))
        whole = _median(lambda: lists.append(_listed(page, f"q={quote(word)}")))
        say("all things")
        many = {name: _list_time(page, query) for name, query in LISTS.items()}
        built = _median(lambda: _built_anew(code))
        say("some of them")
        _leave_few(code)
        few = {name: _list_time(page, query) for name, query in LISTS.items()}
        transaction.set_rollback(True)
    catalogue_index.forget()
    return CatalogueCost(
        things=things,
        word=word,
        hits=len(hits),
        bare=median(clock.seconds * 1000 for clock in bare),
        statements=median(clock.seconds * 1000 for clock in lists),
        whole=whole,
        queries=lists[-1].number,
        lists=[ListTime(name, many[name][0], few[name][1], many[name][1]) for name in LISTS],
        built=built,
    )


def common_word(code: str) -> str:
    """The word that most of the newest summaries have."""
    rows = CatalogueRow.objects.filter(language=code, is_mirror=False).order_by("-published_at")
    pages = ResourcePage.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:300]))
    seen: Counter = Counter()
    for summary in pages.values_list("summary", flat=True):
        seen.update(set(re.findall(r"\w{4,}", summary.lower())))
    return seen.most_common(1)[0][0]


def _listed(page, query: str) -> Clock:
    """Make one list as a request would, but for its HTML."""
    request = RequestFactory(headers={"host": "127.0.0.1"}).get(f"/?{query}")
    begin_request()
    try:
        return _timed(lambda: listing(request, page))
    finally:
        end_request()


def _timed(function: Callable) -> Clock:
    clock = Clock()
    with connection.execute_wrapper(clock):
        function()
    return clock


def _list_time(page, query: str) -> tuple[int, float]:
    clock = _listed(page, query)
    return clock.number, _median(lambda: _listed(page, query))


def _built_anew(code: str) -> None:
    catalogue_index.forget()
    catalogue_index.get_index(code)


def _leave_few(code: str) -> None:
    """Rows of some things only: a list reads no others, and of pages those it shows."""
    rows = CatalogueRow.objects.filter(language=code)
    few = rows.order_by("page_id")[FEW : FEW + 1].values_list("pk", flat=True)
    if few:
        rows.filter(pk__gte=few[0]).delete()
    Generation.renew(Generation.CATALOGUE)


def _median(function: Callable) -> float:
    function()
    times = []
    for _round in range(ROUNDS):
        gc.collect()
        began = perf_counter()
        function()
        times.append((perf_counter() - began) * 1000)
    return median(times)
