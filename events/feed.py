"""`/<lang>/feeds/events.atom`: coming events as they are announced, with the calendar's filters."""

from django.http import Http404
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from hub import atom
from hub.frame import get_frame
from hub.pages_of import pages_below

from .calendar_dates import dates_below
from .models import EventPage
from .series import dates_of


@require_safe
def events_feed(request):
    """Those that are not over, the last announced first; with `past=1` those that are."""
    frame = get_frame(translation.get_language())
    section = frame.section("events")
    if section is None or frame.is_restricted(section.path):
        raise Http404
    same = atom.known_already(request)
    if same is not None:
        return same
    now = timezone.now()
    dates = dates_below(section, request.GET)
    coming = dates.filter(ends_at__gt=now).values("thing__translation_key")
    pages = pages_below(EventPage, section)
    if request.GET.get("past") == "1":
        been = dates.filter(ends_at__lte=now).values("thing__translation_key")
        pages = pages.filter(translation_key__in=been).exclude(translation_key__in=coming)
    else:
        pages = pages.filter(translation_key__in=coming)
    pages = list(pages.order_by("-first_published_at", "-pk")[: atom.MOST])
    entries = atom.entries_of(frame, [page.translation_key for page in pages])
    when = {page.translation_key: _when(page, now) for page in pages if not page.is_mirror}
    for entry in entries:
        entry.when = when.get(entry.key, "")
    return atom.answer(request, frame, section, entries)


def _when(page: EventPage, now) -> str:
    """Its next date by the rule alone, in words."""
    return page.next_date(now, dates_of(page, ())).when.label
