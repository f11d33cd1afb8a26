"""`/<lang>/register/<code>/here/`: people say themselves that they are here, with the day's code.

Nobody learns here who else takes part: whoever is not found, for whatever reason, gets one answer.
"""

import time
from dataclasses import replace

from django import forms
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from events.event_date import EventDate
from events.registrations.deeds import Refused
from events.registrations.letters import when_label
from events.registrations.views import Surroundings, surroundings
from hub.mail_queue import one_line
from hub.say import FormPage, SignedForm, is_from_here, is_too_large, signed

from .by_hand import check_in
from .day_code import date_of_code

# Of one date; what comes above has to be looked at by somebody at the desk.
MOST_MISSES, MISSES_SECONDS = 30, 600
MOST_LETTERS = 40


class CheckInForm(SignedForm):
    day = forms.CharField(
        label=gettext_lazy("Code of the day"),
        max_length=MOST_LETTERS,
        help_text=gettext_lazy("It stands on the sheet in the room."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail with which you signed up"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Only if several people were signed up with this address."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


@csrf_exempt  # no cookie for readers: is_from_here() and the signed time stand in for the token
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def here(request, code):
    around = surroundings(code)
    typed = request.GET.get("day", "")[:MOST_LETTERS]
    context = {"about": around, "page": _in_other_languages(around, typed)}
    if request.method != "POST":
        if "done" in request.GET:
            return render(request, "events/here_done.html", context)
        date = date_of_code(around.thing, typed, timezone.now()) if typed else None
        form = CheckInForm(initial={"day": typed, "began": signed(time.time())})
        context |= {"form": form, "is_old": bool(typed) and date is None, "when": _when(date)}
        return render(request, "events/here.html", context)
    if not is_from_here(request):
        raise PermissionDenied
    if is_too_large(request):
        context |= {"form": CheckInForm(initial={"began": signed(time.time())})}
        return render(request, "events/here.html", {**context, "is_too_large": True}, status=413)
    form, date = CheckInForm(request.POST), None
    if form.is_valid():
        date = date_of_code(around.thing, form.cleaned_data["day"], timezone.now())
        if date is None:
            sentence = _("This code is not good today. Look at the sheet, or ask at the desk.")
            form.add_error("day", sentence)
        elif _is_noted(date, form.cleaned_data):
            return HttpResponseRedirect("?done=1")
        else:
            form.add_error(
                None,
                _(
                    "We cannot note this here. If several people were signed up with this address, write your name too. Otherwise please go to the desk: they will help you."
                ),
            )
    context |= {"form": form.to_send_again(), "when": _when(date)}
    return render(request, "events/here.html", context, status=422)


def _is_noted(date: EventDate, said: dict) -> bool:
    """Whether the person is noted as here. After many misses everybody is sent to the desk."""
    key = f"check-in:{date.pk}"
    misses = cache.get(key, 0)
    if misses >= MOST_MISSES:
        return False
    try:
        if check_in(date.pk, said["email"], one_line(said["name"])):
            return True
    except Refused:
        return False
    cache.set(key, misses + 1, MISSES_SECONDS)
    return False


def _in_other_languages(around: Surroundings, typed: str) -> FormPage:
    query = f"?day={typed}" if typed.replace("-", "").isalnum() and typed.isascii() else ""
    links = [
        replace(link, url=f"/{link.code}/register/{around.thing.code}/here/{query}")
        for link in around.page.language_links
    ]
    return FormPage(around.page.breadcrumbs, links)


def _when(date: EventDate | None) -> str:
    return when_label(date, None, get_language()) if date else ""
