"""Pictures of documents' first pages: who may have the document may have them, nobody else."""

from dataclasses import dataclass

from django.http import FileResponse, Http404, HttpResponseNotModified
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from hub.models import Document, DocumentText
from hub.private import is_private, keep_to_oneself, may_read

A_DAY_SECONDS = 86_400
MARK_LENGTH = 8


@dataclass
class FirstPage:
    """Where the picture is, and its size in pixels."""

    url: str
    width: int
    height: int


def first_page_of(document: Document) -> FirstPage | None:
    """Asks nothing where the document came with its `text_inside` (select_related)."""
    text = getattr(document, "text_inside", None)
    if text is None or not text.first_page or text.sha256 != document.sha256:
        return None
    url = reverse("first_page", args=[document.pk, document.sha256[:MARK_LENGTH]])
    return FirstPage(url, text.first_page_width, text.first_page_height)


@require_safe
def first_page(request, document_id, mark):
    """`mark` are the first letters of the SHA-256: a newer file has another address."""
    found = (
        DocumentText.objects.select_related("document__collection")
        .defer("pages")
        .filter(document_id=document_id, sha256__startswith=mark)
        .exclude(first_page="")
        .first()
    )
    if found is None or len(mark) != MARK_LENGTH:
        raise Http404
    collection = found.document.collection
    if not may_read(request, collection):
        raise Http404
    etag = quote_etag(found.sha256)
    fresh = get_conditional_response(request, etag=etag)
    if isinstance(fresh, HttpResponseNotModified):
        return fresh
    try:
        response = FileResponse(found.first_page.open("rb"), content_type="image/webp")
    except FileNotFoundError as gone:
        raise Http404 from gone
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={A_DAY_SECONDS}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return keep_to_oneself(response) if is_private(collection) else response
