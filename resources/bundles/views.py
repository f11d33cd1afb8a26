"""Where ZIPs are: `/r/<code>/<lang>.zip` and `/<lang>/shelf.zip?r=`."""

from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, quote_etag
from django.views.decorators.http import require_safe

from hub.languages import LANGUAGES
from hub.models import Thing
from hub.views import permanent

from ..models import ResourcePage
from .archive import MOST_BYTES, fingerprint, length_of, zipped
from .bundle import Bundle, bundle
from .contents import parts_of


@require_safe
def resource_zip(request, code, lang):
    """A resource with all its files, a kit with all that is in it, in one language."""
    thing = get_object_or_404(Thing, code=code)
    if thing.withdrawn_at:
        return permanent(request, code)
    page = ResourcePage.objects.filter(
        translation_key=thing.translation_key, locale__language_code=lang, live=True
    ).first()
    is_spoken = lang in {one.code for one in LANGUAGES}
    if page is None or not is_spoken or page.get_view_restrictions().exists():
        raise Http404
    with translation.override(lang):
        (part,) = parts_of([page], lang)
        part.folder = ""
        made = bundle(part, lang, f"/r/{thing.code}/", part.title)
    response = send_bundle(request, made, page.get_url())
    response.headers["Content-Language"] = lang
    return response


def send_bundle(request, made: Bundle, instead: str) -> HttpResponse:
    """The ZIP, built while it is sent; the page at `instead`, which says why not, if it is too large."""
    length = length_of(made.entries)
    if length > MOST_BYTES:
        return HttpResponseRedirect(instead)
    etag = quote_etag(fingerprint(made.entries))
    changed = max(entry.changed_at for entry in made.entries).timestamp()
    fresh = get_conditional_response(request, etag=etag, last_modified=int(changed))
    if fresh is not None:
        return fresh
    if request.method == "HEAD":
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(zipped(made.entries))
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Length"] = str(length)
    response.headers["Content-Disposition"] = content_disposition_header(True, made.file_name)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
