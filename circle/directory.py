"""The directory: services under the circle or a shelf, through the reader's filters."""

from datetime import date, time
from heapq import nlargest
from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from hub.cards import Card, cards_of
from hub.facts import Fact, known
from hub.frame import get_frame
from hub.languages import language
from hub.pages_of import pages_of_things
from partners.partner_links import partner_facts

from .directory_filters import (
    Asked,
    chosen,
    public_below,
    questions,
    sieved,
    within_choices,
)
from .directory_map import dots
from .models import CircleCountry, Need, ServicePage, ServiceRow, Weekday
from .opening import WHOLE_YEAR, Hours, Span
from .towns import towns_named

PER_PAGE = 20
# An entry that nobody has looked at for so long is not passed on without a call.
OLD_MONTHS = 6


def listing(request, below) -> dict:
    """Template context of the services below the page `below`."""
    params, now = request.GET, timezone.now()
    asked = Asked.by(params)
    public = public_below(below)
    found = [pk for pk in sieved(asked, now).values_list("pk", flat=True) if pk in public]
    page_obj = Paginator(found, PER_PAGE).get_page(params.get("page"))
    groups = questions(asked)
    rest = params.copy()
    rest.pop("page", None)
    return {
        "services": _services(below, {pk: public[pk].key for pk in page_obj.object_list}, now),
        "page_obj": page_obj,
        "query_string": rest.urlencode(),
        "facets": groups,
        "town": asked.town,
        "town_is_known": not asked.within or bool(towns_named(asked.town)),
        "within": within_choices(asked),
        "towns": list(dict.fromkeys(one.town for one in public.values() if one.town)),
        "dots": dots(one.town_key for one in public.values()),
        "chosen": chosen(params, groups, asked),
        "emergency_countries": _countries(asked.countries),
        "sheet_url": f"/{below.own_language.code}/support-circle/sheet/",
        "people_url": f"/{below.own_language.code}/support-circle/people/",
        "helpers_url": f"/{below.own_language.code}/support-circle/helpers/",
        "on_sheet": _on_sheet(params),
    }


def _on_sheet(params) -> list[str]:
    """The codes that were ticked elsewhere and go along in the address."""
    return [one for one in params.getlist("s") if one.isalnum()][:24]


def _countries(codes: list[str]) -> str:
    """Names of countries, of all in the circle when none is chosen."""
    return ", ".join(str(CircleCountry(code).label) for code in codes or CircleCountry.values)


def _services(below, keys: dict, now) -> list[dict]:
    """What the list shows of these rows (id -> key of the thing), in their order."""
    rows = ServiceRow.objects.in_bulk(keys)
    pages = pages_of_things(ServicePage, below, sorted(keys.values()))
    by_key = {page.translation_key: page for page in pages}
    there = [(rows[pk], by_key[key]) for pk, key in keys.items() if pk in rows and key in by_key]
    cards = cards_of([page for _row, page in there])
    return [_row(card, row, page, now) for card, (row, page) in zip(cards, there, strict=True)]


def _row(card: Card, row: ServiceRow, page: ServicePage, now) -> dict:
    """One service as the list shows it: all of it but free text is in the reader's language."""
    if page.is_free:
        card.facts = [*card.facts, _("Free of charge")]
    return {
        "card": card,
        "needs": [str(Need(one).label) for one in row.needs.split()],
        "spoken": [language(one) for one in row.spoken.split()],
        "state": row.known_hours.state(now).value,
        "phone": page.phone,
        "phone_url": phone_url(page.phone),
        "messenger": page.messenger,
        "get_in": short(page.get_in),
        "bring": short(page.bring),
        "words": page.source_language.name if page.is_mirror else "",
    }


def short(text: str, letters: int = 60) -> str:
    """The beginning of what somebody wrote, in one line."""
    return Truncator(" ".join(text.split())).chars(letters)


def phone_url(number: str) -> str:
    """What a telephone can dial; "" without a number."""
    figures = "".join(one for one in number if one.isdigit() or one == "+")
    return f"tel:{figures}" if figures else ""


