"""The screens on which a language gets files of its own."""

import hashlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.documents.forms import get_document_form

from hub.file_notes import file_note
from hub.languages import language
from hub.models import Document
from hub.recordings import CAPTIONS

from .. import rights, work
from ..doors import work_or_404
from ..models import TranslationState
from ..words import refusal_of
from . import overrides
from .wanted import wanted, with_details

FILES_A_PAGE = 25


def file_urls() -> list:
    """Addresses of these screens; the first stands before those with a code in its place."""
    return [
        path("desk/files/<lang:lang>/", index, name="translation_files_wanted"),
        path("desk/<code:code>/<lang:lang>/files/", of_thing, name="translation_files"),
    ]


@require_safe
def index(request, lang):
    """Files that a language lacks, or has older than the original's."""
    mine = rights.languages_of(request.user)
    locale = next((one for one in mine if one.language_code == lang), None)
    if locale is None:
        raise Http404
    page = Paginator(wanted(locale), FILES_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "wanted": one,
            "source": language(one.thing.original_locale.language_code),
            "note": note_of(one.source),
            "url": reverse("translation_files", args=[one.thing.code, lang]),
        }
        for one in with_details(list(page.object_list))
    ]
    context = {
        "target": language(lang),
        "others": [
            {
                "language": language(one.language_code),
                "url": reverse("translation_files_wanted", args=[one.language_code]),
            }
            for one in mine
            if one != locale
        ],
        "rows": rows,
        "page_obj": page,
    }
    return render(request, "translations/files_wanted.html", context)


def note_of(document: Document) -> str:
    """Format, pages, size, language and version in short."""
    words = dict(Document._meta.get_field("language").flatchoices).get(document.language, "")
    version = _("version %(number)d") % {"number": document.version}
    return file_note(
        document.format,
        document.page_count,
        document.size_bytes,
        str(words),
        version if document.version > 1 else "",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def of_thing(request, code, lang):
    """The files of one thing beside those that this language has of its own."""
    job = work_or_404(request, code, lang)
    rows = overrides.file_rows(job)
    collection = overrides.collection_of(job)
    if request.method == "POST":
        row = next((one for one in rows if str(one.context_id) == request.POST.get("row")), None)
        if row is None:
            raise Http404
        if refusal := refusal_of(job.state):
            row.errors = [refusal]
        elif _do(request, job, row, collection):
            return redirect("translation_files", code, lang)
    opened = request.GET.get("upload", "")
    return render(request, "translations/files.html", _context(job, rows, collection, opened))


def _do(request, job: work.Work, row: overrides.FileRow, collection) -> bool:
    """Carry out the button that was pressed; whether it went well, else `row.errors` say why."""
    deed = request.POST.get("deed")
    if deed == "take-away":
        overrides.take_away(job, row)
        messages.success(request, _("The file of the original stands there again."))
        return True
    if collection is None:
        row.errors = [_("There is no public place for files of this page.")]
        return False
    if deed == "upload":
        return _upload(request, job, row, collection)
    chosen = request.POST.get("document", "")
    document = next(
        (one for one in overrides.choices(job, collection) if str(one.pk) == chosen), None
    )
    if document is None:
        row.errors = [_("Choose one of the files of this language.")]
        return False
    if not overrides.fits(row, document):
        row.errors = [_misfit(row)]
        return False
    overrides.put(job, row, document, request.user)
    messages.success(request, _("“%(title)s” stands there now.") % {"title": document.title})
    return True


def _misfit(row: overrides.FileRow) -> str:
    if row.source.format == CAPTIONS:
        return _("Captions stand here: put a VTT file with the captions of your language.")
    return _("A VTT file holds captions. Put it at the captions of the film, not here.")


def upload_form(job: work.Work, row: overrides.FileRow, collection, data=None, posted=None):
    """The hub's form for documents, every guard in it; where it lies and its language are decided."""
    document = Document(collection=collection, language=job.locale.language_code)
    initial = {"title": row.title, "licence": row.source.licence}
    prefix = f"row{row.context_id}"
    form = get_document_form(Document)(
        data, posted, instance=document, initial=initial, prefix=prefix
    )
    for name in ("collection", "language"):
        form.fields.pop(name, None)
    return form


def _upload(request, job: work.Work, row: overrides.FileRow, collection) -> bool:
    row.form = upload_form(job, row, collection, request.POST, request.FILES)
    if not row.form.is_valid():
        row.errors = [_("The file was not taken; the reason stands beside it.")]
        return False
    if not overrides.fits(row, Document(file=row.form.cleaned_data["file"].name)):
        row.errors = [_misfit(row)]
        return False
    same = _same_file(job, collection, row.form.cleaned_data["file"])
    if same is not None:
        overrides.put(job, row, same, request.user)
        messages.info(
            request,
            _("The hub has this very file already, as “%(title)s”. That one stands there now.")
            % {"title": same.title},
        )
        return True
    with transaction.atomic():
        row.form.instance.uploaded_by_user = request.user
        document = row.form.save()
        overrides.put(job, row, document, request.user)
    messages.success(request, _("“%(title)s” stands there now.") % {"title": document.title})
    return True


def _same_file(job: work.Work, collection, upload) -> Document | None:
    """A document of the same place and language with the very same bytes."""
    upload.seek(0)
    sha256 = hashlib.file_digest(upload, "sha256").hexdigest()
    upload.seek(0)
    return Document.objects.filter(
        collection=collection, language=job.locale.language_code, sha256=sha256
    ).first()


def _context(job: work.Work, rows: list[overrides.FileRow], collection, opened: str) -> dict:
    """`opened`: the row (its id) in which something is to be uploaded."""
    source, target = job.thing.original_locale.language_code, job.locale.language_code
    for row in rows:
        # One form is enough at a time, and each asks for all collections.
        is_open = len(rows) == 1 or str(row.context_id) == opened
        if is_open and collection is not None:
            row.form = row.form or upload_form(job, row, collection)
        row.source_note = note_of(row.source)
        row.own_note = note_of(row.own) if row.own else ""
    state = job.state
    return {
        "title": job.original.title,
        "source": language(source),
        "target": language(target),
        "rows": rows,
        "choices": overrides.choices(job, collection) if collection else [],
        "has_place": collection is not None,
        "is_published": bool(state.source_hash),
        "is_stopped": state.state == TranslationState.State.STOPPED,
        "waits": any(row.waits for row in rows),
        "work_url": reverse("translation_work", args=[job.thing.code, target]),
        "wanted_url": reverse("translation_files_wanted", args=[target]),
    }
