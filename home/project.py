"""The project page: partners in their roles, activities and the events that carried them out."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from events.models import EventPage
from hub.facts import Fact, known
from hub.frame import get_frame
from partners.partner_links import partner_name, partner_url


def project_context(page) -> dict:
    """Template context; activities in order, each with its event's card when there is one."""
    frame = get_frame(page.own_language.code)
    things = [block.value["event"] for block in page.activities if block.value["event"]]
    events = EventPage.objects.defer_streamfields().filter(
        translation_key__in=[thing.translation_key for thing in things],
        locale=page.locale_id,
        live=True,
    )
    by_key = {event.translation_key: event.card() for event in events}
    return {
        "facts": known(
            Fact(_("Programme"), page.programme),
            Fact(_("Kind of project"), page.action),
            Fact(_("Call for proposals"), page.call),
            Fact(_("Planned period"), _period(page)),
        ),
        "partners": [
            {
                "title": partner_name(frame, row.partner_id),
                "url": partner_url(frame, row.partner_id),
                "role": row.get_role_display(),
                "place": row.partner.get_country_display(),
            }
            for row in page.roles.select_related("partner")
        ],
        "activities": [
            {
                "title": block.value["title"],
                "text": block.value["text"],
                "event": by_key.get(
                    block.value["event"].translation_key if block.value["event"] else None
                ),
            }
            for block in page.activities
        ],
    }


def _period(page) -> str:
    ends = [date_format(day, "DATE_FORMAT") for day in (page.starts_on, page.ends_on) if day]
    return " – ".join(ends)
