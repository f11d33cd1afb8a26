"""`/<lang>/cite/<code>/`, and `/r/<code>/<lang>.txt`, `.bib` and `.ris`: a citation to copy or for a
reference manager.
"""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_safe

from hub.frame import get_frame, home_slug
from hub.models import Thing
from hub.views import permanent

from .bundles.bundle import qr_svg
from .citation import bibtex, citation_of, ris
from .models import ResourcePage

FORMS = {
    "txt": ("text/plain", lambda citation: f"{citation.text}\n"),
    "bib": ("application/x-bibtex", bibtex),
    "ris": ("application/x-research-info-systems", ris),
}


def _page(thing: Thing, lang: str) -> ResourcePage | None:
    """The page in that language's tree; nothing of one that only some may see."""
    page = ResourcePage.objects.filter(
        translation_key=thing.translation_key,
        live=True,
        url_path__startswith=f"/{home_slug(lang)}/",
    ).first()
    if page is not None and get_frame(lang).is_restricted(page.path):
        raise Http404
    if page is None and not (thing.withdrawn_at or thing.replaced_by_id):
        raise Http404
    return page


@require_safe
def cite(request, code):
    """The citation in words and as files, with the permanent address as letters and as a QR code."""
    lang = translation.get_language()
    thing = get_object_or_404(Thing, code=code)
    page = _page(thing, lang)
    if page is None:
        return permanent(request, code)
    citation = citation_of(page)
    context = {
        "section": "resources",
        "about": page,
        "citation": citation,
        "qr": qr_svg(citation.address),
        "language_links": [
            replace(link, url=f"/{link.code}/cite/{thing.code}/") for link in page.language_links
        ],
    }
    return render(request, "resources/cite.html", context)


@require_safe
def citation_file(request, code, lang, form):
    """What a reference manager reads, or the words alone."""
    thing = get_object_or_404(Thing, code=code)
    page = _page(thing, lang)
    if page is None:
        # What it was, or what stands for it now.
        return permanent(request, code)
    media_type, write = FORMS[form]
    with translation.override(lang):
        content = write(citation_of(page))
    # Words to copy are shown; what a program reads is saved.
    place = "inline" if form == "txt" else "attachment"
    name = f"{thing.code}-{lang}.{form}"
    return HttpResponse(
        content,
        content_type=f"{media_type}; charset=utf-8",
        headers={
            "Content-Disposition": f'{place}; filename="{name}"',
            "Content-Language": lang,
            "X-Robots-Tag": "noindex",
        },
    )
