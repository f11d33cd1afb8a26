"""Keeping the rows of the search: written with what they were made of, so that most stay as they are."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects
from django.utils.html import strip_tags
from wagtail.models import Page, PageViewRestriction, ReferenceIndex
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from hub.frame import language_of_path
from hub.models import Document, DocumentText, HubPage, SearchEntry, SearchPlace, SearchWord, Thing
from hub.search.folding import fold
from hub.search.tokens import Reduced

# A rise of this number writes all rows anew at the next `rebuild_search`.
WAY = 1
BATCH = 100
LONGEST_WORD = SearchWord._meta.get_field("form").max_length


@dataclass
class Draft:
    """An entry on its way, and the pages on which its words stand: (id, language of the tree)."""

    entry: SearchEntry
    about: str
    # The words of its files.
    read: str = ""
    pages: list[tuple[int, str]] = field(default_factory=list)


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
    if _still.get() or not (keys or prefixes):
        return
    keys = set(keys)
    for prefix in prefixes:
        below = Page.objects.filter(url_path__startswith=prefix).order_by()
        keys.update(below.values_list("translation_key", flat=True))
    some = sorted(keys, key=str)
    for begin in range(0, len(some), BATCH):
        _write(some[begin : begin + BATCH])


def refresh_documents(ids: Iterable[int]) -> None:
    """The words inside these documents changed: so do the rows of the things that hold them."""
    from hub.changes import touched

    keys: set = set()
    for document in Document.objects.filter(pk__in=ids):
        for reference in ReferenceIndex.get_references_to(document).filter(
            base_content_type=ReferenceIndex._get_base_content_type(Page)
        ):
            keys.add(int(reference.object_id))
    if keys:
        touched(Page.objects.filter(pk__in=keys).values_list("translation_key", flat=True))


def rebuild() -> int:
    """Write all rows anew; returns how many pages can be found."""
    SearchPlace.objects.all().delete()
    SearchEntry.objects.all().delete()
    SearchWord.objects.all().delete()
    keys = (
        Page.objects.filter(live=True, depth__gt=2)
        .order_by("translation_key")
        .values_list("translation_key", flat=True)
        .distinct()
    )
    update(set(keys), set())
    return SearchPlace.objects.count()


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


def draft_of(page, text: str) -> Draft:
    """What the search keeps of `page`, not yet stored; `text` is what `text_of` reads on it."""
    entry = SearchEntry(
        translation_key=page.translation_key,
        language=page.words_language,
        kind=page.kind,
        title=page.title,
        summary=page.summary,
        text=text,
        folded_title=fold(page.title),
        files=page.searched_files(),
    )
    return Draft(entry, about=page.summary)


def _write(keys: list) -> None:
    drafts: dict[tuple, Draft] = {}
    pages = [
        page
        for page in Page.objects.filter(translation_key__in=keys, live=True)
        .order_by("pk")
        .specific()
        if isinstance(page, HubPage) and page.kind != "home" and language_of_path(page.url_path)
    ]
    closed = tuple(
        PageViewRestriction.objects.exclude(restriction_type=PageViewRestriction.NONE).values_list(
            "page__path", flat=True
        )
    )
    pages = [page for page in pages if not page.path.startswith(closed)]
    by_model: dict[type, list] = {}
    for page in pages:
        by_model.setdefault(type(page), []).append(page)
    hidden = {pk for model, some in by_model.items() for pk in model.not_to_be_found(some)}
    pages = [page for page in pages if page.pk not in hidden]
    codes = dict(
        Thing.objects.filter(translation_key__in=keys).values_list("translation_key", "code")
    )
    for page in pages:
        page.known_code = codes.get(page.translation_key, "")
    # A page in its own words goes first: its mirrors stand by what is read on it.
    pages.sort(key=lambda page: page.is_mirror)
    bring_rows(pages)
    for page in pages:
        key = (page.translation_key, page.words_language)
        if key not in drafts:
            drafts[key] = draft_of(page, text_of(page))
        drafts[key].pages.append((page.pk, language_of_path(page.url_path)))
    read_files(drafts.values())
    old = {
        (one.translation_key, one.language): one
        for one in SearchEntry.objects.filter(translation_key__in=keys).defer("tokens", "text")
    }
    for key, draft in drafts.items():
        before = old.pop(key, None)
        if before is not None and before.made_of == _made_of(draft):
            draft.entry = before
        elif before is not None:
            draft.entry.pk = before.pk
    SearchEntry.objects.filter(pk__in=[one.pk for one in old.values()]).delete()
    SearchPlace.objects.filter(page__translation_key__in=keys).delete()
    add(list(drafts.values()))


def bring_rows(pages: list[HubPage]) -> None:
    """Read the rows whose words stand on these pages (files, answers), for all of a type at once."""
    by_model: dict[type, list[HubPage]] = {}
    for page in pages:
        if not page.is_mirror:
            by_model.setdefault(type(page), []).append(page)
    for model, some in by_model.items():
        fields = (one.get_field(model) for one in get_translatable_fields(model))
        rows = [one.get_accessor_name() for one in fields if one.one_to_many]
        prefetch_related_objects(some, *rows)


def read_files(drafts: Iterable[Draft]) -> None:
    """Give each draft the words of its files, and those that stand for a file; one query."""
    documents = {file["document"] for draft in drafts for file in draft.entry.files}
    if not documents:
        return
    texts = DocumentText.words_of(documents)
    for draft in drafts:
        words = []
        for file in draft.entry.files:
            instead, pages = texts.get(file["document"], ("", []))
            words += [file["title"], instead, *pages]
        draft.read = " ".join(words)


def _made_of(draft: Draft) -> str:
    entry = draft.entry
    parts = [WAY, entry.kind, entry.title, entry.summary, entry.text, entry.files, draft.read]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def add(drafts: list[Draft], known: set | None = None) -> None:
    """Store entries, their places and words.

    `known`: (language, form, lemma) that are stored already, from who adds many; it grows.
    """
    words: dict[tuple[str, str, str], str] = {}
    for draft in drafts:
        entry = draft.entry
        if entry.made_of:
            continue
        reduced = Reduced(entry.language, entry.title, draft.about, entry.text, draft.read)
        entry.made_of, entry.tokens, entry.length = _made_of(draft), reduced.tokens, reduced.length
        for form, (lemma, written) in reduced.forms.items():
            words[entry.language, form, lemma] = written
        if entry.pk:
            entry.save()
    SearchEntry.objects.bulk_create(
        [draft.entry for draft in drafts if not draft.entry.pk], batch_size=200
    )
    SearchPlace.objects.bulk_create(
        [
            SearchPlace(
                page_id=pk,
                entry=draft.entry,
                language=tree,
                is_mirror=tree != draft.entry.language,
                length=draft.entry.length,
            )
            for draft in drafts
            for pk, tree in draft.pages
        ],
        batch_size=500,
    )
    _add_words(words, known)


def _add_words(words: dict[tuple[str, str, str], str], known: set | None) -> None:
    new = {one for one in words if one[1] and len(words[one]) <= LONGEST_WORD >= len(one[2])}
    if known is not None:
        new -= known
        known |= new
    SearchWord.objects.bulk_create(
        [
            SearchWord(
                language=code,
                form=form,
                reversed_form=form[::-1],
                written=words[code, form, lemma],
                lemma=lemma,
            )
            for code, form, lemma in sorted(new)
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
