"""`/<lang>/register/<code>/`: signing up for a date of an event, at an address nobody may keep."""

import time
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from events.event_date import EventDate
from events.event_dates import originals
from events.models import EventPage
from hub.frame import get_frame
from hub.languages import LANGUAGES
from hub.models import Thing
from hub.page_links import LanguageLink
from hub.say import FormPage, is_from_here, is_too_large, signed

from .deeds import Refused, Sheet, sign_up
from .forms import RegisterForm
from .letters import when_label
from .seats import EVERYBODY, Seats, taken_of, waiting_of
from .terms import Terms, terms_of_page

# Dates of a series that one can choose among.
MOST_DATES = 60


@dataclass(frozen=True)
class Surroundings:
    """The event as the form shows it: title, address and language of its words."""

    thing: Thing
    terms: Terms
    title: str
    url: str
    lang: str
    page: FormPage


@csrf_exempt  # no cookie for readers: is_from_here() and the signed time stand in for the token
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request, code):
    """Show the form; keep a good one, mail its link and say so at the same address."""
    around = surroundings(code)
    if request.method == "GET" and "sent" in request.GET:
        return render(request, "events/register_sent.html", _context(around))
    dates = _open_dates(around.terms, around.thing)
    if not dates:
        why = _why_closed(around)
        return render(request, "events/register_closed.html", {**_context(around), "why": why})
    form = _form(request, around, dates)
    context = {**_context(around), "form": form, "dates": list(dates.values())}
    if request.method != "POST":
        return render(request, "events/register.html", context)
    if not is_from_here(request):
        raise PermissionDenied
    if is_too_large(request):
        context["is_too_large"] = True
        return render(request, "events/register.html", context, status=413)
    if form.is_valid():
        try:
            sign_up(dates[form.cleaned_data["date"]].date.pk, _sheet(form))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return HttpResponseRedirect("?sent=1")
    form.to_send_again()
    return render(request, "events/register.html", context, status=422)


def surroundings(code: str) -> Surroundings:
    """Raises Http404 where nobody can sign up, or what strangers may not read."""
    thing = get_object_or_404(
        Thing.objects.select_related("original_locale"),
        code=code.upper(),
        withdrawn_at=None,
        kind=EventPage.kind,
    )
    original = originals([thing]).get(thing.translation_key)
    here = translation.get_language()
    pages = EventPage.objects.filter(translation_key=thing.translation_key, live=True)
    page = pages.filter(locale__language_code=here).first()
    frame = get_frame(here)
    if not (original and page and original.takes_registrations) or frame.is_restricted(page.path):
        raise Http404
    words = page.words_language
    url = page.get_url()
    lang = "" if words == here else words
    links = [
        LanguageLink(
            one.code, one.name, f"/{one.code}/register/{thing.code}/", one.code == here, True
        )
        for one in LANGUAGES
    ]
    crumbs = [*frame.crumbs(page.path), {"title": page.title, "url": url, "lang": lang}]
    return Surroundings(
        thing, terms_of_page(original), page.title, url, lang, FormPage(crumbs, links)
    )


@dataclass(frozen=True)
class OpenDate:
    """A date one can sign up for, and how many seats are free, in words."""

    date: EventDate
    label: str
    seats: str


def _open_dates(terms: Terms, thing: Thing) -> dict[str, OpenDate]:
    """By key, the soonest first: three queries."""
    now = timezone.now()
    here = translation.get_language()
    coming = thing.event_dates.filter(is_gone=False, is_cancelled=False, starts_at__gt=now)
    coming = coming.order_by("starts_at")[:MOST_DATES]
    coming = [one for one in coming if not terms.why_closed(one, now)]
    taken, waiting = taken_of(one.pk for one in coming), waiting_of(one.pk for one in coming)
    return {
        one.key: OpenDate(
            one,
            when_label(one, terms.page, here),
            seats_words(Seats(terms, taken.get(one.pk, {}), now), waiting.get(one.pk, 0)),
        )
        for one in coming
    }


def seats_words(seats: Seats, waiting: int) -> str:
    """ "12 seats are free", "All seats are taken; 4 people are in line", or nothing without a bound."""
    if seats.left is None:
        return ""
    free = min(seats.left, max(0, seats.left_in(EVERYBODY)))
    if free and not waiting:
        return ngettext("%(number)d seat is free", "%(number)d seats are free", free) % {
            "number": free
        }
    if not waiting:
        return _("All seats are taken. You would be the first in line.")
    return ngettext(
        "All seats are taken; %(number)d person is in line.",
        "All seats are taken; %(number)d people are in line.",
        waiting,
    ) % {"number": waiting}


def _why_closed(around: Surroundings) -> str:
    """A sentence about the date that is nearest to now."""
    dates = around.thing.event_dates.filter(is_gone=False).order_by("-starts_at")
    whys = [around.terms.why_closed(date) for date in dates[:MOST_DATES]]
    return whys[0] if whys else _("No date is known yet.")


def _form(request, around: Surroundings, dates: dict[str, OpenDate]) -> RegisterForm:
    here = translation.get_language()
    frame = get_frame(here)
    kept = around.terms.kept_at(timezone.now())
    ids = [int(pool.partition(":")[2]) for pool in kept if pool.startswith("partner:")]
    choices = [
        (key, " · ".join(filter(None, [one.label, one.seats]))) for key, one in dates.items()
    ]
    wanted = request.GET.get("date")
    initial = {
        "began": signed(time.time()),
        "language": here,
        "date": wanted if wanted in dates else next(iter(dates)),
    }
    return RegisterForm(
        request.POST if request.method == "POST" and not is_too_large(request) else None,
        initial=initial,
        frame=frame,
        dates=choices,
        partners=[(pk, frame.partners[pk]) for pk in ids if pk in frame.partners],
    )


def _sheet(form: RegisterForm) -> Sheet:
    data = form.cleaned_data
    return Sheet(
        names=form.names,
        partner_id=data.get("partner"),
        **{
            name: data[name]
            for name in (
                *("email", "language", "organisation", "country", "audience"),
                *("food", "access", "agreed"),
            )
        },
    )


def _context(around: Surroundings) -> dict:
    return {"about": around, "page": around.page}
