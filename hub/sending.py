"""Sending a document's bytes: one way for every address that leads to a file."""

import logging
import re
from unicodedata import normalize
from urllib.parse import quote

from anyascii import anyascii
from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

# Types a browser may show in place; everything else is saved.
INLINE = ("application/pdf", "audio/", "video/", "image/", "text/vtt")
BLOCK_BYTES = 64 * 1024
# One part: "bytes=100-199", "bytes=100-" or "bytes=-100".
RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)
# What systems of files refuse in a name, and what turns the direction of the letters after it.
UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
# What may not stand between the quotation marks of a header, or is read as something else there.
UNQUOTABLE = re.compile(r"[^ !#$&-\[\]-~]")
# Nothing inside a file may run as this site; a film or a sound may play when it is opened alone.
POLICY = {
    "default-src": ["'none'"],
    "img-src": ["'self'"],
    "media-src": ["'self'"],
    "style-src": ["'unsafe-inline'"],
}

logger = logging.getLogger(__name__)


class BlocksResponse(FileResponse):
    block_size = BLOCK_BYTES


class FilePart:
    """An open file that begins and ends where `part` does."""

    def __init__(self, file, part: range):
        file.seek(part.start)
        self.file = file
        self.left = len(part)

    def read(self, size: int) -> bytes:
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.file.close()


def send_file(request, version, name: str) -> HttpResponse:
    """The bytes of `version` (Document or DocumentVersion) under the file name `name`.

    Whole, as the part that is asked for, or not at all where the reader has them (RFC 9110). ETag
    is the SHA-256. With HUB_ACCEL the web server in front sends the bytes of the same answer.
    Raises Http404 where the storage has lost them.
    """
    changed = int(version.file_changed_at.timestamp()) if version.file_changed_at else None
    headers = {"ETag": f'"{version.sha256}"', "Cache-Control": "public, no-cache"}
    if changed:
        headers["Last-Modified"] = http_date(changed)
    response = get_conditional_response(request, etag=headers["ETag"], last_modified=changed)
    if response is None:
        try:
            size = version.file.size
            part = asked_part(request, headers, size)
            response = _answer(request, version.file, size, part)
        except FileNotFoundError as lost:
            logger.error("The bytes of %s are not in the storage.", version.file.name)
            raise Http404 from lost
        inline = version.content_type.startswith(INLINE)
        headers |= {
            "Content-Disposition": disposition("inline" if inline else "attachment", name),
            "Content-Type": version.content_type,
            "X-Content-Type-Options": "nosniff",
        }
    for header, value in headers.items():
        response.headers[header] = value
    response._csp_replace = POLICY
    return response


def asked_part(request, validators: dict, size: int) -> range | None:
    """The bytes that are asked for, of `size`; None for all; an empty range where there are none.

    Who asks for several parts at once gets all: players, viewers and resumed downloads ask for one.
    """
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    # What somebody has the beginning of may have been replaced since.
    still = request.headers.get("If-Range")
    is_same = still is None or still in (validators["ETag"], validators.get("Last-Modified"))
    if request.method != "GET" or not found or not is_same:
        return None
    first, last = found.groups()
    if not first and not last or first and last and int(last) < int(first):
        return None
    if not first:
        return range(max(0, size - int(last)), size)
    return range(int(first), min(int(last) + 1, size) if last else size)


def _answer(request, file, size: int, part: range | None) -> HttpResponse:
    if part is not None and not part:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    status, headers = 200, {}
    if part is not None:
        status = 206
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    if settings.HUB_ACCEL:
        # Its status and length are the web server's own; ours are for the tally of downloads.
        headers["X-Accel-Redirect"] = settings.HUB_ACCEL + quote(file.name)
        return HttpResponse(status=status, headers=headers)
    headers["Accept-Ranges"] = "bytes"
    headers["Content-Length"] = str(size if part is None else len(part))
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    opened = file.storage.open(file.name)
    content = opened if part is None else FilePart(opened, part)
    return BlocksResponse(content, status=status, headers=headers)


def fit_name(words: str) -> str:
    """`words` as the name of a file: every letter stays, signs that systems refuse do not."""
    return " ".join(UNFIT.sub(" ", normalize("NFC", words)).split()).strip(". ")


def disposition(kind: str, name: str) -> str:
    """Content-Disposition: ASCII for programs that know no better, then the name itself (RFC 6266)."""
    plain = UNQUOTABLE.sub("_", fit_name(anyascii(name)))
    header = f'{kind}; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"
