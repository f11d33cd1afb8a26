"""Asking for a thing in a language: anybody who writes or publishes for a partner may.

One wish a person and language, that can be taken back. A published translation ends them
(`work.publish`).
"""

from urllib.parse import urlsplit

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.widgets.button import Button
from wagtail.models import Locale, Page
from wagtail.permissions import page_permission_policy

from hub.frame import get_frame
from hub.languages import language
from hub.models import HubPage, Thing

from .. import mirrors
from ..doors import thing_or_404
from ..models import TranslationState, TranslationWish
from ..rights import coordinates
from .titles import says

State = TranslationState.State
MOST_FOUND = 25
MOST_CHARACTERS = TranslationWish._meta.get_field("words").max_length


def wishes_urls() -> list:
    """Addresses of these screens; they stand before those with a code in their place."""
    return [
        path("desk/ask/", look, name="translation_ask_for"),
        path("desk/<code:code>/ask/", ask, name="translation_ask"),
    ]


# --- deeds ------------------------------------------------------------------------------------


def partners_of(user) -> list[str]:
    """Names of the partners for which `user` writes or publishes; one query."""
    groups = user.groups.values("pk")
    partners = apps.get_model("partners.Partner").objects.filter(paused_at=None)
    partners = partners.filter(Q(authors__in=groups) | Q(publishers__in=groups))
    return list(partners.order_by("name").values_list("name", flat=True).distinct())


def may_ask(user) -> bool:
    """Coordinators, and whoever writes or publishes somewhere: Wagtail has read that already."""
    return user.is_active and (
        coordinates(user)
        or page_permission_policy.user_has_any_permission(user, ["add", "change", "publish"])
    )


def wish(thing: Thing, locale: Locale, user, words: str = "") -> None:
    """Ask for `thing` in `locale`; asking again changes the words."""
    TranslationWish.objects.update_or_create(
        thing=thing,
        locale=locale,
        asked_by=user,
        defaults={"words": words, "asked_for": ", ".join(partners_of(user))[:255]},
    )


def withdraw(thing: Thing, locale: Locale, user) -> bool:
    """Whether there was a wish of theirs to take back."""
    return bool(
        TranslationWish.objects.filter(thing=thing, locale=locale, asked_by=user).delete()[0]
    )


def languages_to_ask_for(thing: Thing) -> dict[str, TranslationState]:
    """Where there is no translation yet: states by language code."""
    states = thing.states.filter(source_hash="").exclude(locale=thing.original_locale_id)
    return {
        state.locale.language_code: state
        for state in states.select_related("locale").order_by("locale")
    }


# --- the screens ------------------------------------------------------------------------------


@require_safe
def look(request):
    """Find what to ask for among the things of all partners: by title, code or public address."""
    if not may_ask(request.user):
        raise PermissionDenied
    words = request.GET.get("q", "").replace("\0", "").strip()[:300]
    context = {
        "words": words,
        "rows": [
            {
                "title": page.title,
                "language": language(page.locale.language_code),
                "url": reverse("translation_ask", args=[page.known_code]),
            }
            for page in (_found(words) if words else [])
        ],
    }
    return render(request, "translations/ask_for.html", context)


def _found(words: str) -> list[Page]:
    """Public originals that everybody may read, with their thing's `code`; one query."""
    things = Thing.objects.filter(translation_key=OuterRef("translation_key"))
    parts = [part for part in urlsplit(words).path.split("/") if part]
    which = says(words) | Q(known_code__iexact=parts[-1] if parts else words)
    if "/" in words and len(parts) > 1:
        # In whichever language: all pages of a thing have the same end of their address.
        which |= Q(slug=parts[-1])
    pages = Page.objects.filter(
        Exists(things.filter(original_locale=OuterRef("locale"))), live=True, depth__gt=2
    ).annotate(known_code=Subquery(things.values("code")))
    for closed in get_frame(get_language()).restricted:
        pages = pages.exclude(path__startswith=closed)
    found = pages.filter(which).select_related("locale").order_by("title", "pk")[:MOST_FOUND]
    return list(found)


def _original_or_404(request, thing: Thing) -> HubPage:
    """The public original. What only members may read is asked for by those who may write it."""
    original = mirrors.original_page(thing.translation_key)
    if original is None or not original.live or not may_ask(request.user):
        raise Http404
    original = original.specific
    if get_frame(thing.original_locale.language_code).is_restricted(original.path):
        rights = original.permissions_for_user(request.user)
        if not (coordinates(request.user) or rights.can_edit()):
            raise Http404
    return original


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, code):
    """Ask for a thing in a language, say why, or take it back."""
    thing = thing_or_404(code)
    original = _original_or_404(request, thing)
    states = languages_to_ask_for(thing)
    error, typed = "", request.POST.get("words", "")
    wanted = request.POST.get("language") or request.GET.get("language", "")
    if request.method == "POST":
        error = _carry_out(request, thing, states, wanted, typed)
        if not error:
            return redirect("translation_ask", code=thing.code)
    wishes: dict[int, list] = {}
    for one in thing.wishes.select_related("asked_by").order_by("asked_at", "pk"):
        wishes.setdefault(one.locale_id, []).append(one)
    context = {
        "title": original.title,
        "source": language(thing.original_locale.language_code),
        "rows": [
            {
                "language": language(lang),
                "is_stopped": state.state == State.STOPPED,
                "wishes": wishes.get(state.locale_id, []),
                "is_mine": any(
                    one.asked_by_id == request.user.pk for one in wishes.get(state.locale_id, [])
                ),
            }
            for lang, state in states.items()
        ],
        "wanted": wanted,
        "typed": typed if error else "",
        "error": error,
        "most": MOST_CHARACTERS,
        "original_url": original.get_url(),
        "here": reverse("translation_ask", args=[thing.code]),
    }
    return render(request, "translations/ask.html", context)


def _carry_out(request, thing, states: dict, wanted: str, typed: str) -> str:
    """Keep or take back a wish; a sentence when that is not possible."""
    state = states.get(wanted)
    if request.POST.get("deed") == "withdraw":
        if state is not None and withdraw(thing, state.locale, request.user):
            messages.success(request, _("Your wish is taken back."))
        return ""
    words = " ".join(typed.replace("\0", "").split())
    if state is None:
        return _("Choose a language that it is not translated into yet.")
    if len(words) > MOST_CHARACTERS:
        return _("%(length)d characters; there is room for %(most)d.") % {
            "length": len(words),
            "most": MOST_CHARACTERS,
        }
    wish(thing, state.locale, request.user, words)
    messages.success(
        request,
        _("The translators of this language see your wish: %(language)s")
        % {"language": language(wanted).name},
    )
    return ""


# --- the way to it ----------------------------------------------------------------------------


def ask_button(buttons, page: Page, user, context=None) -> None:
    """On a mirror in the explorer's list: ask for its translation."""
    specific = page.specific
    if not isinstance(specific, HubPage) or specific.kind == "home" or not specific.is_mirror:
        return
    if specific.live and may_ask(user):
        buttons.append(
            Button(
                _("Ask for this language"),
                reverse("translation_ask", args=[specific.code])
                + f"?language={specific.own_language.code}",
                icon_name="comment",
                priority=20,
            )
        )
