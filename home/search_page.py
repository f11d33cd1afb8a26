"""`/<lang>/search/?q=`: one field over everything. The query is neither stored nor logged."""

from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from hub import search
from hub.languages import language

SHOWN = 30


@require_safe
def search_page(request):
    code = translation.get_language()
    query = request.GET.get("q", "").strip()[:200]
    hits = search.find(query, code, limit=SHOWN) if query else []
    context = {
        "query": query,
        "hits": hits,
        "section": "",
        "reader_language": language(code),
    }
    return render(request, "home/search.html", context)
