"""What a month of the calendar costs with many events beside a month with few, as whole pages."""

import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from statistics import median

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.models import EventDate
from hub.models import Thing

from .bench import ROUNDS, Say, milliseconds
from .bulk import Bulk

FEW, MANY = 10, 400
# Two months of which the site knows nothing else.
MONTHS = {FEW: date(2190, 3, 1), MANY: date(2190, 5, 1)}
VIEWS = {
    "the month": "view=month&month={:%Y-%m}",
    "the month, filtered": "view=month&month={:%Y-%m}&country=LV&language=uk",
    "the month as a list": "month={:%Y-%m}",
    "a day": "day={}",
}


@dataclass
class PageTime:
    """One view: statements, and milliseconds of processor time, with few events and with many."""

    name: str
    queries_few: int
    queries_many: int
    few_times: list[float] = field(default_factory=list)
    many_times: list[float] = field(default_factory=list)

    @property
    def few(self) -> float:
        return median(self.few_times)

    @property
    def many(self) -> float:
        return median(self.many_times)

    @property
    def ratio(self) -> float:
        pairs = zip(self.many_times, self.few_times, strict=True)
        return median(many / few for many, few in pairs)


def measure_calendar(code: str, say: Say = lambda _line: None) -> list[PageTime]:
    """Months with few and with many made-up events; all of it is taken back."""
    with transaction.atomic():
        for number, first in MONTHS.items():
            say(f"{number} events")
            _fill(first, number)
        measured = _measure(code, say)
        transaction.set_rollback(True)
    return measured


def _fill(first: date, number: int) -> None:
    """Put `number` new events into the month, spread over its days."""
    last = Thing.objects.order_by("pk").last().pk
    Bulk(seed=number).run(resources=0, events=number, services=0)
    dates = list(EventDate.objects.filter(thing__gt=last).order_by("pk"))
    for place, one in enumerate(dates):
        day = first + timedelta(days=place % 28)
        one.starts_at = datetime(day.year, day.month, day.day, 8 + place % 9, tzinfo=UTC)
        one.ends_at = one.starts_at + timedelta(hours=1)
        one.first_day = one.last_day = day
        one.first_year = one.last_year = day.year
    days = ["starts_at", "ends_at", "first_day", "last_day", "first_year", "last_year"]
    EventDate.objects.bulk_update(dates, days, batch_size=100)


def _measure(code: str, say: Callable) -> list[PageTime]:
    # The whole stack; unlike a server's, it leaves the transaction open.
    client = Client(headers={"host": "127.0.0.1", "user-agent": "bench-bot"})
    found = []
    for name, query in VIEWS.items():
        pages = {
            number: partial(_get, client, f"/{code}/events/?{query.format(first)}")
            for number, first in MONTHS.items()
        }
        costs = {number: _statements(page) for number, page in pages.items()}
        one = PageTime(name, costs[FEW], costs[MANY])
        for count in range(ROUNDS):
            say(f"{name}, round {count + 1} of {ROUNDS}")
            gc.collect()
            one.few_times.append(milliseconds(pages[FEW], 3))
            one.many_times.append(milliseconds(pages[MANY], 3))
        found.append(one)
    return found


def _get(client: Client, address: str) -> None:
    status = client.get(address).status_code
    if status != 200:
        raise ValueError(f"{address} answered {status}")


def _statements(page: Callable) -> int:
    page()
    with CaptureQueriesContext(connection) as queries:
        page()
    return len(queries)
