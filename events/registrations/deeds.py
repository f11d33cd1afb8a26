"""What people do about their seats. Each deed is one transaction, under the lock of its date, and
queues its mails in it; done twice, it is done once.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.event_date import EventDate
from hub.models import Mail

from .letters import About, tell
from .models import OUT, TAKING_PART, Needs, Participant, Registration, State, name_key, new_key
from .seats import Seats, locked, offer_to_the_next
from .terms import Terms, terms_of

# How long a registration waits for its confirmation.
TIME_TO_CONFIRM = timedelta(hours=48)
# To one address; whoever presses the button again soon gets no second mail.
MOST_MAILS_AN_HOUR = 6
QUIET = timedelta(minutes=2)


class Refused(Exception):
    """Not possible now; its text is a sentence for the person."""


@dataclass
class Sheet:
    """What somebody wrote into the form."""

    email: str
    names: list[str]
    language: str
    organisation: str = ""
    country: str = ""
    audience: str = ""
    partner_id: int | None = None
    food: str = ""
    access: str = ""
    agreed: bool = False


@transaction.atomic
def sign_up(date_id: int, sheet: Sheet) -> Registration | None:
    """Write people down and mail the link that confirms; None where all of them stand already.

    Whoever stands already gets their own link again. Raises Refused.
    """
    date = locked(date_id)
    terms = terms_of(date)
    _refuse_if(terms.why_closed(date) if terms else _("Nobody signs up for this event here."))
    now = timezone.now()
    email = sheet.email.lower()
    hour_ago = now - timedelta(hours=1)
    if Mail.objects.filter(to=email, created_at__gt=hour_ago).count() >= MOST_MAILS_AN_HOUR:
        raise Refused(
            _(
                "Several mails went to this address within an hour. Look for them, or try again later."
            )
        )
    known = Participant.objects.filter(date=date, email=email).select_related("registration")
    by_key = {person.name_key: person for person in known}
    wanted = {name_key(name): name for name in sheet.names}
    standing = [by_key[key] for key in wanted if key in by_key and by_key[key].state not in OUT]
    _send_links_again({one.registration for one in standing}, date, terms, now)
    people = [
        by_key.get(key) or Participant(date=date, email=email, name=name)
        for key, name in wanted.items()
        if key not in by_key or by_key[key].state in OUT
    ]
    if not people:
        return None
    registration = Registration.objects.create(
        date=date,
        email=email,
        organisation=sheet.organisation,
        country=sheet.country,
        partner_id=sheet.partner_id,
        audience=sheet.audience,
        language=sheet.language,
    )
    for person in people:
        person.registration, person.state = registration, State.UNCONFIRMED
        person.pool, person.line, person.offered_until = "", None, None
        person.save()
    Registration.objects.filter(date=date, email=email, participants=None).delete()
    if sheet.agreed and (sheet.food or sheet.access):
        Needs.objects.create(
            registration=registration, food=sheet.food, access=sheet.access, agreed_at=now
        )
    tell(registration, About.CONFIRM, date, terms)
    return registration


def _send_links_again(registrations, date: EventDate, terms: Terms, now) -> None:
    for one in registrations:
        if one.mailed_at is None or one.mailed_at < now - QUIET:
            tell(one, About.LINK if one.confirmed_at else About.CONFIRM, date, terms)


@transaction.atomic
def confirm(registration: Registration) -> None:
    """Give seats or places in line to its people. Raises Refused."""
    date = locked(registration.date_id)
    registration = _again(registration)
    if registration.confirmed_at:
        return
    terms = _terms_to_take_part(date)
    now = timezone.now()
    # Who came before has the first word.
    _offer(date, terms, now)
    seats = Seats.of(date, terms, now)
    for person in registration.participants.filter(state=State.UNCONFIRMED).order_by("pk"):
        if terms.needs_approval:
            person.state = State.ASKED
        else:
            seats.give(person, registration)
        person.save()
    registration.confirmed_at = now
    registration.save(update_fields=["confirmed_at"])
    tell(registration, About.CONFIRMED, date, terms)


@transaction.atomic
def take(person: Participant) -> None:
    """Take the seat that was offered. Raises Refused when the offer is over."""
    date = locked(person.date_id)
    person = Participant.objects.select_related("registration").get(pk=person.pk)
    if person.state == State.SEATED:
        return
    terms = _terms_to_take_part(date)
    if person.state != State.OFFERED or person.offered_until <= timezone.now():
        raise Refused(_("The time to answer is over."))
    person.state, person.offered_until = State.SEATED, None
    person.save()
    tell(person.registration, About.CONFIRMED, date, terms)


@transaction.atomic
def cancel(person: Participant) -> None:
    """Give back a seat, an offer or a place in line; the next person is offered what is free."""
    date = locked(person.date_id)
    person = Participant.objects.select_related("registration").get(pk=person.pk)
    if person.state not in TAKING_PART or person.attended_at:
        return
    terms = terms_of(date)
    leave(person, State.CANCELLED)
    tell(person.registration, About.CANCELLED, date, terms)
    if terms:
        _offer(date, terms, timezone.now())


def leave(person: Participant, state: State) -> None:
    """Store that somebody is out of seats and line."""
    person.state, person.pool, person.line, person.offered_until = state, "", None, None
    person.save()


@transaction.atomic
def answer(people_ids: list[int], date_id: int, accepted: bool) -> int:
    """The organiser's yes or no to those who asked; how many were answered."""
    date = locked(date_id)
    terms = terms_of(date)
    people = Participant.objects.filter(date=date, pk__in=people_ids, state=State.ASKED)
    people = list(people.select_related("registration").order_by("pk"))
    seats = Seats.of(date, terms, timezone.now()) if terms else None
    for person in people:
        if accepted and seats:
            seats.give(person, person.registration)
            person.save()
        else:
            leave(person, State.DECLINED)
    for registration in {person.registration for person in people}:
        tell(registration, About.ANSWERED, date, terms)
    return len(people)


