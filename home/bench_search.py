"""What our search costs beside Wagtail's own over the same pages."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import Locale, get_page_models
from wagtail.search.backends import get_search_backend

from hub import search
from resources.models import ResourcePage

from .bench_catalogue import common_word

Say = Callable[[str], None]
ROUNDS = 7
CHUNK = 500
ON_A_PAGE = 20


@dataclass
class SearchCost:
    """One common word; milliseconds by the clock. Ours in the median of the rounds, theirs once."""

    pages: int
    word: str
    hits: int
    their_hits: int
    # All ids in order; the first results as a reader gets them, passages and all.
    ids: float
    results: float
    queries: int
    theirs: float
    index_seconds: float
    by_index: bool

    @property
    def ratio(self) -> float:
        """Query beside query: theirs gives twenty results, ours all of them in order."""
        return self.theirs / self.ids


def measure_search(code: str, say: Say = lambda _line: None) -> SearchCost:
    """The same word asked of both. Wagtail's index is built first, and taken back at the end."""
    word = common_word(code)
    pages = ResourcePage.objects.filter(live=True)
    number = pages.count()
    with translation.override(code), transaction.atomic():
        say("our search")
        hits = search.find(word, code)
        ids = [_milliseconds(lambda: search.find_ids(word, code)) for _round in range(ROUNDS)]
        results = [_milliseconds(lambda: search.find(word, code)) for _round in range(ROUNDS)]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            search.find(word, code)
        by_index = goes_by_index(word, code)
        began = perf_counter()
        for done in _build_their_index():
            say(f"Wagtail's index: {done} of {number} pages")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        index_seconds = perf_counter() - began
        say("Wagtail's search")
        here = pages.filter(locale=Locale.objects.get(language_code=code))
        found = []
        theirs = _milliseconds(lambda: found.extend(here.search(word)[:ON_A_PAGE]))
        transaction.set_rollback(True)
    return SearchCost(
        pages=number,
        word=word,
        hits=hits.total,
        their_hits=len(found),
        ids=median(ids),
        results=median(results),
        queries=len(asked),
        theirs=theirs,
        index_seconds=index_seconds,
        by_index=by_index,
    )


def goes_by_index(word: str, code: str) -> bool:
    """Whether the database finds the entries of a word by their index, and reads no table whole."""
    with CaptureQueriesContext(connection) as asked:
        search.find_ids(word, code)
    (statement,) = [one["sql"] for one in asked if "marks" in one["sql"]]
    if connection.vendor == "sqlite":
        steps = _rows(f"EXPLAIN QUERY PLAN {statement}")
        read = [step[-1] for step in steps if " hub_search" in step[-1]]
        return all(" VIRTUAL TABLE INDEX " in one or one.startswith("SEARCH ") for one in read)
    # Our function is planned apart, so its plan is not in that of the statement: counted instead.
    ((whole, by_index),) = _rows(SCANS)
    _rows(statement)
    ((whole_then, by_index_then),) = _rows(SCANS)
    return whole_then == whole and by_index_then > by_index


SCANS = """
SELECT coalesce(sum(pg_stat_get_xact_numscans(class.oid)) FILTER (WHERE relkind = 'r'), 0),
       coalesce(sum(pg_stat_get_xact_numscans(class.oid)) FILTER (WHERE relname = 'hub_search_words'), 0)
FROM pg_class AS class WHERE relname IN ('hub_searchentry', 'hub_search_words')
"""


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def _build_their_index():
    """Yields how many pages are in it."""
    backend, done = get_search_backend(), 0
    for model in get_page_models():
        if not issubclass(model, ResourcePage):
            continue
        index = backend.get_index_for_model(model)
        index.add_model(model)
        ids = list(model.get_indexed_objects().order_by("pk").values_list("pk", flat=True))
        for begin in range(0, len(ids), CHUNK):
            some = ids[begin : begin + CHUNK]
            index.add_items(model, list(model.get_indexed_objects().filter(pk__in=some)))
            done += len(some)
            yield done


def _milliseconds(function: Callable) -> float:
    began = perf_counter()
    function()
    return (perf_counter() - began) * 1000
