"""Full-text search over titles and texts: one interface, FTS5 on SQLite, a GIN index on PostgreSQL.

The rows are written in the transaction that tells what changed (`hub.changes.touched`).
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.utils.html import strip_tags
from wagtail.models import Page, ReferenceIndex
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from hub.frame import address_of, language_of_path
from hub.models import Document, HubPage, SearchEntry

WORD = re.compile(r"\w+")
MOST_HITS = 1000
PASSAGE = 180


@dataclass
class Hit:
    """A page that was found; `passage` is (before, match, after) around the first word found."""

    page_id: int
    url: str
    title: str
    kind: str
    lang: str
    is_mirror: bool
    summary: str
    passage: tuple[str, str, str] | None


def fold(text: str) -> str:
    """Lower case without diacritics: Bibliotēka -> biblioteka, її -> ii with its dots taken."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def words_of(query: str) -> list[str]:
    """The folded words of a query, at most twelve."""
    return WORD.findall(fold(query))[:12]


# --- asking -----------------------------------------------------------------------------------


def find(query: str, language: str, limit: int = MOST_HITS) -> list[Hit]:
    """Pages of `language` that hold all words of `query` (each as a beginning), best first.

    Pages in their own words come before mirrors. Nothing for a query without words.
    """
    words = words_of(query)
    if not words:
        return []
    ranked = _ranked(words, language, limit)
    rows = SearchEntry.objects.filter(pk__in=ranked).select_related("page")
    by_id = {row.pk: row for row in rows}
    return [_hit(by_id[pk], words) for pk in ranked if pk in by_id]


def find_ids(query: str, language: str, limit: int = MOST_HITS) -> list[int]:
    """The ids of the pages that `find` would give, best first: one query, no passages."""
    words = words_of(query)
    return _ranked(words, language, limit) if words else []


def _ranked(words: list[str], language: str, limit: int) -> list[int]:
    if connection.vendor == "sqlite":
        sql = """
            WITH hits AS MATERIALIZED (
                SELECT rowid AS id, bm25(hub_search_fts, 8.0, 1.0) AS score
                FROM hub_search_fts WHERE hub_search_fts MATCH %s
            )
            SELECT hits.id FROM hits JOIN hub_searchentry AS entry ON entry.page_id = hits.id
            WHERE entry.language = %s
            ORDER BY entry.words_language <> entry.language, hits.score, hits.id LIMIT %s
        """
        match = " ".join(f'"{word}"*' for word in words)
    else:
        sql = """
            SELECT entry.page_id FROM hub_searchentry AS entry, to_tsquery('simple', %s) AS query
            WHERE to_tsvector('simple', entry.folded_title || ' ' || entry.folded_text) @@ query
              AND entry.language = %s
            ORDER BY entry.words_language <> entry.language,
              ts_rank(setweight(to_tsvector('simple', entry.folded_title), 'A') ||
                      to_tsvector('simple', entry.folded_text), query) DESC,
              entry.page_id LIMIT %s
        """
        match = " & ".join(f"{word}:*" for word in words)
    with connection.cursor() as cursor:
        cursor.execute(sql, [match, language, limit])
        return [row[0] for row in cursor.fetchall()]


def _hit(row: SearchEntry, words: list[str]) -> Hit:
    return Hit(
        page_id=row.pk,
        url=address_of(row.page.url_path),
        title=row.title,
        kind=row.kind,
        lang=row.words_language,
        is_mirror=row.words_language != row.language,
        summary=row.summary,
        passage=_passage(row.text, words),
    )


