"""docs/permissions.md says who may do what under /admin/; here every cell of it is tried.

GET is open when it shows something, POST when something is written, PUBLISH (a POST) when readers
see something else afterwards, ASK (a POST that only looks, as a preview does) when it answers. A
closed door shows nothing, writes nothing. Whatever is asked: nobody reads a word that is not
theirs, and nobody meets an error.
"""

import copy
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import URLResolver, get_resolver, resolve, reverse
from wagtail.models import Page

from tests.permission_forms import FORMS
from tests.permission_world import SECRETS, clients, make_world

TABLE = Path(__file__).parent.parent / "docs" / "permissions.md"
ROLES = list(SECRETS)
OPEN, CLOSED = "yes", "–"
# Tables that only say who is here, and pictures in another size.
OWN_TRACES = (
    "django_session",
    "wagtailadmin_editingsession",
    "wagtailadmin_formstate",
    "wagtailcore_pagesubscription",
    "hub_rendition",
)
WRITES = re.compile(
    r'^\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE
)
SAVEPOINT = re.compile(r'^(SAVEPOINT|ROLLBACK TO SAVEPOINT)\s+"?(\w+)')


@dataclass
class Door:
    """One row of the table. `place`: name of the address; `things`: what it is called with."""

    line: int
    deed: str
    method: str
    place: str
    things: list[str]
    query: str
    sends: str
    cells: dict[str, str]

    def address(self, world) -> str:
        """Where it leads; `{name}` in the table stands for the id of that thing of the world."""

        def value(match):
            found = getattr(world, match[1])
            return str(getattr(found, "pk", found))

        *things, query = (re.sub(r"\{(\w+)\}", value, one) for one in [*self.things, self.query])
        place = self.place if self.place.startswith("/") else reverse(self.place, args=things)
        return place + query

    def __str__(self):
        return f"{TABLE.name}:{self.line} {self.deed} ({self.method} {self.place})"


def read_table() -> list[Door]:
    doors = []
    for number, line in enumerate(TABLE.read_text().splitlines(), start=1):
        columns = [column.strip() for column in line.strip().strip("|").split("|")]
        if len(columns) != 3 + len(ROLES) or columns[0] == "Deed" or set(columns[0]) <= set(":-"):
            continue
        deed, door, sends, *cells = columns
        method, place, *things = door.strip("`").split()
        query = things.pop() if things and things[-1].startswith("?") else ""
        assert set(cells) <= {OPEN, CLOSED}, f"{TABLE.name}:{number}: {cells}"
        doors.append(
            Door(
                *(number, deed, method, place, things, query),
                sends=sends.strip("`"),
                cells=dict(zip(ROLES, cells, strict=True)),
            )
        )
    return doors


class Writings:
    """Notes the tables that are written to (as an execute wrapper of the connection)."""

    def __init__(self):
        self.tables = []
        self.savepoints = {}

    def __call__(self, execute, sql, params, many, context):
        if found := WRITES.match(sql):
            if found[1].lower() not in OWN_TRACES:
                self.tables.append(found[1])
        elif found := SAVEPOINT.match(sql):
            deed, name = found.groups()
            if deed == "SAVEPOINT":
                self.savepoints[name] = len(self.tables)
            else:
                # What was taken back was not written.
                del self.tables[self.savepoints[name] :]
        return execute(sql, params, many, context)


@dataclass
class Outcome:
    status: int
    location: str
    written: set[str]
    readers_see_more: bool
    secrets: list[str]

    def is_open(self, door: Door) -> bool:
        if door.method == "PUBLISH":
            return self.status < 400 and self.readers_see_more
        if door.method == "POST":
            return self.status < 400 and bool(self.written)
        return self.status == 200 and not self.written

    def is_closed(self, door: Door) -> bool:
        if door.method == "PUBLISH":
            return self.status < 500 and not self.readers_see_more
        # A form that is refused comes back with a sentence.
        answers = (302, 400, 403, 404, 405) + ((200,) if door.method == "POST" else ())
        return self.status in answers and not self.written


@pytest.fixture(autouse=True)
def machine_service(settings):
    """One that does not answer: whoever may ask it has asked all the same."""
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "translations.jobs.machine_services.LibreTranslate",
        "OPTIONS": {"LIBRETRANSLATE_URL": "http://127.0.0.1:9", "API_KEY": "", "TIMEOUT": 1},
    }


def what_readers_see() -> list[tuple]:
    pages = Page.objects.filter(live=True).order_by("pk")
    return list(pages.values_list("pk", "title", "url_path", "last_published_at"))


def knock(client, door: Door, world, role: str) -> Outcome:
    """Try the door; whatever it did is taken back."""
    writings = Writings()
    world.role = role
    form = FORMS[door.sends](world) if door.sends else {}
    client.raise_request_exception = False
    method = client.get if door.method == "GET" else client.post
    cookies = copy.deepcopy(client.cookies)
    before = what_readers_see() if door.method == "PUBLISH" else []
    with transaction.atomic():
        with connection.execute_wrapper(writings):
            answer = method(door.address(world), form)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        after = what_readers_see() if door.method == "PUBLISH" else []
        transaction.set_rollback(True)
    client.cookies = cookies
    text = body.decode(errors="replace").lower()
    return Outcome(
        answer.status_code,
        answer.headers.get("Location", ""),
        set(writings.tables),
        after != before,
        [word for word in SECRETS[role] if word.lower() in text],
    )


@pytest.mark.usefixtures("demo")
def test_every_door_is_open_or_closed_as_the_table_says():
    people = clients()
    world = make_world(people)
    doors = read_table()
    wrong = []

    for role in ROLES:
        for door in doors:
            outcome = knock(people[role], door, world, role)
            is_open = door.cells[role] == OPEN
            as_said = outcome.is_open(door) if is_open else outcome.is_closed(door)
            if not as_said or outcome.secrets:
                wrong.append(f"{role}, {door}: should be {door.cells[role]}, {outcome}")

    assert not wrong, "\n".join([f"{len(wrong)} cells are wrong:", *wrong])


@pytest.mark.usefixtures("demo")
def test_a_role_that_is_taken_away_opens_nothing_on_the_next_request():
    people = clients()
    world = make_world(people)
    doors = [door for door in read_table() if door.cells["author of A"] == OPEN]
    somebody = people["author of A"]

    somebody.user.groups.remove(world.partner.authors)
    somebody.user.user_permissions.clear()

    still_open = [
        str(door)
        for door in doors
        if knock(somebody, door, world, "anonymous").is_open(door)
        # Icons and words of the screens are open to the whole world.
        and door.cells["anonymous"] == CLOSED
    ]
    assert still_open == []


def test_the_table_has_no_small_number_of_cells():
    doors = read_table()

    assert len(doors) * len(ROLES) >= 400
    assert len({str(door.__dict__) for door in doors}) == len(doors)


def addresses_of_the_admin(resolver=None, prefix="", names=()):
    """Each address below /admin/: its full name, or its pattern where it has none."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from addresses_of_the_admin(pattern, route, inner)
        elif route.startswith("admin/"):
            yield ":".join((*names, pattern.name)) if pattern.name else "/" + route.replace("^", "")


def test_every_address_under_admin_stands_in_the_table():
    places = {door.place for door in read_table()}
    named = {"/" + resolve(one).route if one.startswith("/") else one for one in places}

    missing = sorted(set(addresses_of_the_admin()) - named)

    assert not missing, "No row in docs/permissions.md for:\n" + "\n".join(missing)
