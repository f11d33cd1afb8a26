"""Files at addresses that never break: `/r/<code>/<lang>/<n>` and `/documents/<id>/<name>`."""

from pathlib import PurePath

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from hub.languages import KNOWN
from hub.models import Document, Thing
from hub.private import is_private, keep_to_oneself, may_read
from hub.sending import fit_name, send_file
from hub.tombstone import tombstone

from .models import ResourceFile


def _row(code: str, lang: str, number: int) -> tuple[ResourceFile | None, Thing]:
    thing = get_object_or_404(Thing.objects.select_related("original_locale"), code=code)
    row = (
        ResourceFile.objects.filter(
            page__translation_key=thing.translation_key,
            page__live=True,
            page__alias_of=None,
            page__locale__language_code=lang,
            number=number,
        )
        .select_related("document", "page")
        .first()
    )
    return row, thing


def _is_open(row: ResourceFile) -> bool:
    """Whether anybody may have it: neither its page nor its collection is private."""
    return not row.page.get_view_restrictions().exists() and not is_private(row.document.collection)


def _file_name(row: ResourceFile, stored: str) -> str:
    """The row's title, the language that the file is in, and the ending of its bytes."""
    words = fit_name(row.title) or row.page.slug
    language = row.document.language or row.file_language
    end = PurePath(stored).suffix.lower()
    return f"{words}-{language}{end}" if language in KNOWN else f"{words}{end}"


@require_safe
def resource_file(request, code, lang, number):
    """The newest bytes of file `number` in `lang`; without one, the original's by redirect."""
    row, thing = _row(code, lang, number)
    original = thing.original_locale.language_code
    if row is None and thing.withdrawn_at:
        return tombstone(request, thing)
    if row is None and lang != original and _row(code, original, number)[0] is not None:
        return HttpResponseRedirect(f"/r/{thing.code}/{original}/{number}")
    if row is None or not _is_open(row):
        raise Http404
    return send_file(request, row.document, _file_name(row, row.document.file.name))


@require_safe
def resource_file_version(request, code, lang, number, version):
    """The bytes of an older version (or of the newest, by its number)."""
    row, thing = _row(code, lang, number)
    if row is None and thing.withdrawn_at:
        return tombstone(request, thing)
    if row is None or not _is_open(row):
        raise Http404
    kept = _version_or_404(row.document, version)
    return send_file(request, kept, _file_name(row, kept.file.name))


def _version_or_404(document: Document, number: int):
    try:
        return document.get_version(number)
    except ObjectDoesNotExist as error:
        raise Http404 from error


def _send_document(request, document_id: int, version: int | None = None):
    found = get_object_or_404(Document.objects.select_related("collection"), pk=document_id)
    if not may_read(request, found.collection):
        raise Http404
    kept = found if version is None else _version_or_404(found, version)
    response = send_file(request, kept, PurePath(kept.file.name).name)
    return keep_to_oneself(response) if is_private(found.collection) else response


@require_safe
def document(request, document_id, name):
    """A document linked in a text. The name in the address is for people; the number counts."""
    return _send_document(request, document_id)


@require_safe
def document_version(request, document_id, version, name):
    """An older version of a document, for whoever may have the newest."""
    return _send_document(request, document_id, version)