@transaction.atomic
def rename(person: Participant, name: str) -> None:
    """Another name, or another person in the same seat. Raises Refused where the name stands."""
    locked(person.date_id)
    others = Participant.objects.filter(date=person.date_id, email=person.email)
    if others.filter(name_key=name_key(name)).exclude(pk=person.pk).exists():
        raise Refused(_("This name stands there already."))
    person.name = name
    person.save(update_fields=["name", "name_key"])


@transaction.atomic
def new_link(registration: Registration) -> None:
    """Have the old link open nothing, and mail a new one."""
    date = locked(registration.date_id)
    registration = _again(registration)
    registration.key = new_key()
    registration.save(update_fields=["key"])
    tell(registration, About.LINK, date, terms_of(date))


def lapse(date_id: int) -> int:
    """Take back offers that were not answered in time and make the next ones; how many ran out."""
    with transaction.atomic():
        date = locked(date_id)
        terms = terms_of(date)
        now = timezone.now()
        late = Participant.objects.filter(
            date=date, state=State.OFFERED, offered_until__lte=now
        ).select_related("registration")
        late = list(late)
        for person in late:
            leave(person, State.LAPSED)
            tell(person.registration, About.LAPSED, date, terms)
        if terms:
            _offer(date, terms, now)
    return len(late)


def _offer(date: EventDate, terms: Terms, now) -> None:
    for person in offer_to_the_next(date, terms, now):
        tell(person.registration, About.OFFER, date, terms)


def _terms_to_take_part(date: EventDate) -> Terms:
    """Who signed up in time may confirm and answer until the meeting begins. Raises Refused."""
    terms = terms_of(date)
    if terms is None:
        raise Refused(_("Nobody signs up for this event here."))
    if date.is_gone or date.is_cancelled:
        raise Refused(_("This date was cancelled."))
    if date.starts_at <= timezone.now():
        raise Refused(_("This meeting has begun or is over."))
    return terms


def _again(registration: Registration) -> Registration:
    """As it is now, under the lock. Raises Refused when it was erased meanwhile."""
    found = Registration.objects.filter(pk=registration.pk).first()
    if found is None:
        raise Refused(_("This registration was erased, as nobody confirmed it in time."))
    return found


def _refuse_if(why: str) -> None:
    if why:
        raise Refused(why)
