"""The calendar: events under a section or a shelf, as a list or as a month."""

import calendar as weeks
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.core.paginator import Paginator
from django.db.models import Case, Q, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _

from hub.cards import Card
from hub.facts import Fact, known
from hub.frame import get_frame
from hub.languages import language
from hub.models import Thing
from hub.pages_of import pages_below
from partners.partner_links import partner_facts, partner_name

from .models import EventCountry, EventKind, EventPage, Mode, Precision

PER_PAGE = 20
SHOWN_A_DAY = 3
FILTERS = {
    "kind": ("event_kind", EventKind),
    "country": ("country", EventCountry),
    "mode": ("mode", Mode),
}
# What says which part of the calendar is shown, not which events.
PLACE = ("page", "view", "month", "past", "year")


@dataclass
class Day:
    """A day of the grid; `number` is 0 outside the month."""

    number: int
    name: str
    is_today: bool = False
    events: list = field(default_factory=list)
    more: int = 0


@dataclass
class Way:
    """A link to another part of the calendar."""

    label: str
    url: str
    current: bool = False


def _address(params: QueryDict, **place) -> str:
    """The same filters at another place of the calendar."""
    rest = params.copy()
    for name in PLACE:
        rest.pop(name, None)
    rest.update(place)
    return "?" + rest.urlencode()


def _condition(params: QueryDict) -> Q:
    condition = Q()
    for name, (column, choices) in FILTERS.items():
        values = [value for value in params.getlist(name) if value in choices.values]
        if values:
            condition &= Q(**{f"{column}__in": values})
    return condition


def _filters(params: QueryDict) -> list[dict]:
    """One question a filter; "" stands for all of them."""
    questions = {
        "kind": (_("Kind"), _("All kinds")),
        "country": (_("Country"), _("All countries")),
        "mode": (_("On site or online"), _("On site or online")),
    }
    return [
        {
            "name": name,
            "legend": legend,
            "all": every,
            "choices": [
                {"value": value, "label": label, "chosen": value in params.getlist(name)}
                for value, label in FILTERS[name][1].choices
            ],
        }
        for name, (legend, every) in questions.items()
    ]


def listing(request, below) -> dict:
    """Template context of the events below the page `below`."""
    params = request.GET
    base = pages_below(EventPage, below).filter(_condition(params))
    now = timezone.now()
    view = "month" if params.get("view") == "month" else "list"
    past = view == "list" and params.get("past") == "1"
    month = _month(params, now)
    days = view == "list" and "month" in params
    context = {
        "filters": _filters(params),
        "view": view,
        "past": past,
        "ways": [
            Way(_("Coming"), _address(params), view == "list" and not past and not days),
            Way(_("Month"), _address(params, view="month"), view == "month"),
            Way(_("Past"), _address(params, past="1"), past),
        ],
        "past_url": _address(params, past="1"),
        "kept": [(name, params[name]) for name in PLACE if name != "page" and name in params],
    }
    if view == "month":
        return {**context, **month_grid(base, params, month)}
    if days:
        events = _near(base, month)
        context["heading"] = date_format(month, "YEAR_MONTH_FORMAT")
    elif past:
        years = [one.year for one in base.past(now).dates("starts_at", "year", order="DESC")]
        events = base.past(now)
        year = params.get("year", "")
        if year.isdigit() and 1900 < int(year) < 2200:
            events = events.filter(starts_at__year=int(year))
        context["years"] = [
            Way(str(one), _address(params, past="1", year=one), str(one) == year) for one in years
        ]
        context["heading"] = _("What has been")
    else:
        events = base.upcoming(now)
        context["heading"] = _("What is coming")
    page_obj = Paginator(events, PER_PAGE).get_page(params.get("page"))
    rest = params.copy()
    rest.pop("page", None)
    return {
        **context,
        "page_obj": page_obj,
        "query_string": rest.urlencode(),
        "cards": event_cards(page_obj.object_list),
    }


def event_cards(pages) -> list[Card]:
    """Cards as components/event_row.html shows them: no picture, no chips, so no query more."""
    return [_dress(page.card(), page) for page in pages]


def newest(shelf, number: int) -> list[Card]:
    """Cards of the events on `shelf`: the next ones, then the last that have been; one query."""
    is_coming = Q(ends_at__gt=timezone.now())
    pages = pages_below(EventPage, shelf).order_by(
        Case(When(is_coming, then=0), default=1),
        Case(When(is_coming, then="starts_at")),
        "-starts_at",
        "-pk",
    )[:number]
    cards = [page.card() for page in pages]
    for card in cards:
        card.facts = list(dict.fromkeys(card.facts))
    return cards


def _dress(card: Card, page: EventPage) -> Card:
    # A place that is named as its country is said once.
    card.facts = list(dict.fromkeys(card.facts))
    card.partner = partner_name(get_frame(page.own_language.code), page.partner_id)
    return card


