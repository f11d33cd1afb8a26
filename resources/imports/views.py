"""The screens of an import, `/admin/resources/import/`: a table and a ZIP, a report, and then the drafts."""

from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.file_notes import file_size
from hub.models import Audience, Topic
from hub.upload_forms import SafeDocumentField, check_size
from hub.virus_check import check_for_viruses
from partners.models import ShelfPage
from translations.csv_cells import MOST_BYTES, text_of
from translations.csv_lines import csv_lines

from . import columns, kept
from .making import ChangedMeanwhile, Made, make
from .packed import unpacked
from .plan import MOST_FILES, MOST_ROWS, Plan, loose_words, make_plan
from .shelves import may_bring, shelves_for


def import_urls() -> list:
    return [
        path("resources/import/", index, name="resources_import"),
        path("resources/import/apply/", apply, name="resources_import_apply"),
        path("resources/import/template.csv", template, name="resources_import_template"),
    ]


class ShelfField(forms.ModelChoiceField):
    def label_from_instance(self, shelf):
        return f"{shelf.partner.name} · {shelf.own_language.name}"


class ImportForm(forms.Form):
    """`shelves`: those this person may bring something onto."""

    shelf = ShelfField(
        queryset=None,
        label=gettext_lazy("Shelf and language"),
        help_text=gettext_lazy("The language in which the table is written."),
    )
    table = forms.FileField(
        label=gettext_lazy("Table (CSV, UTF-8, up to 1 MB)"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )
    archive = forms.FileField(
        required=False,
        label=gettext_lazy("ZIP with the files that the table names"),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def __init__(self, shelves: list[ShelfPage], **more):
        super().__init__(use_required_attribute=True, **more)
        self.fields["shelf"].queryset = ShelfPage.objects.filter(
            pk__in=[shelf.pk for shelf in shelves]
        ).select_related("partner", "locale")

    def clean_archive(self):
        archive = self.cleaned_data["archive"]
        if archive:
            check_size(archive, most_bytes_of_archive())
            check_for_viruses(archive)
        return archive


def most_bytes_of_archive() -> int | None:
    """As many as any file may have."""
    return SafeDocumentField().max_upload_size


def _shelves_or_denied(request) -> list[ShelfPage]:
    shelves = shelves_for(request.user)
    if not shelves:
        raise PermissionDenied
    return shelves


@require_safe
def template(request):
    """The columns with two rows to write over."""
    _shelves_or_denied(request)
    response = StreamingHttpResponse(
        csv_lines(columns.template_rows()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="resources.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def index(request):
    """Choose a table; one that was sent is only looked at."""
    shelves = _shelves_or_denied(request)
    if request.method != "POST":
        return _form_page(request, shelves, ImportForm(shelves, initial=_initial(request, shelves)))
    if request.POST.get("shelf") not in {"", None, *(str(shelf.pk) for shelf in shelves)}:
        raise PermissionDenied
    form = ImportForm(shelves, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return _form_page(request, shelves, form)
    shelf = form.cleaned_data["shelf"]
    if not may_bring(request.user, shelf):
        raise PermissionDenied
    # One byte more than is taken says enough.
    data = form.cleaned_data["table"].read(MOST_BYTES + 1)
    before = kept.find(request.POST.get("reference", ""), request.user)
    archive = form.cleaned_data["archive"] or (before.archive if before else None)
    try:
        with _opened(archive) as packed:
            plan = make_plan(text_of(data), packed, shelf, request.user)
    except ValidationError as refused:
        form.add_error("table" if archive is None else None, refused)
        return _form_page(request, shelves, form)
    # With errors in the table only the ZIP is worth keeping.
    table = None if plan.has_errors else data
    reference = kept.keep(request.user, shelf, table, archive)
    return _report(request, shelves, shelf, plan, reference)


@require_POST
def apply(request):
    """Make what the report has shown, and of what is here already what was ticked."""
    shelves = _shelves_or_denied(request)
    reference = request.POST.get("reference", "")
    found = kept.find(reference, request.user)
    if found is None or found.table is None:
        messages.error(request, _("The files are kept for a day only. Send them once more."))
        return redirect("resources_import")
    shelf = next((one for one in shelves if one.pk == found.shelf), None)
    if shelf is None or not may_bring(request.user, shelf):
        raise PermissionDenied
    text = text_of(found.table.read_bytes())
    try:
        with _opened(found.archive) as packed:
            plan, made = _make(request, text, packed, shelf)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("resources_import")
    if made is None:
        if not plan.has_errors:
            messages.error(
                request, _("Something changed since you looked. Nothing was made; look once more.")
            )
        return _report(request, shelves, shelf, plan, "" if plan.has_errors else reference)
    kept.drop(found)
    return _done(request, shelf, made)


def _make(request, text: str, packed, shelf: ShelfPage) -> tuple[Plan, list[Made] | None]:
    """The plan, looked at anew, and what was made; None where it is not what this person has seen."""
    plan = make_plan(text, packed, shelf, request.user)
    wanted = plan.wanted(request.POST)
    if plan.has_errors or not wanted or plan.mark != request.POST.get("mark"):
        return plan, None
    confirmed = {line.page.title.casefold() for line in wanted if line.tick in request.POST}
    try:
        return plan, make(wanted, packed, shelf, request.user, confirmed)
    except ChangedMeanwhile:
        return make_plan(text, packed, shelf, request.user), None


@contextmanager
def _opened(archive):
    """The files in an upload, or in a ZIP that was kept; None where there is none."""
    if archive is None:
        yield None
    elif isinstance(archive, UploadedFile):
        with unpacked(archive) as packed:
            yield packed
    else:
        with archive.open("rb") as file, unpacked(file) as packed:
            yield packed


def _initial(request, shelves: list[ShelfPage]) -> dict:
    """The shelf that is asked for, else one in the language of its partner."""
    asked = request.GET.get("shelf", "")
    own = (one for one in shelves if one.locale.language_code == one.partner.language)
    shelf = next((one for one in shelves if str(one.pk) == asked), None) or next(own, shelves[0])
    return {"shelf": shelf.pk}


def _form_page(request, shelves, form: ImportForm):
    chosen = form["shelf"].value()
    shelf = next((one for one in shelves if str(one.pk) == str(chosen)), shelves[0])
    context = {
        "form": form,
        "columns": columns.explained(
            Topic.objects.filter(locale=shelf.locale_id),
            Audience.objects.filter(locale=shelf.locale_id),
        ),
        "words_language": shelf.own_language,
        **_limits(),
    }
    return render(request, "resources/admin/import.html", context)


def _limits() -> dict:
    limit = most_bytes_of_archive()
    return {
        "most_rows": MOST_ROWS,
        "most_files": MOST_FILES,
        "most_size": file_size(limit) if limit else "",
    }


def _report(request, shelves, shelf: ShelfPage, plan: Plan, reference: str):
    context = {
        "shelf": shelf,
        "language": shelf.own_language,
        "reads_in": get_language(),
        "plan": plan,
        "loose": loose_words(plan),
        "number": len(plan.wanted(())),
        "reference": reference,
        "may_make": bool(reference) and not plan.has_errors and bool(plan.lines),
        "form": ImportForm(shelves, initial={"shelf": shelf.pk}),
        "has_archive": bool(reference) and plan.has_errors,
        "apply_url": reverse("resources_import_apply"),
        **_limits(),
    }
    return render(request, "resources/admin/import_report.html", context)


def _done(request, shelf: ShelfPage, made):
    context = {
        "shelf": shelf,
        "language": shelf.own_language,
        "made": made,
        "shelf_url": reverse("wagtailadmin_explore", args=[shelf.pk]),
    }
    return render(request, "resources/admin/import_done.html", context)
