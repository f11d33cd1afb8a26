"""The directory: services under the circle or a shelf, through the reader's filters."""

from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.db.models import F, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format, time_format
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
    questions,
    rows_below,
    sieved,
    within_choices,
)
from .models import CircleCountry, Need, ServicePage, ServiceRow, Weekday
from .opening import WHOLE_YEAR
from .towns import towns_named

PER_PAGE = 20
# An entry that nobody has looked at for so long is not passed on without a call.
OLD_MONTHS = 6
# In the countries of the circle; other numbers differ from place to place and are not given.
EMERGENCY_NUMBER = "112"


def listing(request, below) -> dict:
    """Template context of the services below the page `below`."""
    params, now = request.GET, timezone.now()
    asked = Asked.by(params)
    rows = rows_below(below)
    found = sieved(rows, asked, now).annotate(key_of_thing=F("thing__translation_key"))
    page_obj = Paginator(found, PER_PAGE).get_page(params.get("page"))
    groups = questions(asked)
    rest = params.copy()
    rest.pop("page", None)
    return {
        "services": _services(below, list(page_obj.object_list), now),
        "page_obj": page_obj,
        "query_string": rest.urlencode(),
        "facets": groups,
        "town": asked.town,
        "town_is_known": not asked.within or bool(towns_named(asked.town)),
        "within": within_choices(asked),
        "towns": rows.exclude(town="").order_by("town").values_list("town", flat=True).distinct(),
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


def _services(below, rows: list[ServiceRow], now) -> list[dict]:
    """What the list shows of these rows, in their order."""
    keys = sorted({row.key_of_thing for row in rows})
    by_key = {page.translation_key: page for page in pages_of_things(ServicePage, below, keys)}
    there = [(row, by_key[row.key_of_thing]) for row in rows if row.key_of_thing in by_key]
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
        "words": page.source_language.name if page.is_mirror else "",
    }


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


def week_of(page: ServicePage) -> list[tuple]:
    """Weekday and its hours, with the season where there is one."""
    hours: dict[int, list[str]] = {}
    for row in page.hours.all():
        times = f"{time_format(row.opens)}–{time_format(row.closes)}"
        season = season_label(row.season_begins or WHOLE_YEAR[0], row.season_ends or WHOLE_YEAR[1])
        hours.setdefault(row.day, []).append(f"{times} ({season})" if season else times)
    return [(Weekday(day).label, times) for day, times in sorted(hours.items())]


def special_days_of(page: ServicePage) -> list[tuple]:
    """Days and what holds on them; those that are over are left out."""
    found = []
    for row in page.special_days.all():
        last = row.last_on or row.first_on
        if last < timezone.localdate():
            continue
        days = date_format(row.first_on, "DATE_FORMAT")
        if last != row.first_on:
            days += " – " + date_format(last, "DATE_FORMAT")
        times = _("closed")
        if row.opens is not None and row.closes is not None:
            times = f"{time_format(row.opens)}–{time_format(row.closes)}"
        found.append((days, times))
    return found


def service_context(page: ServicePage) -> dict:
    """Template context of one service."""
    if page.pk:
        prefetch_related_objects([page], "needs", "spoken", "groups", "hours", "special_days")
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
        "hours": week_of(page),
        "special_days": special_days_of(page),
        "state": page.known_hours.state(timezone.now()).value,
        "holidays": page.get_on_holidays_display() if page.hours.all() else "",
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
        "is_closed": ServiceRow.objects.filter(
            thing__translation_key=page.translation_key, is_closed=True
        ).exists(),
        "is_old": page.months_since_check is None or page.months_since_check >= OLD_MONTHS,
        "say_url": f"/{page.own_language.code}/say/{page.code}/",
    }


def newest(shelf, number: int) -> list[Card]:
    """Cards of the newest services on `shelf` that are still right, without chips and pictures."""
    rows = rows_below(shelf).order_by("-thing")[:number]
    keys = list(rows.values_list("thing__translation_key", flat=True))
    by_key = {page.translation_key: page for page in pages_of_things(ServicePage, shelf, keys)}
    cards = [by_key[key].card() for key in keys if key in by_key]
    for card in cards:
        card.languages = []
    return cards
