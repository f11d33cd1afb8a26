"""`/export/catalogue.jsonl`: the whole public catalogue, one record a line, written anew each night.

A thing has a line for each language in which it has words of its own. What was closed or taken back
since the night is left out when the file is sent, so each line is kept behind the ids of its page
and of its documents.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.text import compress_sequence
from django.views.decorators.http import require_safe

from hub.frame import get_frame, token_of
from hub.languages import LANGUAGES
from hub.models import Document, Generation
from hub.private import closed_paths
from hub.records import as_one_request, as_told, pages_in_pieces, records_of

from .catalogue_index import get_index
from .models import ResourcePage

CACHE = "public, no-cache"
BETWEEN = b"\t"


def _path() -> Path:
    folder = Path(settings.HUB_DATA) / "export"
    folder.mkdir(exist_ok=True)
    return folder / "catalogue.jsonl"


def write() -> int:
    """Write the file anew, in one step for who reads it meanwhile; returns the number of lines."""
    path = _path()
    new = path.with_suffix(".new")
    lines = 0
    with as_one_request(), new.open("wb") as file:
        for line in _lines(sorted(_in_own_words())):
            file.write(line)
            lines += 1
    os.replace(new, path)
    return lines


def _in_own_words() -> set[int]:
    """The pages of the catalogue that everybody may read, mirrors left out."""
    found: set[int] = set()
    for one in LANGUAGES:
        section = get_frame(one.code).section("resources")
        if section is not None:
            index = get_index(one.code)
            found.update(index.chosen(index.own_words))
    return found


def _lines(ids: list[int]) -> Iterator[bytes]:
    for pages in pages_in_pieces(ResourcePage, ids):
        for page, record in zip(pages, as_told(records_of(pages)), strict=True):
            files = [row.document_id for row in page.known_files]
            known = ",".join(map(str, [page.pk, *files])).encode()
            said = json.dumps(record, ensure_ascii=False).encode()
            yield known + BETWEEN + said + b"\n"


@require_safe
def catalogue_jsonl(request):
    path = _path()
    try:
        file = path.open("rb")
    except FileNotFoundError:
        sentence = "The catalogue is being written for the first time. Ask again in some minutes.\n"
        response = HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
        response.headers["Retry-After"] = "600"
        response.headers["Cache-Control"] = "no-store"
        return response
    closed = _closed_documents()
    written = os.fstat(file.fileno())
    state = f"{written.st_mtime_ns} {token_of(Generation.EVERYTHING)} {sorted(closed)}"
    tag = f'W/"{hashlib.sha256(state.encode()).hexdigest()}"'
    response = get_conditional_response(request, etag=tag, last_modified=None)
    if response is None:
        response = StreamingHttpResponse(
            _open_lines(file, _in_own_words(), closed), content_type="application/jsonl"
        )
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.streaming_content = compress_sequence(response.streaming_content)
            response.headers["Content-Encoding"] = "gzip"
    else:
        file.close()
    patch_vary_headers(response, ["Accept-Encoding"])
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = CACHE
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _closed_documents() -> frozenset[int]:
    closed = closed_paths()
    found: set[int] = set()
    for path in closed:
        rows = Document.objects.filter(collection__path__startswith=path)
        found.update(rows.values_list("pk", flat=True))
    return frozenset(found)


def _open_lines(file, pages: set[int], closed: frozenset[int]) -> Iterator[bytes]:
    with file:
        for line in file:
            known, _between, said = line.partition(BETWEEN)
            page, *documents = map(int, known.split(b","))
            if page in pages and closed.isdisjoint(documents):
                yield said
