"""A certificate as a page for paper, made when it is asked for and kept nowhere."""

import logging
import threading
from contextlib import contextmanager

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from events.event_page import programme_of
from events.models import EventPage
from events.registrations.letters import when_label
from events.registrations.models import Participant
from hub.frame import get_frame
from hub.languages import language
from hub.paper import STATIC, data_uri, make_pdf
from hub.private import is_private
from hub.stylesheet import SOURCES
from partners.models import Partner
from partners.partner_links import partner_name

from .code import code_for
from .hours import length_label, minutes_of
from .links import event_of

# A second person waits so long for the first one's paper, which takes a second or two.
PATIENCE_SECONDS = 10
LOGO_SPEC = "max-600x240|format-png"

# Each takes memory and a processor: a seminar's guests who all press at once shall not stop the site.
_press = threading.Lock()
logger = logging.getLogger("hub.paper")


class Busy(Exception):
    """Another certificate is being made; this one can be asked for again in a moment."""


def certificate_pdf(person: Participant, code: str) -> bytes:
    """The certificate of somebody who attended, in language `code`.

    Raises Busy, KeyIsMissing and PaperError.
    """
    html = certificate_html(person, code)
    css = "".join(
        (SOURCES / name).read_text(encoding="utf-8") for name in ("paper.css", "certificate.css")
    )
    with _alone():
        return make_pdf(html, css)


@contextmanager
def _alone():
    if not _press.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _press.release()


def certificate_html(person: Participant, code: str) -> str:
    """The words of a page that is not there any more stand as long as its thing does."""
    date = person.date
    page = page_in(date, code)
    minutes = minutes_of(date, page)
    letters = code_for(date, minutes, person.name)
    address = f"{settings.HUB_ADDRESS}/v/{letters}"
    frame = get_frame(code)
    with translation.override(code):
        return render_to_string(
            "events/certificates/certificate.html",
            {
                "language": language(code),
                "name": person.name,
                "organisation": person.registration.organisation,
                **event_of(date.thing, code),
                "when": when_label(date, page, code),
                "place": page.place if page else "",
                "length": length_label(minutes),
                "programme": programme_of(page, {}) if page else [],
                "programme_lang": page.words_language if page else code,
                "partners": [partner_name(frame, pk) for pk in page.owner_ids] if page else [],
                "logos": _logos(page) if page else [],
                "text": frame.text,
                "code": letters,
                "address": address,
                "qr": segno.make(address, error="m", micro=False).svg_data_uri(border=0),
                "emblem": _drawing("eu-emblem.svg"),
                "mark": _drawing("mark.svg"),
            },
        )


def page_in(date, code: str) -> EventPage | None:
    """The live page of a date in language `code`, which may be a mirror; None when it is gone."""
    pages = EventPage.objects.filter(
        translation_key=date.thing.translation_key, live=True, url_path__startswith="/home-"
    ).select_related("locale")
    found = {page.locale.language_code: page for page in pages}
    return found.get(code) or next(iter(found.values()), None)


def _logos(page: EventPage) -> list[str]:
    """Those that its partners have and everybody may see, as addresses that hold them."""
    partners = Partner.objects.filter(pk__in=page.owner_ids, logo__isnull=False)
    logos = {one.pk: one.logo for one in partners.select_related("logo__collection")}
    found = []
    for pk in page.owner_ids:
        if pk in logos and not is_private(logos[pk].collection):
            rendition = logos[pk].get_rendition(LOGO_SPEC)
            with rendition.file.open("rb") as file:
                found.append(data_uri(file.read(), rendition.file.name))
    return found


def _drawing(name: str) -> str:
    return data_uri((STATIC / "img" / name).read_bytes(), name)
