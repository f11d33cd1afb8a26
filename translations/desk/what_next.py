"""The list of the translation desk, `/admin/desk/`: what to do next, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Substr
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.models import Page

from hub.frame import STRUCTURE_DEPTH, get_frame
from hub.languages import LANGUAGES, language
from hub.models import Thing

from ..doors import partner_name
from ..models import TranslationState
from ..rights import coordinates, languages_of
from .reasons import badges_of, holder_of, in_order, page_classes, spoken_reason, with_own_words
from .wordings import voices

State = TranslationState.State

THINGS_A_PAGE = 25
# What a person should take first; the rest is listed when it is asked for.
WAITING = (
    State.OUTDATED,
    State.SENT_BACK,
    State.READY,
    State.IN_PROGRESS,
    State.NOT_STARTED,
)
ON_DEMAND = (State.PUBLISHED, State.STOPPED)
TITLES = {
    State.OUTDATED: gettext_lazy("Changed at the source"),
    State.SENT_BACK: gettext_lazy("Sent back"),
    State.READY: gettext_lazy("Ready for review"),
    State.IN_PROGRESS: gettext_lazy("In progress"),
    State.NOT_STARTED: gettext_lazy("Not started"),
    State.PUBLISHED: gettext_lazy("Published"),
    State.STOPPED: gettext_lazy("Stopped"),
}
SHELF_PATH_LENGTH = STRUCTURE_DEPTH * Page.steplen


def desk_urls() -> list:
    """Addresses of the desk, for `register_admin_urls`."""
    return [path("desk/", index, name="translation_desk")]


# --- what is asked for ------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """The filters of an address; what is no choice counts as not given."""

    state: str
    kind: str
    partner: int | None
    mine: bool = False

    @classmethod
    def of(cls, query) -> "Asked":
        return cls(
            state=chosen(query.get("state"), (*WAITING, *ON_DEMAND)) or "",
            kind=chosen(query.get("kind"), kinds()) or "",
            partner=chosen(query.get("partner"), partners()),
            mine=query.get("mine") == "1",
        )

    def states(self, user) -> Q:
        """The same as a condition on states."""
        wanted = Q(state__in=[self.state] if self.state else WAITING)
        if self.kind:
            wanted &= Q(thing__kind=self.kind)
        if self.partner:
            wanted &= Q(Exists(on_shelves_of(self.partner, originals_of("thing"))))
        if self.mine:
            wanted &= Q(claimed_by=user.pk)
        return wanted


def chosen(given: str | None, choices: Iterable):
    """The one of `choices` that an address gives, else None."""
    return next((one for one in choices if str(one) == given), None)


def originals_of(thing: str):
    """The public original of the row's thing, for a subquery; `thing` is the way to it ("" if it is)."""
    prefix = f"{thing}__" if thing else ""
    return Page.objects.filter(
        translation_key=OuterRef(f"{prefix}translation_key"),
        locale=OuterRef(f"{prefix}original_locale"),
        live=True,
    ).order_by()


def on_shelves_of(partner: int, pages):
    """Those of `pages` that stand on a shelf of this partner, or are one."""
    paths = [
        entry.path
        for one in LANGUAGES
        for entry in get_frame(one.code).entries.values()
        if entry.partner_id == partner
    ]
    return pages.annotate(shelf=Substr("path", 1, SHELF_PATH_LENGTH)).filter(shelf__in=paths)


def kinds() -> dict[str, str]:
    """Kinds of things and what people call them, in the language of now."""
    found: dict[str, list[str]] = {}
    for model in page_classes():
        if model.kind != "home" and model.is_creatable:
            found.setdefault(model.kind, []).append(str(model._meta.verbose_name))
    return {kind: capfirst(", ".join(names)) for kind, names in found.items()}


def partners() -> dict[int, str]:
    """Partners with a shelf, by name; from memory."""
    frame = get_frame(LANGUAGES[0].code)
    known = {entry.partner_id for entry in frame.entries.values() if entry.partner_id}
    named = {pk: frame.partners.get(pk, "") for pk in known}
    return dict(sorted(named.items(), key=lambda one: one[1].casefold()))


# --- what to do next --------------------------------------------------------------------------


