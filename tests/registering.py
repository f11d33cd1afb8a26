"""Signing up for events as a reader does, for tests."""

import re
import time
from datetime import timedelta

from django.core import signing
from django.utils import timezone

from events.models import EventDate, Participant, Registration
from events.registrations.models import State
from hub import say
from hub.models import Mail
from tests.builders import make_event, thing_of

HERE = {"Sec-Fetch-Site": "same-origin"}


def an_event(title="Saruna pie tējas", seats=1, days=30, **fields):
    """An event that people sign up for, so many days from now; its only date."""
    fields.setdefault("takes_registrations", True)
    starts_at = (timezone.now() + timedelta(days=days)).replace(microsecond=0)
    fields = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), **fields}
    event = make_event(title, seats=seats, **fields)
    return EventDate.objects.get(thing=thing_of(event))


def answers(**changed) -> dict:
    """A form filled in well, opened ten seconds ago."""
    began = signing.dumps(time.time() - 10, salt=say.SALT)
    first = {"name": "Ilze Bērziņa", "email": "ilze@example.org", "language": "lv", "date": ""}
    return {**first, "began": began, **changed}


def sign_up(client, at_date, at="lv", **changed):
    """Send the form; the answer."""
    address = f"/{at}/register/{at_date.thing.code}/"
    return client.post(address, answers(**{"date": at_date.key, **changed}), headers=HERE)


def mails_to(address: str) -> list[Mail]:
    return list(Mail.objects.filter(to=address).order_by("pk"))


def link_in(mail: Mail) -> str:
    """The path of the link that a mail brings."""
    return re.search(r"https?://[^/]+(/\w+/m/\S+/)", mail.body).group(1)


def link_to(address: str) -> str:
    """The path of the newest link that an address was sent."""
    return next(link_in(mail) for mail in reversed(mails_to(address)) if "/m/" in mail.body)


def press(client, address: str, button: str, value="1", **more):
    return client.post(address, {button: value, **more}, headers=HERE)


def seated(client, date, name="Ilze Bērziņa", email="ilze@example.org", **changed) -> Participant:
    """Somebody who signed up and confirmed; with a seat or in line."""
    answer = sign_up(client, date, name=name, email=email, **changed)
    assert answer.status_code == 302, answer.context["form"].errors
    assert press(client, link_to(email), "confirm").status_code == 302
    return Participant.objects.get(date=date, email=email, name=name)


def states(date) -> dict[str, str]:
    """Name -> state of all people of a date."""
    return dict(Participant.objects.filter(date=date).values_list("name", "state"))


def registration_of(address: str) -> Registration:
    return Registration.objects.filter(email=address).latest("pk")


def one_of_every_state(date) -> Registration:
    """A registration whose people stand in all states but unconfirmed; made once."""
    facts = {"date": date, "email": "every@example.org"}
    registration, is_new = Registration.objects.get_or_create(
        **facts, defaults={"language": "en", "confirmed_at": timezone.now()}
    )
    if is_new:
        for state in State.values[1:]:
            Participant.objects.create(
                registration=registration,
                name=f"Persona {state}",
                state=state,
                line=1 if state == State.WAITING else None,
                offered_until=date.starts_at if state == State.OFFERED else None,
                **facts,
            )
    return registration
