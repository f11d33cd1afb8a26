"""The calendar: events under a section or a shelf, as a list, a day or a month."""

from collections.abc import Iterable
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hub.cards import Card
from hub.frame import get_frame
from hub.pages_of import pages_below
from partners.partner_links import partner_name

from .calendar_dates import (
    coming,
    dates_below,
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
        shown = coming(dates, now)
        context["heading"] = _("What is coming")
    page_obj = Paginator(with_keys(shown), PER_PAGE).get_page(params.get("page"))
    rest = params.copy()
    rest.pop("page", None)
    return {
        **context,
        "page_obj": page_obj,
        "query_string": rest.urlencode(),
        "cards": cards_of(below, page_obj.object_list),
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
    card = page.card()
    if one.is_cancelled and not page.is_cancelled:
        card.facts.insert(0, _("Cancelled"))
    # A place that is named as its country is said once.
    card.facts = list(dict.fromkeys(card.facts))
    frame, when = get_frame(page.own_language.code), one.when
    card.partner = partner_name(frame, page.partner_id)
    card.date_label = clocks_label(when, one.time_zone, page.partner_id, frame)
    card.date_iso, card.day, card.month = when.iso, when.day, when.month_short
    return card


def next_ones(below, number: int) -> list[Card]:
    """Cards of the next events below a page, each at its next date: two queries."""
    dates = dates_below(below, QueryDict())
    return cards_of(below, with_keys(coming(dates, timezone.now()))[:number])


def newest(shelf, number: int) -> list[Card]:
    """Cards of the events on `shelf`: the next ones, then the last that have been; one query."""
    is_over = Case(When(ends_at__gt=timezone.now(), then=0), default=1)
    dates = EventDate.objects.filter(
        thing__translation_key=OuterRef("translation_key"), is_gone=False
    ).order_by(
        is_over,
        "is_cancelled",
        Case(When(ends_at__gt=timezone.now(), then="starts_at")),
        "-starts_at",
    )
    shown = {
        f"shown_{name}": Subquery(dates.values(name)[:1])
        for name in ("starts_at", "ends_at", "is_cancelled")
    }
    is_coming = Q(shown_ends_at__gt=timezone.now())
    pages = (
        pages_below(EventPage, shelf)
        .annotate(**shown)
        .filter(shown_starts_at__isnull=False)
        .order_by(
            Case(When(is_coming, then=0), default=1),
            Case(When(is_coming, then="shown_starts_at")),
            "-shown_starts_at",
            "-pk",
        )
    )
    cards = []
    for page in pages[:number]:
        one = EventDate(
            starts_at=page.shown_starts_at,
            ends_at=page.shown_ends_at,
            is_cancelled=page.shown_is_cancelled,
            time_zone=page.time_zone,
            precision=page.precision,
        )
        cards.append(card_of(page, one))
        cards[-1].partner = ""
    return cards
