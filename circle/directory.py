"""The directory: services under the circle or a shelf, by need, country, town and language."""

from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from hub.cards import Card, cards_of
from hub.facts import Fact, known
from hub.frame import get_frame
from hub.languages import KNOWN, language
from hub.pages_of import newest_below, pages_below
from hub.prepared import Prepared
from partners.partner_links import partner_facts

from .models import CircleCountry, Need, ServicePage, Weekday

PER_PAGE = 20
# An entry that nobody has looked at for so long is not passed on without a call.
OLD_MONTHS = 6


def listing(request, below) -> dict:
    """Template context of the services below the page `below`."""
    params = request.GET
    everything = pages_below(ServicePage, below, whole=True)
    pages = everything
    needs = [need for need in params.getlist("need") if need in Need.values]
    countries = [one for one in params.getlist("country") if one in CircleCountry.values]
    spoken = [code for code in params.getlist("language") if code in KNOWN]
    town = params.get("town", "").strip()[:80]
    free = params.get("cost") == "free"
    if needs:
        pages = pages.filter(needs__need__in=needs)
    if countries:
        pages = pages.filter(country__in=countries)
    if spoken:
        pages = pages.filter(spoken__language__in=spoken)
    if town:
        pages = pages.filter(town__iexact=town)
    if free:
        pages = pages.filter(is_free=True)
    if needs or spoken:
        pages = pages.distinct()
    # Sorted by what is short: whole rows would be carried through the sorting.
    ids = pages.order_by("country", "town", "title", "pk").values_list("pk", flat=True)
    page_obj = Paginator(list(ids), PER_PAGE).get_page(params.get("page"))
    services = _services(page_obj.object_list)
    rest = params.copy()
    rest.pop("page", None)
    facets = [
        _facet("need", _("What is needed"), Need.choices, needs),
        _facet(
            "language", _("Language spoken"), [(o.code, o.name) for o in KNOWN.values()], spoken
        ),
        _facet("country", _("Country"), CircleCountry.choices, countries),
        _facet("cost", _("Cost"), [("free", _("Free of charge"))], ["free"] if free else []),
    ]
    # A language is named in itself.
    for choice in facets[1]["choices"]:
        choice["lang"] = choice["value"]
    return {
        "services": [
            _row(card, page) for card, page in zip(cards_of(services), services, strict=True)
        ],
        "page_obj": page_obj,
        "query_string": rest.urlencode(),
        "facets": facets,
        "town": town,
        "towns": everything.exclude(town="")
        .order_by("town")
        .values_list("town", flat=True)
        .distinct(),
        "chosen": _chosen(params, facets, town),
    }


_with_picture = Prepared(
    lambda ids: (
        ServicePage.objects.filter(pk__in=ids)
        .order_by()
        .defer_streamfields()
        .select_related("listing_picture")
    )
)


def _services(ids: list[int]) -> list[ServicePage]:
    """The services of one page of the list, in its order: three queries."""
    by_id = {page.pk: page for page in _with_picture(ids)}
    services = [by_id[pk] for pk in ids if pk in by_id]
    prefetch_related_objects(services, "needs", "spoken")
    return services


def _facet(name: str, legend: str, answers, chosen: list[str]) -> dict:
    return {
        "name": name,
        "legend": legend,
        "choices": [
            {"value": value, "label": label, "chosen": value in chosen} for value, label in answers
        ],
    }


def _chosen(params: QueryDict, facets: list[dict], town: str) -> list[dict]:
    """What was chosen, each with the address without it."""
    answers = [
        (facet["name"], choice["value"], choice["label"])
        for facet in facets
        for choice in facet["choices"]
        if choice["chosen"]
    ]
    if town:
        answers.append(("town", params["town"], town))
    found = []
    for name, value, label in answers:
        rest = params.copy()
        rest.pop("page", None)
        rest.setlist(name, [one for one in rest.getlist(name) if one != value])
        found.append({"label": label, "url": "?" + rest.urlencode()})
    return found


def _row(card, page: ServicePage) -> dict:
    """One service as the list shows it: what it helps with and in which languages."""
    if page.is_free:
        card.facts = [*card.facts, _("Free of charge")]
    return {
        "card": card,
        "needs": [str(row) for row in page.needs.all()],
        "spoken": [language(row.language) for row in page.spoken.all()],
    }


def is_open(page: ServicePage, at: datetime | None = None) -> bool | None:
    """Whether it is open at `at` (aware), in the time of the place; None when hours are unknown."""
    hours = list(page.hours.all())
    if not hours:
        return None
    there = (at or timezone.now()).astimezone(ZoneInfo(page.time_zone))
    now = there.time()
    return any(row.day == there.isoweekday() and row.opens <= now < row.closes for row in hours)


def service_context(page: ServicePage) -> dict:
    """Template context of one service."""
    frame = get_frame(page.own_language.code)
    circle_url = frame.section_url("support-circle")
    words = page.source_language
    lang = {"lang": words.code, "dir": words.dir} if page.is_mirror else {}
    hours: dict[int, list[str]] = {}
    for row in page.hours.all():
        times = f"{time_format(row.opens)}–{time_format(row.closes)}"
        hours.setdefault(row.day, []).append(times)
    free = Fact(_("Cost"), _("Free of charge") if page.is_free else "")
    return {
        "needs": [
            {"label": row.get_need_display(), "url": f"{circle_url}?need={row.need}"}
            for row in page.needs.all()
        ],
        "spoken": [
            {
                "language": language(row.language),
                "by_interpreter": row.by_interpreter,
                "note": row.note,
            }
            for row in page.spoken.all()
        ],
        "hours": [(Weekday(day).label, times) for day, times in sorted(hours.items())],
        "facts": known(
            Fact(_("Place"), page.place or page.town, **(lang if page.place else {})),
            Fact(_("Country"), page.get_country_display()),
            Fact(_("Cost"), page.cost, **lang) if page.cost else free,
            *partner_facts(_("Entered by"), frame, page),
        ),
        "phone_url": "tel:" + "".join(one for one in page.phone if one.isdigit() or one == "+"),
        "website_host": urlsplit(page.website).hostname or "",
        "is_old": page.months_since_check is None or page.months_since_check >= OLD_MONTHS,
        "say_url": f"/{page.own_language.code}/say/{page.code}/",
    }


def newest(shelf, number: int) -> list[Card]:
    """Cards of the newest services on `shelf`, without chips and pictures: one query."""
    cards = [page.card() for page in newest_below(ServicePage, shelf, number)]
    for card in cards:
        card.languages = []
    return cards
