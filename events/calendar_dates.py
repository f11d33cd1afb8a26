"""Which dates a reader is shown: below a page, through the filters, each thing once or every date."""

from datetime import date, datetime
from functools import lru_cache

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from wagtail.models import Page

from hub.frame import Frame, get_frame
from hub.languages import KNOWN
from hub.pages_of import pages_of_things
from hub.prepared import Prepared
from partners.partner_links import partner_name

from .calendar_places import neighbour
from .event_date import EventDate
from .models import EventCountry, EventKind, EventPage, Mode

COLUMNS = {
    "kind": ("event_kind", EventKind),
    "country": ("country", EventCountry),
    "mode": ("mode", Mode),
}
FILTERS = (*COLUMNS, "partner", "language", "audience")
# The rest is folded away until it is asked for.
IN_SIGHT = tuple(COLUMNS)


def dates_below(below, params: QueryDict) -> QuerySet:
    """The dates of public events below a page of the frame or of the tree, through the filters."""
    frame = get_frame(below.own_language.code)
    dates = _dates(below.path, frame.locale.pk, tuple(frame.restricted))
    return dates.filter(condition(params, frame))


def _dates(path: str, locale_id: int, restricted: tuple[str, ...]) -> QuerySet:
    pages = Page.objects.filter(
        translation_key=OuterRef("thing__translation_key"),
        locale=locale_id,
        live=True,
        path__startswith=path,
    )
    for prefix in restricted:
        pages = pages.exclude(path__startswith=prefix)
    return EventDate.objects.filter(Exists(pages), is_gone=False)


def condition(params: QueryDict, frame: Frame) -> Q:
    """A repeated parameter means "or", different ones mean "and"; unknown values ask nothing."""
    found = Q()
    for name, (column, choices) in COLUMNS.items():
        if values := [value for value in params.getlist(name) if value in choices.values]:
            found &= Q(**{f"{column}__in": values})
    partners = {slug: pk for pk, slug in frame.partner_slugs.items()}
    if values := [partners[slug] for slug in params.getlist("partner") if slug in partners]:
        found &= Q(partner_id__in=values)
    for name, column, values in (
        ("language", "spoken", KNOWN),
        ("audience", "audiences", frame.audiences),
    ):
        any_of = Q()
        for value in params.getlist(name):
            if value in values:
                any_of |= Q(**{f"{column}__contains": f" {value} "})
        found &= any_of
    return found


def questions(params: QueryDict, frame: Frame, on_shelf: bool) -> list[dict]:
    """One question a filter; "" stands for all of them."""
    words = {
        "kind": (_("Kind"), _("All kinds"), COLUMNS["kind"][1].choices),
        "country": (_("Country"), _("All countries"), COLUMNS["country"][1].choices),
        "mode": (_("On site or online"), _("On site or online"), COLUMNS["mode"][1].choices),
        "partner": (_("Partner"), _("All partners"), _partners(frame)),
        "language": (
            _("Language spoken"),
            _("All languages"),
            [(one.code, one.name) for one in KNOWN.values()],
        ),
        "audience": (
            _("For whom"),
            _("For everybody"),
            sorted(frame.audiences.items(), key=_label),
        ),
    }
    return [
        {
            "name": name,
            "legend": legend,
            "all": every,
            "is_folded": name not in IN_SIGHT,
            "chosen": any(value in params.getlist(name) for value, _label in choices),
            "choices": [
                {"value": value, "label": label, "chosen": value in params.getlist(name)}
                for value, label in choices
            ],
        }
        for name, (legend, every, choices) in words.items()
        if choices and not (on_shelf and name == "partner")
    ]


def _partners(frame: Frame) -> list[tuple]:
    """Those with a shelf in the calendar."""
    ids = {shelf.partner_id for shelf in frame.shelves("events")}
    rows = [(frame.partner_slugs[pk], partner_name(frame, pk)) for pk in ids if pk]
    return sorted(rows, key=_label)


def _label(row: tuple) -> str:
    return row[1].casefold()


def once_a_thing(dates: QuerySet, window: Q, latest: bool = False) -> QuerySet:
    """Of each thing one date within `window`: the first, or the `latest`; in that order.

    A cancelled one stands for a thing that has no other there.
    """
    same_state = Q(is_cancelled=OuterRef("is_cancelled"))
    side, tie = ("gt", "gt") if latest else ("lt", "lt")
    nearer = Q(**{f"starts_at__{side}": OuterRef("starts_at")}) | Q(
        starts_at=OuterRef("starts_at"), **{f"pk__{tie}": OuterRef("pk")}
    )
    better = EventDate.objects.filter(window, thing=OuterRef("thing"), is_gone=False).filter(
        Q(is_cancelled__lt=OuterRef("is_cancelled")) | (same_state & nearer)
    )
    order = ("-starts_at", "-pk") if latest else ("starts_at", "pk")
    return dates.filter(window, ~Exists(better)).order_by(*order)


def coming(dates: QuerySet, at: datetime) -> QuerySet:
    """The next date of each thing that is not over at `at`."""
    return once_a_thing(dates, Q(ends_at__gt=at))


def of_month(dates: QuerySet, first: date) -> QuerySet:
    """Dates of which at least a day is in the month that begins with `first`."""
    return dates.filter(first_day__lt=neighbour(first, 1), last_day__gte=first)


def with_keys(dates: QuerySet) -> QuerySet:
    """`dates`, each with the translation key of its thing."""
    return dates.annotate(key_of_thing=F("thing__translation_key"))


def coming_ids(below, params: QueryDict, at: datetime, number: int | None = None) -> list[int]:
    """Ids of the dates that are `coming` (the first `number`), as most readers ask for them."""
    if any(name in params for name in FILTERS):
        return ids_of(coming(dates_below(below, params), at)[:number])
    frame = get_frame(below.own_language.code)
    return _coming(tuple(frame.restricted), number)(below.path, frame.locale.pk, at)


@lru_cache(maxsize=64)
def _coming(restricted: tuple[str, ...], number: int | None) -> Prepared:
    return Prepared(
        lambda path, locale, at: coming(_dates(path, locale, restricted), at).values_list(
            "pk", flat=True
        )[:number]
    )


def ids_of(dates: QuerySet) -> list[int]:
    return list(dates.values_list("pk", flat=True))


def by_ids(ids: list[int]) -> list[EventDate]:
    """These dates in this order, each with the translation key of its thing."""
    found = {date.pk: date for date in _by_ids(list(ids))}
    return [found[pk] for pk in ids if pk in found]


_by_ids = Prepared(lambda ids: with_keys(EventDate.objects.filter(pk__in=ids)).order_by())


def pages_by_key(below, dates) -> dict:
    """The pages of these dates in the language of `below`, without long texts: one query."""
    keys = sorted({date.key_of_thing for date in dates})
    return {page.translation_key: page for page in pages_of_things(EventPage, below, keys)}
