"""`/<lang>/open-data/`: how other programs and websites read the hub, with examples that a test opens."""

from dataclasses import dataclass

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.frame import get_frame
from hub.page_links import language_links_to
from resources.catalogue_index import get_index

from .api import ENDPOINTS


@dataclass
class Example:
    """An address (without the host) and what one gets there."""

    path: str
    words: str

    @property
    def address(self) -> str:
        return settings.HUB_ADDRESS + self.path


@require_safe
def open_data(request):
    frame = get_frame(translation.get_language())
    context = {
        "parts": [
            (_("Resources"), _resources(frame)),
            (_("Events"), _events(frame)),
            (_("Pages, files and pictures"), _others(frame)),
            (_("To take along"), _files(frame)),
        ],
        "most": settings.WAGTAILAPI_LIMIT_MAX,
        "endpoints": [f"{settings.HUB_ADDRESS}/api/v2/{name}/" for name in ENDPOINTS],
        "embed_url": reverse("embed_page"),
        "language_links": language_links_to(reverse("open_data"), frame.language.code),
        "section": "",
    }
    return render(request, "home/open_data.html", context)


def _resources(frame) -> list[Example]:
    code = frame.language.code
    of_partner = get_index(code).facets["partner"]
    most = max(of_partner, key=lambda pk: of_partner[pk].bit_count(), default=None)
    slug = frame.partner_slugs.get(most, "")
    return [
        Example(
            f"/api/v2/resources/?locale={code}",
            _("What the catalogue shows in this language, twenty at a time, the newest first."),
        ),
        Example(
            f"/api/v2/resources/?locale={code}&limit=5&offset=5",
            _("The second five of them."),
        ),
        Example(
            f"/api/v2/resources/?locale={code}&kind=guide&kind=kit&shared=no&sort=title",
            _(
                "Filters are those of the catalogue: the same one twice means “or”, different ones mean “and”."
            ),
        ),
        Example(
            f"/api/v2/resources/?locale={code}&partner={slug}&fields=*",
            _(
                "Everything known of each: files with their addresses and checksums, steps, members."
            ),
        ),
        Example(
            f"/api/v2/resources/?locale={code}&q=a&fields=_,title,permanent_url",
            _("What holds these words; of each its title and its address that never changes."),
        ),
    ]


def _events(frame) -> list[Example]:
    code = frame.language.code
    return [
        Example(
            f"/api/v2/events/?locale={code}",
            _(
                "What is coming, each event once, with all its dates and the time zone of its place."
            ),
        ),
        Example(
            f"/api/v2/events/?locale={code}&mode=online&mode=hybrid&country=LV",
            _("Filters are those of the calendar."),
        ),
        Example(f"/api/v2/events/?locale={code}&month=2026-12", _("What happens in a month.")),
        Example(f"/api/v2/events/?locale={code}&past=1", _("What has been, the latest first.")),
    ]


def _others(frame) -> list[Example]:
    code = frame.language.code
    partners = frame.shelves("partners")
    found = [
        Example(
            f"/api/v2/pages/?locale={code}",
            _("Every public page that has words of its own in this language."),
        ),
        Example(
            f"/api/v2/pages/?locale={code}&type=circle.ServicePage&fields=*",
            _("One type of page: services of the support circle."),
        ),
        Example(
            "/api/v2/documents/?language=lv",
            _("Files in Latvian, with licence, size and checksum."),
        ),
        Example("/api/v2/images/", _("Pictures of public pages, with their descriptions.")),
    ]
    if partners:
        found.insert(
            2,
            Example(
                f"/api/v2/pages/find/?code={partners[0].code}&locale={code}",
                _("One page by the short code that stands under QR codes."),
            ),
        )
    return found


def _files(frame) -> list[Example]:
    code = frame.language.code
    return [
        Example(
            f"/{code}/resources/catalogue.csv?kind=guide",
            _("Any state of the catalogue as a table for a spreadsheet program (CSV)."),
        ),
        Example(
            f"/{code}/resources/catalogue.bib?kind=guide",
            _("The same for a reference manager (BibTeX)."),
        ),
        Example(
            "/export/catalogue.jsonl",
            _(
                "The whole catalogue in all languages, one thing and language a line (JSON Lines); new each night."
            ),
        ),
        Example(
            f"/{code}/events/calendar.ics",
            _("The calendar for calendar programs (iCalendar), with its filters."),
        ),
    ]
