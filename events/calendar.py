"""The calendar: events under a section or a shelf, as a list or as a month."""

import calendar as weeks
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hub.cards import cards_of
from hub.frame import get_frame
from hub.languages import language
from hub.models import Thing
from hub.pages_of import pages_below

from .models import EventCountry, EventKind, EventPage, Mode, Precision

PER_PAGE = 20
SHOWN_A_DAY = 3


@dataclass
class Day:
    """A day of the grid; `number` is 0 outside the month."""

    number: int
    is_today: bool = False
    events: list = field(default_factory=list)
    more: int = 0


FILTERS = {
    "kind": ("event_kind", EventKind),
    "country": ("country", EventCountry),
    "mode": ("mode", Mode),
}


def _chosen(params) -> Q:
    condition = Q()
    for name, (column, choices) in FILTERS.items():
        values = [value for value in params.getlist(name) if value in choices.values]
        if values:
            condition &= Q(**{f"{column}__in": values})
    return condition


def listing(request, below) -> dict:
    """Template context of the events below the page `below`."""
    params = request.GET
    base = pages_below(EventPage, below).filter(_chosen(params))
    now = timezone.now()
    frame = get_frame(below.own_language.code)
    rest = params.copy()
    rest.pop("page", None)
    filters = [
        {
            "name": name,
            "legend": legend,
            "choices": [
                {"value": value, "label": label, "chosen": value in params.getlist(name)}
                for value, label in FILTERS[name][1].choices
            ],
        }
        for name, legend in (("kind", _("Kind")), ("country", _("Country")), ("mode", _("How")))
    ]
    context = {
        "filters": filters,
        "query_string": rest.urlencode(),
        "calendar_url": frame.section_url("events"),
        "view": "month" if params.get("view") == "month" else "list",
    }
    if context["view"] == "month":
        return {**context, **month_grid(base, params, now)}
    past = params.get("past") == "1"
    context["past"] = past
    if past:
        years = base.past(now).dates("starts_at", "year", order="DESC")
        context["years"] = [one.year for one in years]
        events = base.past(now)
        year = params.get("year", "")
        if year.isdigit() and 1900 < int(year) < 2200:
            events = events.filter(starts_at__year=int(year))
            context["year"] = int(year)
    else:
        events = base.upcoming(now)
    page_obj = Paginator(events.select_related("listing_picture"), PER_PAGE).get_page(
        params.get("page")
    )
    return {**context, "page_obj": page_obj, "cards": cards_of(page_obj.object_list)}


def _month(params, now) -> tuple[int, int]:
    try:
        wanted = datetime.strptime(params.get("month", ""), "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return now.year, now.month
    return wanted.year, wanted.month


def month_grid(base, params, now) -> dict:
    """Weeks of the month asked for; events known only by month or year stand above them."""
    year, month = _month(params, now)
    first = datetime(year, month, 1, tzinfo=UTC)
    after = (first + timedelta(days=32)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    # A day of slack: the zone of a place is up to 14 hours from UTC.
    near = base.filter(starts_at__lt=after + timedelta(days=1), ends_at__gt=first - timedelta(days=1))
    vague, by_day = [], {}
    for event in near.order_by("starts_at", "pk"):
        when = event.when
        if event.precision != Precision.DAY:
            if (when.starts.year, when.starts.month) <= (year, month):
                vague.append(event.card())
            continue
        day = max(when.starts.date(), date(year, month, 1))
        last = (when.ends - timedelta(microseconds=1)).date()
        while day <= last and (day.year, day.month) == (year, month):
            by_day.setdefault(day.day, []).append(event)
            day += timedelta(days=1)
    today = timezone.localdate()
    grid = [
        [_day(number, by_day.get(number, []), date(year, month, number) == today if number else False)
         for number in week]
        for week in weeks.Calendar(firstweekday=0).monthdayscalendar(year, month)
    ]
    return {
        "grid": grid,
        "vague": vague,
        "weekdays": [str(WEEKDAYS[index]) for index in range(7)],
        "month_label": date_format(first, "YEAR_MONTH_FORMAT"),
        "previous_month": f"{before:%Y-%m}",
        "next_month": f"{after:%Y-%m}",
        "month": f"{first:%Y-%m}",
    }


def _day(number: int, events: list, is_today: bool) -> Day:
    shown = [
        {
            "url": event.get_url(),
            "title": event.title,
            "lang": event.words_language,
            "kind": event.event_kind,
            "kind_label": event.get_event_kind_display(),
            "time": date_format(event.when.starts, "TIME_FORMAT"),
        }
        for event in events[:SHOWN_A_DAY]
    ]
    return Day(number, is_today, shown, max(0, len(events) - SHOWN_A_DAY))


def event_context(page: EventPage) -> dict:
    """Template context of one event."""
    frame = get_frame(page.own_language.code)
    materials = Thing.objects.filter(
        pk__in=page.materials.values("thing"), withdrawn_at=None
    ).select_related("original_locale")
    return {
        "when": page.when,
        "zone": page.time_zone,
        "zone_city": page.time_zone.rsplit("/", 1)[-1].replace("_", " "),
        "spoken": [language(row.language) for row in page.spoken.all()],
        "materials": [
            {"url": f"/r/{thing.code}/", "title": thing.title_in(page.own_language.code)}
            for thing in materials
        ],
        "partner_name": frame.partners.get(page.partner_id, ""),
        "calendar_url": frame.section_url("events"),
        "say_url": f"/{page.own_language.code}/say/{page.code}/",
    }