def _passage(text: str, words: list[str]) -> tuple[str, str, str] | None:
    for match in WORD.finditer(text):
        if any(fold(match.group()).startswith(word) for word in words):
            start, end = match.span()
            begin = max(0, start - PASSAGE // 2)
            begin = text.rfind(" ", 0, begin) + 1 if begin else 0
            before, after = text[begin:start], text[end : end + PASSAGE // 2]
            cut = "…" if begin else ""
            return cut + before, match.group(), after.rsplit(" ", 1)[0] + "…"
    return None


# --- writing ----------------------------------------------------------------------------------

_still: ContextVar[bool] = ContextVar("hub_search_still", default=False)


@contextmanager
def written_at_the_end() -> Iterator[None]:
    """Write no row meanwhile and all of them at the end: for loading much at once."""
    token = _still.set(True)
    try:
        yield
    finally:
        _still.reset(token)
    rebuild()


def update(keys: set, prefixes: set[str]) -> None:
    """Write the rows of these things, and of the pages whose path begins so, anew."""
    if _still.get():
        return
    condition = Q(translation_key__in=keys)
    for prefix in prefixes:
        condition |= Q(url_path__startswith=prefix)
    if not keys and not prefixes:
        return
    pages = list(Page.objects.filter(condition, live=True).order_by().specific())
    _remove(
        SearchEntry.objects.filter(
            Q(translation_key__in=keys) | Q(pk__in=[page.pk for page in pages])
        )
    )
    _add(
        [page for page in pages if isinstance(page, HubPage) and page.url_path.startswith("/home-")]
    )


def refresh_documents(document_ids: list[int]) -> None:
    """Write the rows of the pages that use these documents anew: what stands in them changed."""
    # hub.changes imports this module.
    from hub.changes import touched

    page_ids: set[int] = set()
    for document in Document.objects.filter(pk__in=document_ids):
        uses = ReferenceIndex.get_references_to(document).filter(
            base_content_type__app_label="wagtailcore", base_content_type__model="page"
        )
        page_ids.update(int(pk) for pk in uses.values_list("object_id", flat=True))
    if page_ids:
        keys = Page.objects.filter(pk__in=page_ids).order_by()
        touched(keys.values_list("translation_key", flat=True))


def rebuild() -> int:
    """Write all rows anew; returns how many."""
    _remove(SearchEntry.objects.all())
    number = 0
    pages = Page.objects.filter(live=True, depth__gte=2).order_by("pk").specific()
    batch: list = []
    for page in pages.iterator(chunk_size=200):
        if isinstance(page, HubPage):
            batch.append(page)
        if len(batch) == 200:
            _add(batch)
            number += len(batch)
            batch = []
    _add(batch)
    return number + len(batch)


def text_of(page, segments=None) -> str:
    """All words on a page, as a translator would meet them, without marks.

    `segments`: what `extract_segments(page)` gives, from who has it already.
    """
    own = {"title", "slug", "summary", "seo_title", "search_description"}
    parts = [
        strip_tags(segment.string.data)
        for segment in segments or extract_segments(page)
        if isinstance(segment, StringSegmentValue) and segment.path not in own
    ]
    return " ".join(part for part in parts if part)


def entry_of(page, text: str) -> SearchEntry:
    """The row of `page`, not yet stored; `text` is what `text_of` reads on it."""
    return SearchEntry(
        page_id=page.pk,
        translation_key=page.translation_key,
        language=language_of_path(page.url_path),
        words_language=page.words_language,
        kind=page.kind,
        title=page.title,
        summary=page.summary,
        text=text,
        folded_title=fold(page.title),
        folded_text=fold(f"{page.summary} {text}"),
    )


def _add(pages) -> None:
    texts: dict = {}
    entries = []
    for page in pages:
        # Mirrors carry their source's words: read once for all.
        same = (page.translation_key, page.words_language)
        if same not in texts:
            texts[same] = text_of(page)
        entries.append(entry_of(page, texts[same]))
    add_entries(entries)


def add_entries(entries: list[SearchEntry]) -> None:
    """Store ready rows and their place in the full-text index."""
    SearchEntry.objects.bulk_create(entries, batch_size=200)
    if connection.vendor == "sqlite" and entries:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO hub_search_fts(rowid, title, text) VALUES (%s, %s, %s)",
                [(entry.page_id, entry.folded_title, entry.folded_text) for entry in entries],
            )


def _remove(entries) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for pk in entries.values_list("pk", flat=True):
                cursor.execute("DELETE FROM hub_search_fts WHERE rowid = %s", [pk])
    entries.delete()
