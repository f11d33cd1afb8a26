"""The catalogue: resources under a section or a shelf, chosen by what stands in the address."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from hub import search
from hub.atom import feed_address
from hub.cards import Card, cards_of
from hub.frame import get_frame
from hub.pages_of import newest_below
from hub.prepared import Prepared
from partners.partner_links import partner_name

from .catalogue_index import CatalogueIndex, get_index
from .facets import QUESTIONS, Facet, ask
from .models import ResourcePage
from .resource_page import files_labels

# With words that are long in bytes, such as Ukrainian, more would not travel in eight kilobytes.
PER_PAGE = 15


@dataclass
class Link:
    """A choice as an address: one taken back, or another order."""

    label: str
    url: str
    chosen: bool = False


@dataclass
class State:
    """The catalogue with what stands in an address chosen: ids of its pages, in the order asked for."""

    query: str
    sort: str
    facets: list[Facet]
    pages: list[int]


def state_of(params: QueryDict, below) -> State:
    """What is found below a page of the frame or of the tree; two queries, two more for words."""
    code = below.own_language.code
    index = get_index(code)
    query = _query(params)
    facets, found, hits = found_in(index, get_frame(code), below, params)
    sort = _sort(params, query)
    return State(query, sort, facets, index.chosen(found, _order(index, sort, hits)))


def listing(request, below) -> dict:
    """Template context of the resources below the page `below`; six queries at any size, and two for pictures."""
    params = request.GET
    frame = get_frame(below.own_language.code)
    state = state_of(params, below)
    query, sort, facets, pages = state.query, state.sort, state.facets, state.pages
    page_obj = Paginator(pages, PER_PAGE).get_page(params.get("page"))
    return {
        "cards": cards_by_ids(page_obj.object_list, frame),
        "page_obj": page_obj,
        "total": len(pages),
        "facets": facets,
        "chosen": _chosen(params, facets, query),
        "sorts": _sorts(params, sort, query) if len(pages) > 1 else [],
        "sort": sort if sort != _usual(query) else "",
        "query": query,
        "query_string": _without(params, "page").urlencode(),
        "catalogue_url": frame.section_url("resources"),
        "feeds": [feed_address(frame, "resources", params, ("q", *QUESTIONS), below)],
        "to_take": _to_take(params, frame, below),
    }


def found_in(
    index: CatalogueIndex, frame, below, params: QueryDict
) -> tuple[list[Facet], int, list[int]]:
    """The questions, the things that fit the answers in an address, and what the search found."""
    found = index.below(below)
    query = _query(params)
    hits = search.find_ids(query, index.language) if query else []
    if query:
        found &= index.things(hits)
    facets, found = ask(params, index, frame, found)
    return facets, found, hits


def _query(params: QueryDict) -> str:
    return params.get("q", "").strip()[:200]


_pages = Prepared(
    lambda ids: (
        ResourcePage.objects.filter(pk__in=ids, live=True)
        .order_by()
        .defer_streamfields()
        .select_related("listing_picture")
    )
)


def cards_by_ids(ids: list[int], frame) -> list[Card]:
    """Cards of these pages, in this order."""
    pages = {page.pk: page for page in _pages(list(ids))}
    shown = [pages[pk] for pk in ids if pk in pages]
    cards = cards_of(shown)
    labels = files_labels(shown)
    for card, page in zip(cards, shown, strict=True):
        card.partner = partner_name(frame, page.partner_id)
        card.files_label = labels.get(page.translation_key, "")
    return cards


# --- order --------------------------------------------------------------------------------------


def _usual(query: str) -> str:
    return "match" if query else "newest"


SORTS = ("match", "newest", "title", "used")


def _labels() -> dict[str, str]:
    return {
        "match": _("Best match"),
        "newest": _("Newest first"),
        "title": _("By title"),
        "used": _("Most used"),
    }


def _sort(params: QueryDict, query: str) -> str:
    wanted = params.get("sort", "")
    is_known = wanted in _labels() and (query or wanted != "match")
    return wanted if is_known else _usual(query)


def _order(index: CatalogueIndex, sort: str, hits: list[int]) -> list[int] | None:
    """Places in the order wanted; None for the newest first, as they stand."""
    if sort == "match":
        return [index.places[pk] for pk in hits if pk in index.places]
    if sort == "title":
        return index.by_title
    return index.by_uses if sort == "used" else None


def _sorts(params: QueryDict, sort: str, query: str) -> list[Link]:
    found = []
    for name, label in _labels().items():
        if name == "match" and not query:
            continue
        rest = _without(params, "page", "sort")
        if name != _usual(query):
            rest["sort"] = name
        found.append(Link(label, "?" + rest.urlencode(), name == sort))
    return found


# --- addresses ----------------------------------------------------------------------------------


def _to_take(params: QueryDict, frame, below) -> str:
    """What follows the name of a file with all of this: the same choices, and on a shelf its partner."""
    asked = _without(params, "page")
    if slug := frame.partner_slugs.get(below.partner_id if below.depth > 3 else None):
        asked["partner"] = slug
    return f"?{asked.urlencode()}" if asked else ""


def _without(params: QueryDict, *names: str) -> QueryDict:
    rest = params.copy()
    for name in names:
        rest.pop(name, None)
    return rest


def _chosen(params: QueryDict, facets: list[Facet], query: str) -> list[Link]:
    """What was chosen, each with the address without it."""
    found = []
    for facet in facets:
        for choice in facet.all_choices:
            if choice.chosen:
                rest = _without(params, "page")
                values = [v for v in rest.getlist(facet.name) if v != choice.value]
                rest.setlist(facet.name, values)
                found.append(Link(choice.label, "?" + rest.urlencode()))
    if query:
        rest = _without(params, "page", "q")
        found.append(Link(_("“%(query)s”") % {"query": query}, "?" + rest.urlencode()))
    return found


def newest(shelf, number: int) -> list[Card]:
    """Cards of the newest resources on `shelf`, without chips and pictures: one query."""
    cards = [page.card() for page in newest_below(ResourcePage, shelf, number)]
    for card in cards:
        card.languages = []
    return cards
