"""Pictures in the sizes that pages show. Originals have no address; the folder is never served."""

from django.http import FileResponse, Http404, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from hub.models import Picture
from hub.private import is_private, keep_to_oneself, may_read

A_DAY_SECONDS = 86_400


@require_safe
def rendition(request, name):
    """The bytes of one size of a picture, `name` as Wagtail gave it."""
    found = (
        Picture.get_rendition_model()
        .objects.select_related("image__collection")
        .filter(file=f"images/{name}")
        .first()
    )
    if found is None or not may_read(request, found.image.collection):
        raise Http404
    # The same name may one day hold another picture: the bytes it was made from tell them apart.
    etag = quote_etag(f"{found.image.file_hash}-{found.pk}")
    fresh = get_conditional_response(request, etag=etag)
    if isinstance(fresh, HttpResponseNotModified):
        return fresh
    try:
        response = FileResponse(found.file.open("rb"))
    except FileNotFoundError as gone:
        raise Http404 from gone
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={A_DAY_SECONDS}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return keep_to_oneself(response) if is_private(found.image.collection) else response
