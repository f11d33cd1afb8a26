"""Killed while somebody signs up or confirms: done with the mail that says so, or not done at all."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.database_copy import a_copy

# A process that serves requests of twenty people; a child of its own serves each, and kills itself
# at the so-many-th question to the database. What stands there afterwards is printed.
PROCESS = """
import json, os, random, signal, sys
import django
django.setup()
from django.db import connection
from django.test import Client
from events.models import Participant
from hub.models import Mail
from tests import registering

client = Client()
date = registering.an_event(seats=6)


def register(number):
    registering.sign_up(
        client, date, language="en", email=f"p{number}@example.org", name=f"Persona {number}x"
    )


def confirm(number):
    address = registering.link_to(f"p{number}@example.org")
    registering.press(client, address, "confirm")


def questions(deed, number):
    asked = []
    with connection.execute_wrapper(lambda run, *args: (asked.append(1), run(*args))[1]):
        deed(number)
    return len(asked)


def killed(deed, number, moment):
    connection.close()
    child = os.fork()
    if not child:
        seen = []

        def count(run, *args):
            seen.append(1)
            if len(seen) == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            return run(*args)

        with connection.execute_wrapper(count):
            deed(number)
        os.kill(os.getpid(), signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    person = Participant.objects.filter(email=f"p{number}@example.org").first()
    mails = Mail.objects.filter(to=f"p{number}@example.org").order_by("pk")
    return {
        "moment": moment,
        "state": person and person.state,
        "confirmed": bool(person and person.registration.confirmed_at),
        "mails": [mail.subject for mail in mails],
    }


def moments(most):
    # Before the first question, at eight by chance, and after the last one.
    return [1, *random.Random(20).sample(range(2, most + 1), 8), most + 50]


most = questions(register, 100), questions(confirm, 100)
print(json.dumps({
    "register": [
        killed(register, number, moment)
        for number, moment in enumerate(moments(most[0]))
    ],
    "confirm": [
        (register(number), killed(confirm, number, moment))[1]
        for number, moment in enumerate(moments(most[1]), start=20)
    ],
}))
"""


@pytest.fixture
def said(loaded_demo, django_db_blocker, tmp_path):
    with django_db_blocker.unblock():
        connection.close()
        with a_copy(tmp_path) as (url, _connect):
            surroundings = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "DATABASE_URL": url,
            }
            done = subprocess.run(
                [sys.executable, "-c", PROCESS],
                env=surroundings,
                cwd=settings.BASE_DIR,
                timeout=240,
                check=True,
                stdout=subprocess.PIPE,
            )
            yield json.loads(done.stdout)


def test_killed_at_twenty_moments_each_person_stands_with_the_mail_that_says_so(said):
    for one in said["register"]:
        stands = {"state": "unconfirmed", "mails": ["Lūdzu, apstipriniet: Saruna pie tējas"]}
        absent = {"state": None, "mails": []}
        assert {name: one[name] for name in stands} in (stands, absent), one
    for one in said["confirm"]:
        is_done = one["state"] in ("seated", "waiting")
        assert is_done or one["state"] == "unconfirmed", one
        assert (len(one["mails"]), one["confirmed"]) == ((2, True) if is_done else (1, False)), one


def test_the_moments_lie_before_and_after_the_deed(said):
    for states in ({one["state"] for one in said[name]} for name in ("register", "confirm")):
        assert len(states) > 1
