"""Method guides on paper, at `/r/<code>/<lang>.pdf`: kept files, made by the worker."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_safe

from hub.frame import get_frame, language_of_path
from hub.models import Thing
from hub.sending import send_file
from hub.views import permanent

from .guide_pdfs import MOST_TRIES, ask
from .models import GuidePdf, MethodGuidePage

SOON_SECONDS, TOMORROW_SECONDS = 20, 86_400


@require_safe
def guide_pdf(request, code, lang):
    """The guide in `lang`, with `?beside=` in two languages; 503 and a sentence until it is made.

    A mirror leads to the words that it shows; a second language that the guide does not have is
    left out.
    """
    thing = get_object_or_404(Thing.objects.select_related("original_locale"), code=code)
    if thing.kind != MethodGuidePage.kind:
        raise Http404
    pages = MethodGuidePage.objects.filter(translation_key=thing.translation_key, live=True)
    by_language = {
        language_of_path(url_path): (path, title, words)
        for url_path, path, title, words in pages.order_by().values_list(
            "url_path", "path", "title", "words_language"
        )
    }
    if not by_language and thing.withdrawn_at:
        return permanent(request, code)
    if lang not in by_language:
        raise Http404
    path, title, words = by_language[lang]
    if get_frame(lang).is_restricted(path):
        raise Http404
    asked = request.GET.get("beside", "")
    own_words = {language for language, row in by_language.items() if row[2] == language}
    second = asked if asked in own_words - {words} else ""
    if words != lang:
        query = f"?beside={second}" if second else ""
        return HttpResponseRedirect(f"/r/{thing.code}/{words}.pdf{query}")
    pdf = GuidePdf.objects.filter(thing=thing, language=lang, beside=second).first()
    if pdf is None or not pdf.file:
        return _not_yet(request, ask(thing, lang, second))
    name = "-".join(filter(None, [get_valid_filename(title), lang, second]))
    return send_file(request, pdf, f"{name}.pdf")


def _not_yet(request, pdf: GuidePdf) -> HttpResponse:
    failed = pdf.tries >= MOST_TRIES
    response = render(request, "resources/pdf_not_yet.html", {"failed": failed}, status=503)
    response.headers["Retry-After"] = str(TOMORROW_SECONDS if failed else SOON_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept-Language"])
    return response
