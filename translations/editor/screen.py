"""The editor of the desk: one thing's words, string by string beside the source."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hub.languages import language

from .. import memory, work
from ..desk.reasons import holder_of
from ..desk.what_next import TITLES
from ..doors import work_or_404
from ..former import former_of
from ..glossary.terms import terms_for
from ..jobs import machine
from ..models import TranslationState
from . import questions
from .beside import languages_beside, words_beside
from .form import WorkForm, mark, words_of
from .opening import OpenWork, open_or_404
from .published import published_words
from .question_views import question_urls
from .rows import parts_with_rows
from .segment import segment_urls

__all__ = ["editor_urls", "mark", "words_of"]

State = TranslationState.State


def editor_urls() -> list:
    """Addresses of the editor, below `/admin/desk/`."""
    return [
        *question_urls(),
        path("desk/<code:code>/<lang:lang>/", open_work, name="translation_work"),
        path("desk/<code:code>/<lang:lang>/preview/", preview, name="translation_preview"),
        *segment_urls(),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def open_work(request, code, lang):
    """The segments of one thing beside fields for their words."""
    job = open_or_404(request, code, lang)
    glossary = terms_for(job.thing.original_locale, job.locale)
    form = WorkForm(job, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.save(request.user, glossary)
        if not form.errors and _do(request, form):
            return redirect(_here(request, job) + form.anchor())
        form.read()
        if form.errors:
            messages.error(
                request,
                _("Some words could not be saved; they stand below with the reason."),
            )
        # What was saved and what was decided has moved the figures.
        job = form.job = open_or_404(request, code, lang)
    return render(request, "translations/work.html", _work_context(request, form, glossary))


def _here(request, job: OpenWork) -> str:
    """The address of this work with what one had chosen to see beside it."""
    address = reverse("translation_work", args=[job.thing.code, job.locale.language_code])
    query = request.GET.urlencode()
    return f"{address}?{query}" if query else address


# --- what the buttons do -----------------------------------------------------------------------


def _do(request, form: WorkForm) -> bool:
    """Carry out the button that was pressed, once the words are saved; whether it went well."""
    try:
        for name, deed in SEGMENT_DEEDS.items():
            if name in request.POST:
                segment = form.segment(name)
                if segment is None:
                    raise Http404
                deed(request, form, segment)
                return True
        DEEDS.get(request.POST.get("deed", "save"), _save)(request, form.job)
    except ValidationError as refused:
        for sentence in refused.messages:
            messages.error(request, sentence)
        return False
    return True


def _save(request, job) -> None:
    messages.success(request, _("Saved."))


def _mark_ready(request, job) -> None:
    work.mark_ready(job)
    messages.success(request, _("Marked as ready. A reviewer will look at it."))


def _send_back(request, job) -> None:
    if not work.may_review(request.user, job.locale):
        raise Http404
    work.send_back(job, request.POST.get("note", ""))
    messages.success(request, _("Sent back to the translators."))


def _publish(request, job, partly: bool = False) -> None:
    if not work.may_publish(request.user, job.locale):
        raise Http404
    page = work.publish(job, request.user, partly=partly)
    messages.success(request, _("Published: %(address)s") % {"address": page.get_url()})


def _publish_partly(request, job) -> None:
    _publish(request, job, partly=True)


def _fill_from_memory(request, job) -> None:
    number = memory.fill_exact(job, request.user)
    if number:
        sentence = ngettext(
            "%(number)d part was filled from the memory. Look at it before you go on.",
            "%(number)d parts were filled from the memory. Look at them before you go on.",
            number,
        )
        messages.success(request, sentence % {"number": number})
    else:
        messages.info(request, _("The memory knows none of the parts that have no words yet."))


DEEDS = {
    "save": _save,
    "ready": _mark_ready,
    "send-back": _send_back,
    "publish": _publish,
    "publish-partly": _publish_partly,
    "memory": _fill_from_memory,
}


def _keep_source(request, form: WorkForm, segment) -> None:
    work.keep_source(form.job, segment, request.user)
    messages.success(request, _("Kept as in the source."))


def _confirm(request, form: WorkForm, segment) -> None:
    work.confirm(form.job, [segment.pk], request.user)
    messages.success(request, _("Confirmed: these words are a person's now."))


def _use_former(request, form: WorkForm, segment) -> None:
    found = former_of(form.job.locale, form.segments).get(segment.pk)
    if found is None or not work.save_html(form.job, {segment.pk: found.target_html}, request.user):
        raise ValidationError(_("The former words do not fit here any more."))
    messages.success(request, _("The former words stand here again."))


SEGMENT_DEEDS = {"keep": _keep_source, "confirm": _confirm, "former": _use_former}


# --- what the screen shows ---------------------------------------------------------------------


def _work_context(request, form: WorkForm, glossary) -> dict:
    job = form.job
    state = job.state
    code, lang = job.thing.code, job.locale.language_code
    may_publish = work.may_publish(request.user, job.locale)
    may_review = work.may_review(request.user, job.locale)
    is_published = bool(state.published_at) and not job.target.alias_of_id
    shows_change = is_published and (
        "differences" in request.GET or (may_review and state.state == State.READY)
    )
    beside = request.GET.get("beside", "")
    asked = questions.of_thing(job.thing)
    parts = parts_with_rows(
        form,
        glossary,
        questions.by_segment(asked, form.segments),
        words_beside(job, beside, form.segments) if beside else None,
        published_words(job.target, form.segments) if shows_change else None,
    )
    rows = [row for part in parts for block in part.blocks for row in block.rows]
    holder = holder_of(state)
    return {
        "title": job.original.title,
        "kind": capfirst(type(job.original)._meta.verbose_name),
        "partner": job.shelf_title,
        "source": language(job.thing.original_locale.language_code),
        "target": language(lang),
        "parts": parts,
        "any_marks": any(row.has_marks for row in rows),
        "any_machine": any(row.is_machine for row in rows),
        "state": state,
        "state_title": TITLES[state.state],
        "note": state.note if state.state == State.SENT_BACK else "",
        "posted_note": request.POST.get("note", ""),
        "may_publish": may_publish,
        "may_review": may_review,
        "is_ready": state.state == State.READY,
        "is_stopped": state.state == State.STOPPED,
        "is_published": is_published,
        "is_complete": bool(state.total) and state.done == state.total,
        "missing": state.total - state.done,
        "shows_change": shows_change,
        "any_change": any(row.change for row in rows),
        "beside": language(beside) if beside else None,
        "languages_beside": languages_beside(job),
        "holder": holder,
        "holder_name": (holder.get_full_name() or holder.get_username()) if holder else "",
        "is_mine": holder == request.user,
        "offers_machine": machine.is_offered(job),
        "original_url": job.original.get_url(),
        "page_url": job.target.get_url(),
        "here": _here(request, job),
        "work_url": reverse("translation_work", args=[code, lang]),
        "preview_url": reverse("translation_preview", args=[code, lang]),
        "code": code,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request, code, lang):
    """The public page as it would be; words just typed are shown and not kept."""
    job = work_or_404(request, code, lang)
    if request.method == "POST":
        page = work.preview_with(job, WorkForm(job, request.POST).touched(), request.user)
    else:
        page = work.preview(job)
    return page.make_preview_request(request, page.default_preview_mode)
