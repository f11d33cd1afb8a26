"""The directory: services under the circle or a shelf, by need, country, town and language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

from hub.cards import cards_of
from hub.frame import get_frame
from hub.languages import KNOWN, language
from hub.pages_of import pages_below

from .models import CircleCountry, Need, ServicePage, Weekday

PER_PAGE = 20
# 112 answers in all four countries of the network; it stands before everything else.
EMERGENCY_NUMBER = "112"


def listing(request, below) -> dict:
    """Template context of the services below the page `below`."""
    params = request.GET
    pages = pages_below(ServicePage, below)
    needs = [need for need in params.getlist("need") if need in Need.values]
    countries = [one for one in params.getlist("country") if one in CircleCountry.values]
    spoken = [code for code in params.getlist("language") if code in KNOWN]
    town = params.get("town", "").strip()[:80]
    if needs:
        pages = pages.filter(needs__need__in=needs)
    if countries:
        pages = pages.filter(country__in=countries)
    if spoken:
        pages = pages.filter(spoken__language__in=spoken)
    if town:
        pages = pages.filter(town__iexact=town)
    if params.get("cost") == "free":
        pages = pages.filter(is_free=True)
    rest = params.copy()
    rest.pop("page", None)
    page_obj = Paginator(
        pages.distinct()
        .order_by("country", "town", "title", "pk")
        .select_related("listing_picture")
        .prefetch_related("needs", "spoken"),
        PER_PAGE,
    ).get_page(params.get("page"))
    services = list(page_obj.object_list)
    cards = cards_of(services)
    for card, page in zip(cards, services, strict=True):
        card.facts = [
            *card.facts,
            *(str(row) for row in page.needs.all()),
            *(language(row.language).name for row in page.spoken.all()),
        ]
    return {
        "cards": cards,
        "page_obj": page_obj,
        "query_string": rest.urlencode(),
        "emergency_number": EMERGENCY_NUMBER,
        "circle_url": get_frame(below.own_language.code).section_url("support-circle"),
        "filters": [
            _filter("need", _("What is needed"), Need.choices, needs),
            _filter("country", _("Country"), CircleCountry.choices, countries),
            _filter(
                "language",
                _("Language spoken"),
                [(one.code, one.name) for one in KNOWN.values()],
                spoken,
            ),
            _filter("cost", _("Cost"), [("free", _("Free of charge"))], params.getlist("cost")),
        ],
    }


def _filter(name, legend, answers, chosen) -> dict:
    return {
        "name": name,
        "legend": legend,
        "choices": [
            {"value": value, "label": label, "chosen": value in chosen} for value, label in answers
        ],
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
    hours: dict[int, list] = {}
    for row in page.hours.all():
        hours.setdefault(row.day, []).append(row)
    return {
        "needs": [row.get_need_display() for row in page.needs.all()],
        "spoken": [
            {
                "name": language(row.language).name,
                "code": row.language,
                "by_interpreter": row.by_interpreter,
                "note": row.note,
            }
            for row in page.spoken.all()
        ],
        "hours": [(Weekday(day).label, rows) for day, rows in sorted(hours.items())],
        "emergency_number": EMERGENCY_NUMBER,
        "partner_name": frame.partners.get(page.partner_id, ""),
        "circle_url": frame.section_url("support-circle"),
        "say_url": f"/{page.own_language.code}/say/{page.code}/?kind=report",
    }