@require_safe
def index(request):
    """What awaits the person's languages."""
    mine = languages_of(request.user)
    if not mine:
        raise PermissionDenied
    wanted = request.GET.get("language", "")
    shown = [one for one in mine if one.language_code == wanted] or mine
    asked = Asked.of(request.GET)
    of_live = _of_live_originals(shown)
    cards = _cards(of_live, asked.states(request.user))
    listed = in_order(of_live.filter(asked.states(request.user)), request.user)
    paginator = Paginator(listed, THINGS_A_PAGE)
    # The cards have counted already.
    paginator.count = cards.listed
    page = paginator.get_page(request.GET.get("page"))
    filters = request.GET.copy()
    filters.pop("page", None)
    context = {
        "cards": cards,
        "left_alone": _left_alone(request.user),
        "rows": _rows(page.object_list, request.user),
        "page_obj": page,
        "query": filters.urlencode(),
        "mine": [language(one.language_code) for one in mine],
        "wanted": wanted if len(shown) == 1 and len(mine) > 1 else "",
        "only": language(shown[0].language_code) if len(shown) == 1 else None,
        "states": [(one.value, TITLES[one]) for one in (*WAITING, *ON_DEMAND)],
        "kinds": kinds(),
        "partners": partners(),
        "asked": asked,
        "is_filtered": asked != Asked.of({}),
        "here": request.get_full_path(),
        "has_matrix": coordinates(request.user),
        **voices(request.user, [one.language_code for one in shown]),
    }
    return render(request, "translations/desk.html", context)


def _of_live_originals(locales):
    """States in these languages whose original is public."""
    return TranslationState.objects.filter(
        Exists(originals_of("thing")), locale__in=locales
    ).exclude(locale=F("thing__original_locale"))


def _left_alone(user) -> list[dict]:
    """For coordinators: translations that are public while their original is not."""
    if not coordinates(user):
        return []
    things = Thing.objects.filter(translation_key=OuterRef("translation_key"))
    hidden = Page.objects.filter(
        Exists(things.filter(original_locale=OuterRef("locale"))),
        translation_key=OuterRef("translation_key"),
        live=False,
    )
    pages = Page.objects.filter(Exists(hidden), live=True, alias_of=None).order_by("title")
    return [
        {
            "title": page.title,
            "language": language(page.locale.language_code),
            "url": reverse("translation_languages", args=[page.code]),
        }
        for page in pages.select_related("locale").annotate(code=Subquery(things.values("code")))[
            :20
        ]
    ]


@dataclass
class Cards:
    """The figures above the list; `listed` is how many rows the whole list has."""

    percent: int
    changed: int
    not_started: int
    ready: int
    met: int
    listed: int


def _cards(states, listed: Q) -> Cards:
    """One query for the figures and for the length of the list."""
    sums = states.aggregate(
        words=Sum("words", filter=~Q(state=State.STOPPED)),
        words_done=Sum("words_done", filter=~Q(state=State.STOPPED)),
        met=Sum("met", filter=Q(source_hash="")),
        changed=Count("pk", filter=Q(state=State.OUTDATED)),
        not_started=Count("pk", filter=Q(state=State.NOT_STARTED)),
        ready=Count("pk", filter=Q(state=State.READY)),
        listed=Count("pk", filter=listed),
    )
    return Cards(
        percent=(sums["words_done"] or 0) * 100 // (sums["words"] or 1),
        met=sums["met"] or 0,
        **{name: sums[name] for name in ("changed", "not_started", "ready", "listed")},
    )


@dataclass
class Row:
    """One thing in one language, as the list shows it. `claim` is "mine", "other" or ""."""

    title: str
    code: str
    source: object
    target: object
    kind: str
    partner: str
    words: int
    percent: int
    badges: list
    is_new: bool
    claim: str
    url: str
    claim_url: str


def _rows(states, user) -> list[Row]:
    """The list's rows; a handful of queries for all of them."""
    states = list(states)
    originals = _originals_of(states)
    rows = []
    for state in states:
        original = originals[state.thing.translation_key]
        code = state.locale.language_code
        holder = holder_of(state)
        place = [state.thing.code, code]
        rows.append(
            Row(
                title=original.title,
                code=state.thing.code,
                source=language(state.thing.original_locale.language_code),
                target=language(code),
                kind=capfirst(original.specific_class._meta.verbose_name),
                partner=partner_name(original, state.thing.original_locale.language_code),
                words=state.words_left,
                percent=state.percent,
                badges=badges_of(state, TITLES[state.state], spoken_reason(original), user),
                is_new=state.state == State.NOT_STARTED,
                claim="" if holder is None else "mine" if holder.pk == user.pk else "other",
                url=reverse("translation_work", args=place),
                claim_url=reverse("translation_claim", args=place),
            )
        )
    return rows


def _originals_of(states) -> dict:
    """The original of each state's thing, as core pages, by translation key."""
    wanted = {state.thing.translation_key: state.thing.original_locale_id for state in states}
    pages = Page.objects.filter(translation_key__in=wanted, locale__in=set(wanted.values()))
    pages = with_own_words(pages.order_by())
    found = {
        page.translation_key: page
        for page in pages
        if page.locale_id == wanted[page.translation_key]
    }
    # Read at once, or each page asks for its own type.
    ContentType.objects.get_for_models(*page_classes())
    return found
