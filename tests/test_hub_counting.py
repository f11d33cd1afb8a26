"""What was read is counted, in memory first, without a person in it."""

import threading

import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hub import counting
from hub.models import Count

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _empty_tally():
    counting._tally.clear()
    yield
    counting._tally.clear()


@pytest.fixture
def visit(rf):
    """Have the middleware pass an answer to a request; what the tally then holds: address -> n."""

    def visit(address, *, agent=FIREFOX, method="get", response=None, **headers):
        answer = HttpResponse() if response is None else response
        request = getattr(rf, method)(address, headers={"User-Agent": agent, **headers})
        counting.CountingMiddleware(lambda _request: answer)(request)
        return {address: number for (_day, _what, address), number in counting._tally.items()}

    return visit


def test_a_page_is_counted_without_what_was_asked_for(visit):
    visit("/lv/resources/?q=asylum&topic=trauma")

    assert visit("/lv/resources/") == {"/lv/resources/": 2}


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("/r/ABC234/lv/3", "/r/ABC234/lv/3"),
        ("/r/abc234/lv/3", "/r/ABC234/lv/3"),
        ("/documents/17/plan.pdf", "/documents/17/"),
        ("/documents/17/anything-else", "/documents/17/"),
    ],
)
def test_a_file_is_counted_under_one_address_however_it_is_spelt(visit, address, counted):
    assert visit(address) == {counted: 1}


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/admin/",
        "/healthz",
        "/lv/search/?q=help",
        "/lv/say/ABC234/",
        "/lv/m/token/",
        "/lv/register/ABC234/",
        "/lv/support-circle/valmiera/counselling/",
        "/r/ABC234/lv/3/v1",
        "/documents/17/v1/plan.pdf",
        "/r/ABC234/qr.svg",
    ],
)
def test_what_is_nobodys_business_is_not_counted(visit, address):
    assert visit(address) == {}


def test_the_front_page_of_the_circle_is_counted_without_what_somebody_needs(visit):
    assert visit("/uk/support-circle/?need=violence") == {"/uk/support-circle/": 1}


@pytest.mark.parametrize(
    "agent",
    ["", "Googlebot/2.1", "curl/8.5", "facebookexternalhit/1.1 preview", "python-requests/2.32"],
)
def test_machines_are_not_counted(visit, agent):
    assert visit("/lv/", agent=agent) == {}


def test_a_telephone_with_bot_in_its_name_is_a_reader(visit):
    assert visit("/lv/", agent="Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 21)") == {"/lv/": 1}


def test_only_what_was_sent_and_seen_is_counted(visit):
    visit("/lv/", response=HttpResponse(status=404))
    visit("/lv/", response=HttpResponse(status=304))
    visit("/lv/", method="head")
    visit("/lv/", method="post")

    assert visit("/lv/", **{"Sec-Purpose": "prefetch;prerender"}) == {}


def test_a_file_sent_in_parts_is_counted_with_its_first(visit):
    def part(where):
        return HttpResponse(status=206, headers={"Content-Range": f"bytes {where}/900"})

    visit("/r/ABC234/lv/3", response=part("0-1"))
    visit("/r/ABC234/lv/3", response=part("0-99"))

    assert visit("/r/ABC234/lv/3", response=part("100-899")) == {"/r/ABC234/lv/3": 1}


@pytest.mark.django_db
def test_a_reader_causes_no_question_to_the_database(visit):
    with CaptureQueriesContext(connection) as asked:
        visit("/lv/")

    assert len(asked) == 0


@pytest.mark.django_db
def test_flushing_adds_to_what_is_there(visit):
    visit("/lv/")
    visit("/lv/")
    visit("/uk/")
    counting.flush()
    visit("/lv/")

    assert counting.flush() == 1
    assert counting.flush() == 0
    assert dict(Count.objects.values_list("address", "number")) == {"/lv/": 3, "/uk/": 1}
    assert set(Count.objects.values_list("day", "what")) == {(timezone.localdate(), "view")}


@pytest.mark.django_db
def test_flushing_many_addresses_takes_few_questions():
    for number in range(300):
        counting.count("view", f"/lv/page-{number}/")

    with CaptureQueriesContext(connection) as asked:
        counting.flush()

    assert len(asked) <= 8
    assert Count.objects.filter(number=1).count() == 300


@pytest.mark.django_db
def test_what_could_not_be_written_is_kept(visit, monkeypatch):
    visit("/lv/")

    def broken(_counted):
        raise DatabaseError("away")

    with monkeypatch.context() as away:
        away.setattr(counting, "_write", broken)
        with pytest.raises(DatabaseError):
            counting.flush()
    visit("/lv/")
    counting.flush()

    assert Count.objects.get().number == 2


def test_the_tally_stays_small_while_the_database_is_away(visit, monkeypatch):
    monkeypatch.setattr(counting, "MOST_ADDRESSES", 2)
    for page in ("/lv/", "/en/", "/uk/", "/lv/"):
        tally = visit(page)

    assert tally == {"/lv/": 2, "/en/": 1}


def test_counting_in_many_threads_loses_nothing():
    def read():
        for _ in range(500):
            counting.count("view", "/lv/")

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert sum(counting._tally.values()) == 4000
