"""Mails to those who take part: queued in the transaction of the deed, in the person's language."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from events.calendar_files import date_file
from events.event_date import EventDate
from events.models import EventPage
from events.two_clocks import clocks_label
from hub.frame import get_frame
from hub.links import make_token
from hub.mail_queue import one_line, queue

from .models import TAKING_PART, Participant, Registration, State
from .seats import place_in_line
from .terms import Terms

PURPOSE = "events.registration"
# A series may be signed up for two years ahead.
GOOD_FOR = timedelta(days=800)


class About(StrEnum):
    """Why a mail is written; each has its first sentence in mails/registration.txt."""

    CONFIRM = "confirm"
    CONFIRMED = "confirmed"
    OFFER = "offer"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    ANSWERED = "answered"
    MOVED = "moved"
    CALLED_OFF = "called-off"
    REMINDER = "reminder"
    LINK = "link"


SUBJECTS = {
    About.CONFIRM: gettext_lazy("Please confirm: %(title)s"),
    About.OFFER: gettext_lazy("A seat is free: %(title)s"),
    About.LAPSED: gettext_lazy("The offer ran out: %(title)s"),
    About.CANCELLED: gettext_lazy("You cancelled: %(title)s"),
    About.MOVED: gettext_lazy("Something changed: %(title)s"),
    About.CALLED_OFF: gettext_lazy("It does not take place: %(title)s"),
    About.REMINDER: gettext_lazy("Soon: %(title)s"),
    About.LINK: gettext_lazy("Your registration: %(title)s"),
}
# Of what was confirmed or answered the state says it.
SUBJECTS_BY_STATE = {
    State.SEATED: gettext_lazy("You have a seat: %(title)s"),
    State.WAITING: gettext_lazy("You are in line: %(title)s"),
    State.ASKED: gettext_lazy("The organiser will answer: %(title)s"),
    State.DECLINED: gettext_lazy("No seat this time: %(title)s"),
}
WITH_CALENDAR = (About.CONFIRMED, About.ANSWERED, About.MOVED, About.REMINDER, About.CALLED_OFF)


@dataclass(frozen=True)
class Line:
    """A person and how it stands with them, as mails and pages show it."""

    person: Participant
    name: str
    state: str
    words: str


def link_of(registration: Registration) -> str:
    """The path under which its people see, confirm, change and cancel."""
    token = make_token(PURPOSE, registration=registration.pk, key=registration.key)
    return f"/{registration.language}/m/{token}/"


def mark_of(date: EventDate, page: EventPage) -> str:
    """Another one when something changed that who takes part must hear of."""
    facts = [
        date.starts_at.timestamp(),
        date.ends_at.timestamp(),
        date.time_zone,
        date.is_cancelled or date.is_gone,
        page.place,
        page.mode,
        page.online_link,
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def lines_of(people: list[Participant]) -> list[Line]:
    """In the language that is active."""
    return [Line(one, one.name, one.state, _state_words(one)) for one in people]


def _state_words(person: Participant) -> str:
    words = str(State(person.state).label)
    if person.state == State.WAITING:
        return _("in line for a seat, place %(place)d") % {"place": place_in_line(person)}
    return words


def tell(registration: Registration, why: About, date: EventDate, terms: Terms | None) -> None:
    """Queue a mail to the contact of `registration`; whoever came without an address is not told.

    Raises ValueError where the address is none, which the form has kept out.
    """
    if not registration.email:
        return
    code = registration.language
    page = terms.page if terms else None
    people = list(registration.participants.order_by("pk"))
    states = [one.state for one in people]
    with override(code):
        title = date.thing.title_in(code)
        subject = str(SUBJECTS.get(why) or _subject_by_state(states)) % {"title": title}
        body = render_to_string(
            "events/mails/registration.txt",
            {
                "why": str(why),
                "title": title,
                "when": when_label(date, page, code),
                "place": page.place if page else "",
                "online_link": online_link(page, states),
                "lines": lines_of(people),
                "is_taking_part": any(state in TAKING_PART for state in states),
                "answer_until": _answer_until(people, date),
                "link": settings.HUB_ADDRESS + link_of(registration),
                "about": f"{settings.HUB_ADDRESS}/r/{date.thing.code}/",
            },
        )
        calendar = ""
        if page and why in WITH_CALENDAR and State.SEATED in states:
            calendar = calendar_of(date, page, code)
    queue(
        registration.email,
        one_line(subject),
        body.strip() + "\n",
        code,
        calendar=calendar,
    )
    registration.mailed_at = timezone.now()
    if page:
        registration.told = mark_of(date, page)
    registration.save(update_fields=["mailed_at", "told"])


def _subject_by_state(states: list[str]):
    best = next((state for state in SUBJECTS_BY_STATE if state in states), None)
    return SUBJECTS_BY_STATE[best] if best else SUBJECTS[About.LINK]


def _answer_until(people: list[Participant], date: EventDate) -> str:
    """Until when an offer stands, by the clock of the place."""
    until = min((one.offered_until for one in people if one.state == State.OFFERED), default=None)
    return moment_label(until, date) if until else ""


def moment_label(moment, date: EventDate) -> str:
    """A moment by the clock of the place of `date`."""
    local = moment.astimezone(date.when.starts.tzinfo)
    return f"{date_format(local, 'DATE_FORMAT')}, {date_format(local, 'TIME_FORMAT')}"


def when_label(date: EventDate, page: EventPage | None, code: str) -> str:
    """The hours by both clocks, in language `code`, which is active."""
    partner_id = page.partner_id if page else date.partner_id
    return clocks_label(date.when, date.time_zone, partner_id, get_frame(code))


def online_link(page: EventPage | None, states: list[str]) -> str:
    """Only for those who have a seat."""
    return page.online_link if page and State.SEATED in states else ""


def calendar_of(date: EventDate, page: EventPage, code: str) -> str:
    """The calendar file of one date, with the words of language `code` where the page has them."""
    here = EventPage.objects.filter(
        translation_key=page.translation_key, live=True, locale__language_code=code
    ).first()
    one = next((one for one in page.dates if one.key == date.key), None)
    if one is None:
        return ""
    return date_file(here or page, one, date.sequence, date.changed_at).decode()
