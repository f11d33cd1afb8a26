"""The sheet to hand over: chosen places and guides in two languages side by side, for one A4.

What is chosen stands in the address alone, and the answer is kept by nobody.
"""

import re
from dataclasses import dataclass, field

from django.conf import settings
from django.http import QueryDict
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Page

from hub.frame import get_frame, language_of_path
from hub.languages import LANGUAGES, Language, language
from hub.models import HubPage, Thing
from hub.page_links import LanguageLink
from hub.say import FormPage

from .directory import hours_by_day, short
from .models import ServicePage, Weekday
from .opening import Hours

# More do not fit on one side of an A4.
MOST = 4
# Of a text that somebody wrote; the rest is behind the code.
MOST_LETTERS = 170
CODE = re.compile(r"([0-9A-Za-z]{4,12})/?(?:qr\.svg)?$")


@dataclass
class Line:
    """`lang` where the words are neither language's own."""

    label: str
    value: str
    lang: str = ""


@dataclass
class Side:
    """One thing in one language: labels and facts are its own, other words may be the original's."""

    language: Language
    title: str
    words: Language
    kind: str
    lines: list[Line] = field(default_factory=list)

    @property
    def is_original(self) -> bool:
        return self.words.code != self.language.code


@dataclass
class Row:
    code: str
    address: str
    sides: list[Side]
    without_url: str


def codes_in(params: QueryDict) -> list[str]:
    """The chosen codes, each once; a permanent address stands for its code."""
    found = [CODE.search(one.strip()) for one in params.getlist("s")]
    return list(dict.fromkeys(one[1].upper() for one in found if one))


def address_with(base: str, codes: list[str], **more: str) -> str:
    query = QueryDict(mutable=True)
    query.setlist("s", codes)
    query.update(more)
    return f"{base}?{query.urlencode()}" if query else base


@require_safe
def sheet(request):
    here = translation.get_language()
    codes, known = codes_in(request.GET), {one.code for one in LANGUAGES}
    wanted = request.GET.get("with", "")
    there = wanted if wanted in known and wanted != here else ("uk" if here != "uk" else "en")
    base = f"/{here}/support-circle/sheet/"
    rows = _rows(codes, (here, there), base)
    frame = get_frame(here)
    links = [
        LanguageLink(
            one.code,
            one.name,
            address_with(f"/{one.code}/support-circle/sheet/", codes, **{"with": there}),
            one.code == here,
            True,
        )
        for one in LANGUAGES
    ]
    context = {
        "page": FormPage([entry for entry in [frame.section("support-circle")] if entry], links),
        "section": "support-circle",
        "rows": rows[:MOST],
        "left_out": len(rows) - MOST if len(rows) > MOST else 0,
        "codes": [row.code for row in rows],
        "unknown": [code for code in codes if code not in {row.code for row in rows}],
        "languages": [
            {"value": one.code, "label": one.name, "chosen": one.code == there}
            for one in LANGUAGES
            if one.code != here
        ],
        "heads": [language(here), language(there)],
        "more_url": address_with(frame.section_url("support-circle"), codes),
        "circle_url": frame.section_url("support-circle"),
        "today": timezone.localdate(),
    }
    return render(request, "circle/sheet.html", context)


def _rows(codes: list[str], pair: tuple[str, str], base: str) -> list[Row]:
    """What is public of the chosen things, in the order in which they were chosen."""
    things = {
        thing.translation_key: thing
        for thing in Thing.objects.filter(code__in=codes[: 4 * MOST], withdrawn_at=None)
    }
    frame = get_frame(pair[0])
    found: dict = {}
    pages = Page.objects.filter(
        translation_key__in=things, locale__language_code__in=pair, live=True
    )
    for page in pages.order_by("pk").specific():
        if isinstance(page, HubPage) and not frame.is_restricted(page.path):
            found.setdefault(page.translation_key, {})[language_of_path(page.url_path)] = page
    by_code = {things[key].code: pages for key, pages in found.items() if len(pages) == len(pair)}
    chosen = [code for code in codes if code in by_code]
    return [
        Row(
            code,
            f"{settings.HUB_ADDRESS}/r/{code}/",
            [_side(by_code[code][one], one) for one in pair],
            address_with(base, [one for one in chosen if one != code], **{"with": pair[1]}),
        )
        for code in chosen
    ]


def _side(page: HubPage, code: str) -> Side:
    with translation.override(code):
        side = Side(
            language(code), page.title, page.source_language, capfirst(str(page.kind_label))
        )
        words = page.words_language if side.is_original else ""
        if isinstance(page, ServicePage):
            side.lines = [line for line in _lines(page, words) if line.value]
        else:
            side.lines = [Line("", page.summary, words)]
    return side


def _lines(page: ServicePage, words: str) -> list[Line]:
    week = _week(page.known_hours)
    spoken = ", ".join(language(row.language).name for row in page.spoken.all())
    place = page.public_place
    return [
        Line(_("What it helps with"), ", ".join(str(row) for row in page.needs.all())),
        Line(_("Telephone"), page.phone),
        Line(_("Place"), place or page.town, words if place else ""),
        Line(_("Opening hours"), week or _("Not known. Call or write before you set out.")),
        Line(_("Spoken there"), spoken),
        Line(
            _("Cost"),
            _("Free of charge") if page.is_free else page.cost,
            "" if page.is_free else words,
        ),
        Line(_("How to get in"), short(page.get_in, MOST_LETTERS), words),
        Line(_("What to bring"), short(page.bring, MOST_LETTERS), words),
    ]


def _week(hours: Hours) -> str:
    """Days in a row that are alike are said together: "Monday – Friday 09:00–17:00"."""
    alike: list[tuple] = []
    for day, times in hours_by_day(hours).items():
        first, last, before = alike[-1] if alike else (0, 0, None)
        if times == before and day == last + 1:
            alike[-1] = (first, day, times)
        else:
            alike.append((day, day, times))
    return "; ".join(
        f"{' – '.join(str(Weekday(day).label) for day in dict.fromkeys(days))} {', '.join(times)}"
        for *days, times in alike
    )
