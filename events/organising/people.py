"""The people of one date, as the organiser's list shows them."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from events.event_date import EventDate
from events.models import EventCountry
from events.registrations.letters import moment_label
from events.registrations.models import Participant, State
from hub.alphabets import place_in_alphabet
from hub.frame import get_frame
from hub.languages import language
from hub.search.folding import fold

PEOPLE_A_PAGE = 100
HERE, NOT_HERE = "here", "not-here"
SHOWS = {
    HERE: gettext_lazy("here"),
    NOT_HERE: gettext_lazy("not here yet"),
    **{state.value: state.label for state in State},
}


@dataclass(frozen=True)
class Row:
    """One person; words are in the language of whoever looks."""

    person: Participant
    state: str
    contact: str
    facts: list[str]
    here_at: str
    food: str
    access: str


def showing(date: EventDate, show: str) -> QuerySet:
    """Those of one state, or who is here, or has a seat and is not."""
    people = Participant.objects.filter(date=date)
    if show == HERE:
        return people.exclude(attended_at=None)
    if show == NOT_HERE:
        return people.filter(state=State.SEATED, attended_at=None)
    return people.filter(state=show) if show else people


def listed(date: EventDate, show: str, words: str) -> list[int]:
    """Ids of those who fit, by the reader's alphabet; who is in line stands by place in line.

    In Python, since a helper at the door types "berzins" and neither database finds Bērziņš by it.
    """
    wanted, code = fold(words).split(), get_language()
    columns = ("pk", "name", "line", "email", "registration__organisation")
    found = [
        (pk, name, line)
        for pk, name, line, email, organisation in showing(date, show).values_list(*columns)
        if all(word in fold(f"{name} {email} {organisation}") for word in wanted)
    ]
    if show == State.WAITING:
        found.sort(key=lambda row: (row[2] or 0, row[0]))
    else:
        found.sort(key=lambda row: (place_in_alphabet(row[1], code), row[0]))
    return [pk for pk, _name, _line in found]


def page_of_people(date: EventDate, ids: list[int], number, with_needs: bool):
    """Django's page of these ids, and its rows: three queries, however many people."""
    page = Paginator(ids, PEOPLE_A_PAGE).get_page(number)
    return page, rows_of(date, list(page.object_list), with_needs)


def rows_of(date: EventDate, ids: list[int], with_needs: bool) -> list[Row]:
    related = ["registration", *(["registration__needs"] if with_needs else [])]
    people = Participant.objects.filter(pk__in=ids).select_related(*related)
    by_id = {person.pk: person for person in people}
    places = places_in_line(date)
    return [_row(by_id[pk], date, places, with_needs) for pk in ids if pk in by_id]


def places_in_line(date: EventDate) -> dict[int, int]:
    """Participant -> 1 for who is next."""
    waiting = Participant.objects.filter(date=date, state=State.WAITING).order_by("line", "pk")
    return {pk: place for place, pk in enumerate(waiting.values_list("pk", flat=True), start=1)}


def _row(person: Participant, date: EventDate, places: dict[int, int], with_needs: bool) -> Row:
    registration = person.registration
    needs = getattr(registration, "needs", None) if with_needs else None
    return Row(
        person,
        state_label(person, places),
        registration.email,
        [fact for fact in facts_of(registration) if fact],
        here_label(person, date),
        needs.food if needs else "",
        needs.access if needs else "",
    )


def state_label(person: Participant, places: dict[int, int]) -> str:
    if person.is_walk_in and person.state == State.SEATED:
        return _("Came without signing up")
    if place := places.get(person.pk):
        return _("In line, place %(place)d") % {"place": place}
    return capfirst(str(State(person.state).label))


def facts_of(registration) -> tuple[str, str, str, str]:
    """Organisation, country, role and language, each "" where it is not known."""
    frame = get_frame(get_language())
    return (
        registration.organisation,
        country_label(registration.country),
        frame.audiences.get(registration.audience, registration.audience),
        language(registration.language).name,
    )


def country_label(code: str) -> str:
    return str(dict(EventCountry.choices).get(code, code))


def here_label(person: Participant, date: EventDate) -> str:
    """Since when somebody is here, by the clock of the place; with the day where it has several."""
    if person.attended_at is None:
        return ""
    if date.first_day != date.last_day:
        return moment_label(person.attended_at, date)
    return date_format(person.attended_at.astimezone(date.when.starts.tzinfo), "TIME_FORMAT")
