"""The project page: partners in their roles, activities and the events that carried them out."""

from events.models import EventPage
from hub.frame import get_frame
from resources.resource_page import partner_url


def project_context(page) -> dict:
    """Template context; activities in order, each with its event's card when there is one."""
    frame = get_frame(page.own_language.code)
    things = [block.value["event"] for block in page.activities if block.value["event"]]
    events = EventPage.objects.filter(
        translation_key__in=[thing.translation_key for thing in things],
        locale=page.locale_id,
        live=True,
    )
    by_key = {event.translation_key: event.card() for event in events}
    return {
        "roles": [
            {
                "name": row.partner.name,
                "url": partner_url(frame, row.partner_id),
                "role": row.get_role_display(),
                "country": row.partner.get_country_display(),
                "is_example": row.partner.is_example,
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
