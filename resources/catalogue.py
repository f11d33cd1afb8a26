"""The catalogue: resources under a section or a shelf, chosen by what stands in the address."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Value
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hub import search
from hub.cards import Card, cards_of
from hub.frame import get_frame
from hub.pages_of import pages_below
from partners.partner_links import partner_name

from .models import KIND_LABELS, ResourcePage
from .resource_page import files_labels

PER_PAGE = 20
# Length of a meeting, as people ask for it: (value, label, filter).
LENGTHS = {
    "30": Q(minutes__lte=30),
    "60": Q(minutes__gt=30, minutes__lte=60),
    "120": Q(minutes__gt=60, minutes__lte=120),
    "day": Q(minutes__gt=120),
}


@dataclass
class Choice:
    """One answer of a facet."""

    value: str
    label: str
    count: int
    chosen: bool
    lang: str = ""


@dataclass
class Chosen:
    """A chosen answer, and the address without it."""

    label: str
    url: str


def _conditions(params: QueryDict) -> dict[str, Q]:
    """The filter of each facet that is chosen; values nobody offers are left out."""
    found: dict[str, Q] = {}
    if kinds := [k for k in params.getlist("kind") if k in KIND_LABELS]:
        found["kind"] = Q(kind_slug__in=kinds)
    if topics := params.getlist("topic"):
        found["topic"] = Q(topics__slug__in=topics)
    if audiences := params.getlist("audience"):
        found["audience"] = Q(audiences__slug__in=audiences)
    if lengths := [LENGTHS[v] for v in params.getlist("minutes") if v in LENGTHS]:
        any_length = Q()
        for length in lengths:
            any_length |= length
        found["minutes"] = any_length
    if "no" in params.getlist("shared"):
        found["shared"] = Q(needs_shared_language=False)
    return found


def _matching(base, conditions: dict[str, Q], without: str = ""):
    """`base` with every condition but one: a facet's own choice does not hide its siblings."""
    for name, condition in conditions.items():
        if name != without:
            base = base.filter(condition)
    return base


def listing(request, below) -> dict:
    """Template context of the resources below the page `below`; six queries at any size, and two for pictures."""
    params = request.GET
    frame = get_frame(below.own_language.code)
    base = pages_below(ResourcePage, below, whole=True)
    query = params.get("q", "").strip()[:200]
    if query:
        base = base.filter(pk__in=search.find_ids(query, below.own_language.code))
    conditions = _conditions(params)
    # Unfiltered, the newest come first by an index; few among many are sorted when found.
    listed = base if query or conditions else pages_below(ResourcePage, below)

    counts = _counts(base, conditions)
    kinds = counts["kind"]
    lengths = _matching(base, conditions, "minutes").aggregate(
        **{f"m{name}": Count("pk", filter=which, distinct=True) for name, which in LENGTHS.items()},
        no=Count("pk", filter=Q(needs_shared_language=False), distinct=True),
    )
    facets = [
        _facet(
            params,
            "kind",
            _("Kind"),
            [(s, capfirst(KIND_LABELS[s]), kinds.get(s, 0)) for s in KINDS],
        ),
        _facet(
            params,
            "minutes",
            _("Time you have"),
            [(name, label, lengths[f"m{name}"]) for name, label in _length_labels()],
        ),
        _facet(
            params,
            "shared",
            _("Language in the room"),
            [("no", _("No shared language needed"), lengths["no"])],
        ),
        _words(params, "topic", _("About"), counts, frame.topics),
        _words(params, "audience", _("For"), counts, frame.audiences),
    ]
    found = _matching(listed, conditions).order_by("-first_published_at", "-pk")
    if {"topic", "audience"} & conditions.keys():
        found = found.distinct()
    chosen_kinds = [k for k in params.getlist("kind") if k in KIND_LABELS]
    total = sum(n for slug, n in kinds.items() if not chosen_kinds or slug in chosen_kinds)
    paginator = _CountedPaginator(found.select_related("listing_picture"), PER_PAGE, total)
    page_obj = paginator.get_page(params.get("page"))
    shown = list(page_obj.object_list)
    cards = cards_of(shown)
    labels = files_labels(shown)
    for card, page in zip(cards, shown, strict=True):
        card.partner = partner_name(frame, page.partner_id)
        card.files_label = labels.get(page.translation_key, "")
    rest = params.copy()
    rest.pop("page", None)
    return {
        "cards": cards,
        "page_obj": page_obj,
        "total": total,
        "facets": [facet for facet in facets if facet["choices"]],
        "chosen": _chosen(params, facets, query),
        "query": query,
        "query_string": rest.urlencode(),
        "catalogue_url": frame.section_url("resources"),
    }


