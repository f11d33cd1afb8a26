"""`/r/<code>/cover.jpg`: the cover of a thing, as others show it beside a link to its page."""

from functools import lru_cache
from hashlib import sha256
from io import BytesIO

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageOps
from wagtail.models import Page

from hub.covers import COLOURS, HEIGHT, STROKE, WIDTH, rings_of
from hub.models import PublicRecord, Rendition, Thing
from hub.models.pictures import COVER_SPECS
from hub.private import is_private
from hub.tombstone import tombstone

A_DAY_SECONDS = 86_400
# What the sites that show links ask for.
SIZE = (1200, 630)
# Drawn larger first, so that the rings are round.
FINER = 2
HOME_SEED, HOME_KIND = "home", "home"


@require_safe
def cover(request, code):
    """410 for what was withdrawn, a miss for what not everybody may read."""
    thing = get_object_or_404(Thing.objects.select_related("original_locale"), code=code)
    if not PublicRecord.objects.filter(thing=thing, is_deleted=False).exists():
        if thing.withdrawn_at:
            return tombstone(request, thing)
        raise Http404
    pages = Page.objects.filter(translation_key=thing.translation_key, live=True, alias_of=None)
    page = pages.order_by("pk").first().specific
    return _answer(request, _photo(page) or drawn(str(page.translation_key), page.cover_kind))


@require_safe
def home_cover(request):
    return _answer(request, drawn(HOME_SEED, HOME_KIND))


def _photo(page) -> bytes | None:
    """The picture that lists show, from the size made for them; none where that is not public."""
    picture = page.listing_picture
    if picture is None or is_private(picture.collection):
        return None
    made = Rendition.objects.filter(image=picture, filter_spec__in=COVER_SPECS).order_by("-width")
    for one in made:
        try:
            with one.file.open("rb") as file, Image.open(file) as opened:
                return _jpeg(ImageOps.fit(opened.convert("RGB"), SIZE, Image.Resampling.LANCZOS))
        except OSError:
            continue
    return None


@lru_cache(maxsize=64)
def drawn(seed: str, kind: str) -> bytes:
    """The rings that the cover is drawn of, as a JPEG."""
    cover = rings_of(seed, kind)
    width, height = (side * FINER for side in SIZE)
    scale = max(width / WIDTH, height / HEIGHT)
    left, top = (width - WIDTH * scale) / 2, (height - HEIGHT * scale) / 2
    picture = Image.new("RGB", (width, height), cover.ground)
    for family in cover.families:
        for ring in family.rings:
            layer = Image.new("L", (width, height))
            x, y, radius = family.x * scale + left, family.y * scale + top, ring.radius * scale
            half = STROKE * scale / 2
            edge = radius + half
            ImageDraw.Draw(layer).ellipse(
                (x - edge, y - edge, x + edge, y + edge),
                outline=round(255 * ring.opacity),
                width=round(2 * half),
            )
            picture.paste(COLOURS[family.colour], mask=layer)
    return _jpeg(picture.resize(SIZE, Image.Resampling.LANCZOS))


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=82, optimize=True)
    return file.getvalue()


def _answer(request, data: bytes) -> HttpResponse:
    etag = quote_etag(sha256(data).hexdigest())
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        data, content_type="image/jpeg"
    )
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={A_DAY_SECONDS}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    # The pages of others show it.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
