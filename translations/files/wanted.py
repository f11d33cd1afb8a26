"""All places for files that a language has nothing of its own for, or something older."""

import json
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef
from modelcluster.fields import ParentalKey
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail_localize.models import OverridableSegment, SegmentOverride

from hub.models import Document, HubPage, Thing

from ..models import TranslationState
from .overrides import all_document_paths, is_older, name_of

# Files that everybody can use whatever they read.
NO_WORDS = "zxx"


@dataclass
class Wanted:
    """A row of a thing: what the original has there, and what this language has, if anything."""

    translation_key: object
    path: str
    source: Document
    own: Document | None
    title: str = ""
    thing: Thing | None = None


@cache
def _relations() -> list[tuple[type, str, list[str], str]]:
    """Rows below pages that name documents: (model, key to the page, keys to them, name there)."""
    found = []
    for model in apps.get_models():
        if not issubclass(model, TranslatableMixin) or issubclass(model, Page):
            continue
        keys = [one for one in model._meta.get_fields() if isinstance(one, models.ForeignKey)]
        parents = [
            one
            for one in keys
            if isinstance(one, ParentalKey) and issubclass(one.related_model, HubPage)
        ]
        documents = [one.name for one in keys if one.related_model is Document]
        if documents:
            found += [
                (model, parent.name, documents, parent.remote_field.related_name)
                for parent in parents
            ]
    return found


@cache
def _paths_in_pages() -> frozenset[str]:
    """Paths of documents that do not stand in rows of their own: in blocks, or beside the title."""
    of_rows = {
        f"{name}.{document}"
        for _model, _parent, documents, name in _relations()
        for document in documents
    }
    return all_document_paths() - of_rows


def wanted(locale: Locale) -> list[Wanted]:
    """What is missing or older, things in the order of their ids; the queries do not grow with them.

    Rows of files count from the beginning, documents in the middle of a text as soon as the page
    is in work in this language.
    """
    rows = [*_of_rows(locale), *_of_pages(locale)]
    overrides = SegmentOverride.objects.filter(locale=locale, context__isnull=False)
    own = {
        (key, path): json.loads(said)
        for key, path, said in overrides.values_list(
            "context__object_id", "context__path", "data_json"
        )
    }
    named = {source_id for _key, _path, source_id in rows}
    named.update(own[key, path] for key, path, _source_id in rows if (key, path) in own)
    facts = Document.objects.in_bulk(named)
    found = []
    for key, path, source_id in rows:
        source = facts.get(source_id)
        if source is None or source.language in (locale.language_code, NO_WORDS):
            continue
        kept = facts.get(own.get((key, path)))
        if kept is None or is_older(kept, source):
            found.append(Wanted(key, path, source, kept))
    return sorted(found, key=lambda one: (str(one.translation_key), one.path))


def with_details(found: list[Wanted]) -> list[Wanted]:
    """Things and the titles of rows for what is shown; a few queries for all."""
    keys = {one.translation_key for one in found}
    things = {
        thing.translation_key: thing
        for thing in Thing.objects.filter(translation_key__in=keys).select_related(
            "original_locale"
        )
    }
    titles = _titles(found)
    for one in found:
        one.thing = things[one.translation_key]
        one.title = titles.get(one.path, one.source.title)
    return found


def _titles(found: list[Wanted]) -> dict[str, str]:
    """The words by which a row's model calls it, by path."""
    titles = {}
    for model, parent, documents, name in _relations():
        # What is wanted of each row, by the row.
        inner: dict[str, list[tuple[str, str]]] = {}
        for one in found:
            where = one.path.split(".")
            if len(where) == 3 and where[0] == name and where[2] in documents:
                inner.setdefault(where[1], []).append((one.path, where[2]))
        if inner:
            rows = model.objects.filter(translation_key__in=inner, **{f"{parent}__alias_of": None})
            originals = Thing.objects.filter(
                translation_key=OuterRef(f"{parent}__translation_key"),
                original_locale=OuterRef(f"{parent}__locale"),
            )
            for row in rows.filter(Exists(originals)):
                for path, document in inner[str(row.translation_key)]:
                    label = model._meta.get_field(document).verbose_name
                    titles[path] = name_of(str(row), document, label)
    return titles


def _of_rows(locale: Locale) -> list[tuple]:
    found = []
    for model, parent, documents, name in _relations():
        key = f"{parent}__translation_key"
        rows = _of_waiting_originals(
            model.objects.filter(**{f"{parent}__alias_of": None, f"{parent}__live": True}),
            locale,
            key,
            f"{parent}__locale",
        )
        ids = [f"{document}_id" for document in documents]
        found += [
            (page_key, f"{name}.{row_key}.{document}", source_id)
            for page_key, row_key, *sources in rows.values_list(key, "translation_key", *ids)
            for document, source_id in zip(documents, sources, strict=True)
            if source_id is not None
        ]
    return found


def _of_pages(locale: Locale) -> list[tuple]:
    live = Page.objects.filter(
        translation_key=OuterRef("source__object_id"), locale=OuterRef("source__locale"), live=True
    )
    segments = OverridableSegment.objects.filter(
        Exists(live),
        context__field_path__in=_paths_in_pages(),
        source__translations__target_locale=locale,
        source__translations__enabled=True,
    )
    segments = _of_waiting_originals(segments, locale, "source__object_id", "source__locale")
    return [
        (key, path, json.loads(said))
        for key, path, said in segments.values_list(
            "source__object_id", "context__path", "data_json"
        )
    ]


def _of_waiting_originals(rows, locale: Locale, key: str, own_locale: str):
    """Of `rows` those of originals in other languages, the translation of which nobody stopped."""
    things = Thing.objects.filter(
        translation_key=OuterRef(key), original_locale=OuterRef(own_locale), withdrawn_at=None
    )
    stopped = TranslationState.objects.filter(
        thing__translation_key=OuterRef(key), locale=locale, state=TranslationState.State.STOPPED
    )
    return rows.filter(Exists(things), ~Exists(stopped)).exclude(**{own_locale: locale}).order_by()
