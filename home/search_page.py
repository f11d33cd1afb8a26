"""`/<lang>/search/?q=`: one field over everything.

The query is neither stored nor logged. Who found nothing may tell us what they looked for, in a
form of their own, which is kept when they send it.
"""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from circle.models import ServicePage
from events.models import EventPage
from hub import search
from hub.frame import get_frame
from hub.languages import language
from partners.models import PartnerPage
from resources.models import KIND_LABELS

SHOWN = 20
LABELS = {
    **KIND_LABELS,
    **{model.kind: model._meta.verbose_name for model in (EventPage, ServicePage, PartnerPage)},
}


@require_safe
def search_page(request):
    code = translation.get_language()
    query = request.GET.get("q", "").strip()[:200]
    found = search.find(query, code, request.GET.get("page", 1), SHOWN)
    catalogue = get_frame(code).section("resources")
    context = {
        "query": query,
        "looked_for_url": f"{reverse('say', args=[catalogue.code])}?kind=looked_for"
        if catalogue
        else "",
        "found": found,
        "hits": [(hit, LABELS.get(hit.kind, "")) for hit in found.hits],
        "query_string": urlencode({"q": query}),
        "nearest_url": f"?{urlencode({'q': found.nearest})}" if found.nearest else "",
        "elsewhere": _elsewhere(query, code) if query and not found.total else [],
        "section": "search",
        "reader_language": language(code),
    }
    return render(request, "home/search.html", context)


def _elsewhere(query: str, here: str) -> list[dict]:
    """Other languages in which something holds these words, and where to see it."""
    return [
        {
            "language": language(code),
            "number": number,
            "url": f"{get_frame(code).search_url}?{urlencode({'q': query})}",
        }
        for code, number in sorted(search.languages_with(query).items())
        if code != here
    ]
