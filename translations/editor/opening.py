"""How the editor opens a work: all that its screen asks about it, in three queries."""

from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Substr
from django.http import Http404
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation, TranslationSource

from hub.frame import STRUCTURE_DEPTH

from .. import work
from ..doors import work_or_404
from ..models import TranslationState

SHELF_PATH = STRUCTURE_DEPTH * Page.steplen


@dataclass
class OpenWork(work.Work):
    """A work whose rows are read only as far as the editor needs them.

    `original` is of its own class with the fields of a core page, the rest comes when asked for;
    so does the source's content. `states` holds the thing's languages by code, as they were.
    """

    states: dict[str, TranslationState] = field(default_factory=dict)
    shelf_title: str = ""

    @property
    def state(self) -> TranslationState:
        return self.states[self.locale.language_code]


def open_or_404(request, code: str, lang: str) -> OpenWork:
    """The work on a thing in a language, if this person may do it; begins it when nobody has."""
    return _open_or_begin(request, code, lang, _states_of(code))


def hold_or_404(request, code: str, lang: str) -> OpenWork:
    """The same inside a transaction, till whose end nobody else saves words of this work here.

    It knows the state of this language alone.
    """
    states = _states_of(code).filter(locale__language_code=lang)
    states = states.select_for_update(of=("self",))
    return _open_or_begin(request, code, lang, states, for_screen=False)


def _states_of(code: str):
    return TranslationState.objects.filter(thing__code=code.upper()).select_related(
        "thing__original_locale", "locale"
    )


def _open_or_begin(request, code: str, lang: str, states, for_screen=True) -> OpenWork:
    if for_screen:
        states = states.select_related("claimed_by")
    found = _open(request.user, lang, states, for_screen)
    if found is None:
        work_or_404(request, code, lang)
        found = _open(request.user, lang, states.all(), for_screen)
    if found is None:
        raise Http404
    return found


def _open(user, lang: str, of_thing, for_screen: bool) -> OpenWork | None:
    """None where something is missing, be it the right or a row."""
    states = {state.locale.language_code: state for state in of_thing}
    state = states.get(lang)
    if state is None or not work.may_translate(user, state.locale):
        return None
    thing = state.thing
    if thing.original_locale_id == state.locale_id:
        return None
    pages = {page.locale_id: page for page in _pages(thing, state.locale, for_screen)}
    original, target = pages.get(thing.original_locale_id), pages.get(state.locale_id)
    if original is None or target is None or not original.live or original.source_id is None:
        return None
    known = {
        "id": original.source_id,
        "object_id": thing.translation_key,
        "locale_id": thing.original_locale_id,
    }
    shelf = ""
    if for_screen:
        known["last_updated_at"] = original.source_updated_at
        # Of the structure a page has its own name and no shelf above it.
        shelf = original.shelf_title if len(original.path) > SHELF_PATH else ""
    source = TranslationSource.from_db(original._state.db, list(known), list(known.values()))
    return OpenWork(
        thing, state.locale, original.specific_deferred, source, target, states, shelf or ""
    )


def _pages(thing, locale: Locale, for_screen: bool):
    """The original and the page of `locale`, as core pages, with the source's number beside them."""
    taken_up = Translation.objects.filter(
        source__object=thing.translation_key,
        source__locale=thing.original_locale_id,
        target_locale=locale,
        enabled=True,
    )
    pages = (
        Page.objects.filter(
            translation_key=thing.translation_key,
            locale__in=[thing.original_locale_id, locale.pk],
        )
        .order_by()
        .annotate(source_id=Subquery(taken_up.values("source")[:1]))
    )
    if not for_screen:
        return pages
    shelf = Page.objects.filter(path=Substr(OuterRef("path"), 1, SHELF_PATH)).order_by()
    return pages.annotate(
        source_updated_at=Subquery(taken_up.values("source__last_updated_at")[:1]),
        shelf_title=Subquery(shelf.values("title")[:1]),
    )
