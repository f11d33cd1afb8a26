"""What organisers do to people's seats and on the day. Under the lock of the date, once however
often it is pressed, and by however many helpers.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.event_date import EventDate
from events.registrations.deeds import Refused
from events.registrations.letters import About, tell
from events.registrations.models import Participant, Registration, State, name_key
from events.registrations.seats import EVERYBODY, Seats, locked
from events.registrations.terms import terms_of

# Who is confirmed and has no seat yet, or not any more.
WITHOUT_SEAT = (
    State.OFFERED,
    State.WAITING,
    State.ASKED,
    State.LAPSED,
    State.CANCELLED,
    State.DECLINED,
)


class Full(Exception):
    """No free seat for `number` of these people; the organiser may say: all the same."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


@transaction.atomic
def give_seats(people_ids: list[int], date_id: int, over: bool = False) -> list[Participant]:
    """Seats for people whoever stands before them in line; `over` the number only when it is said.

    Who got one. Raises Full, and Refused where there is nothing to give.
    """
    date = locked(date_id)
    terms = terms_of(date)
    if terms is None:
        raise Refused(_("Nobody signs up for this event here."))
    if date.is_gone or date.is_cancelled:
        raise Refused(_("This date was cancelled."))
    if date.ends_at <= timezone.now():
        raise Refused(_("This meeting is over."))
    people = Participant.objects.filter(
        date=date,
        pk__in=people_ids,
        state__in=WITHOUT_SEAT,
        registration__confirmed_at__isnull=False,
    )
    people = list(people.select_related("registration").order_by("line", "pk"))
    seats, beyond = Seats.of(date, terms, timezone.now()), 0
    for person in people:
        if person.state == State.OFFERED:
            # What was offered is held already.
            person.state = State.SEATED
        else:
            pool = seats.pool_for(person.registration)
            beyond += pool is None
            seats.take(person, EVERYBODY if pool is None else pool, State.SEATED)
        person.offered_until = None
    if beyond and not over:
        raise Full(beyond)
    for person in people:
        person.save()
    for registration in {person.registration for person in people}:
        tell(registration, About.CONFIRMED, date, terms)
    return people


def has_begun(date: EventDate) -> bool:
    """Whether it is the (first) day of the date, by the clock of its place."""
    return timezone.now().astimezone(ZoneInfo(date.time_zone)).date() >= date.first_day


@transaction.atomic
def tick(people_ids: list[int], date_id: int) -> int:
    """Note that people are here; for how many it was not noted yet. Raises Refused before the day.

    Whoever is here has a seat, whatever stood in the list.
    """
    date = locked(date_id)
    _refuse_before(date)
    people = Participant.objects.filter(date=date, pk__in=people_ids, attended_at=None)
    people = list(people)
    _note_here(people)
    return len(people)


@transaction.atomic
def untick(people_ids: list[int], date_id: int) -> int:
    """Take a tick back that was a mistake; of how many."""
    date = locked(date_id)
    people = Participant.objects.filter(date=date, pk__in=people_ids).exclude(attended_at=None)
    return people.update(attended_at=None)


@transaction.atomic
def walk_in(date_id: int, name: str, organisation: str, country: str, email: str, language: str):
    """Somebody who came without signing up, here at once: (participant, whether they are new).

    The same name with the same address, or both times without one, is the same person.
    """
    date = locked(date_id)
    _refuse_before(date)
    known = Participant.objects.filter(date=date, email=email, name_key=name_key(name)[:120])
    if person := known.first():
        _note_here([person] if person.attended_at is None else [])
        return person, False
    registration = Registration.objects.create(
        date=date,
        email=email,
        organisation=organisation,
        country=country,
        language=language,
        confirmed_at=timezone.now(),
    )
    person = Participant(
        date=date, registration=registration, email=email, name=name, is_walk_in=True
    )
    _note_here([person])
    return person, True


def of_this_name(date: EventDate, name: str, email: str) -> list[Participant]:
    """Others in the list who are called the same: perhaps the very person at the door."""
    same = Participant.objects.filter(date=date, name_key=name_key(name)[:120])
    return list(same.exclude(email=email).select_related("registration").order_by("pk"))


@transaction.atomic
def check_in(date_id: int, email: str, name: str) -> bool:
    """Somebody says themselves that they are here; False where the desk has to look.

    Only who has a seat; of several with one address the one who gives their name.
    """
    date = locked(date_id)
    people = Participant.objects.filter(date=date, email=email.lower(), state=State.SEATED)
    if name:
        people = people.filter(name_key=name_key(name)[:120])
    people = list(people)
    if len(people) != 1:
        return False
    _note_here([one for one in people if one.attended_at is None])
    return True


def _note_here(people: list[Participant]) -> None:
    now = timezone.now()
    for person in people:
        person.attended_at = now
        if person.state != State.SEATED:
            person.state, person.pool, person.offered_until = State.SEATED, EVERYBODY, None
        person.save()
    # What nobody confirmed is erased; who came has confirmed it more than any button.
    mine = Registration.objects.filter(participants__in=people, confirmed_at=None)
    Registration.objects.filter(pk__in=list(mine.values_list("pk", flat=True))).update(
        confirmed_at=now
    )


def _refuse_before(date: EventDate) -> None:
    if not has_begun(date):
        raise Refused(_("People are ticked from the day itself on."))


def days_of(date: EventDate) -> list:
    """Its days, by the clock of its place."""
    number = (date.last_day - date.first_day).days + 1
    return [date.first_day + timedelta(days=one) for one in range(number)]
