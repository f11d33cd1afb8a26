"""Taking a translation for some days, so that two people do not do the same.

A claim is soft: a colleague sees it and may still work. One UPDATE takes it, so that of two who
press at once one wins; what has run out is free.
"""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.utils import get_valid_next_url_from_request

from hub.languages import language

from ..doors import work_or_404
from ..models import TranslationState
from .reasons import holder_of

DAYS, MOST_DAYS = 7, 30


def claims_urls() -> list:
    return [path("desk/<code:code>/<lang:lang>/claim/", claim, name="translation_claim")]


def take(state: TranslationState, user, until: date) -> bool:
    """Whether `user` has it now, till the end of `until`; False: a colleague was quicker.

    Taking again what one has moves the day. Raises ValidationError for a day that is over or too
    far away.
    """
    today = timezone.localdate()
    if not today <= until <= today + timedelta(days=MOST_DAYS):
        raise ValidationError(
            _("Choose a day from today to %(day)s.")
            % {"day": date_format(today + timedelta(days=MOST_DAYS), "DATE_FORMAT")}
        )
    free = Q(claimed_by=None) | Q(claimed_by=user) | Q(claimed_until__lt=today)
    mine = TranslationState.objects.filter(free, pk=state.pk)
    return mine.update(claimed_by=user, claimed_until=until) == 1


def give_back(state: TranslationState, user) -> bool:
    """Whether `user` had it."""
    mine = TranslationState.objects.filter(pk=state.pk, claimed_by=user)
    return mine.update(claimed_by=None, claimed_until=None) == 1


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request, code, lang):
    """Take a translation till a day, or give it back."""
    job = work_or_404(request, code, lang)
    here = reverse("translation_claim", args=[code, lang])
    typed = request.POST.get("until", "")
    error = ""
    if request.method == "POST":
        if request.POST.get("deed") == "give-back":
            give_back(job.state, request.user)
            messages.success(request, _("Given back: anybody may take it now."))
            return redirect(get_valid_next_url_from_request(request) or here)
        error = _try_to_take(request, job, typed)
        if not error:
            return redirect(get_valid_next_url_from_request(request) or here)
    state = job.state
    holder = holder_of(state)
    today = timezone.localdate()
    proposed = state.claimed_until if holder == request.user else today + timedelta(days=DAYS)
    context = {
        "title": job.original.title,
        "source": language(job.thing.original_locale.language_code),
        "target": language(job.locale.language_code),
        "holder": holder,
        "is_mine": holder == request.user,
        "until": state.claimed_until if holder else None,
        "typed": typed or proposed.isoformat(),
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=MOST_DAYS)).isoformat(),
        "error": error,
        "here": here,
        "work_url": reverse("translation_work", args=[code, lang]),
    }
    return render(request, "translations/claim.html", context)


def _try_to_take(request, job, typed: str) -> str:
    """Take it till the day that was typed, a week from now without one; the reason if not."""
    try:
        until = parse_date(typed) if typed else timezone.localdate() + timedelta(days=DAYS)
    except ValueError:
        until = None
    if until is None:
        return _("That is no day of the calendar. Write it like 2026-12-31.")
    try:
        is_mine = take(job.state, request.user, until)
    except ValidationError as refused:
        return " ".join(refused.messages)
    if is_mine:
        day = date_format(until, "DATE_FORMAT")
        messages.success(request, _("It is yours until %(day)s.") % {"day": day})
        return ""
    holder = job.state.claimed_by
    who = (holder.get_full_name() or holder.get_username()) if holder else ""
    return _("%(person)s has taken it just before you. You may still work on it together.") % {
        "person": who
    }
