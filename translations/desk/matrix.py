"""All things in all languages, `/admin/desk/matrix/`, for coordinators; also as a CSV file."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Locale, Page

from hub.languages import LANGUAGES, language
from hub.models import Thing

from ..csv_lines import csv_lines
from ..doors import partner_name
from ..models import TranslationState
from ..rights import coordinates, languages_of
from .reasons import page_classes
from .titles import says
from .what_next import (
    ON_DEMAND,
    TITLES,
    WAITING,
    chosen,
    kinds,
    on_shelves_of,
    originals_of,
    partners,
)

State = TranslationState.State

THINGS_A_PAGE = 50
# A sign for each state beside its colour: not everybody sees colours, and letters differ by language.
SIGNS = {
    State.NOT_STARTED: "○",
    State.IN_PROGRESS: "◐",
    State.READY: "?",
    State.SENT_BACK: "↩",
    State.PUBLISHED: "✓",
    State.OUTDATED: "!",
    State.STOPPED: "×",
}


def matrix_urls() -> list:
    return [
        path("desk/matrix/", matrix, name="translation_matrix"),
        path("desk/matrix.csv", matrix_csv, name="translation_matrix_csv"),
    ]


@dataclass(frozen=True)
class Wanted:
    """The filters of an address; what is no choice counts as not given."""

    state: str
    language: str
    kind: str
    partner: int | None
    words: str

    @classmethod
    def of(cls, query) -> "Wanted":
        return cls(
            state=chosen(query.get("state"), State.values) or "",
            language=chosen(query.get("language"), [one.code for one in LANGUAGES]) or "",
            kind=chosen(query.get("kind"), kinds()) or "",
            partner=chosen(query.get("partner"), partners()),
            words=query.get("q", "").replace("\0", "").strip()[:100],
        )

    def things(self):
        """The things whose original is public and that fit; each with `page`, the original's id."""
        pages = originals_of("")
        if self.partner:
            pages = on_shelves_of(self.partner, pages)
        if self.words:
            pages = pages.filter(says(self.words))
        found = Thing.objects.filter(Exists(pages))
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.state or self.language:
            states = TranslationState.objects.filter(thing=OuterRef("pk"))
            if self.state:
                states = states.filter(state=self.state)
            if self.language:
                states = states.filter(locale__language_code=self.language)
            found = found.filter(Exists(states))
        return found


def _refuse_others(user) -> None:
    if not coordinates(user):
        raise PermissionDenied


