"""Pages on the wire: blanks of the templates and needless end tags taken out, then Brotli, else gzip."""

import re
from functools import lru_cache

import brotli
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

# Between tags, a line break says as much as the indentation of ten templates, and beside the tag of a
# block it says nothing; but not in a form field, where every blank is somebody's.
BLANKS = re.compile(rb"\n\s*")
BLOCKS = (
    rb"</?(?:html|head|meta|link|title|body|header|nav|main|section|article|aside|footer|div|p|h[1-6]"
    rb"|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tr|th|td|figure|figcaption|blockquote|form"
    rb"|fieldset|legend|details|summary|noscript|script|hr)\b"
)
BEFORE_A_BLOCK = re.compile(rb"\n(?=" + BLOCKS + rb")")
AFTER_A_BLOCK = re.compile(rb"(" + BLOCKS + rb"[^>]*>)\n")
# End tags that HTML lets one leave out, as what follows says where the element ends.
# https://html.spec.whatwg.org/multipage/syntax.html#optional-tags
NEEDLESS = re.compile(
    rb"</li>(?=<li\b|</[ou]l>)|</d[dt]>(?=<d[dt]\b|</dl>)"
    rb"|</t[dh]>(?=<t[dh]\b|</tr>)|</tr>(?=<tr\b|</t(?:head|body)>)"
    rb"|</t(?:head|body)>(?=<tbody\b|</table>)|</option>(?=<option\b|</select>)|</(?:body|html)>"
    rb"|</p>(?=<(?:article|aside|blockquote|details|div|dl|fieldset|figure|footer|form|h[1-6]|header"
    rb"|hr|main|nav|ol|p|section|table|ul)\b"
    rb"|</(?:article|aside|blockquote|body|dd|details|div|fieldset|figcaption|figure|footer|form"
    rb"|header|li|main|nav|section|td|th)>)"
)
UNTOUCHABLE = (b"<textarea", b"<pre")
ACCEPTS_BROTLI = re.compile(r"\bbr\b(?!\s*;\s*q=0(\.0+)?\b)")
QUICK, THOROUGH = 7, (10, 11)
# A page stays within this; the longest guides need the thorough way, once for each text.
LONG_BYTES = 7_500


def without_blanks(html: bytes) -> bytes:
    """`html` without what its templates' lines put between the tags; a browser shows the same."""
    html = BEFORE_A_BLOCK.sub(b"", BLANKS.sub(b"\n", html))
    return AFTER_A_BLOCK.sub(rb"\1", html).lstrip()


@lru_cache(maxsize=256)
def packed(html: bytes) -> bytes:
    """`html` in Brotli. Public pages are the same bytes for everybody, so most are packed once."""
    html = NEEDLESS.sub(b"", html)
    quick = brotli.compress(html, mode=brotli.MODE_TEXT, quality=QUICK)
    if len(quick) <= LONG_BYTES:
        return quick
    # Neither of them is always the shorter.
    tried = (brotli.compress(html, mode=brotli.MODE_TEXT, quality=one) for one in THOROUGH)
    return min(tried, key=len)


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses pages; files are sent as they are, with their length and their ETag."""

    def process_response(self, request, response):
        if response.streaming:
            return response
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if not is_page or request.path_info.startswith("/admin/"):
            return super().process_response(request, response)
        if not any(tag in response.content for tag in UNTOUCHABLE):
            response.content = without_blanks(response.content)
            if "Content-Length" in response.headers:
                response.headers["Content-Length"] = str(len(response.content))
        if not ACCEPTS_BROTLI.search(request.headers.get("Accept-Encoding", "")):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        if not response.has_header("Content-Encoding"):
            response.content = packed(response.content)
            response.headers["Content-Encoding"] = "br"
            response.headers["Content-Length"] = str(len(response.content))
        return response
