"""A mail of the organiser to many of those who take part: one row of the queue for each address."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import override

from events.event_date import EventDate
from events.registrations.letters import link_of, when_label
from events.registrations.models import TAKING_PART, Participant, Registration
from events.registrations.seats import locked
from events.registrations.terms import terms_of
from hub.frame import get_frame
from hub.mail_queue import one_line, queue

from .log import MAILED, entries_of, note

ATTENDED = "attended"
MOST_OF_A_SUBJECT, MOST_CHARACTERS = 150, 10_000


@dataclass(frozen=True)
class Letter:
    """What is sent, and to whom: values of State, or ATTENDED."""

    to: list[str]
    subject: str
    text: str


def recipients(date: EventDate, to: list[str]) -> list[Registration]:
    """One registration for each address somebody of which fits; nobody whose address is not proven."""
    wanted = Q(state__in=[state for state in TAKING_PART if state in to])
    if ATTENDED in to:
        wanted |= Q(attended_at__isnull=False)
    people = Participant.objects.filter(wanted, date=date).exclude(email="")
    found: dict[str, Registration] = {}
    registrations = Registration.objects.filter(
        pk__in=people.values("registration"), confirmed_at__isnull=False
    )
    for registration in registrations.order_by("pk"):
        found.setdefault(registration.email, registration)
    return list(found.values())


def body_of(code: str, link: str, date: EventDate, letter: Letter, user, page) -> str:
    """The organiser's words, and below them in language `code` who wrote and about what.

    `link`: where the person sees and cancels.
    """
    with override(code):
        return render_to_string(
            "events/mails/from_organiser.txt",
            {
                "text": letter.text,
                "writer": one_line(user.get_full_name() or user.get_username()),
                "partner": get_frame(code).partners.get(date.partner_id, ""),
                "title": date.thing.title_in(code),
                "when": when_label(date, page, code),
                "link": link,
                "about": f"{settings.HUB_ADDRESS}/r/{date.thing.code}/",
            },
        )


@transaction.atomic
def send(date_id: int, letter: Letter, user, once: UUID) -> int | None:
    """Queue the mails; how many. None when this very letter (`once`) was sent before."""
    date = locked(date_id)
    if entries_of(date).filter(action=MAILED, uuid=once).exists():
        return None
    terms = terms_of(date)
    page, number = (terms.page if terms else None), 0
    for registration in recipients(date, letter.to):
        link = settings.HUB_ADDRESS + link_of(registration)
        body = body_of(registration.language, link, date, letter, user, page)
        queue(
            registration.email,
            one_line(letter.subject),
            body.strip() + "\n",
            registration.language,
            reply_to=user.email,
        )
        number += 1
    note(date, MAILED, user, uuid=once, number=number, to=letter.to)
    return number
