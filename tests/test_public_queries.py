"""What a reader's page costs the database: the same for thirty things as for three hundred."""

import re
from collections import Counter
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client
from wagtail.models import Page

from home.bulk import Bulk
from hub.frame import address_of

FRONT_OR_LIST, CATALOGUE, ITEM, MISS = 12, 10, 10, 4
SHELF = "/lv/{}/valmiera-library/"
# What is asked for is found among few things too: an empty list would cost less.
LISTS = [
    "/lv/",
    "/lv/events/",
    "/lv/events/?past=1",
    "/lv/events/?view=month",
    "/lv/support-circle/",
    "/lv/support-circle/?language=uk",
    "/lv/partners/",
    SHELF.format("events") + "?past=1",
    SHELF.format("support-circle"),
]
CATALOGUES = [
    "/lv/resources/",
    "/lv/resources/?page=2",
    "/lv/resources/?kind=guide&kind=material",
    "/lv/resources/?kind=guide&minutes=60&shared=no&sort=title",
    "/lv/resources/?q=vards&kind=guide",
    "/lv/resources/?q=vards&sort=used",
    SHELF.format("resources"),
    "/lv/search/?q=vards",
]
ITEMS = ["methodguide", "trainingmaterial", "practicestory", "event", "service"]
PLAIN = [
    "/lv/resources/valmiera-library/clay-without-words/",
    "/lv/partners/valmiera-library/",
    "/lv/project/",
    "/lv/about/",
    "/lv/contact/",
]
MISSES = ["/lv/nothing/", "/lv/resources/valmiera-library/nothing/"]


@contextmanager
def statements():
    """The statements sent meanwhile, without their values."""
    seen: list[str] = []

    def note(execute, sql, params, many, context):
        # A list of any length is one shape, and so is every number.
        seen.append(re.sub(r"\d+", "?", re.sub(r"\(%s(, %s)*\)", "(…)", sql)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def costs_of(addresses) -> dict[str, list[str]]:
    """The statements of an anonymous GET of each address, by address; the frame is warm."""
    client = Client()
    client.get("/lv/")
    found = {}
    for address in addresses:
        with statements() as seen:
            response = client.get(address)
        assert response.status_code == (404 if "nothing" in address else 200), address
        found[address] = seen
    return found


def items_of(first_id: int) -> list[str]:
    """Of each type one in its own words and one mirror, made since `first_id`."""
    found = []
    for name in ITEMS:
        pages = Page.objects.filter(content_type__model=f"{name}page", pk__gt=first_id)
        pages = pages.filter(url_path__startswith="/home-lv/").order_by("pk")
        for some in (pages.filter(alias_of=None), pages.exclude(alias_of=None)):
            found.append(address_of(some.first().url_path))
    return found


@pytest.fixture(scope="module")
def costs(loaded_demo, django_db_blocker):
    """(limit, statements with 30 things, with 300) by address; taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        before = Page.objects.order_by("pk").last().pk
        Bulk(seed=1).run(resources=16, events=7, services=7)
        limits = {
            **dict.fromkeys(LISTS, FRONT_OR_LIST),
            **dict.fromkeys(CATALOGUES, CATALOGUE),
            **dict.fromkeys([*items_of(before), *PLAIN], ITEM),
            **dict.fromkeys(MISSES, MISS),
        }
        few = costs_of(limits)
        Bulk(seed=2).run(resources=144, events=63, services=63)
        many = costs_of(limits)
        transaction.set_rollback(True)
    return {address: (limit, few[address], many[address]) for address, limit in limits.items()}


def test_a_page_costs_the_same_queries_with_thirty_things_as_with_three_hundred(demo, costs):
    grown = {
        address: (len(few), len(many))
        for address, (_limit, few, many) in costs.items()
        if len(few) != len(many)
    }

    assert grown == {}


def test_no_page_asks_the_same_question_twice(demo, costs):
    asked = {address: Counter(many) for address, (_limit, _few, many) in costs.items()}
    twice = {
        address: [shape for shape, number in shapes.items() if number > 1]
        for address, shapes in asked.items()
    }

    assert {address: shapes for address, shapes in twice.items() if shapes} == {}


def test_front_page_and_lists_cost_12_queries_catalogue_and_item_10_a_miss_4(demo, costs):
    dear = {
        address: (len(many), limit)
        for address, (limit, _few, many) in costs.items()
        if len(many) > limit
    }

    assert dear == {}


def test_every_page_of_the_demo_is_within_its_limit(demo):
    pages = Page.objects.filter(url_path__startswith="/home-uk/", live=True)
    addresses = [address_of(path) for path in pages.values_list("url_path", flat=True)]

    costs = costs_of(addresses)

    # Sections and shelves; what stands on a shelf is an item.
    lists = {
        one
        for one in addresses
        if one.count("/") <= 3 or one.count("/") == 4 and "partners" not in one
    }
    for address, seen in costs.items():
        assert len(seen) <= (FRONT_OR_LIST if address in lists else ITEM), address
        assert len(set(seen)) == len(seen), address


def test_a_reader_writes_nothing(demo):
    costs = costs_of([*LISTS, *CATALOGUES, *PLAIN])

    for address, seen in costs.items():
        assert all(sql.lstrip("( \n").startswith(("SELECT", "WITH")) for sql in seen), address
