"""Lists that stand on partners' own websites: `/embed/<name>.js` and `.html`, each one line there.

The script holds its list and its style itself: the website's policy must allow nothing but the
script, and nobody is asked for anything else. Inside a frame the same list is a page of its own.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cache

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.cards import Card
from hub.frame import Entry, Frame, get_frame
from hub.languages import LANGUAGES, language
from hub.models import Thing

USUAL_NUMBER, MOST = 5, 20
CACHE = "public, max-age=300"
# Pixels that a frame needs for its heading and its foot, and for each line, however narrow it is.
FRAME_HEIGHT, LINE_HEIGHT = 132, 112
POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'none'"],
    "connect-src": ["'none'"],
    "style-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["*"],
}


@dataclass
class Line:
    """One thing. `lang` and `dir` are those of its title; `note` is in the reader's language."""

    url: str
    title: str
    lang: str
    dir: str
    note: str


@dataclass
class Embed:
    """What a list says; addresses are whole. `empty` stands there when there are no lines."""

    heading: str
    empty: str
    more: str
    more_url: str
    lang: str
    dir: str
    lines: list[Line] = field(default_factory=list)


@dataclass
class Asked:
    """What the address asks for: whose things (None: everybody's), in which frame, and how many."""

    frame: Frame
    partner: Entry | None
    number: int

    @property
    def partner_slug(self) -> str:
        return self.frame.partner_slugs[self.partner.partner_id] if self.partner else ""

    def heading(self, words: str) -> str:
        return f"{words} · {self.partner.title}" if self.partner else words


def line_of(card: Card, here: str, *notes: str) -> Line:
    """A card as one line. Words of another language than the list's say which one."""
    other = language(card.lang).name if card.lang != here else ""
    said = dict.fromkeys(note for note in (*notes, other) if note)
    return Line(settings.HUB_ADDRESS + card.url, card.title, card.lang, card.dir, " · ".join(said))


def embed_views(make: Callable[[Asked], Embed]) -> tuple[Callable, Callable]:
    """The views of one list: as a script and as a page for a frame."""

    @require_safe
    def as_script(request):
        return _answer(request, make, _script)

    @require_safe
    def as_page(request):
        return _answer(request, make, _page)

    return as_script, as_page


def _answer(request, make, dress) -> HttpResponse:
    code = request.GET.get("language") or settings.LANGUAGE_CODE
    known = code in {one.code for one in LANGUAGES}
    with translation.override(code if known else settings.LANGUAGE_CODE):
        try:
            if not known:
                raise Http404(_("The hub has no such language."))
            response = dress(request, make(_asked(request.GET, code)), "")
        except Http404 as missing:
            response = dress(request, None, str(missing))
            response.status_code = 404
        response.headers["Content-Language"] = translation.get_language()
    # A website on which everything must say that it may be used says so of itself, too.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = CACHE
    # Weak: the blanks between a page's tags go on the way.
    tag = f'W/"{hashlib.sha256(response.content).hexdigest()}"'
    response.headers["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=response)


def _asked(params, code: str) -> Asked:
    frame = get_frame(code)
    said = params.get("number", "")
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 5 else USUAL_NUMBER
    return Asked(frame, _partner(params.get("partner", ""), frame), min(max(number, 1), MOST))


def _partner(said: str, frame: Frame) -> Entry | None:
    """The page of a partner, by its short code, which stays, or by its slug, which may change.

    Raises Http404 where the hub has no such partner.
    """
    if not said:
        return None
    pages = frame.shelves("partners")
    for page in pages:
        if said.upper() == page.code or said == frame.partner_slugs.get(page.partner_id):
            return page
    # One that became part of another.
    now = Thing.objects.filter(code=said.upper(), replaced_by__isnull=False).values_list(
        "replaced_by__code", flat=True
    )
    for page in pages:
        if page.code in now:
            return page
    raise Http404(_("The hub has no such partner."))


@cache
def _source(name: str) -> str:
    return (settings.BASE_DIR / "static" / name).read_text(encoding="utf-8").strip()


def _script(request, embed: Embed | None, sentence: str) -> HttpResponse:
    if embed is None:
        # Browsers run no script that comes as a miss; who opens the address reads why.
        text = f"/* {sentence} */\n"
    else:
        said = json.dumps({**asdict(embed), "style": _source("css/embed.css")}, ensure_ascii=False)
        # Line ends that are none in JSON were some in older JavaScript.
        said = said.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        program = _source("js/embed.js").removesuffix(";")
        text = f"({program})({said});\n"
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


def _page(request, embed: Embed | None, sentence: str) -> HttpResponse:
    here = language(translation.get_language())
    response = render(
        request, "hub/embed.html", {"embed": embed, "sentence": sentence, "language": here}
    )
    response._csp_replace = POLICY
    response.xframe_options_exempt = True
    return response