class _CountedPaginator(Paginator):
    """A paginator that was told the count: the kinds have been counted already."""

    def __init__(self, object_list, per_page, count):
        super().__init__(object_list, per_page)
        self.count = count


KINDS = ("kit", "guide", "material", "story")


# Facets that count a column: the same statement for all of them.
COLUMNS = {"kind": "kind_slug", "topic": "topics__slug", "audience": "audiences__slug"}


def _counts(base, conditions) -> dict[str, dict[str, int]]:
    """How many resources each answer of a facet would leave, by facet: one query."""
    counted = [
        _matching(base, conditions, name)
        .filter(**{f"{column}__isnull": False})
        .order_by()
        .annotate(facet=Value(name), answer=F(column))
        .values_list("facet", "answer")
        .annotate(number=Count("pk", distinct=True))
        for name, column in COLUMNS.items()
    ]
    found: dict[str, dict[str, int]] = {name: {} for name in COLUMNS}
    for name, answer, number in counted[0].union(*counted[1:], all=True):
        found[name][answer] = number
    return found


def _words(params, name: str, legend: str, counts, titles: dict) -> dict:
    """The facet of a list of words: those in use, and those chosen, by title in the reader's language.

    A mirror names the words of its source's language; the slug is the same in all.
    """
    chosen = {slug: 0 for slug in params.getlist(name) if slug in titles}
    words = [
        (slug, titles.get(slug, slug), number)
        for slug, number in {**chosen, **counts[name]}.items()
    ]
    return _facet(params, name, legend, sorted(words, key=lambda word: word[1].casefold()))


def _length_labels() -> list[tuple[str, str]]:
    return [
        ("30", _("up to 30 min")),
        ("60", _("31 to 60 min")),
        ("120", _("1 to 2 hours")),
        ("day", _("half a day or more")),
    ]


def _facet(params, name, legend, answers) -> dict:
    chosen = params.getlist(name)
    choices = [
        Choice(value, str(label), number, value in chosen)
        for value, label, number in answers
        if number or value in chosen
    ]
    return {"name": name, "legend": legend, "choices": choices}


def _chosen(params: QueryDict, facets, query: str) -> list[Chosen]:
    found = []
    for facet in facets:
        for choice in facet["choices"]:
            if choice.chosen:
                rest = params.copy()
                rest.pop("page", None)
                values = [v for v in rest.getlist(facet["name"]) if v != choice.value]
                rest.setlist(facet["name"], values)
                found.append(Chosen(choice.label, "?" + rest.urlencode()))
    if query:
        rest = params.copy()
        rest.pop("q", None)
        rest.pop("page", None)
        found.append(Chosen(_("“%(query)s”") % {"query": query}, "?" + rest.urlencode()))
    return found


def newest(shelf, number: int) -> list[Card]:
    """Cards of the newest resources on `shelf`, without chips and pictures: one query."""
    pages = pages_below(ResourcePage, shelf).order_by("-first_published_at", "-pk")[:number]
    cards = [page.card() for page in pages]
    for card in cards:
        card.languages = []
    return cards
