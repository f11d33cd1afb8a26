"""The calendar: events under a section or a shelf, as a list, a day or a month."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.core.paginator import Paginator
from django.db.models import Case, Q, When, Window
from django.db.models.functions import RowNumber
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hub.atom import feed_address
from hub.cards import Card
from hub.frame import get_frame
from hub.prepared import Prepared
from partners.partner_links import partner_name

from .calendar_dates import (
    FILTERS,
    by_ids,
    coming_ids,
    dates_below,
    ids_of,
    of_month,
    once_a_thing,
    pages_by_key,
    questions,
    with_keys,
)
from .calendar_month import month_grid
from .calendar_places import PLACE, YEARS, Way, address, day_of, month_address, month_of
from .event_date import EventDate
from .models import EventPage
from .subscribing import subscription
from .two_clocks import clocks_label

PER_PAGE = 20
MOST_CLOSED = 5


def listing(request, below) -> dict:
    """Template context of the events below the page `below`."""
    params = request.GET
    frame = get_frame(below.own_language.code)
    dates = dates_below(below, params)
    now = timezone.now()
    view = "month" if params.get("view") == "month" else "list"
    day, month = day_of(params), month_of(params)
    past = view == "list" and params.get("past") == "1"
    is_plain = view == "list" and not past and day is None and month is None
    context = {
        "filters": questions(params, frame, on_shelf=below.depth > 3),
        "view": view,
        "past": past,
        "ways": [
            Way(_("Coming"), address(params), is_plain),
            Way(_("Month"), address(params, view="month"), view == "month"),
            Way(_("Past"), address(params, past="1"), past),
        ],
        "past_url": address(params, past="1"),
        "kept": [(name, params[name]) for name in PLACE if name != "page" and name in params],
        "subscription": subscription(frame, params, below),
        "feeds": [feed_address(frame, "events", params, ("past", *FILTERS), below)],
    }
    if view == "month":
        first = month or timezone.localdate().replace(day=1)
        return {**context, **month_grid(dates, below, params, first)}
    if past:
        shown = _past(dates, params, now, context)
    elif day is not None:
        shown = dates.filter(first_day__lte=day, last_day__gte=day, precision="day")
        shown = shown.order_by("starts_at", "pk")
        context["heading"] = date_format(day, "DATE_FORMAT")
        context["month_url"] = month_address(params, day)
    elif month is not None:
        shown = of_month(dates, month).order_by("starts_at", "pk")
        context["heading"] = date_format(month, "YEAR_MONTH_FORMAT")
        context["month_url"] = month_address(params, month)
    else:
        shown = None
        context["heading"] = _("What is coming")
    ids = coming_ids(below, params, now) if shown is None else ids_of(shown)
    page_obj = Paginator(ids, PER_PAGE).get_page(params.get("page"))
    rest = params.copy()
    rest.pop("page", None)
    return {
        **context,
        "page_obj": page_obj,
        "query_string": rest.urlencode(),
        "cards": cards_of(below, by_ids(page_obj.object_list)),
    }


def _past(dates, params: QueryDict, now: datetime, context: dict):
    """What has been, by year if one is asked for; an event of several years stands in each."""
    window = Q(ends_at__lte=now)
    spans = dates.filter(window).order_by().values_list("first_year", "last_year").distinct()
    years = {year for first, last in spans for year in range(first, last + 1)}
    asked = params.get("year", "")
    if asked.isdecimal() and int(asked[:5]) in YEARS:
        window &= Q(first_year__lte=int(asked), last_year__gte=int(asked))
    context["years"] = [
        Way(str(one), address(params, past="1", year=one), str(one) == asked)
        for one in sorted(years, reverse=True)
    ]
    context["heading"] = _("What has been")
    return once_a_thing(dates, window, latest=True)


def cards_of(below, dates: Iterable[EventDate]) -> list[Card]:
    """A card for each date, as components/event_row.html shows them: one query."""
    dates = list(dates)
    if not dates:
        return []
    pages = pages_by_key(below, dates)
    # A page that went meanwhile leaves its date out.
    return [card_of(pages[one.key_of_thing], one) for one in dates if one.key_of_thing in pages]


def card_of(page: EventPage, one: EventDate) -> Card:
    when = one.when
    card = page.card(when=when)
    if one.is_cancelled and not page.is_cancelled:
        card.facts.insert(0, _("Cancelled"))
    # A place that is named as its country is said once.
    card.facts = list(dict.fromkeys(card.facts))
    frame = get_frame(page.own_language.code)
    card.partner = partner_name(frame, page.partner_id)
    card.date_label = clocks_label(when, one.time_zone, page.partner_id, frame)
    return card


def next_ones(below, number: int) -> list[Card]:
    """Cards of the next events below a page, each at its next date: two queries."""
    return cards_of(below, by_ids(coming_ids(below, QueryDict(), timezone.now(), number)))


def newest(shelf, number: int) -> list[Card]:
    """Cards of the events on `shelf`, each once: the next ones, then the last that have been; two
    queries.
    """
    # Some may stand on pages that not everybody may read.
    cards = cards_of(shelf, _newest(number + MOST_CLOSED)(shelf.partner_id, timezone.now()))[
        :number
    ]
    for card in cards:
        card.partner = ""
    return cards


@cache
def _newest(number: int) -> Prepared:
    return Prepared(lambda partner, at: with_keys(_newest_dates(partner, at))[:number])


def _newest_dates(partner_id: int, at: datetime):
    """Of each event of a partner one date: a coming one before one that has been, one that takes
    place before a cancelled one.
    """
    is_coming = Q(ends_at__gt=at)
    is_over = Case(When(is_coming, then=0), default=1)
    starts_next = Case(When(is_coming, then="starts_at"))
    place = Window(
        RowNumber(),
        partition_by="thing",
        order_by=[is_over, "is_cancelled", starts_next, "-starts_at"],
    )
    return (
        EventDate.objects.filter(partner_id=partner_id, is_gone=False)
        .annotate(place=place)
        .filter(place=1)
        .order_by(is_over, starts_next, "-starts_at", "-pk")
    )
