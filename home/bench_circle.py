"""What the directory costs with thousands of services beside fifty, as whole pages, in one run."""

import gc
from dataclasses import dataclass
from functools import partial
from statistics import median

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from circle.models import ServiceRow

from .bench import ROUNDS, Say, milliseconds
from .bulk import Bulk

FEW, MANY = 50, 5000
VIEWS = {
    "the directory": "",
    "a need and a language": "need=food&language=uk",
    "open now": "open=now",
    "near a town": "town=Valmiera&within=100",
    "everything at once": "need=food&language=uk&cost=free&open=now&town=Valmiera&within=100",
}


@dataclass
class FilterCost:
    """One view: statements, and milliseconds of processor time, with few services and with many."""

    name: str
    queries: int
    few: float
    many: float

    @property
    def ratio(self) -> float:
        return self.many / self.few


def measure_circle(code: str, say: Say = lambda _line: None) -> list[FilterCost]:
    """At fifty services and at five thousand; all of it is taken back."""
    with transaction.atomic():
        few = _at(FEW, code, say)
        many = _at(MANY, code, say)
        transaction.set_rollback(True)
    return [FilterCost(name, many[name][0], few[name][1], many[name][1]) for name in VIEWS]


def _at(number: int, code: str, say: Say) -> dict[str, tuple[int, float]]:
    more = max(0, number - ServiceRow.objects.count())
    say(f"making {more} services")
    Bulk(seed=number, for_lists=True).run(resources=0, events=0, services=more)
    # The whole stack; unlike a server's, it leaves the transaction open.
    client = Client(headers={"host": "127.0.0.1", "user-agent": "bench-bot"})
    return {
        name: _cost(partial(_get, client, f"/{code}/support-circle/?{query}"), name, say)
        for name, query in VIEWS.items()
    }


def _get(client: Client, address: str) -> None:
    status = client.get(address).status_code
    if status != 200:
        raise ValueError(f"{address} answered {status}")


def _cost(page, name: str, say: Say) -> tuple[int, float]:
    say(name)
    page()
    with CaptureQueriesContext(connection) as queries:
        page()
    gc.collect()
    return len(queries), median(milliseconds(page) for _round in range(ROUNDS))