def season_label(begins: int, ends: int) -> str:
    """ "15 May – 31 August", or nothing for the whole year."""
    if (begins, ends) == WHOLE_YEAR:
        return ""
    days = [timezone.datetime(2024, one // 100, one % 100) for one in (begins, ends)]
    return " – ".join(date_format(day, "MONTH_DAY_FORMAT") for day in days)


def week_of(hours: Hours) -> list[tuple]:
    """Weekday and its hours, with the season where there is one."""
    return [(Weekday(day).label, times) for day, times in hours_by_day(hours).items()]


def hours_by_day(hours: Hours) -> dict[int, list[str]]:
    """From Monday on."""
    found: dict[int, list[str]] = {}
    for span in hours.spans:
        if span.first_on:
            continue
        times = _times(span)
        season = season_label(span.season_from, span.season_to)
        found.setdefault(span.day, []).append(f"{times} ({season})" if season else times)
    return found


def special_days_of(hours: Hours) -> list[tuple]:
    """Days and what holds on them; those that are over are left out."""
    found, today = [], f"{timezone.localdate()}"
    for span in hours.spans:
        if span.last_on < today:
            continue
        days = [date.fromisoformat(day) for day in dict.fromkeys((span.first_on, span.last_on))]
        label = " – ".join(date_format(day, "DATE_FORMAT") for day in days)
        found.append((label, _("closed") if span.is_closed else _times(span)))
    return found


def _times(span: Span) -> str:
    """The clock counts anew past midnight."""
    clock = [time(minute // 60 % 24, minute % 60) for minute in (span.opens, span.closes)]
    return "–".join(map(time_format, clock))


def service_context(page: ServicePage, is_preview: bool = False) -> dict:
    """Template context of one service. What is public has its hours in the directory's row."""
    row = None
    if not is_preview:
        prefetch_related_objects([page], "needs", "spoken", "groups")
        row = ServiceRow.objects.filter(thing__translation_key=page.translation_key).first()
    hours = row.known_hours if row else page.known_hours
    frame = get_frame(page.own_language.code)
    circle_url = frame.section_url("support-circle")
    words = page.source_language
    lang = {"lang": words.code, "dir": words.dir} if page.is_mirror else {}
    place = page.public_place
    free = Fact(_("Cost"), _("Free of charge") if page.is_free else "")
    return {
        "needs": [
            {"label": row.get_need_display(), "url": f"{circle_url}?need={row.need}"}
            for row in page.needs.all()
        ],
        "spoken": [
            {
                "language": language(row.language),
                "by_interpreter": row.by_interpreter,
                "note": row.note,
            }
            for row in page.spoken.all()
        ],
        "hours": week_of(hours),
        "special_days": special_days_of(hours),
        "state": hours.state(timezone.now()).value,
        "holidays": page.get_on_holidays_display() if hours.is_weekly else "",
        "facts": known(
            Fact(_("Place"), place or page.town, **(lang if place else {})),
            Fact(_("Country"), page.get_country_display()),
            Fact(_("For whom"), ", ".join(str(row) for row in page.groups.all())),
            Fact(_("Way in"), page.get_accessibility_display()),
            Fact(_("Cost"), page.cost, **lang) if page.cost else free,
            *partner_facts(_("Entered by"), frame, page),
        ),
        "phone_url": phone_url(page.phone),
        "emergency_countries": _countries([page.country] if page.country else []),
        "website_host": urlsplit(page.website).hostname or "",
        "is_closed": bool(row and row.is_closed),
        "is_old": page.months_since_check is None or page.months_since_check >= OLD_MONTHS,
        "say_url": f"/{page.own_language.code}/say/{page.code}/",
    }


def newest(shelf, number: int) -> list[Card]:
    """Cards of the newest services on `shelf` that are still right, without chips and pictures."""
    rows = nlargest(number, public_below(shelf).values())
    keys = [row.key for row in rows]
    by_key = {page.translation_key: page for page in pages_of_things(ServicePage, shelf, keys)}
    cards = [by_key[key].card() for key in keys if key in by_key]
    for card in cards:
        card.languages = []
    return cards
