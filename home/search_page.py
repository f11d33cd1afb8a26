"""`/<lang>/search/?q=`: one field over everything.

The query is neither stored nor logged. Who found nothing may tell us what they looked for, in a
form of their own, which is kept when they send it.
"""

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

SHOWN = 30
LABELS = {
    **KIND_LABELS,
    **{model.kind: model._meta.verbose_name for model in (EventPage, ServicePage, PartnerPage)},
}


@require_safe
def search_page(request):
    code = translation.get_language()
    query = request.GET.get("q", "").strip()[:200]
    hits = search.find(query, code, limit=SHOWN) if query else []
    catalogue = get_frame(code).section("resources")
    context = {
        "query": query,
        "looked_for_url": f"{reverse('say', args=[catalogue.code])}?kind=looked_for"
        if catalogue
        else "",
        "hits": [(hit, LABELS.get(hit.kind, "")) for hit in hits if hit.kind != "home"],
        "is_cut": len(hits) == SHOWN,
        "section": "search",
        "reader_language": language(code),
    }
    return render(request, "home/search.html", context)
