"""`/api/v2/events/`: what the calendar shows, each event once, with all its dates and their zones."""

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from wagtail.api.v2.utils import BadRequestError

from hub.api import BRIEF, RecordsAPI
from hub.frame import Frame, get_frame
from hub.languages import KNOWN

from .calendar_dates import COLUMNS, by_ids, coming_ids, dates_below, ids_of, once_a_thing
from .calendar_places import YEARS, month_of, neighbour
from .event_date import EventDate
from .models import EventPage

WHEN = ("when", "date", "ends", "precision", "time_zone", "dates")
WHERE = ("event_kind", "place", "country", "mode", "cancelled", "spoken", "audiences")
FIELDS = frozenset(
    {
        *BRIEF,
        *WHEN,
        *WHERE,
        *("description", "languages", "partner", "published", "modified", "checked_on"),
        "materials",
    }
)


class EventsAPI(RecordsAPI):
    """`when` is the date for which an event is in this list: the next one, or the last that has been."""

    model = EventPage
    known_fields = FIELDS
    listing_fields = (*BRIEF, *WHEN, *WHERE, "languages", "partner")

    def get_base_queryset(self):
        public = super().get_base_queryset()
        return EventPage.objects.filter(pk__in=public.order_by().values("pk"))

    def get_queryset(self):
        return self.get_base_queryset()

    def listing_view(self, request):
        frame = get_frame(self.language_asked())
        offered = _offered(frame)
        self.check_names({*offered, "month", "year", "past"})
        self.check_answers(offered)
        if "month" in request.GET and month_of(request.GET) is None:
            raise BadRequestError("month is written as 2026-12.")
        section = frame.section("events")
        if section is None or frame.is_restricted(section.path):
            return self.get_paginated_response(self.paginate_queryset([]))
        ids = self.paginate_queryset(_ids(section, request.GET))
        shown = by_ids(ids)
        found = self.get_queryset().filter(
            locale=frame.locale, translation_key__in=[one.key_of_thing for one in shown]
        )
        pages = {page.translation_key: page for page in found}
        self.when = {one.key_of_thing: one for one in shown}
        return self.get_paginated_response(
            self.items([pages[key] for key in self.when if key in pages], self.listing_fields)
        )

    def records(self, pages):
        """With all dates that are not taken back, as the calendar knows them: one query for all."""
        keys = [page.translation_key for page in pages]
        rows = EventDate.objects.filter(thing__translation_key__in=keys, is_gone=False)
        dates: dict = {}
        for key, row in (
            (row.thing.translation_key, row)
            for row in rows.select_related("thing").order_by("starts_at", "pk")
        ):
            dates.setdefault(key, []).append(row)
        now = timezone.now()
        found = []
        for page, record in zip(pages, super().records(pages), strict=True):
            known = dates.get(page.translation_key, [])
            notes = {one["key"]: one["note"] for one in record.get("dates", ())}
            when = getattr(self, "when", {}).get(page.translation_key)
            if when is None:
                coming = [one for one in known if one.ends_at > now] or known[-1:]
                takes_place = [one for one in coming if not one.is_cancelled]
                when = next(iter(takes_place or coming), None)
            found.append(
                {
                    **record,
                    "when": _said(when, notes) if when else None,
                    "dates": [_said(one, notes) for one in known],
                }
            )
        return found


def _said(one: EventDate, notes: dict[str, str]) -> dict:
    """A date as exactly as it is known; an hour has the offset of its place, whose zone is named."""
    when = one.when
    return {
        "starts": when.iso,
        "ends": when.iso_end,
        "time_zone": one.time_zone,
        "precision": one.precision,
        "cancelled": one.is_cancelled,
        "note": notes.get(one.key, ""),
    }


def _offered(frame: Frame) -> dict[str, set[str]]:
    offered = {name: set(choices.values) for name, (_column, choices) in COLUMNS.items()}
    offered["partner"] = set(frame.partner_slugs.values())
    offered["language"] = set(KNOWN)
    offered["audience"] = set(frame.audiences)
    return offered


def _ids(section, params: QueryDict) -> list[int]:
    """Of each event one date: the next, or within a month, or the last that has been."""
    now = timezone.now()
    first = month_of(params)
    if first is not None:
        window = Q(first_day__lt=neighbour(first, 1), last_day__gte=first)
        return ids_of(once_a_thing(dates_below(section, params), window))
    if params.get("past") == "1":
        window = Q(ends_at__lte=now)
        year = params.get("year", "")
        if year.isascii() and year.isdecimal() and int(year[:5]) in YEARS:
            window &= Q(first_year__lte=int(year), last_year__gte=int(year))
        return ids_of(once_a_thing(dates_below(section, params), window, latest=True))
    return coming_ids(section, params, now)
