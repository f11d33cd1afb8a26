"""The last seat is given once, whatever happens in that moment: two served processes, real commits."""

import random
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from events.models import Participant, Registration
from events.registrations.letters import link_of
from hub.models import Mail
from tests import browsing
from tests.registering import an_event, answers

PEOPLE = 200


@pytest.fixture(scope="module")
def two_processes(server, django_db_blocker):
    """The hub, served by two processes on the test database."""
    with django_db_blocker.unblock(), browsing.served_hub(processes=2) as address:
        yield address


@pytest.fixture
def database(server, django_db_blocker):
    with django_db_blocker.unblock():
        yield
        connection.close()


class Unmoved(urllib.request.HTTPRedirectHandler):
    """Where an answer leads does not matter here."""

    def redirect_request(self, *_args):
        return None


def post(address: str, data: dict) -> int:
    """The status of the answer."""
    body = urllib.parse.urlencode(data).encode()
    request = urllib.request.Request(address, body, {"Sec-Fetch-Site": "same-origin"})  # noqa: S310
    try:
        with urllib.request.build_opener(Unmoved).open(request, timeout=120) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def all_at_once(deeds) -> list[int]:
    """Have all the deeds done, fifty at a time; the statuses."""
    with ThreadPoolExecutor(50) as pool:
        return list(pool.map(lambda deed: post(*deed), deeds))


def written_down(date) -> list[Registration]:
    """So many people who have not confirmed yet."""
    made = Registration.objects.bulk_create(
        Registration(date=date, email=f"n{number}@example.org", language="en")
        for number in range(PEOPLE)
    )
    Participant.objects.bulk_create(
        Participant(registration=one, date=date, email=one.email, name="Anna", name_key="anna")
        for one in made
    )
    return made


def told(date) -> Counter:
    """Word of the newest mail to each person -> how many."""
    subjects = dict(Mail.objects.order_by("pk").values_list("to", "subject"))
    people = Participant.objects.filter(date=date).values_list("email", "state")
    return Counter((state, subjects[email].split(":")[0]) for email, state in people)


@pytest.mark.parametrize("seats", [1, 30])
def test_two_hundred_confirm_at_once_and_no_seat_is_given_twice(two_processes, database, seats):
    Mail.objects.all().delete()
    date = an_event(f"Last seats {seats}", seats=seats)
    people = written_down(date)
    chance = random.Random(seats)  # noqa: S311  which of them does not matter
    deeds = [(two_processes + link_of(one), {"confirm": "1"}) for one in people]
    # A quarter presses twice; some change their mind at once, seat or no seat.
    deeds += chance.sample(deeds, PEOPLE // 4)
    gone = chance.sample(people, PEOPLE // 10)
    deeds += [
        (two_processes + link_of(one), {"cancel": str(one.participants.get().pk)}) for one in gone
    ]
    chance.shuffle(deeds)

    statuses = Counter(all_at_once(deeds))

    assert set(statuses) == {302}
    states = Counter(Participant.objects.filter(date=date).values_list("state", flat=True))
    assert sum(states.values()) == PEOPLE
    assert states["seated"] + states["offered"] == seats
    waiting = Participant.objects.filter(date=date, state="waiting").values_list("line", flat=True)
    assert len(set(waiting)) == len(waiting) > 0
    assert set(told(date)) <= {
        ("seated", "You have a seat"),
        ("offered", "A seat is free"),
        ("waiting", "You are in line"),
        ("cancelled", "You cancelled"),
    }


def test_the_same_form_sent_many_times_at_once_makes_one_person(two_processes, database):
    date = an_event("Double clicks", seats=100)
    address = f"{two_processes}/en/register/{date.thing.code}/"
    forms = [
        (address, answers(email=f"d{number}@example.org", name=f"Persona {number}x", language="en"))
        for number in range(10)
    ]

    statuses = all_at_once(forms * 5)

    assert set(statuses) == {302}
    assert Participant.objects.filter(date=date).count() == 10
    assert Registration.objects.filter(date=date).count() == 10
    mails = Mail.objects.filter(to__startswith="d", subject__startswith="Please confirm")
    assert Counter(mails.values_list("to", flat=True)).most_common(1)[0][1] == 1