def _month(params: QueryDict, now: datetime) -> datetime:
    """The first moment (UTC) of the month asked for, else of this one."""
    try:
        wanted = datetime.strptime(params.get("month", ""), "%Y-%m")
    except ValueError:
        wanted = now
    return datetime(wanted.year, wanted.month, 1, tzinfo=UTC)


def _neighbours(first: datetime) -> tuple[datetime, datetime]:
    """The first days of the months before and after."""
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)


def _near(base, first: datetime):
    """Events of a month and a day around it: the zone of a place is up to 14 hours from UTC."""
    _before, after = _neighbours(first)
    slack = timedelta(days=1)
    return base.filter(starts_at__lt=after + slack, ends_at__gt=first - slack).order_by(
        "starts_at", "pk"
    )


def month_grid(base, params: QueryDict, first: datetime) -> dict:
    """Weeks of the month asked for; events known only by month or year stand above them."""
    year, month = first.year, first.month
    before, after = _neighbours(first)
    vague, by_day = [], {}
    for event in _near(base, first):
        when = event.when
        if event.precision != Precision.DAY:
            begins, ends = when.starts, when.ends - timedelta(microseconds=1)
            if (begins.year, begins.month) <= (year, month) <= (ends.year, ends.month):
                vague.append(_dress(event.card(), event))
            continue
        day = max(when.starts.date(), date(year, month, 1))
        last = (when.ends - timedelta(microseconds=1)).date()
        while day <= last and (day.year, day.month) == (year, month):
            by_day.setdefault(day.day, []).append(event)
            day += timedelta(days=1)
    today = timezone.localdate()
    # Django counts weekdays from Sunday, Python from Monday.
    first_weekday = (get_format("FIRST_DAY_OF_WEEK") - 1) % 7
    names = [str(WEEKDAYS[(first_weekday + place) % 7]) for place in range(7)]
    grid = [
        [
            _day(number, name, by_day.get(number, []), date(year, month, number or 1) == today)
            if number
            else Day(0, name)
            for number, name in zip(week, names, strict=True)
        ]
        for week in weeks.Calendar(firstweekday=first_weekday).monthdayscalendar(year, month)
    ]
    label = "YEAR_MONTH_FORMAT"
    return {
        "grid": grid,
        "has_days": bool(by_day),
        "vague": vague,
        "weekdays": names,
        "heading": date_format(first, label),
        "earlier": Way(date_format(before, label), _month_address(params, before)),
        "later": Way(date_format(after, label), _month_address(params, after)),
        "as_list": _address(params, month=f"{first:%Y-%m}"),
    }


def _month_address(params: QueryDict, first: datetime) -> str:
    return _address(params, view="month", month=f"{first:%Y-%m}")


def _day(number: int, name: str, events: list[EventPage], is_today: bool) -> Day:
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
    return Day(number, name, is_today, shown, max(0, len(events) - SHOWN_A_DAY))


def event_context(page: EventPage) -> dict:
    """Template context of one event."""
    frame = get_frame(page.own_language.code)
    words = page.source_language
    lang = {"lang": words.code, "dir": words.dir} if page.is_mirror else {}
    country = page.get_country_display()
    spoken = [language(row.language) for row in page.spoken.all()]
    return {
        "when": page.when,
        "facts": known(
            Fact(_("Place"), page.place, **lang),
            Fact(_("Country"), "" if page.place == country else country),
            Fact(_("On site or online"), page.get_mode_display()),
            Fact(_("Time of the place"), _zone_city(page)),
            *partner_facts(_("Held by"), frame, page),
            *(
                Fact(_("Project activity"), tie.entry.title, tie.entry.lang, url=tie.entry.url)
                for tie in frame.ties.get(page.translation_key, [])
                if tie.word == "event"
            ),
        ),
        "spoken": spoken,
        "materials": _materials(page),
        "say_url": f"/{page.own_language.code}/say/{page.code}/",
    }


def _zone_city(page: EventPage) -> str:
    """The city that names the zone, where there is an hour that needs it."""
    if page.precision != Precision.DAY:
        return ""
    return page.time_zone.rsplit("/", 1)[-1].replace("_", " ")


def _materials(page: EventPage) -> list[dict]:
    """The resources that belong to an event, in the order chosen there."""
    ids = [row.thing_id for row in page.materials.all()]
    if not ids:
        return []
    things = Thing.objects.select_related("original_locale").in_bulk(ids)
    here = page.own_language.code
    return [
        {
            "url": f"/r/{thing.code}/",
            "title": thing.title_in(here),
            "lang": here if here in thing.titles else thing.original_locale.language_code,
        }
        for thing in (things[pk] for pk in ids)
        if not thing.withdrawn_at
    ]
