"""Files at addresses that never break: `/r/<code>/<lang>/<n>` and `/documents/<id>/<name>`."""

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_safe

from hub.models import Document, Thing
from hub.private import is_private, keep_to_oneself, may_read
from hub.sending import send_file

from .models import ResourceFile


def _row(code: str, lang: str, number: int) -> tuple[ResourceFile | None, Thing]:
    thing = get_object_or_404(Thing.objects.select_related("original_locale"), code=code.upper())
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


def _file_name(row: ResourceFile, name: str) -> str:
    ending = name.rsplit(".", 1)[-1]
    return f"{get_valid_filename(row.title)}-{row.file_language}.{ending}"


@require_safe
def resource_file(request, code, lang, number):
    """The newest bytes of file `number` in `lang`; without one, the original's by redirect."""
    row, thing = _row(code, lang, number)
    original = thing.original_locale.language_code
    if row is None and lang != original and _row(code, original, number)[0] is not None:
        return HttpResponseRedirect(f"/r/{thing.code}/{original}/{number}")
    if row is None or not _is_open(row):
        raise Http404
    return send_file(request, row.document, _file_name(row, row.document.file.name))


@require_safe
def resource_file_version(request, code, lang, number, version):
    """The bytes of an older version (or of the newest, by its number)."""
    row, _thing = _row(code, lang, number)
    if row is None or not _is_open(row):
        raise Http404
    try:
        kept = row.document.get_version(version)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return send_file(request, kept, _file_name(row, kept.file.name))


@require_safe
def document(request, document_id, name):
    """A document linked in a text. The name in the address is for people; the number counts."""
    found = get_object_or_404(Document.objects.select_related("collection"), pk=document_id)
    if not may_read(request, found.collection):
        raise Http404
    response = send_file(request, found, found.filename)
    return keep_to_oneself(response) if is_private(found.collection) else response
