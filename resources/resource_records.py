"""What a resource's record says beside its own fields, read for one page or for many at once."""

from django.conf import settings
from django.db.models import prefetch_related_objects

from hub.frame import get_frame
from hub.models import Thing

from .models import ResourceFile, ResourcePage


def bring(pages: list[ResourcePage]) -> None:
    """Six queries for any number of pages: words, files, what they grew from and what grew from them."""

    prefetch_related_objects(pages, "topics", "audiences", "adapted_from")
    bring_files(pages)
    bring_adaptations(pages)


def bring_files(pages: list[ResourcePage]) -> None:
    """The rows of files that everybody may have: none of a closed collection or of one below it."""
    closed = get_frame(settings.LANGUAGE_CODE).closed_collections
    rows = (
        ResourceFile.objects.filter(page__in=[page.pk for page in pages])
        .select_related("document__collection")
        .order_by("sort_order", "pk")
    )
    by_page: dict[int, list[ResourceFile]] = {}
    for row in rows:
        if not row.document.collection.path.startswith(closed):
            by_page.setdefault(row.page_id, []).append(row)
    for page in pages:
        page.known_files = by_page.get(page.pk, [])


def bring_adaptations(pages: list[ResourcePage]) -> None:
    """The codes of what grew out of each, in its own language's tree, where everybody may read it."""
    keys = {page.translation_key for page in pages}
    grown = (
        ResourcePage.objects.filter(adapted_from__translation_key__in=keys, live=True)
        .order_by()
        .values_list("adapted_from__translation_key", "translation_key", "path", "locale")
    )
    rows = [row for row in grown if row[0] != row[1]]
    things = Thing.objects.filter(translation_key__in={row[1] for row in rows})
    codes = dict(things.values_list("translation_key", "code")) if rows else {}
    for page in pages:
        frame = get_frame(page.own_language.code)
        page.known_adaptations = sorted(
            codes[key]
            for source, key, path, locale in rows
            if source == page.translation_key
            and locale == frame.locale.pk
            and not frame.is_restricted(path)
        )


def adaptation_codes(page: ResourcePage) -> list[str]:
    if not hasattr(page, "known_adaptations"):
        bring_adaptations([page])
    return page.known_adaptations


def file_records(page: ResourcePage) -> list[dict]:
    """The files of this page as plain data."""
    if not hasattr(page, "known_files"):
        bring_files([page])
    return [
        {
            "number": row.number,
            "title": row.title,
            "language": row.document.language or row.file_language,
            "url": f"/r/{page.code}/{page.words_language}/{row.number}",
            "format": row.document.format,
            "size_bytes": row.document.size_bytes,
            "sha256": row.document.sha256,
            "pages": row.document.page_count,
            "licence": row.document.licence,
        }
        for row in page.known_files
    ]
