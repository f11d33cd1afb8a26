"""`/<lang>/resources/catalogue.csv` and `.bib`: all that a state of the catalogue shows, to take along."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from hub.frame import get_frame
from hub.records import as_told, pages_in_pieces, records_of
from hub.sending import disposition
from translations.csv_lines import csv_lines

from .catalogue import state_of
from .citation import bibtex, citations_of
from .imports.columns import BETWEEN_WORDS
from .models import ResourcePage

# Where a table that is taken in has a column of the same meaning, it has its name too.
COLUMNS = (
    *("code", "kind", "title", "language", "summary", "partner", "topics", "audiences"),
    *("minutes", "group_from", "group_to", "shared_language", "licence", "adapted_from"),
    *("languages", "files", "published", "modified", "address", "permanent_address"),
)
YES_NO = {True: "yes", False: "no", None: ""}


@require_safe
def catalogue_csv(request):
    """A row a resource, in the order of the page."""
    rows = (row_of(record) for record in _records(_state(request)))
    return _answer(csv_lines(_with_head(rows)), "text/csv", "csv")


@require_safe
def catalogue_bib(request):
    """An entry a resource, in the order of the page."""
    return _answer(_entries(_state(request)), "application/x-bibtex", "bib")


def _state(request) -> list[int]:
    section = get_frame(translation.get_language()).section("resources")
    if section is None or get_frame(section.own_language.code).is_restricted(section.path):
        raise Http404
    return state_of(request.GET, section).pages


def _records(ids: list[int]) -> Iterator[dict]:
    for pages in pages_in_pieces(ResourcePage, ids):
        yield from as_told(records_of(pages))


def _with_head(rows: Iterable[list]) -> Iterator[list]:
    yield list(COLUMNS)
    yield from rows


def row_of(record: dict) -> list:
    """A record as cells, in the order of `COLUMNS`."""

    def joined(words) -> str:
        return f" {BETWEEN_WORDS} ".join(words)

    partner = record["partner"]
    return [
        record["code"],
        record["kind"],
        record["title"],
        record["language"],
        record["summary"],
        partner["name"] if partner else "",
        joined(record["topics"]),
        joined(record["audiences"]),
        record["minutes"],
        record["group_from"],
        record["group_to"],
        YES_NO[record["needs_shared_language"]],
        record["licence"],
        record["adapted_from"],
        joined(record["languages"]),
        joined(file["url"] for file in record["files"]),
        record["published"],
        record["modified"],
        record["url"],
        record["permanent_url"],
    ]


def _entries(ids: list[int]) -> Iterator[str]:
    language = translation.get_language()
    for pages in pages_in_pieces(ResourcePage, ids):
        # While an answer is being sent, its language is no longer that of the request.
        with translation.override(language):
            entries = [bibtex(citation) for citation in citations_of(pages)]
        yield "\n".join([*entries, ""])


def _answer(pieces: Iterator[str], content_type: str, ending: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=f"{content_type}; charset=utf-8")
    name = f"{settings.WAGTAIL_SITE_NAME} {timezone.localdate():%Y-%m-%d}.{ending}"
    response.headers["Content-Disposition"] = disposition("attachment", name)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
