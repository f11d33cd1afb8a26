"""The doors of the desk: which work a person may open.

Every door asks the same: the person's language, that it is not the original's, that the original
is live. Whatever is not so answers 404, alike for "not yours" and "not there".
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from wagtail.models import Locale, Page

from hub.frame import STRUCTURE_DEPTH, get_frame
from hub.models import Thing

from . import work


def thing_or_404(code: str) -> Thing:
    thing = Thing.objects.select_related("original_locale").filter(code=code.upper()).first()
    if thing is None:
        raise Http404
    return thing


def work_or_404(request, code: str, lang: str) -> work.Work:
    """The work on a thing in a language, if this person may do it."""
    locale = Locale.objects.filter(language_code=lang).first()
    if locale is None or not work.may_translate(request.user, locale):
        raise Http404
    try:
        return work.begin(thing_or_404(code), locale)
    except (PermissionDenied, ValidationError) as refused:
        raise Http404 from refused


def partner_name(page: Page, code: str) -> str:
    """The partner on whose shelf a page stands, from memory."""
    frame = get_frame(code)
    shelf = frame.entries.get(page.path[: STRUCTURE_DEPTH * Page.steplen])
    return frame.partners.get(shelf.partner_id, "") if shelf else ""
