"""Files that a translation may have of its own: which rows there are, and what each language put there.

wagtail-localize holds a row's document as an overridable segment, and another language's as an
override of it: the id of a document. The page of that language gets it when it is published.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from django.apps import apps
from django.db import models
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.text import capfirst
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.models import Collection
from wagtail_localize.models import OverridableSegment, SegmentOverride

from hub.models import Document, HubPage
from hub.private import is_private
from hub.recordings import CAPTIONS

from .. import work
from ..places import place_of


@cache
def document_paths(model) -> frozenset[str]:
    """Where a page of `model` names documents: "files.document", "body.file.document"."""
    found = set()
    for one in model._meta.get_fields():
        if isinstance(one, StreamField):
            found.update(f"{one.name}.{path}" for path in _in_block(one.stream_block))
        elif isinstance(one, models.ForeignKey) and one.related_model is Document:
            found.add(one.name)
        elif one.one_to_many and not one.auto_created:
            continue
        elif one.one_to_many:
            found.update(
                f"{one.name}.{inner.name}"
                for inner in one.related_model._meta.get_fields()
                if isinstance(inner, models.ForeignKey) and inner.related_model is Document
            )
    return frozenset(found)


@cache
def all_document_paths() -> frozenset[str]:
    """Such places on pages of any class."""
    pages = [model for model in apps.get_models() if issubclass(model, HubPage)]
    return frozenset().union(*map(document_paths, pages))


def _in_block(block) -> Iterator[str]:
    """Paths below a block, in wagtail-localize's way of naming: a list's own child is "item"."""
    if isinstance(block, blocks.ListBlock):
        children = {"item": block.child_block}
    else:
        children = getattr(block, "child_blocks", {})
    for name, child in children.items():
        if isinstance(child, DocumentChooserBlock):
            yield name
        yield from (f"{name}.{path}" for path in _in_block(child))


def is_older(own: Document | None, source: Document | None) -> bool:
    """Whether the source's bytes are newer than those a language has."""
    if own is None or source is None or own.pk == source.pk:
        return False
    if own.file_changed_at is None or source.file_changed_at is None:
        return False
    return own.file_changed_at < source.file_changed_at


@dataclass
class FileRow:
    """A place for a document: the original's, and this language's if it has one."""

    context_id: int
    path: str
    title: str
    title_is_translated: bool
    source: Document
    own: Document | None
    # Readers get it with the next publication.
    waits: bool = False
    errors: list[str] = field(default_factory=list)
    form: object = None

    @property
    def is_older(self) -> bool:
        return is_older(self.own, self.source)


def file_rows(job: work.Work) -> list[FileRow]:
    """All places for documents in the order of the page; five queries."""
    wanted = document_paths(type(job.original))
    segments = (
        OverridableSegment.objects.filter(source=job.source, context__field_path__in=wanted)
        .select_related("context")
        .order_by("order")
    )
    by_context = {segment.context_id: segment for segment in segments}
    overrides = {
        one.context_id: one
        for one in SegmentOverride.objects.filter(locale=job.locale, context__in=by_context)
    }
    said = {pk: one.data for pk, one in overrides.items()}
    sources = {pk: one.data for pk, one in by_context.items()}
    documents = Document.objects.in_bulk({*said.values(), *sources.values()})
    titles = _titles(job, [segment.context.path for segment in by_context.values()])
    published_at = job.state.published_at
    rows = []
    for pk, segment in by_context.items():
        source = documents.get(sources[pk])
        if source is None:
            continue
        own = documents.get(said.get(pk))
        title, is_translated = titles.get(segment.context.path, (source.title, False))
        path = segment.context.field_path
        title = name_of(title, path, place_of(type(job.original), path).label)
        waits = own is not None and (
            published_at is None or overrides[pk].updated_at > published_at
        )
        rows.append(FileRow(pk, segment.context.path, title, is_translated, source, own, waits))
    return rows


def _titles(job: work.Work, paths: list[str]) -> dict[str, tuple[str, bool]]:
    """What the rows are called (the title beside the document), and whether in this language."""
    beside: dict[str, list[str]] = {}
    for path in paths:
        beside.setdefault(f"{path.rpartition('.')[0]}.title", []).append(path)
    found = {}
    for segment in job.segments().filter(context__path__in=beside):
        data = segment.translation or segment.string.data
        words = work.words_for_form(segment, data)
        for path in beside[segment.context.path]:
            found[path] = (words, segment.translation is not None)
    return found


def name_of(title: str, field_path: str, label) -> str:
    """`title` of a row, and what stands there unless it is its document: "The film · Captions"."""
    is_document = field_path.rpartition(".")[2] == "document"
    return title if is_document or not label else f"{title} · {capfirst(str(label))}"


def collection_of(job: work.Work) -> Collection | None:
    """Where the files of a page's translations lie: the partner's public collection.

    Pages of no partner have theirs where the hub's other documents lie; None when nothing public
    is to be found.
    """
    partner = job.original.partner
    collection = partner.collection if partner else Collection.get_first_root_node()
    return None if collection is None or is_private(collection) else collection


def choices(job: work.Work, collection: Collection) -> list[Document]:
    """Documents of the collection in the language of the work."""
    found = Document.objects.filter(collection=collection, language=job.locale.language_code)
    return list(found.order_by("title", "pk"))


def fits(row: FileRow, document: Document) -> bool:
    """Captions can be replaced by captions only: players take nothing else there."""
    return (row.source.format == CAPTIONS) == (document.format == CAPTIONS)


def put(job: work.Work, row: FileRow, document: Document, user) -> None:
    """Have this language show `document` in a row, from the next publication on."""
    SegmentOverride.objects.update_or_create(
        locale=job.locale,
        context_id=row.context_id,
        defaults={
            "data_json": json.dumps(document.pk),
            "last_translated_by": user,
            "has_error": False,
            "field_error": "",
        },
    )


def take_away(job: work.Work, row: FileRow) -> None:
    """The original's document shows again, from the next publication on."""
    SegmentOverride.objects.filter(locale=job.locale, context_id=row.context_id).delete()


@receiver(post_delete, sender=Document)
def forget_document(sender, instance, **kwargs):
    """An override that names a document that is gone would keep its page from being published."""
    SegmentOverride.objects.filter(
        data_json=json.dumps(instance.pk), context__field_path__in=all_document_paths()
    ).delete()
