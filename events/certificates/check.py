"""`/v/<code>`: what a certificate on paper says, and whether it was given to a name that is typed in.

Of the person nothing is kept, so the page outlives the list of who was there. It stands in no
language's tree: the address is copied from paper.
"""

import time

from django import forms
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from events.registrations.letters import when_label
from hub.facts import Fact
from hub.languages import LANGUAGES
from hub.page_links import LanguageLink
from hub.say import FormPage, is_from_here

from .code import read
from .hours import length_label
from .key import KeyIsMissing
from .links import event_of
from .paper import logger, page_in

# Of one certificate; whoever holds the paper needs one, whoever goes through a list of names thousands.
MOST_NAMES_AN_HOUR = 20
HOUR_SECONDS = 3600


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name on the certificate"),
        max_length=120,
        help_text=_("As it is printed. Small and capital letters make no difference."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the name that stands on the certificate.")},
    )


@csrf_exempt  # no cookie for readers, and nothing is changed: is_from_here() stands in for the token
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request, code):
    """The event, its date and hours; by POST whether the name is right. 404 for any other code."""
    if request.method == "POST" and not is_from_here(request):
        raise PermissionDenied
    wanted = request.GET.get("in", "")
    here = wanted if wanted in {one.code for one in LANGUAGES} else translation.get_language()
    with translation.override(here):
        response = _answer(request, code, here)
        response.headers["Content-Language"] = here
    patch_vary_headers(response, ["Accept-Language"])
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _answer(request, code: str, here: str):
    try:
        certificate = read(code)
    except KeyIsMissing:
        logger.error("HUB_DATA/certificate-key is missing: no certificate can be checked")
        return render(request, "events/certificates/no_key.html", status=503)
    if certificate is None:
        raise Http404
    form = NameForm(request.POST) if request.method == "POST" else NameForm()
    answer, status = "", 200
    if form.is_bound:
        if not form.is_valid():
            status = 422
        elif not _may_ask(certificate.code):
            form.add_error(None, _("Many names were tried for this certificate. Wait an hour."))
            status = 429
        else:
            answer = "yes" if certificate.is_for(form.cleaned_data["name"]) else "no"
    date = certificate.date
    links = [
        LanguageLink(one.code, one.name, f"{request.path}?in={one.code}", one.code == here, True)
        for one in LANGUAGES
    ]
    event = event_of(date.thing, here)
    lang = "" if event["title_lang"] == here else event["title_lang"]
    context = {
        "page": FormPage([], links),
        "facts": [
            Fact(_("Event"), event["title"], lang, url=event["event_url"]),
            Fact(_("Date"), when_label(date, page_in(date, here), here)),
            Fact(_("Duration"), length_label(certificate.minutes)),
            Fact(_("Code"), certificate.code, dir="ltr"),
        ],
        "form": form,
        "answer": answer,
    }
    return render(request, "events/certificates/check.html", context, status=status)


def _may_ask(code: str) -> bool:
    """Counts a try; each has a place of its own, which one process alone can take."""
    hour = int(time.time() // HOUR_SECONDS)
    return any(
        cache.add(f"certificate:{code}:{hour}:{number}", True, HOUR_SECONDS)
        for number in range(MOST_NAMES_AN_HOUR)
    )
