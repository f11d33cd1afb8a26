"""`/<lang>/events/calendar.ics` and `/r/<code>/<lang>.ics`: what calendar programs fetch."""

import hashlib
from datetime import timedelta

from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from hub.frame import get_frame, home_slug, token_of
from hub.models import Generation, Thing
from hub.pages_of import pages_below
from hub.sending import disposition, fit_name
from hub.views import permanent

from .calendar_dates import dates_below
from .calendar_files import calendar_file, calendar_name
from .event_date import EventDate
from .models import EventPage

# What is over stays in people's calendars for a year.
KEPT = timedelta(days=366)
MOST_THINGS = 2000
CACHE = "public, no-cache"


@require_safe
def calendar_feed(request):
    """What the calendar shows with these filters, in the language of the address."""
    frame = get_frame(translation.get_language())
    section = frame.section("events")
    if section is None or frame.is_restricted(section.path):
        raise Http404
    tag = _tag_of_now(request)
    if "If-None-Match" in request.headers:
        # Programs ask every few hours, mostly in vain: then nothing is read but the token.
        same = get_conditional_response(request, etag=tag)
        if same is not None:
            return _with(same, {"ETag": tag, "Cache-Control": CACHE})
    dates = dates_below(section, request.GET).filter(
        precision="day", ends_at__gt=timezone.now() - KEPT
    )
    told = _told(dates)
    pages = pages_below(EventPage, section).filter(translation_key__in=told)
    shown = request.GET.getlist("partner")
    partner = [pk for pk, slug in frame.partner_slugs.items() if shown == [slug]]
    name = calendar_name(frame, *partner)
    content, changed_at = calendar_file(pages.order_by("pk"), told, name)
    return _answer(request, content, changed_at, frame.language.code, tag)


@require_safe
def event_file(request, code, lang):
    """One event with all its dates; a miss while its day is not known."""
    thing = get_object_or_404(Thing, code=code)
    page = EventPage.objects.filter(
        translation_key=thing.translation_key,
        live=True,
        url_path__startswith=f"/{home_slug(lang)}/",
    ).first()
    if page is None and (thing.withdrawn_at or thing.replaced_by_id):
        return permanent(request, code)
    frame = get_frame(lang)
    if page is None or frame.is_restricted(page.path) or page.precision != "day":
        raise Http404
    told = _told(EventDate.objects.filter(thing=thing))
    with translation.override(lang):
        content, changed_at = calendar_file([page], told)
    response = _answer(request, content, changed_at, lang)
    name = f"{fit_name(page.title)[:80]}.ics"
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


def _told(dates) -> dict:
    """How often the dates of each thing changed and when, by translation key: one query."""
    rows = dates.order_by().values("thing__translation_key")
    rows = rows.annotate(number=Max("sequence"), at=Max("changed_at"), last=Max("ends_at"))
    rows = rows.order_by("-last", "thing__translation_key")[:MOST_THINGS]
    return {row["thing__translation_key"]: (row["number"], row["at"]) for row in rows}


def _tag_of_now(request) -> str:
    """Weak: it changes with everything that is published, and each day, as older events fall out."""
    now = f"{token_of(Generation.EVERYTHING)} {timezone.localdate()} {request.get_full_path()}"
    return f'W/"{hashlib.sha256(now.encode()).hexdigest()}"'


def _answer(request, content: bytes, changed_at, lang: str, tag: str = "") -> HttpResponse:
    """The file, or that it is known; the tag is the hash of its bytes unless another is given."""
    headers = {
        "ETag": tag or f'"{hashlib.sha256(content).hexdigest()}"',
        "Cache-Control": CACHE,
    }
    changed = int(changed_at.timestamp()) if changed_at else None
    if changed:
        headers["Last-Modified"] = http_date(changed)
    response = get_conditional_response(request, etag=headers["ETag"], last_modified=changed)
    if response is None:
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        headers |= {"Content-Language": lang, "X-Robots-Tag": "noindex"}
    return _with(response, headers)


def _with(response: HttpResponse, headers: dict) -> HttpResponse:
    for header, value in headers.items():
        response.headers[header] = value
    return response
