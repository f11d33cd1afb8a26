"""One segment by itself: saved by a script while one goes on, helped with, checked as one types.

Without a script it is a small screen of its own, with all that helps at this place.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.languages import language

from .. import memory
from ..desk.what_next import TITLES
from ..glossary.terms import terms_for
from . import questions
from .findings import findings_of
from .form import WorkForm, mark, shown
from .opening import OpenWork, hold_or_404, open_or_404
from .rows import row_of
from .saving import Outcome, confirm_one, keep_source_of, save_one


def segment_urls() -> list:
    """Addresses of single segments, below `/admin/desk/`."""
    here = "desk/<code:code>/<lang:lang>/segments/<int:pk>/"
    return [
        path(here, segment, name="translation_segment"),
        path(here + "help/", helping, name="translation_help"),
        path(here + "check/", checked, name="translation_check"),
    ]


# --- saving -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def segment(request, code, lang, pk):
    """GET: the segment's own screen. POST `words` and `was` (or `deed` keep, confirm) saves it.

    A script (`X-Requested-With: fetch`) is answered in JSON: 200 saved, 422 refused with
    `errors`, 409 when a colleague saved other words (`theirs`) than the field had shown.
    """
    if request.method != "POST":
        return _screen(request, code, lang, pk)
    try:
        outcome = _saved(request, code, lang, pk)
    except ValidationError as refused:
        outcome = None
        errors = refused.messages
    if request.headers.get("X-Requested-With") == "fetch":
        if outcome is None:
            return JsonResponse({"errors": errors}, status=422)
        return JsonResponse(_told(outcome), status=_status(outcome))
    if outcome is None:
        for sentence in errors:
            messages.error(request, sentence)
    elif outcome.theirs is not None or outcome.errors:
        return _screen(request, code, lang, pk, outcome)
    else:
        messages.success(request, _("Saved."))
        for sentence in outcome.warnings:
            messages.warning(request, sentence)
    return redirect(reverse("translation_work", args=[code, lang]) + f"#s{pk}")


def _saved(request, code: str, lang: str, pk: int) -> Outcome:
    """Raises Http404 when it is not theirs or not there, ValidationError when it is stopped."""
    with transaction.atomic():
        job = hold_or_404(request, code, lang)
        glossary = terms_for(job.thing.original_locale, job.locale)
        deed = request.POST.get("deed", "")
        if deed == "keep":
            outcome = keep_source_of(job, pk, request.user)
        elif deed == "confirm":
            outcome = confirm_one(job, pk, request.user, glossary)
        else:
            text, was = request.POST.get("words", ""), request.POST.get("was", "")
            outcome = save_one(job, pk, text, was, request.user, glossary)
        if outcome is None:
            raise Http404
        return outcome


def _status(outcome: Outcome) -> int:
    if outcome.theirs is not None:
        return 409
    return 422 if outcome.errors else 200


def _told(outcome: Outcome) -> dict:
    if outcome.theirs is not None:
        return {
            "theirs": outcome.theirs,
            "was": mark(outcome.theirs),
            "sentence": _("A colleague saved other words here meanwhile: “%(words)s”")
            % {"words": outcome.theirs},
        }
    state = outcome.state
    return {
        "words": outcome.words,
        "was": mark(outcome.words),
        "is_done": outcome.is_done,
        "is_machine": outcome.is_machine,
        "is_kept_source": outcome.is_kept_source,
        "errors": outcome.errors,
        "warnings": outcome.warnings,
        "same": outcome.same,
        "progress": {
            "done": state.done,
            "total": state.total,
            "percent": state.percent,
            "state": state.state,
            "state_title": str(TITLES[state.state]),
            "sentence": _("%(done)s of %(total)s parts, %(percent)s%%")
            % {"done": state.done, "total": state.total, "percent": state.percent},
        },
    }


# --- helping ----------------------------------------------------------------------------------


@require_safe
def helping(request, code, lang, pk):
    """What helps at a segment, as a piece of HTML for the editor's script."""
    job = open_or_404(request, code, lang)
    row = _row(job, pk)
    return render(request, "translations/editor/help.html", _help_context(job, row))


def _screen(request, code: str, lang: str, pk: int, outcome: Outcome | None = None):
    job = open_or_404(request, code, lang)
    row = _row(job, pk)
    if outcome is not None:
        row.words = request.POST.get("words", "")
        row.field = "\n" + row.words
        row.errors = outcome.errors or [_told(outcome)["sentence"]]
    context = {
        **_help_context(job, row),
        "title": job.original.title,
        "target": language(lang),
        "work_url": reverse("translation_work", args=[code, lang]),
        "here": request.path,
    }
    status = 200 if outcome is None else _status(outcome)
    return render(request, "translations/editor/one.html", context, status=status)


def _row(job: OpenWork, pk: int):
    glossary = terms_for(job.thing.original_locale, job.locale)
    row = row_of(WorkForm(job), pk, glossary, questions.of_thing(job.thing))
    if row is None:
        raise Http404
    return row


def _help_context(job: OpenWork, row) -> dict:
    code, lang = job.thing.code, job.locale.language_code
    found = memory.suggestions(job.thing.original_locale, job.locale, row.segment.string.data)
    return {
        "row": row,
        "pk": row.segment.pk,
        "source": language(job.thing.original_locale.language_code),
        "target": language(lang),
        "suggestions": [
            {
                "words": shown(row.segment, one.target_html),
                "source": shown(row.segment, one.source_html),
                "percent": one.percent,
                "origin": one.origin_title,
                "is_reverse": one.is_reverse,
            }
            for one in found
        ],
        "questions": row.questions,
        "ask_url": reverse("translation_question_ask", args=[code, lang, row.segment.pk]),
    }


@require_POST
def checked(request, code, lang, pk):
    """What the checks say to words that are being typed; writes nothing."""
    job = open_or_404(request, code, lang)
    segment = job.segments().filter(pk=pk).first()
    if segment is None:
        raise Http404
    glossary = terms_for(job.thing.original_locale, job.locale)
    findings = findings_of(job, segment, request.POST.get("words", ""), glossary)
    return JsonResponse(
        {
            "errors": [finding.sentence for finding in findings if finding.blocks],
            "warnings": [finding.sentence for finding in findings if not finding.blocks],
        }
    )
