"""`/r/<code>/qr.svg`: the permanent address of a thing, to be printed on a poster."""

from hashlib import sha256
from io import BytesIO

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from hub.models import Thing
from hub.tombstone import tombstone

A_DAY_SECONDS = 86_400
# The empty border that readers of codes need, in modules (ISO/IEC 18004).
QUIET_MODULES = 4


@require_safe
def qr_code(request, code):
    """Black on white as SVG; 410 for what was withdrawn."""
    things = Thing.objects.select_related("original_locale")
    thing = get_object_or_404(things, code=code)
    if thing.withdrawn_at and not thing.replaced_by_id:
        return tombstone(request, thing)
    svg = qr_svg(f"{settings.HUB_ADDRESS}/r/{thing.code}/")
    etag = quote_etag(sha256(svg).hexdigest())
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        svg,
        content_type="image/svg+xml",
        headers={"Content-Disposition": f'inline; filename="{thing.code}.svg"'},
    )
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={A_DAY_SECONDS}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response._csp_replace = {"default-src": ["'none'"]}
    return response


def qr_svg(address: str) -> bytes:
    """An SVG that says `address`, readable with a corner of it torn off (15 %)."""
    file = BytesIO()
    code = segno.make(address, error="m", micro=False)
    look = {"scale": 8, "border": QUIET_MODULES, "dark": "#000", "light": "#fff"}
    code.save(file, "svg", title=address, svgclass=None, lineclass=None, **look)
    return file.getvalue()
