"""`/sitemap.xml` and one list a language: what search engines may show, and in which languages."""

from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe
from wagtail.models import Page

from hub.frame import get_frame
from hub.languages import LANGUAGES
from hub.models import PublicRecord
from hub.oai_records import address, stamp
from hub.xml_writing import DECLARATION, element, empty

# Engines take 50 000 at once; each is named with all its languages, which takes its time.
AT_ONCE = 2_000
ROWS_AT_ONCE = 500
AN_HOUR_SECONDS = 3_600
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
URLSET = f'<urlset {SITEMAP} xmlns:xhtml="http://www.w3.org/1999/xhtml">'


@require_safe
def index(request):
    """The lists of all languages."""
    lists = []
    for one in LANGUAGES:
        parts = -(-_rows(one.code).count() // AT_ONCE)
        names = ["sitemap.xml", *(f"sitemap-{part}.xml" for part in range(2, parts + 1))]
        lists += [element("loc", address(f"/{one.code}/{name}")) for name in names]
    listed = "".join(f"<sitemap>{loc}</sitemap>" for loc in lists)
    return _answer(f"<sitemapindex {SITEMAP}>{listed}</sitemapindex>")


@require_safe
def of_language(request, part=1):
    """The pages of one language that have words of their own; mirrors are left to their originals."""
    code = translation.get_language()
    rows = _rows(code).order_by("thing_id")[(part - 1) * AT_ONCE : part * AT_ONCE]
    entries = [*(_home(code) if part == 1 else ()), *_entries(code, rows)]
    if not entries:
        raise Http404
    return _answer(f"{URLSET}{''.join(entries)}</urlset>")


def _rows(code: str):
    return PublicRecord.objects.filter(is_deleted=False, sets__contains=f" language:{code} ")


def _entries(code: str, rows) -> Iterator[str]:
    rows = rows.values_list("datestamp", "records")
    for datestamp, records in rows.iterator(chunk_size=ROWS_AT_ONCE):
        places = {one["language"]: one["url"] for one in records}
        yield _entry(code, places, records[0]["permanent_url"], datestamp)


def _home(code: str) -> Iterator[str]:
    frame = get_frame(code)
    homes = {one: other.home for one, other in frame.others.items()}
    places = {one: home.url for one, home in homes.items() if _is_told(home, frame)}
    if code in places:
        page = Page.objects.filter(pk=frame.home.pk).values_list("last_published_at", flat=True)
        yield _entry(code, places, "/", page.first())


def _is_told(home, frame) -> bool:
    return bool(home) and not home.lang and not frame.is_restricted(home.path)


def _entry(code: str, places: dict[str, str], any_language: str, changed_at) -> str:
    """One address with all its languages, itself among them. `places`: path by language."""
    parts = [element("loc", address(places[code]))]
    if changed_at:
        parts.append(element("lastmod", stamp(changed_at)))
    for one, path in (*places.items(), ("x-default", any_language)):
        parts.append(empty("xhtml:link", rel="alternate", hreflang=one, href=address(path)))
    return f"<url>{''.join(parts)}</url>"


def _answer(content: str) -> HttpResponse:
    return HttpResponse(
        DECLARATION + content,
        content_type="application/xml; charset=utf-8",
        headers={"Cache-Control": f"public, max-age={AN_HOUR_SECONDS}"},
    )
