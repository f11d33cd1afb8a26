"""`/<lang>/search/?q=`: one field over everything. The query is neither stored nor logged."""

from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from circle.models import ServicePage
from events.models import EventPage
from hub import search
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
    context = {
        "query": query,
        "hits": [(hit, LABELS.get(hit.kind, "")) for hit in hits if hit.kind != "home"],
        "is_cut": len(hits) == SHOWN,
        "section": "search",
        "reader_language": language(code),
    }
    return render(request, "home/search.html", context)
