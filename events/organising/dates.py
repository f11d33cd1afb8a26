"""`/admin/registrations/`: the dates of events that one organises, with their numbers."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from events.event_date import EventDate
from events.event_dates import originals
from events.registrations.letters import when_label
from events.registrations.models import Participant, State
from hub.frame import get_frame
from hub.models import Thing
from hub.search.folding import fold

from .rights import organised_by

DATES_A_PAGE = 50


@dataclass(frozen=True)
class Numbers:
    """How many people a date has. `seats`: None without a bound."""

    seats: int | None = None
    seated: int = 0
    offered: int = 0
    waiting: int = 0
    asked: int = 0
    attended: int = 0

    @property
    def over(self) -> int:
        """How many hold a seat beyond the number of seats."""
        return 0 if self.seats is None else max(0, self.seated + self.offered - self.seats)


def numbers_of(dates: list[EventDate]) -> dict[int, Numbers]:
    """Date -> its numbers: two queries, however many dates."""
    found: dict[int, dict] = {date.pk: {} for date in dates}
    people = Participant.objects.filter(date__in=found).order_by().values("date", "state")
    for row in people.annotate(number=Count("pk"), attended=Count("attended_at")):
        numbers = found[row["date"]]
        numbers["attended"] = numbers.get("attended", 0) + row["attended"]
        if row["state"] in (State.SEATED, State.OFFERED, State.WAITING, State.ASKED):
            numbers[row["state"]] = row["number"]
    pages = originals([date.thing for date in dates])
    for date in dates:
        page = pages.get(date.thing.translation_key)
        found[date.pk]["seats"] = page.seats if page else None
    return {pk: Numbers(**numbers) for pk, numbers in found.items()}


@require_safe
def index(request):
    """What is coming, the soonest first; what has been with `?past=1`, the latest first."""
    now, is_past = timezone.now(), "past" in request.GET
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    event = request.GET.get("event", "")[:12].upper()
    dates = organised_by(request.user)
    dates = (
        dates.filter(ends_at__lte=now).order_by("-starts_at", "-pk")
        if is_past
        else dates.filter(ends_at__gt=now).order_by("starts_at", "pk")
    )
    about = Thing.objects.filter(code=event).first() if event else None
    if about:
        dates = dates.filter(thing=about)
    if words:
        dates = dates.filter(thing__in=_things_called(words, dates))
    page = Paginator(dates, DATES_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    numbers, code = numbers_of(shown), get_language()
    partners = get_frame(code).partners
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "rows": [
            {
                "date": date,
                "title": date.thing.title_in(code) or date.thing.code,
                "when": when_label(date, None, code),
                "partner": partners.get(date.partner_id, ""),
                "numbers": numbers[date.pk],
            }
            for date in shown
        ],
        "page_obj": page,
        "query": query.urlencode(),
        "words": words,
        "event": about,
        "event_title": about.title_in(code) if about else "",
        "is_past": is_past,
    }
    return render(request, "events/admin/dates.html", context)


def _things_called(words: str, dates) -> list[int]:
    """The things among those of `dates` that say `words` in a title of any language."""
    wanted = fold(words)
    things = Thing.objects.filter(pk__in=dates.order_by().values("thing"))
    return [
        pk
        for pk, titles in things.values_list("pk", "titles")
        if any(wanted in fold(title) for title in titles.values())
    ]
