"""What it costs to be harvested whole over `/oai`: ten thousand records, part by part."""

import gc
import re
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from statistics import median
from time import perf_counter
from uuid import uuid4

from django.db import connection, transaction
from django.test import Client

from hub.models import PublicRecord, Thing

MANY = 10_000
TOKEN = re.compile(r"<resumptionToken[^>]*>([^<]+)<")
SHELVED = ("guide", "material", "story", "event", "service")


@dataclass
class Harvest:
    """`peaks`: bytes of memory that a part takes at most, median of the first and the last tenth."""

    seconds: float = 0
    records: int = 0
    statements: list[int] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)


def measure_harvest(say: Callable[[str], None] = lambda _line: None) -> Harvest:
    """Records like those that are there, as many as it takes; all of it is taken back."""
    with transaction.atomic():
        say("records")
        _fill(MANY - PublicRecord.objects.count())
        seconds = _harvested(say, Harvest()).seconds
        # A second time, because counting memory takes time of its own.
        tracemalloc.start()
        harvest = _harvested(say, Harvest())
        tracemalloc.stop()
        harvest.seconds = seconds
        transaction.set_rollback(True)
    return harvest


def _fill(number: int) -> None:
    rows = PublicRecord.objects.filter(is_deleted=False, thing__kind__in=SHELVED)
    models = list(rows.select_related("thing"))
    begin = min(model.datestamp for model in models)
    things = [
        Thing(
            translation_key=uuid4(),
            code=f"L{place:05}",
            kind=models[place % len(models)].thing.kind,
            original_locale_id=models[place % len(models)].thing.original_locale_id,
        )
        for place in range(number)
    ]
    Thing.objects.bulk_create(things, batch_size=500)
    made = []
    for place, thing in enumerate(things):
        model = models[place % len(models)]
        row = PublicRecord(
            thing=thing,
            # Each part holds the same mixture.
            datestamp=begin + timedelta(seconds=place // 7),
            sets=model.sets,
            names=model.names,
            records=[{**one, "permanent_url": f"/r/{thing.code}/"} for one in model.records],
        )
        made.append(row)
    PublicRecord.objects.bulk_create(made, batch_size=200)


def _note(seen: list[str], execute, sql, *rest):
    seen.append(sql)
    return execute(sql, *rest)


def _harvested(say, harvest: Harvest) -> Harvest:
    client = Client(headers={"host": "127.0.0.1", "user-agent": "bench-bot"})
    asked = {"metadataPrefix": "oai_dc"}
    peaks, began = [], perf_counter()
    while asked:
        if tracemalloc.is_tracing():
            # The answers of the test client hold on to themselves in a circle.
            gc.collect()
            tracemalloc.reset_peak()
        seen: list[str] = []
        with connection.execute_wrapper(partial(_note, seen)):
            response = client.get("/oai", {"verb": "ListRecords", **asked})
        text = response.content.decode()
        if response.status_code != 200 or "<record>" not in text:
            raise RuntimeError(f"Nothing was told: {text[:300]}")
        harvest.statements.append(len(seen))
        harvest.records += text.count("<header")
        if tracemalloc.is_tracing():
            peaks.append(tracemalloc.get_traced_memory()[1])
        token = TOKEN.search(text)
        asked = {"resumptionToken": token[1]} if token else None
        say(f"{harvest.records} records")
    harvest.seconds = perf_counter() - began
    tenth = max(len(peaks) // 10, 1)
    # A part that happens to hold long records says nothing of what remains in memory.
    harvest.peaks = [median(some) for some in (peaks[:tenth], peaks[-tenth:]) if some]
    return harvest
