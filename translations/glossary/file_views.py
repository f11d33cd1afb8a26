"""The glossary as a file: `/admin/desk/glossary/glossary.csv`, and reading one in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hub.languages import language

from ..csv_cells import MOST_BYTES, text_of
from ..csv_lines import csv_lines
from ..rights import coordinates
from . import csv_file
from .views import codes_of, locales_by_code


def glossary_file_urls() -> list:
    """Addresses of the file; they stand before those that take any code."""
    return [
        path("desk/glossary/glossary.csv", send_csv, name="translation_glossary_csv"),
        path("desk/glossary/import/", import_csv, name="translation_glossary_import"),
    ]


@require_safe
def send_csv(request):
    """The whole glossary; a byte order mark first, for Excel."""
    codes_of(request)
    rows = csv_file.rows_out(list(locales_by_code()))
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="glossary.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def import_csv(request):
    """A file of terms: first a report line by line, then, on a second press, all of it."""
    mine = codes_of(request)
    context = {"mine": [language(code) for code in locales_by_code() if code in mine]}
    if request.method == "POST":
        try:
            text = _sent_text(request)
            lines = csv_file.plan(text, mine, coordinates(request.user))
            if request.POST.get("deed") == "write":
                number = csv_file.write(lines)
                _tell_number(request, number)
                return redirect("translation_glossary")
        except ValidationError as refused:
            context["errors"] = refused.messages
        else:
            numbers = dict.fromkeys(csv_file.VERDICTS, 0)
            for line in lines:
                numbers[line.verdict] += 1
            context |= {
                "lines": lines,
                "text": text,
                "numbers": [(csv_file.VERDICTS[one], numbers[one]) for one in numbers],
                "may_write": not numbers["error"] and bool(numbers["new"] + numbers["changed"]),
                "has_errors": bool(numbers["error"]),
            }
    return render(request, "translations/glossary_import.html", context)


def _sent_text(request) -> str:
    """The file, or the text of the file whose report was shown before."""
    sent = request.FILES.get("file")
    if sent is None and request.POST.get("csv"):
        return text_of(request.POST["csv"].encode())
    if sent is None:
        raise ValidationError(_("Choose a file."))
    return text_of(sent.read(MOST_BYTES + 1))


def _tell_number(request, number: int) -> None:
    sentence = ngettext("%(number)d term is kept.", "%(number)d terms are kept.", number)
    messages.success(request, sentence % {"number": number})
