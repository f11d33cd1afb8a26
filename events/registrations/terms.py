"""On which terms one signs up for an event, as its live original says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from events.event_date import EventDate
from events.event_dates import originals
from events.models import EventPage


@dataclass(frozen=True)
class Terms:
    """`seats`: None without a bound. `kept`: pool -> how many of the seats are kept for it."""

    page: EventPage
    seats: int | None
    kept: dict[str, int]
    kept_until: datetime | None
    needs_approval: bool
    time_to_answer: timedelta
    opens_at: datetime | None
    closes_at: datetime | None

    def kept_at(self, now: datetime) -> dict[str, int]:
        return {} if self.kept_until and now >= self.kept_until else self.kept

    def why_closed(self, date: EventDate, now: datetime | None = None) -> str:
        """Why nobody can sign up for `date` at this moment, a sentence; "" when they can."""
        now = now or timezone.now()
        if date.is_gone or date.is_cancelled:
            return _("This date was cancelled.")
        if date.starts_at <= now:
            return _("This meeting has begun or is over.")
        if self.opens_at and now < self.opens_at:
            return _("Registration has not opened yet.")
        if self.closes_at and now >= self.closes_at:
            return _("Registration is closed.")
        return ""


def terms_of(date: EventDate) -> Terms | None:
    """None where the event takes no registrations, or is not there for readers any more."""
    page = originals([date.thing]).get(date.thing.translation_key)
    return terms_of_page(page) if page and page.takes_registrations else None


def terms_of_page(page: EventPage) -> Terms:
    return Terms(
        page=page,
        seats=page.seats,
        kept={row.pool: row.seats for row in page.kept_seats.all()},
        kept_until=page.kept_until,
        needs_approval=page.needs_approval,
        time_to_answer=timedelta(hours=page.hours_to_answer),
        opens_at=page.registration_opens_at,
        closes_at=page.registration_closes_at,
    )
