"""What readers of a resource would miss: words for finding it, what a session needs, its files."""

from django.utils.translation import gettext as _

from hub.checklist import Check, Offered, field_check, file_checks, offered_in_text
from hub.models import Document
from hub.private import closed_paths
from hub.recordings import has_words

# What each kind of resource is for, beyond the fields that all have.
FIELDS = {
    "material": ("purpose",),
    "guide": ("aim", "steps", "minutes", "group_from", "needs_shared_language"),
    "story": ("body",),
    "kit": ("members",),
}
# Facets of the catalogue.
FOUND_BY = {"topics", "audiences", "minutes", "group_from", "needs_shared_language"}


def resource_checks(page) -> list[Check]:
    """For a page of any kind (specific); a handful of queries, however many files it has."""
    checks = [_field(page, name) for name in (*FIELDS.get(page.kind, ()), "topics", "audiences")]
    rows = [] if page.kind == "kit" else list(page.files.all())
    if page.kind == "material":
        to_do = _("A training material is mostly its files.")
        checks.append(Check(_("Files"), bool(rows), to_do, "id_files-ADD"))
    offered = [_offered(row, number) for number, row in enumerate(rows)]
    return [*_refused(rows), *checks, *file_checks([*offered, *offered_in_text(page)])]


def _field(page, name: str) -> Check:
    to_do = _("Readers narrow the catalogue by it.") if name in FOUND_BY else ""
    if name in ("topics", "audiences"):
        return field_check(page, name, is_done=bool(getattr(page, name).all()), to_do=to_do)
    if name == "needs_shared_language":
        is_known = page.needs_shared_language is not None
        return field_check(page, name, is_done=is_known, to_do=to_do)
    if name == "group_from":
        is_known = bool(page.group_from or page.group_to)
        check = field_check(page, name, is_done=is_known, to_do=to_do)
        return Check(_("Group size"), check.is_done, check.to_do, check.field)
    return field_check(page, name, to_do=to_do)


def _offered(row, number: int) -> Offered:
    return Offered(
        title=row.title,
        document_id=row.document_id,
        place=f"id_files-{number}-title",
        has_captions=bool(row.captions_id),
        has_transcript=has_words(row.transcript),
    )


def _refused(rows: list) -> list[Check]:
    """Files that publication refuses since they changed: moved to a private collection, say."""
    ids = {pk for row in rows for pk in (row.document_id, row.captions_id) if pk}
    if not ids:
        return []
    documents = Document.objects.select_related("collection").in_bulk(ids)
    closed = closed_paths()
    return [
        Check(row.title, False, str(words), f"id_files-{number}-title", is_must=True)
        for number, row in enumerate(rows)
        for words in row.errors(
            documents.get(row.document_id),
            documents.get(row.captions_id),
            lambda collection: collection.path.startswith(closed),
        ).values()
    ]
