"""The questions of the directory: what an address asks for, which rows fit, what readers may choose."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, Exists, FloatField, OuterRef, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from hub.frame import get_frame, token_of
from hub.languages import KNOWN
from hub.models import Generation
from hub.search.folding import fold

from .models import (
    HIDDEN_AFTER,
    Accessibility,
    CircleCountry,
    ForWhom,
    Need,
    ServiceRow,
    ServiceSpan,
)
from .opening import open_at
from .towns import distances

WITHIN_KM = ("10", "25", "50", "100")
# Columns that hold codes between blanks, by the parameter that asks for them.
CODES = {
    "need": ("needs", Need.values),
    "language": ("spoken", list(KNOWN)),
    "for": ("groups", ForWhom.values),
}


@dataclass
class Asked:
    """What an address asks for; unknown values ask nothing."""

    codes: dict[str, list[str]] = field(default_factory=dict)
    countries: list[str] = field(default_factory=list)
    town: str = ""
    within: str = ""
    is_free: bool = False
    is_step_free: bool = False
    is_open: bool = False

    @classmethod
    def by(cls, params: QueryDict) -> "Asked":
        town = params.get("town", "").strip()[:80]
        within = params.get("within", "")
        return cls(
            codes={
                name: [one for one in params.getlist(name) if one in known]
                for name, (_column, known) in CODES.items()
            },
            countries=[one for one in params.getlist("country") if one in CircleCountry.values],
            town=town,
            within=within if town and within in WITHIN_KM else "",
            is_free=params.get("cost") == "free",
            is_step_free=params.get("accessible") == "yes",
            is_open=params.get("open") == "now",
        )


class Public(NamedTuple):
    """What is known beforehand of a row of the directory that everybody may see."""

    thing_id: int
    key: UUID
    town: str
    town_key: str


def public_below(below) -> dict[int, Public]:
    """The public services below a page that are still right, by the id of their row.

    Kept in memory until something is published, and for a day at most.
    """
    everything = token_of(Generation.EVERYTHING)
    return _public_below(below.path, below.own_language.code, timezone.localdate(), everything)


@lru_cache(maxsize=32)
def _public_below(path: str, code: str, today: date, _token) -> dict[int, Public]:
    frame = get_frame(code)
    pages = Page.objects.filter(
        translation_key=OuterRef("thing__translation_key"),
        locale=frame.locale.pk,
        live=True,
        path__startswith=path,
    )
    for prefix in frame.restricted:
        pages = pages.exclude(path__startswith=prefix)
    rows = still_right(ServiceRow.objects.filter(Exists(pages)), today).order_by("town")
    known = rows.values_list("pk", "thing_id", "thing__translation_key", "town", "town_key")
    return {pk: Public(*rest) for pk, *rest in known}


def still_right(rows: QuerySet, today: date | None = None) -> QuerySet:
    """Those that a person found right within the year, and that are not closed for good."""
    since = (today or timezone.localdate()) - HIDDEN_AFTER
    return rows.filter(right_on__gt=since, is_closed=False)


def sieved(asked: Asked, at: datetime) -> QuerySet:
    """The rows that fit, in the order of the list: the nearest first where a distance is asked."""
    rows = ServiceRow.objects.all()
    for name, (column, _known) in CODES.items():
        any_of = Q()
        for code in asked.codes[name]:
            any_of |= Q(**{f"{column}__contains": f" {code} "})
        rows = rows.filter(any_of)
    if asked.countries:
        rows = rows.filter(country__in=asked.countries)
    if asked.is_free:
        rows = rows.filter(is_free=True)
    if asked.is_step_free:
        rows = rows.filter(accessibility=Accessibility.STEP_FREE)
    if asked.is_open:
        places = list(ServiceRow.objects.order_by().values_list("country", "time_zone").distinct())
        rows = rows.filter(open_at(at, places, ServiceSpan.objects.all()))
    if not asked.town:
        return rows.order_by("country", "town", "title", "pk")
    near = distances(asked.town, float(asked.within or 0))
    same = Q(
        town_key__in=[f"{country} {fold(asked.town)}" for country in ("", *CircleCountry.values)]
    )
    rows = rows.filter(same | Q(town_key__in=list(near)))
    if not near:
        return rows.order_by("title", "pk")
    km = [When(town_key=key, then=Value(km)) for key, km in near.items()]
    away = Case(*km, default=Value(0.0), output_field=FloatField())
    return rows.order_by(away, "title", "pk")


def questions(asked: Asked) -> list[dict]:
    """One group of answers a filter; the less usual ones wait folded."""
    yes_open, free, step_free = _("Open now"), _("Free of charge"), _("Step-free")
    spoken = [(one.code, one.name) for one in KNOWN.values()]
    flag = {True: ["yes"], False: []}
    groups = [
        _group("need", _("What is needed"), Need.choices, asked.codes["need"]),
        _group("language", _("Language spoken"), spoken, asked.codes["language"]),
        _group("open", _("Open"), [("now", yes_open)], ["now"] if asked.is_open else []),
        _group("for", _("For whom"), ForWhom.choices, asked.codes["for"], folded=True),
        _group("cost", _("Cost"), [("free", free)], ["free"] if asked.is_free else [], folded=True),
        _group(
            "accessible", _("Way in"), [("yes", step_free)], flag[asked.is_step_free], folded=True
        ),
        _group("country", _("Country"), CircleCountry.choices, asked.countries, folded=True),
    ]
    for choice in groups[1]["choices"]:
        # A language is named in itself.
        choice["lang"] = choice["value"]
    return groups


def _group(name: str, legend: str, answers, chosen: list[str], folded: bool = False) -> dict:
    return {
        "name": name,
        "legend": legend,
        "is_folded": folded,
        "is_open": bool(chosen),
        "choices": [
            {"value": value, "label": label, "chosen": value in chosen} for value, label in answers
        ],
    }


def within_choices(asked: Asked) -> list[dict]:
    """How far from the town; "" stands for the town itself."""
    far = [(km, _("Up to %(km)s km away") % {"km": km}) for km in WITHIN_KM]
    return [
        {"value": value, "label": label, "chosen": value == asked.within}
        for value, label in [("", _("In the town itself")), *far]
    ]


def chosen(params: QueryDict, groups: list[dict], asked: Asked) -> list[dict]:
    """What was chosen, each with the address without it."""
    answers = [
        (group["name"], choice["value"], choice["label"])
        for group in groups
        for choice in group["choices"]
        if choice["chosen"]
    ]
    if asked.town:
        label = asked.town
        if asked.within:
            label = _("%(town)s, up to %(km)s km away") % {"town": asked.town, "km": asked.within}
        answers.append(("town", params["town"], label))
    found = []
    for name, value, label in answers:
        rest = params.copy()
        rest.pop("page", None)
        rest.setlist(name, [one for one in rest.getlist(name) if one != value])
        if name == "town":
            rest.pop("within", None)
        found.append({"label": label, "url": "?" + rest.urlencode()})
    return found
