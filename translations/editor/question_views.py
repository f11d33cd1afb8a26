"""Asking in the editor, and the screen on which the author answers."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hub.languages import language

from .. import mirrors
from ..models import Question
from ..plain import plain
from . import questions
from .opening import open_or_404


def question_urls() -> list:
    """Addresses below `/admin/desk/`; they stand before those that begin with a thing's code."""
    return [
        path("desk/questions/<int:pk>/", question, name="translation_question"),
        path(
            "desk/<code:code>/<lang:lang>/segments/<int:pk>/ask/",
            ask,
            name="translation_question_ask",
        ),
    ]


@require_POST
def ask(request, code, lang, pk):
    """Keep a question about a segment; a script gets the questions there, a form goes back."""
    job = open_or_404(request, code, lang)
    segment = job.segments().filter(pk=pk).first()
    if segment is None:
        raise Http404
    words = request.POST.get("question", "")
    error = ""
    try:
        questions.ask(job, segment, words, request.user)
    except ValidationError as refused:
        error = " ".join(refused.messages)
    if request.headers.get("X-Requested-With") == "fetch":
        there = questions.by_segment(questions.of_thing(job.thing), [segment])
        context = {
            "questions": there.get(segment.pk, []),
            "error": error,
            "typed": words if error else "",
            "ask_url": request.path,
            "pk": pk,
            "source": language(job.thing.original_locale.language_code),
        }
        status = 422 if error else 200
        return render(request, "translations/questions/at_segment.html", context, status=status)
    if error:
        messages.error(request, error)
        return redirect("translation_segment", code, lang, pk)
    messages.success(request, _("Your question is on its way to the author."))
    return redirect(reverse("translation_work", args=[code, lang]) + f"#s{pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def question(request, pk):
    """One question to the author of a thing, and the answer to it."""
    asked = (
        Question.objects.select_related("thing__original_locale", "locale", "asked_by")
        .filter(pk=pk)
        .first()
    )
    if asked is None or not questions.may_answer(request.user, asked):
        raise Http404
    typed, error = asked.answer, ""
    if request.method == "POST":
        typed = request.POST.get("answer", "")
        try:
            questions.answer(asked, typed, request.user)
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            messages.success(request, _("Answered. All translators see it at this place."))
            return redirect("translation_question", pk)
    original = mirrors.original_page(asked.thing.translation_key)
    context = {
        "question": asked,
        "about": plain(asked.about),
        "title": original.title,
        "source": language(asked.thing.original_locale.language_code),
        "target": language(asked.locale.language_code),
        "typed": typed,
        "error": error,
        "most": Question._meta.get_field("answer").max_length,
        "here": request.path,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[original.pk]),
    }
    return render(
        request, "translations/questions/question.html", context, status=422 if error else 200
    )
