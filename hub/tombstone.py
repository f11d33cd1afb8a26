"""What stays at the address of something that was withdrawn: what it was, when and why."""

from django.apps import apps
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from hub.languages import language
from hub.models import HubPage, Thing
from hub.row_kinds import row_kind


def tombstone(request, thing: Thing) -> HttpResponse:
    """410 in the reader's language. `thing` comes with its original locale."""
    here = translation.get_language()
    original = thing.original_locale.language_code
    said = here if here in thing.titles else original
    context = {
        "thing": thing,
        "kind_label": kind_label(thing.kind),
        "title": thing.title_in(here),
        "title_language": None if said == here else language(said),
        # Whoever withdrew it wrote in the language of the original.
        "why_language": None if original == here else language(original),
    }
    response = render(request, "410.html", context, status=410)
    patch_vary_headers(response, ["Accept-Language"])
    response.headers["Cache-Control"] = "no-store"
    return response


def kind_label(kind: str) -> str:
    """What people call things of this kind; nothing for a kind that no page has any more."""
    if row := row_kind(kind):
        return str(row.label)
    models = (model for model in apps.get_models() if issubclass(model, HubPage))
    return next((str(one._meta.verbose_name) for one in models if one.kind == kind), "")
