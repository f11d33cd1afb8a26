"""One thing in all its languages, for those who publish its original."""

from collections import Counter

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Locale, Page

from hub.languages import language
from hub.models import Thing

from .. import work
from ..doors import thing_or_404
from ..models import TranslationState
from .what_next import TITLES
from .wishes import may_ask

State = TranslationState.State


def steering_urls() -> list:
    """Addresses of these screens, below `/admin/desk/`."""
    return [
        path("desk/<code:code>/", languages, name="translation_languages"),
        path("desk/<code:code>/<lang:lang>/mirror/", turn_back, name="translation_turn_back"),
        path("desk/<code:code>/<lang:lang>/stop/", stop, name="translation_stop"),
    ]


def _thing_to_steer(request, code: str) -> tuple[Thing, Page]:
    """A thing and its original, if this person publishes it or coordinates; else 404."""
    thing = thing_or_404(code)
    original = work.mirrors.original_page(thing.translation_key)
    if original is None or not work.may_turn_back(request.user, original.specific):
        raise Http404
    return thing, original.specific


@require_safe
def languages(request, code):
    """How far a thing is in each language, for those who publish its original."""
    thing, original = _thing_to_steer(request, code)
    states = {state.locale_id: state for state in thing.states.all()}
    wishes = Counter(thing.wishes.values_list("locale", flat=True))
    mine = {locale.pk for locale in work.languages_of(request.user)}
    translated = set(
        work.translated_pages(thing).filter(live=True).values_list("locale", flat=True)
    )
    rows = []
    for locale in Locale.objects.exclude(pk=thing.original_locale_id).order_by("pk"):
        state = states.get(locale.pk) or TranslationState(thing=thing, locale=locale)
        place = [thing.code, locale.language_code]
        opens = locale.pk in mine and original.live
        turns_back = locale.pk in translated and not original.is_structure
        rows.append(
            {
                "language": language(locale.language_code),
                "title": TITLES[state.state],
                "state": state,
                "wishes": wishes[locale.pk],
                "is_stopped": state.state == State.STOPPED,
                "work_url": reverse("translation_work", args=place) if opens else "",
                "turn_back_url": reverse("translation_turn_back", args=place) if turns_back else "",
                "stop_url": reverse("translation_stop", args=place) if state.pk else "",
            }
        )
    context = {
        "title": original.title,
        "source": language(thing.original_locale.language_code),
        "rows": rows,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[original.pk]),
        "ask_url": reverse("translation_ask", args=[thing.code])
        if original.live and may_ask(request.user)
        else "",
        "branches": _branches(request.user, thing, original),
    }
    return render(request, "translations/languages.html", context)


def _branches(user, thing: Thing, original: Page) -> list[dict]:
    """For coordinators: the way to take all that stands below into work, for each language."""
    if not work.coordinates(user) or original.is_leaf():
        return []
    return [
        {
            "language": language(locale.language_code),
            "url": reverse("translation_branch", args=[thing.code, locale.language_code]),
        }
        for locale in Locale.objects.exclude(pk=thing.original_locale_id).order_by("pk")
    ]


@require_POST
def stop(request, code, lang):
    """Stop the translation into a language, or take it up again."""
    thing, _original = _thing_to_steer(request, code)
    state = thing.states.filter(locale__language_code=lang).select_related("locale").first()
    if state is None or state.locale_id == thing.original_locale_id:
        raise Http404
    name = {"language": language(lang).name}
    if request.POST.get("deed") == "start":
        work.start(thing, state.locale)
        messages.success(request, _("Translators find it at the desk again: %(language)s") % name)
    else:
        work.stop(thing, state.locale)
        messages.success(
            request, _("Stopped; what is published and written stays: %(language)s") % name
        )
    return redirect("translation_languages", code=thing.code)


@require_http_methods(["GET", "HEAD", "POST"])
def turn_back(request, code, lang):
    """Ask, then make a language a mirror again."""
    thing, original = _thing_to_steer(request, code)
    page = work.translated_pages(thing).filter(locale__language_code=lang).first()
    if page is None or original.is_structure:
        raise Http404
    here = reverse("translation_languages", args=[thing.code])
    if request.method == "POST":
        work.turn_back(thing, page.locale)
        messages.success(
            request,
            _("%(language)s shows the original again; its words are kept at the desk.")
            % {"language": language(lang).name},
        )
        return redirect(here)
    context = {
        "title": original.title,
        "source": language(thing.original_locale.language_code),
        "target": language(lang),
        "translated_title": page.title,
        "back_url": here,
    }
    return render(request, "translations/turn_back.html", context)
