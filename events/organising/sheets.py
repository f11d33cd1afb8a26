"""Paper for the day: a list to sign, and the sheet with which people check themselves in."""

from dataclasses import dataclass
from datetime import date as Day
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from django.views.decorators.http import require_safe

from events.event_date import EventDate
from events.registrations.letters import when_label
from events.registrations.models import Participant, State
from events.registrations.terms import terms_of
from hub.alphabets import place_in_alphabet
from hub.frame import get_frame
from hub.languages import LANGUAGES
from hub.private import keep_to_oneself

from .by_hand import days_of
from .day_code import day_code
from .people import country_label
from .rights import date_or_404

# Lines for those who come without having signed up.
EMPTY_LINES = 8


@dataclass(frozen=True)
class Signer:
    name: str
    organisation: str
    country: str


@require_safe
def signature_sheet(request, pk):
    """Everybody with a seat by the alphabet, a box and a line for each; no address."""
    date = date_or_404(request.user, pk)
    code = _language(request, date)
    with override(code):
        context = {**_about(request, date, code), "signers": _signers(date, code)}
        context["empty"] = range(EMPTY_LINES)
        return keep_to_oneself(render(request, "events/admin/signature_sheet.html", context))


@require_safe
def check_in_sheet(request, pk):
    """A QR code to hang up, good on one day."""
    date = date_or_404(request.user, pk)
    code = _language(request, date)
    with override(code):
        context = _about(request, date, code)
        letters = day_code(date, context["day"])
        address = f"{settings.HUB_ADDRESS}/{code}/register/{date.thing.code}/here/"
        full = f"{address}?{urlencode({'day': letters})}"
        context |= {
            "letters": letters,
            "address": address,
            "qr": segno.make(full, error="m", micro=False).svg_data_uri(scale=8, border=4),
        }
        return keep_to_oneself(render(request, "events/admin/check_in_sheet.html", context))


def _language(request, date: EventDate) -> str:
    """That which is asked for, else the one in which the event was written."""
    asked = request.GET.get("in", "")
    known = [one.code for one in LANGUAGES]
    return asked if asked in known else date.thing.original_locale.language_code


def _about(request, date: EventDate, code: str) -> dict:
    terms = terms_of(date)
    page = terms.page if terms else None
    frame = get_frame(code)
    days = days_of(date)
    day = _day(request, date, days)
    return {
        "date": date,
        "title": date.thing.title_in(code) or date.thing.code,
        "when": when_label(date, page, code),
        "place": page.place if page else "",
        "partner": frame.partners.get(date.partner_id, ""),
        "text": frame.text,
        "language": frame.language,
        "languages": LANGUAGES,
        "day": day,
        "day_label": date_format(day, "DATE_FORMAT"),
        "days": [(one.isoformat(), date_format(one, "DATE_FORMAT")) for one in days],
    }


def _day(request, date: EventDate, days: list[Day]) -> Day:
    """The day that is asked for, else today if it is one of them, else the first."""
    today = timezone.now().astimezone(date.when.starts.tzinfo).date()
    asked = {day.isoformat(): day for day in days}.get(request.GET.get("day", ""))
    return asked or (today if today in days else days[0])


def _signers(date: EventDate, code: str) -> list[Signer]:
    people = Participant.objects.filter(date=date, state=State.SEATED)
    people = people.select_related("registration").order_by("pk")
    found = [
        Signer(
            person.name,
            person.registration.organisation,
            country_label(person.registration.country),
        )
        for person in people
    ]
    return sorted(found, key=lambda signer: place_in_alphabet(signer.name, code))
