"""Why to translate a thing now: the order of the desk's list, and the words that give the reason.

What a colleague has taken comes last. Before it, in this order: changed at the source or sent
back; waiting for this person's review; an event that is near; asked for by a partner; nearly done;
met by readers who found no words of theirs; begun; not begun; waiting for the review of others.
Among equals what more readers met goes first, then what has fewer words left.
"""

from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from wagtail.models import Page

from hub.models import HubPage

from ..models import LanguageRole, TranslationState, TranslationWish
from ..rights import coordinates

State = TranslationState.State
# Of its words, in percent.
NEARLY_DONE = 75

(
    CHANGED,
    MINE_TO_REVIEW,
    EVENT_IS_NEAR,
    ASKED_FOR,
    ALMOST,
    MET,
    BEGUN,
    NOT_BEGUN,
    FOR_OTHERS_TO_REVIEW,
) = range(9)


def in_order(states: QuerySet, user) -> QuerySet:
    """`states` in the order of the desk for `user`, each with `wishes` and `wish_of`.

    `wishes` counts who asked for it, `wish_of` is the partner that asked last.
    """
    wishes = TranslationWish.objects.filter(thing=OuterRef("thing"), locale=OuterRef("locale"))
    number = wishes.order_by().values("thing").annotate(number=Count("pk")).values("number")
    mine = LanguageRole.objects.filter(user=user.pk, role=LanguageRole.Role.REVIEWER)
    reviewed = Q() if coordinates(user) else Q(locale__in=mine.values("locale"))
    begun = Q(state__in=[State.IN_PROGRESS, State.STOPPED], done__gt=0)
    rank = _ranked(
        (Q(state__in=[State.OUTDATED, State.SENT_BACK]), CHANGED),
        (Q(state=State.READY) & reviewed, MINE_TO_REVIEW),
        (Q(state=State.READY), FOR_OTHERS_TO_REVIEW),
        (_is_urgent(), EVENT_IS_NEAR),
        (Q(Exists(wishes)), ASKED_FOR),
        (begun & Q(words_done__gte=F("words") * NEARLY_DONE / 100), ALMOST),
        (Q(met__gt=0), MET),
        (begun, BEGUN),
    )
    taken = Q(claimed_by__isnull=False, claimed_until__gte=timezone.localdate())
    by_others = Case(When(taken & ~Q(claimed_by=user.pk), then=Value(1)), default=Value(0))
    return (
        states.select_related("thing__original_locale", "locale", "claimed_by")
        .annotate(
            wishes=Subquery(number, output_field=IntegerField()),
            wish_of=Subquery(wishes.order_by("-asked_at", "-pk").values("asked_for")[:1]),
        )
        .order_by(by_others, rank, "-met", F("words") - F("words_done"), "pk")
    )


def _ranked(*ranks: tuple[Q, int]) -> Case:
    return Case(
        *(When(condition, then=Value(place)) for condition, place in ranks),
        default=Value(NOT_BEGUN),
        output_field=IntegerField(),
    )


def _is_urgent() -> Q:
    """Of things that cannot wait: their rooms know which."""
    urgent = Q(pk__in=[])
    for model in page_classes():
        pages = model.to_translate_soon(timezone.now())
        if pages is not None:
            urgent |= Q(thing__translation_key__in=pages.order_by().values("translation_key"))
    return urgent


def page_classes() -> list[type[HubPage]]:
    return [model for model in apps.get_models() if issubclass(model, HubPage)]


def with_own_words(pages: QuerySet) -> QuerySet:
    """Core pages that bring along what `spoken_reason` asks of their class; no further query."""
    return pages.select_related(*(_child(model) for model in page_classes() if _speaks(model)))


def spoken_reason(page) -> str:
    """What the room of a page (of `with_own_words`) says about translating it now."""
    model = page.specific_class
    return getattr(page, _child(model)).why_translate_now() if _speaks(model) else ""


def _speaks(model) -> bool:
    return model.why_translate_now is not HubPage.why_translate_now


def _child(model) -> str:
    """The name under which a core page knows itself as one of this class."""
    return model._meta.get_ancestor_link(Page).remote_field.get_accessor_name()


# --- in words ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Badge:
    """A reason in a few words; `tone` is the name of a colour: a state's, "why" or "taken"."""

    words: str
    tone: str


def badges_of(state, title: str, why: str, user) -> list[Badge]:
    """The badges of a state that `in_order` gave; `title` names it, `why` is its room's reason."""
    badges = [Badge(_state_in_words(state, title), state.state)]
    if state.untranslated:
        badges.append(Badge(_("Published in part"), "why"))
    if why:
        badges.append(Badge(why, "why"))
    if state.wishes:
        badges.append(Badge(_wish_in_words(state), "why"))
    if state.state == State.IN_PROGRESS and state.percent >= NEARLY_DONE:
        badges.append(Badge(_("Nearly done"), "why"))
    if state.met:
        badges.append(Badge(met_in_words(state), "why"))
    if holder := holder_of(state):
        badges.append(Badge(_claim_in_words(state, holder, user), "taken"))
    return badges


def _state_in_words(state, title: str) -> str:
    changed = state.total - state.done
    if state.state != State.OUTDATED or changed <= 0:
        return title
    words = ngettext("%(number)d paragraph changed", "%(number)d paragraphs changed", changed)
    return words % {"number": changed}


def _wish_in_words(state) -> str:
    if state.wishes == 1 and state.wish_of:
        return _("Asked for by %(partner)s") % {"partner": state.wish_of}
    words = ngettext(
        "Asked for by %(number)d person", "Asked for by %(number)d people", state.wishes
    )
    return words % {"number": state.wishes}


def met_in_words(state) -> str:
    code = state.thing.original_locale.language_code
    words = ngettext(
        "%(number)d reader met the text in this language: %(language)s",
        "%(number)d readers met the text in this language: %(language)s",
        state.met,
    )
    return words % {"number": state.met, "language": get_language_info(code)["name_translated"]}


def holder_of(state, today: date | None = None):
    """Who has taken it, while that lasts; else None."""
    until = state.claimed_until
    return state.claimed_by if until and until >= (today or timezone.localdate()) else None


def _claim_in_words(state, holder, user) -> str:
    day = date_format(state.claimed_until, "DATE_FORMAT")
    if holder.pk == user.pk:
        return _("Yours until %(day)s") % {"day": day}
    who = holder.get_full_name() or holder.get_username()
    return _("%(person)s has it until %(day)s") % {"person": who, "day": day}
