"""Who took a list away or wrote to many, and when. No word of it is about those who take part."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.log_actions import LogFormatter
from wagtail.log_actions import log as write
from wagtail.models import ModelLogEntry

from events.event_date import EventDate

from .rights import date_or_404

EXPORTED, MAILED, OVER = "events.exported", "events.mailed", "events.seat_over"
DEEDS = (EXPORTED, MAILED, OVER)
ENTRIES_A_PAGE = 50


def note(date: EventDate, deed: str, user, uuid=None, **data) -> None:
    """In the transaction of the deed."""
    title = f"{date.thing.title or date.thing.code}, {date.when.starts:%Y-%m-%d %H:%M}"
    write(date, deed, user=user, uuid=uuid, title=title, data=data)


def entries_of(date: EventDate):
    return ModelLogEntry.objects.for_instance(date).filter(action__in=DEEDS)


def register_organisers_deeds(actions):
    @actions.register_action(EXPORTED)
    class Exported(LogFormatter):
        label = _("Take a list of registrations away")

        def format_message(self, log_entry):
            data = log_entry.data
            words = ngettext(
                "Took the list away as %(format)s: %(number)d person",
                "Took the list away as %(format)s: %(number)d people",
                data["number"],
            ) % {"format": data["format"].upper(), "number": data["number"]}
            return (
                gettext("%(words)s, with their needs") % {"words": words}
                if data["needs"]
                else words
            )

    @actions.register_action(MAILED)
    class Mailed(LogFormatter):
        label = _("Write to those who registered")

        def format_message(self, log_entry):
            number = log_entry.data["number"]
            return ngettext(
                "Sent a mail to %(number)d address", "Sent a mail to %(number)d addresses", number
            ) % {"number": number}

    @actions.register_action(OVER)
    class Over(LogFormatter):
        label = _("Give seats over the number")

        def format_message(self, log_entry):
            number = log_entry.data["number"]
            return ngettext(
                "Gave %(number)d seat though none was free",
                "Gave %(number)d seats though none was free",
                number,
            ) % {"number": number}


@require_safe
def log(request, pk):
    date = date_or_404(request.user, pk)
    entries = entries_of(date).select_related("user").order_by("-timestamp", "-pk")
    page = Paginator(entries, ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "date": date,
        "title": date.thing.title_in(get_language()),
        "entries": page.object_list,
        "page_obj": page,
    }
    return render(request, "events/admin/log.html", context)
