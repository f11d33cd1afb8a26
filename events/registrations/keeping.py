"""How long what is known of people is kept, and the numbers that stay. `events.due` names it."""

from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from events.event_date import EventDate

from .evidence import Evidence
from .models import Attendance, Needs, Participant, Registration, State
from .seats import locked

KEEP_NEEDS = timedelta(days=14)


def erase_needs() -> int:
    """What people asked to be thought of, two weeks after the date; how many rows."""
    old = Needs.objects.filter(registration__date__ends_at__lt=timezone.now() - KEEP_NEEDS)
    return old.delete()[0]


def erase_old_registrations() -> int:
    """All people of dates that are long over; what stays are numbers, and where a setting says so
    for a time the names of those who attended. How many registrations.
    """
    before = timezone.now() - timedelta(days=settings.HUB_KEEP_REGISTRATIONS_DAYS)
    dates = EventDate.objects.filter(ends_at__lt=before, registrations__isnull=False)
    return sum(
        _erase_people_of(pk) for pk in dates.order_by("pk").distinct().values_list("pk", flat=True)
    )


@transaction.atomic
def _erase_people_of(date_id: int) -> int:
    # Locked, or whoever comes second would count the same people again.
    date = locked(date_id)
    registrations = Registration.objects.filter(date=date)
    number = registrations.count()
    if number:
        people = Participant.objects.filter(date=date)
        if keeps_evidence():
            attended = people.filter(attended_at__isnull=False)
            names = attended.values_list("name", "registration__organisation")
            Evidence.objects.bulk_create(
                Evidence(date=date, name=name, organisation=of) for name, of in names
            )
        count_in(date, people)
        registrations.delete()
    return number


def erase_evidence() -> int:
    """The names that were kept for funders, once their time is over; how many."""
    return 0 if keeps_evidence() else Evidence.objects.all().delete()[0]


def keeps_evidence() -> bool:
    until = settings.HUB_KEEP_EVIDENCE_UNTIL
    return until is not None and timezone.localdate() <= until


def count_in(date: EventDate, people) -> None:
    """Add `people` (Participant), who are erased in this transaction, to the numbers of a locked date.

    Erased one by one, at different times, all are in the end counted once; before the date is over
    there is nothing to count.
    """
    if date.ends_at > timezone.now():
        return
    row = Attendance.objects.get_or_create(date=date)[0]
    numbers = Counter(row.numbers)
    attended = {by: Counter(row.attended.get(by)) for by in ("country", "audience", "partner")}
    for person in people.select_related("registration__partner"):
        registration = person.registration
        numbers["registered"] += person.state != State.UNCONFIRMED
        numbers["seated"] += person.state == State.SEATED
        numbers["walk_ins"] += person.is_walk_in
        if person.attended_at:
            numbers["attended"] += 1
            attended["country"][registration.country] += 1
            attended["audience"][registration.audience] += 1
            attended["partner"][registration.partner.slug if registration.partner else ""] += 1
    row.numbers = dict(numbers)
    row.attended = {by: dict(counts) for by, counts in attended.items()}
    row.save()