@require_safe
def matrix(request):
    """A page of things, each with its state in every language; totals above."""
    _refuse_others(request.user)
    wanted = Wanted.of(request.GET)
    locales = languages_of(request.user)
    things = wanted.things()
    titled = things.annotate(title_now=Subquery(originals_of("").values("title")[:1]))
    paginator = Paginator(titled.order_by("title_now", "pk"), THINGS_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    filters = request.GET.copy()
    filters.pop("page", None)
    context = {
        "title": _("All things in all languages"),
        "nothing": _("Nothing fits all of this at once."),
        "wanted": wanted,
        "is_filtered": wanted != Wanted.of({}),
        "columns": _columns(things, locales),
        "rows": _rows(list(page.object_list), locales),
        "page_obj": page,
        "number": paginator.count,
        "query": filters.urlencode(),
        "csv_url": reverse("translation_matrix_csv") + f"?{filters.urlencode()}",
        "states": [(one.value, TITLES[one], SIGNS[one]) for one in (*WAITING, *ON_DEMAND)],
        "languages": [language(one.language_code) for one in locales],
        "kinds": kinds(),
        "partners": partners(),
    }
    return render(request, "translations/matrix.html", context)


def _columns(things, locales) -> list[dict]:
    """Totals of each language over all `things`; one query."""
    rows = (
        TranslationState.objects.filter(thing__in=things.order_by().values("pk"))
        .exclude(locale=F("thing__original_locale"))
        .values("locale")
        .annotate(
            words_all=Sum("words", filter=~Q(state=State.STOPPED)),
            words_ready=Sum("words_done", filter=~Q(state=State.STOPPED)),
            **{f"in_{state.value}": Count("pk", filter=Q(state=state)) for state in State},
        )
    )
    by_locale = {row["locale"]: row for row in rows}
    columns = []
    for locale in locales:
        row = by_locale.get(locale.pk, {})
        columns.append(
            {
                "language": language(locale.language_code),
                "percent": (row.get("words_ready") or 0) * 100 // (row.get("words_all") or 1),
                "states": [
                    {
                        "sign": SIGNS[state],
                        "title": TITLES[state],
                        "number": row[f"in_{state.value}"],
                    }
                    for state in SIGNS
                    if row.get(f"in_{state.value}")
                ],
            }
        )
    return columns


def _rows(things: list[Thing], locales) -> list[dict]:
    """The lines of one page of the matrix; three queries."""
    keys = {thing.translation_key: thing.original_locale_id for thing in things}
    pages = Page.objects.filter(translation_key__in=keys, locale__in=set(keys.values())).order_by()
    originals = {
        page.translation_key: page for page in pages if page.locale_id == keys[page.translation_key]
    }
    ContentType.objects.get_for_models(*page_classes())
    states: dict[int, dict] = {}
    for state in TranslationState.objects.filter(thing__in=[thing.pk for thing in things]):
        states.setdefault(state.thing_id, {})[state.locale_id] = state
    codes = {locale.pk: locale.language_code for locale in locales}
    rows = []
    for thing in things:
        original = originals[thing.translation_key]
        source = codes[thing.original_locale_id]
        rows.append(
            {
                "title": original.title,
                "source": language(source),
                "about": " · ".join(
                    part
                    for part in (
                        capfirst(str(original.specific_class._meta.verbose_name)),
                        partner_name(original, source),
                    )
                    if part
                ),
                "url": reverse("translation_languages", args=[thing.code]),
                "cells": [
                    _cell(thing, locale, states.get(thing.pk, {}).get(locale.pk))
                    for locale in locales
                ],
            }
        )
    return rows


def _cell(thing: Thing, locale: Locale, state: TranslationState | None) -> dict:
    target = language(locale.language_code)
    if thing.original_locale_id == locale.pk:
        return {"language": target, "is_original": True}
    name = State(state.state) if state else State.NOT_STARTED
    return {
        "language": target,
        "state": name.value,
        "title": TITLES[name],
        "sign": SIGNS[name],
        "percent": state.percent if state else 0,
        "url": reverse("translation_work", args=[thing.code, locale.language_code]),
    }


# --- the same as a file -----------------------------------------------------------------------


@require_safe
def matrix_csv(request):
    """Everything that the filters leave, a line for each thing; read and sent in pieces."""
    _refuse_others(request.user)
    locales = languages_of(request.user)
    codes = {locale.pk: locale.language_code for locale in locales}
    head = [_("Code"), _("Title"), _("Kind"), _("Original in"), _("Words")]
    for code in codes.values():
        head += [f"{code}: {_('State')}", f"{code}: %"]
    # Words of the interface now: the lines are made when the language of this request is gone.
    titles = {state.value: str(title) for state, title in TITLES.items()}
    called, original = kinds(), _("the original")
    rows = (
        TranslationState.objects.filter(thing__in=Wanted.of(request.GET).things().values("pk"))
        .annotate(title_now=Subquery(originals_of("thing").values("title")[:1]))
        .select_related("thing")
        .order_by("thing")
        .iterator(chunk_size=2000)
    )

    def lines():
        yield head
        for _pk, states in groupby(rows, key=lambda state: state.thing_id):
            by_locale = {state.locale_id: state for state in states}
            first = next(iter(by_locale.values()))
            thing = first.thing
            line = [thing.code, first.title_now, called.get(thing.kind, thing.kind)]
            line += [codes[thing.original_locale_id], first.words]
            for pk in codes:
                state = by_locale.get(pk)
                if pk == thing.original_locale_id:
                    line += [original, ""]
                else:
                    line += [titles[state.state], state.percent] if state else ["", ""]
            yield line

    response = StreamingHttpResponse(csv_lines(lines()), content_type="text/csv; charset=utf-8")
    day = timezone.localdate().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="translations-{day}.csv"'
    return response
