"""What several people or presses do in the same moment, at the served hub with real commits."""

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection

from partners.invitations import invite
from tests.invitations import NEW, link_to
from translations.models import LanguageRole


@pytest.fixture
def database(server, django_db_blocker):
    """The database of the served hub; what is written there stays."""
    with django_db_blocker.unblock():
        yield
        connection.close()


def at_once(number, deed) -> list:
    """What `deed` gives in each of so many threads that begin together."""
    found, barrier = [], threading.Barrier(number)

    def run():
        barrier.wait()
        found.append(deed())
        connection.close()

    threads = [threading.Thread(target=run) for _one in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == number
    return found


def post(address: str, data: dict) -> str:
    """The text of the answer, whatever its status."""
    request = urllib.request.Request(address, urllib.parse.urlencode(data).encode())  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise
        return error.read().decode()


def test_two_clicks_at_once_make_one_account(server, database):
    address = "four-clicks@example.org"
    invite(email=address, roles=["translator:uk"], language="lv")
    link = server + link_to(address)

    at_once(4, lambda: post(link, NEW))

    assert get_user_model().objects.filter(email=address).count() == 1
    assert LanguageRole.objects.filter(user__email=address).count() == 1


def test_two_invitations_accepted_at_once_make_one_account(server, database):
    address = "two-links@example.org"
    links = []
    for role in ("translator:uk", "reviewer:uk"):
        invite(email=address, roles=[role], language="lv")
        links.append(server + link_to(address))

    at_once(2, lambda: post(links.pop(), NEW))

    assert get_user_model().objects.filter(email=address).count() == 1


def test_of_many_who_count_at_once_one_is_first(database):
    won = at_once(8, lambda: cache.add("of-many-one", 1, 60))

    assert won.count(True) == 1
    cache.delete("of-many-one")


def test_a_burst_of_guesses_gets_no_more_tries_than_one_after_another(server, database):
    def guess():
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        form = opener.open(f"{server}/account/login/", timeout=60).read().decode()
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', form).group(1)
        data = {"login": "burst@example.org", "password": "guess", "csrfmiddlewaretoken": token}
        answer = opener.open(
            f"{server}/account/login/", urllib.parse.urlencode(data).encode(), timeout=60
        )
        return "Too many tries" in answer.read().decode()

    cache.clear()
    refused = at_once(9, guess)

    assert refused.count(False) <= 5
    cache.clear()


def test_after_all_this_no_two_people_have_one_address(server, db):
    people = get_user_model().objects.exclude(email="")

    assert people.count() == people.values("email").distinct().count()
