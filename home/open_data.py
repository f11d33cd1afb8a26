"""`/<lang>/open-data/`: how other programs and websites read the hub, with examples that a test opens."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Page

from hub.frame import get_frame
from hub.page_links import language_links_to
from resources.catalogue_index import get_index

from .api import ENDPOINTS


@dataclass
class Example:
    """An address (without the host) and what one gets there."""

    path: str
    words: str = ""

    @property
    def pieces(self) -> list[str]:
        """The whole address in letters, in parts between which a line may end."""
        return re.findall(r"[^/?&]+[/?&]*", settings.HUB_ADDRESS + unquote(self.path))


@require_safe
def open_data(request):
    frame = get_frame(translation.get_language())
    context = {
        "parts": [
            (_("Resources"), _resources(frame)),
            (_("Events"), _events(frame)),
            (_("Pages, files and pictures"), _others(frame)),
            (_("For library catalogues (OAI-PMH)"), _harvests(frame)),
            (_("Feeds and sitemaps"), _feeds(frame)),
            (_("To take along"), _files(frame)),
        ],
        "most": settings.WAGTAILAPI_LIMIT_MAX,
        "endpoints": [Example(f"/api/v2/{name}/") for name in ENDPOINTS],
        "embed_url": reverse("embed_page"),
        "language_links": language_links_to(reverse("open_data"), frame.language.code),
        "section": "",
    }
    return render(request, "home/open_data.html", context)


def _busiest_partner(frame) -> str:
    """The slug of the one with the most resources."""
    of_partner = get_index(frame.language.code).facets["partner"]
    most = max(of_partner, key=lambda pk: of_partner[pk].bit_count(), default=None)
    return frame.partner_slugs.get(most, "")


def _word(frame) -> str:
    """One that somebody may look for: the longest in the title of the newest resource with own words."""
    index = get_index(frame.language.code)
    newest = index.newest(index.own_words, 1)
    title = Page.objects.filter(pk__in=newest).values_list("title", flat=True).first() or ""
    return max(re.findall(r"\w+", title), key=len, default="")


def _resources(frame) -> list[Example]:
    code = frame.language.code
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
            f"/api/v2/resources/?locale={code}&partner={_busiest_partner(frame)}&fields=*",
            _(
                "Everything known of each: files with their addresses and checksums, steps, members."
            ),
        ),
        Example(
            f"/api/v2/resources/?locale={code}&q={quote(_word(frame))}&fields=_,title,permanent_url",
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


def _harvests(frame) -> list[Example]:
    records = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    return [
        Example("/oai?verb=Identify", _("What the repository says of itself.")),
        Example("/oai?verb=ListSets", _("The sets there are: by partner, by language, by kind.")),
        Example(
            records,
            _("All records as Dublin Core, a hundred at a time; “resumptionToken” leads on."),
        ),
        Example(
            f"{records}&set=language:{frame.language.code}&from=2026-01-01",
            _(
                "What has changed in one set since a day. What was withdrawn is told as deleted, for ever."
            ),
        ),
    ]


def _feeds(frame) -> list[Example]:
    code = frame.language.code
    return [
        Example(
            f"/{code}/feeds/resources.atom?partner={_busiest_partner(frame)}",
            _("New resources for a feed reader (Atom), with the filters of the catalogue."),
        ),
        Example(
            f"/{code}/feeds/events.atom",
            _("The next events for a feed reader, with the filters of the calendar."),
        ),
        Example(
            "/sitemap.xml",
            _(
                "All pages for search engines, one list a language. Each page says in itself what it is, by schema.org (JSON-LD)."
            ),
        ),
    ]


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
        Example(
            "/export/hsds.json",
            _(
                "The support circle for other directories (Human Services Data Specification, JSON)."
            ),
        ),
    ]
