"""What registrations need from time to time; `events.due` names it for `housekeep`."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from events.event_date import EventDate
from events.event_dates import originals

from .deeds import TIME_TO_CONFIRM, lapse
from .letters import About, mark_of, tell
from .models import TAKING_PART, Participant, Registration, State
from .terms import terms_of_page

REMIND_BEFORE = timedelta(hours=48)


def move_the_lines() -> int:
    """Take back offers that ran out, and offer what is free (also since there are more seats)."""
    now = timezone.now()
    people = Participant.objects.filter(
        Q(state=State.OFFERED, offered_until__lte=now)
        | Q(state=State.WAITING, date__starts_at__gt=now)
    )
    return sum(lapse(pk) for pk in people.order_by().values_list("date", flat=True).distinct())


def erase_unconfirmed() -> int:
    """What nobody confirmed within two days; how many people."""
    old = Registration.objects.filter(
        confirmed_at=None, created_at__lt=timezone.now() - TIME_TO_CONFIRM
    ).exclude(participants__is_walk_in=True)
    number = Participant.objects.filter(registration__in=old).count()
    old.delete()
    return number


def tell_of_changes() -> int:
    """Mail those who take part when the hour, the place or the link is another; how many mails."""
    told = 0
    for date, page in _coming_dates():
        mark = mark_of(date, page)
        is_off = date.is_cancelled or date.is_gone
        news = _with_people(date, TAKING_PART).exclude(told=mark)
        for registration in news:
            told += _tell_once(
                registration, About.CALLED_OFF if is_off else About.MOVED, date, page, mark
            )
    return told


@transaction.atomic
def _tell_once(registration, why: About, date: EventDate, page, mark: str) -> bool:
    mine = Registration.objects.filter(pk=registration.pk, told=registration.told)
    # A reminder for another day is another reminder.
    if not mine.update(told=mark, reminded_at=None):
        return False
    tell(registration, why, date, terms_of_page(page))
    return True


def remind() -> int:
    """Mail those with a seat two days before; how many mails."""
    now = timezone.now()
    reminded = 0
    for date, page in _coming_dates(starts_at__gt=now, starts_at__lte=now + REMIND_BEFORE):
        if date.is_cancelled or date.is_gone:
            continue
        # Whoever has just been told of the seat knows.
        due = _with_people(date, [State.SEATED]).filter(
            reminded_at=None, confirmed_at__lt=date.starts_at - REMIND_BEFORE
        )
        for registration in due:
            with transaction.atomic():
                mine = Registration.objects.filter(pk=registration.pk, reminded_at=None)
                if mine.update(reminded_at=now):
                    tell(registration, About.REMINDER, date, terms_of_page(page))
                    reminded += 1
    return reminded


def _coming_dates(**which):
    """Dates that are not over and that somebody takes part in, each with its live page."""
    dates = EventDate.objects.filter(
        ends_at__gt=timezone.now(), registrations__confirmed_at__isnull=False, **which
    )
    dates = list(dates.select_related("thing__original_locale").distinct())
    pages = originals([date.thing for date in dates])
    for date in dates:
        if page := pages.get(date.thing.translation_key):
            yield date, page


def _with_people(date: EventDate, states):
    """Confirmed registrations of `date`, somebody of whom is in one of these states."""
    people = Participant.objects.filter(date=date, state__in=states)
    return Registration.objects.filter(
        pk__in=people.values("registration"), confirmed_at__isnull=False
    ).exclude(email="")
