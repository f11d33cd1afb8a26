"""People who were at an event, as the day leaves them in the database."""

from django.utils import timezone

from events.event_date import EventDate
from events.registrations.models import Needs, Participant, Registration, State
from tests.builders import make_event


def date_of(event, key="") -> EventDate:
    return EventDate.objects.select_related("thing__original_locale").get(
        thing__translation_key=event.translation_key, key=key
    )


def past_event(title="Stāstu vakars", starts="2026-03-03 10:00", hours=6.5, **fields):
    return make_event(title, starts=starts, hours=hours, takes_registrations=True, **fields)


def attend(
    date, *names, email="liga@example.org", language="lv", attended=True, needs="", **fields
) -> Registration:
    """A confirmed registration whose people had a seat, and came unless told otherwise."""
    now = timezone.now()
    row = Registration.objects.create(
        date=date, email=email, language=language, confirmed_at=now, **fields
    )
    for name in names:
        Participant.objects.create(
            registration=row,
            date=date,
            email=email,
            name=name,
            state=State.SEATED,
            attended_at=date.starts_at if attended else None,
        )
    if needs:
        Needs.objects.create(registration=row, food=needs, agreed_at=now)
    return row
