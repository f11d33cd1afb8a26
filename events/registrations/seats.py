"""Who gets which seat. All of it under the lock of the date: one deed at a time decides."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Max

from events.event_date import EventDate

from .models import HOLDING, Participant, Registration, State
from .terms import Terms

EVERYBODY = ""


def locked(date_id: int) -> EventDate:
    """The date, held until the transaction ends. SQLite has one writer at a time by itself."""
    dates = EventDate.objects.select_for_update(of=("self",))
    return dates.select_related("thing__original_locale").get(pk=date_id)


class Seats:
    """The seats of a date. Under its lock, what is given here is counted and stays true."""

    def __init__(self, terms: Terms, taken: dict[str, int], now: datetime, last_in_line: int = 0):
        """`taken`: pool -> how many seats are held out of it."""
        self.terms = terms
        self.kept = terms.kept_at(now)
        self.taken = dict(taken)
        self._last_in_line = last_in_line

    @classmethod
    def of(cls, date: EventDate, terms: Terms, now: datetime) -> "Seats":
        """As they stand in this transaction: two queries."""
        people = Participant.objects.filter(date=date)
        last = people.aggregate(last=Max("line"))["last"] or 0
        return cls(terms, taken_of([date.pk]).get(date.pk, {}), now, last)

    @property
    def left(self) -> int | None:
        """How many are free for somebody; None without a bound."""
        if self.terms.seats is None:
            return None
        return max(0, self.terms.seats - sum(self.taken.values()))

    def left_in(self, pool: str) -> int:
        taken = self.taken.get(pool, 0)
        if pool != EVERYBODY:
            return self.kept.get(pool, 0) - taken
        # What a pool has taken beyond what is kept for it is gone for everybody.
        others = {one for one in (*self.kept, *self.taken) if one != EVERYBODY}
        kept = sum(max(self.kept.get(one, 0), self.taken.get(one, 0)) for one in others)
        return (self.terms.seats or 0) - kept - taken

    def pool_for(self, registration: Registration) -> str | None:
        """Out of which seats its people get one now; None when they wait."""
        if self.terms.seats is None:
            return EVERYBODY
        if not self.left:
            return None
        pools = (*pools_of(registration), EVERYBODY)
        return next((pool for pool in pools if self.left_in(pool) > 0), None)

    def take(self, person: Participant, pool: str, state: State) -> None:
        person.state, person.pool = state, pool
        self.taken[pool] = self.taken.get(pool, 0) + 1

    def give(self, person: Participant, registration: Registration) -> None:
        """A seat, or the last place in line; not yet stored."""
        pool = self.pool_for(registration)
        if pool is not None:
            self.take(person, pool, State.SEATED)
            return
        self._last_in_line += 1
        person.state, person.pool, person.line = State.WAITING, EVERYBODY, self._last_in_line


def taken_of(date_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many seats are held, by date and pool: one query."""
    held = Participant.objects.filter(date__in=list(date_ids), state__in=HOLDING)
    rows = held.order_by().values_list("date", "pool").annotate(number=Count("pk"))
    found: dict[int, dict[str, int]] = {}
    for date_id, pool, number in rows:
        found.setdefault(date_id, {})[pool] = number
    return found


def waiting_of(date_ids: Iterable[int]) -> dict[int, int]:
    """How many are in line, by date: one query."""
    people = Participant.objects.filter(date__in=list(date_ids), state=State.WAITING)
    return dict(people.order_by().values_list("date").annotate(number=Count("pk")))


def pools_of(registration: Registration) -> Iterable[str]:
    """The kept seats that its people may take."""
    if registration.partner_id:
        yield f"partner:{registration.partner_id}"
    if registration.country:
        yield f"country:{registration.country}"


def offer_to_the_next(date: EventDate, terms: Terms, now: datetime) -> list[Participant]:
    """Offer what is free to those in line, who came first first; who was offered a seat (stored)."""
    if date.is_gone or date.is_cancelled or date.starts_at <= now:
        return []
    seats = Seats.of(date, terms, now)
    waiting = Participant.objects.filter(date=date, state=State.WAITING).order_by("line")
    offered = []
    for person in waiting.select_related("registration"):
        if seats.left == 0:
            break
        pool = seats.pool_for(person.registration)
        if pool is None:
            continue
        seats.take(person, pool, State.OFFERED)
        person.offered_until = min(now + terms.time_to_answer, date.starts_at)
        offered.append(person)
    Participant.objects.bulk_update(offered, ["state", "pool", "offered_until"], batch_size=200)
    return offered


def place_in_line(person: Participant) -> int:
    """1 for who is next."""
    before = Participant.objects.filter(
        date=person.date_id, state=State.WAITING, line__lt=person.line
    )
    return before.count() + 1
