"""Sending a document's bytes: one way for every address that leads to a file."""

from django.http import FileResponse, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

# Types a browser may show in place; everything else is saved.
INLINE = ("application/pdf", "audio/", "video/", "image/", "text/vtt")


def send_file(request, version, name: str) -> HttpResponse:
    """The bytes of `version` (Document or DocumentVersion) under the file name `name`.

    ETag is the SHA-256; the name reaches the reader in its own script (RFC 6266).
    """
    etag = f'"{version.sha256}"'
    changed = version.file_changed_at
    fresh = get_conditional_response(
        request, etag=etag, last_modified=int(changed.timestamp()) if changed else None
    )
    if fresh is not None:
        return fresh
    inline = version.content_type.startswith(INLINE)
    response = FileResponse(
        version.file.open("rb"),
        content_type=version.content_type,
        as_attachment=not inline,
        filename=name,
    )
    response.headers["ETag"] = etag
    response.headers["Content-Length"] = str(version.size_bytes)
    if changed:
        response.headers["Last-Modified"] = http_date(changed.timestamp())
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Nothing inside a file may run as this site.
    response._csp_replace = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]}
    return response
