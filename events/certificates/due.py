"""After a date: the mail with the certificate and the question. `events.due` names it."""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from events.registrations.letters import when_label
from events.registrations.models import Registration
from hub.mail_queue import one_line, queue

from .links import CERTIFICATE, STAYED, event_of, link_of
from .paper import page_in

# At one go; the next minute brings the next.
MOST_AT_ONCE = 200


def thank() -> int:
    """Mail those who were there, once the date is over; how many mails.

    Whoever is ticked days later hears of it then.
    """
    due = (
        Registration.objects.filter(
            thanked_at=None,
            date__ends_at__lt=timezone.now(),
            participants__attended_at__isnull=False,
        )
        .exclude(email="")
        .select_related("date__thing__original_locale")
        .distinct()
        .order_by("pk")
    )
    return sum(_thank_once(one) for one in due[:MOST_AT_ONCE])


@transaction.atomic
def _thank_once(registration: Registration) -> bool:
    mine = Registration.objects.filter(pk=registration.pk, thanked_at=None)
    if not mine.update(thanked_at=timezone.now()):
        return False
    date, code = registration.date, registration.language
    people = registration.participants.filter(attended_at__isnull=False).order_by("pk")
    with override(code):
        event = event_of(date.thing, code)
        body = render_to_string(
            "events/mails/thanks.txt",
            {
                "title": event["title"],
                "when": when_label(date, page_in(date, code), code),
                "names": [one.name for one in people],
                "certificate": settings.HUB_ADDRESS + link_of(registration, CERTIFICATE),
                "stayed": settings.HUB_ADDRESS + link_of(registration, STAYED),
                "about": settings.HUB_ADDRESS + event["event_url"] if event["event_url"] else "",
            },
        )
        subject = _("Thank you for coming: %(title)s") % {"title": event["title"]}
    queue(registration.email, one_line(subject), body.strip() + "\n", code)
    return True
