"""`/r/<code>/<lang>.txt`, `.bib` and `.ris`: a citation to copy or for a reference manager."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.views.decorators.http import require_safe

from hub.frame import get_frame, home_slug
from hub.models import Thing
from hub.views import permanent

from .citation import bibtex, citation_of, ris
from .models import ResourcePage

FORMS = {
    "txt": ("text/plain", lambda citation: f"{citation.text}\n"),
    "bib": ("application/x-bibtex", bibtex),
    "ris": ("application/x-research-info-systems", ris),
}


@require_safe
def citation_file(request, code, lang, form):
    """Of the page in that language's tree; nothing of one that only some may see."""
    thing = get_object_or_404(Thing, code=code)
    page = ResourcePage.objects.filter(
        translation_key=thing.translation_key,
        live=True,
        url_path__startswith=f"/{home_slug(lang)}/",
    ).first()
    if page is None and (thing.withdrawn_at or thing.replaced_by_id):
        # What it was, or what stands for it now.
        return permanent(request, code)
    if page is None or get_frame(lang).is_restricted(page.path):
        raise Http404
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
