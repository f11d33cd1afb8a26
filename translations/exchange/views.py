"""PO files out and in: one thing, several, or all that a language has in work."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Locale
from wagtail_localize.models import Translation

from hub.languages import language
from hub.models import Thing

from .. import rights, work
from ..doors import thing_or_404, work_or_404
from ..models import TranslationState
from . import kept_uploads
from . import sheets as exchange
from .po_files import file_name, po_of, zip_of
from .reading import MOST_BYTES, UploadError, read_upload

# More lines than that nobody reads; the counts are of all.
MOST_LINES_SHOWN = 1_000
MOST_CODES = 200


def exchange_urls() -> list:
    """Addresses of these screens; the first ones stand before those with a code in their place."""
    return [
        path("desk/exchange/<lang:lang>/", index, name="translation_exchange"),
        path("desk/exchange/<lang:lang>/apply/", apply, name="translation_exchange_apply"),
        path("desk/exchange/<lang:lang>/download/", download, name="translation_po_zip"),
        path("desk/<code:code>/<lang:lang>/po/", download_one, name="translation_po"),
    ]


def _locale_or_404(request, lang: str) -> Locale:
    locale = Locale.objects.filter(language_code=lang).first()
    if locale is None or not rights.may_translate(request.user, locale):
        raise Http404
    return locale


# --- out --------------------------------------------------------------------------------------


@require_safe
def download_one(request, code, lang):
    """The PO file of one thing."""
    job = work_or_404(request, code, lang)
    response = HttpResponse(po_of(job), content_type="text/x-gettext-translation; charset=utf-8")
    return _to_be_saved(response, file_name(job.thing, job.original.title, lang))


@require_safe
def download(request, lang):
    """A ZIP of what `?code=` names, else of all that is in work in this language."""
    locale = _locale_or_404(request, lang)
    codes = request.GET.getlist("code")[:MOST_CODES]
    if codes:
        things = [thing_or_404(code) for code in dict.fromkeys(codes)]
        jobs = [work_or_404(request, thing.code, lang) for thing in things]
    else:
        jobs = _whole_language(locale)
    files = _named_files(jobs, lang, get_language())
    response = StreamingHttpResponse(zip_of(files), content_type="application/zip")
    return _to_be_saved(response, f"{lang}-{timezone.localdate():%Y-%m-%d}.zip")


def in_work(locale: Locale):
    """Things whose texts were taken into work for a language and that nobody has stopped."""
    taken = Translation.objects.filter(target_locale=locale, enabled=True)
    stopped = TranslationState.objects.filter(locale=locale, state=TranslationState.State.STOPPED)
    return (
        Thing.objects.filter(translation_key__in=taken.values("source__object"), withdrawn_at=None)
        .exclude(original_locale=locale)
        .exclude(pk__in=stopped.values("thing"))
        .select_related("original_locale")
        .order_by("pk")
    )


def _whole_language(locale: Locale) -> Iterator[work.Work]:
    for thing in in_work(locale):
        # Hidden meanwhile, it is left out.
        with suppress(ValidationError):
            yield work.begin(thing, locale)


def _named_files(jobs: Iterable[work.Work], lang: str, reads_in: str) -> Iterator[tuple[str, str]]:
    """Names and texts of PO files. They are made while they are sent, when the request has ended."""
    for job in jobs:
        with translation.override(reads_in):
            text = po_of(job)
        yield file_name(job.thing, job.original.title, lang), text


def _to_be_saved(response, name: str):
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


# --- in ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def index(request, lang):
    """Fetch files and hand them in; a file that was handed in is only looked at."""
    locale = _locale_or_404(request, lang)
    if request.method != "POST":
        return _page(request, locale)
    upload = request.FILES.get("file")
    if upload is None:
        return _page(request, locale, error=_("Choose a PO file, or a ZIP of several."))
    # One byte more than is taken says enough.
    data = upload.read(MOST_BYTES + 1)
    try:
        files = read_upload(upload.name, data)
    except UploadError as refused:
        return _page(request, locale, error=str(refused))
    sheets = exchange.compare(locale, files, {})
    reference = kept_uploads.keep(upload.name, data, request.user, lang) if _any(sheets) else ""
    return _report(request, locale, sheets, reference)


@require_POST
def apply(request, lang):
    """Keep what the report has shown, and of the conflicts what was ticked."""
    locale = _locale_or_404(request, lang)
    reference = request.POST.get("reference", "")
    found = kept_uploads.find(reference, request.user, lang)
    if found is None:
        messages.error(request, _("The file is kept for an hour only. Hand it in once more."))
        return redirect("translation_exchange", lang)
    ticks = {name: value for name, value in request.POST.items() if name.startswith("take-")}
    sheets = exchange.apply(locale, read_upload(*found), ticks, request.user)
    kept_uploads.drop(reference)
    number = sum(len(sheet.taken) for sheet in sheets)
    messages.success(
        request,
        ngettext("%(number)d text was kept.", "%(number)d texts were kept.", number)
        % {"number": number},
    )
    return _report(request, locale, sheets)


def _any(sheets) -> bool:
    """Whether anything could come of these."""
    kinds = {line.kind for sheet in sheets for line in sheet.lines}
    return not kinds.isdisjoint({*exchange.TAKEN, exchange.Kind.CONFLICT})


def _page(request, locale: Locale, error: str = ""):
    code = locale.language_code
    context = {
        "target": language(code),
        "others": [
            {"language": language(one.language_code), "url": _address(one)}
            for one in rights.languages_of(request.user)
            if one != locale
        ],
        "in_work": in_work(locale).count(),
        "download_url": reverse("translation_po_zip", args=[code]),
        "error": error,
    }
    return render(request, "translations/exchange.html", context)


def _report(request, locale: Locale, sheets, reference: str = ""):
    left = MOST_LINES_SHOWN
    rows = []
    for sheet in sheets:
        loud = sheet.loud
        rows.append({"sheet": sheet, "lines": loud[:left], "hidden": max(0, len(loud) - left)})
        left = max(0, left - len(loud))
    context = {
        "target": language(locale.language_code),
        "rows": rows,
        "reference": reference,
        "is_applied": request.resolver_match.url_name == "translation_exchange_apply",
        "taken": sum(len(sheet.taken) for sheet in sheets),
        "here": _address(locale),
        "apply_url": reverse("translation_exchange_apply", args=[locale.language_code]),
    }
    return render(request, "translations/exchange_report.html", context)


def _address(locale: Locale) -> str:
    return reverse("translation_exchange", args=[locale.language_code])
