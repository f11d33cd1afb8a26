"""Drafts from a table, all of them or none, with their files."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import PageSubscription

from hub.index_tasks import indexed_at_the_end
from hub.models import Document
from hub.upload_notices import hard_to_hear
from hub.upload_rules import obey
from partners.models import ShelfPage

from ..models import ResourceFile, ResourcePage
from . import folders
from .packed import PackedFiles
from .plan import Line, PlannedFile, titles_on
from .shelves import collection_for, may_bring


class ChangedMeanwhile(Exception):
    """What was shown is not what would come out any more: somebody made the same just now."""


@dataclass
class Made:
    page: ResourcePage
    notices: list[str] = field(default_factory=list)


def make(
    lines: list[Line], packed: PackedFiles | None, shelf: ShelfPage, user, confirmed=()
) -> list[Made]:
    """Make a draft of each line; nothing at all if anything goes wrong.

    `confirmed`: titles (in small letters) that stand on the shelf already and are made all the same. Raises
    ValidationError when files are refused, PermissionDenied, ChangedMeanwhile.
    """
    folder = folders.begin()
    try:
        # Bytes first: while the database is written to, everybody else waits.
        documents = _documents(lines, packed, collection_for(user, shelf), folder, user)
        with transaction.atomic(), indexed_at_the_end():
            shelf = ShelfPage.objects.select_for_update(of=("self",)).get(pk=shelf.pk)
            if not may_bring(user, shelf):
                raise PermissionDenied
            standing = titles_on(shelf).keys() - set(confirmed)
            if any(line.page.title.casefold() in standing for line in lines):
                raise ChangedMeanwhile
            new = list(documents.values())
            obey(collection_for(user, shelf), sum(one.size_bytes for one in new))
            for document in new:
                document.save()
                log(document, "wagtail.create", user=user)
            made = [_page(line, documents, shelf, user) for line in lines]
            # As who begins a page in the editor.
            PageSubscription.objects.bulk_create(
                PageSubscription(page_id=one.page.pk, user=user, comment_notifications=True)
                for one in made
            )
    finally:
        # Deletes what no row names: all of it after a failure, nothing else.
        folders.end(folder)
    return made


def _documents(
    lines: list[Line], packed: PackedFiles | None, collection, folder: str, user
) -> dict[str, Document]:
    """A document, not saved, for each file that lines name, by the name in the ZIP."""
    planned = {one.name: one for line in reversed(lines) for one in reversed(line.files)}
    return {name: _document(one, packed, collection, folder, user) for name, one in planned.items()}


def _document(one: PlannedFile, packed: PackedFiles, collection, folder: str, user) -> Document:
    document = Document(
        title=one.title,
        language=one.language,
        licence=one.licence,
        text_alternative=one.alternative,
        collection=collection,
        uploaded_by_user=user,
    )
    document.own_folder = folder
    with packed.checked(one.name) as upload:
        document.file.save(upload.name, File(upload), save=False)
    return document


def _page(line: Line, documents: dict[str, Document], shelf: ShelfPage, user) -> Made:
    page, notices = line.page, list(line.notices)
    page.topics, page.audiences = line.topics, line.audiences
    page.files = [
        ResourceFile(
            title=one.title, document=documents[one.name], locale=shelf.locale, sort_order=place
        )
        for place, one in enumerate(line.files)
    ]
    shelf.add_child(instance=page)
    page.save_revision(user=user, log_action=True, clean=False)
    for one in line.files:
        document = documents[one.name]
        if notice := hard_to_hear(document, document.facts):
            notices.append(f"{one.name}: {notice}")
    return Made(page, notices)
