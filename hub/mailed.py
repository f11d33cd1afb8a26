"""`/<lang>/m/<token>/`: the door behind every signed link of a mail; each room answers for its own.

Nobody may keep such a page, and opening it changes nothing and sets no cookie: mail programs open
links before people do.
"""

from collections.abc import Callable
from datetime import timedelta

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hub.links import read_token
from hub.say import is_from_here

_answers: dict[str, tuple[Callable, timedelta]] = {}


def answers(purpose: str, good_for: timedelta) -> Callable:
    """Registers the view of the links made for `purpose`; it gets the link's data by name."""

    def register(view):
        _answers[purpose] = (view, good_for)
        return view

    return register


@csrf_exempt  # no cookie before a deed: is_from_here() stands in for the token
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mailed(request, token):
    if request.method == "POST" and not is_from_here(request):
        raise PermissionDenied
    has_run_out = False
    for purpose, (view, good_for) in _answers.items():
        try:
            data = read_token(purpose, token, good_for)
        except signing.SignatureExpired:
            has_run_out = True
        except signing.BadSignature:
            continue
        else:
            return _private(view(request, **data))
    context = {"has_run_out": has_run_out}
    return _private(
        render(request, "hub/bad_link.html", context, status=410 if has_run_out else 404)
    )


def _private(response):
    response.headers["Cache-Control"] = "private, no-store"
    # The address is a key: it is told to nobody, not even to this site.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
