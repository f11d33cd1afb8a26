"""What the lists of the translation desk cost: with a thousand things beside a hundred, in one run."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Mod
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from partners.models import Partner
from translations.models import TranslationState, TranslationWish

from .bench import milliseconds
from .bulk import Bulk

Say = Callable[[str], None]
ROUNDS = 5
FEW, MANY = 100, 1000
ADDRESSES = {
    "desk": "/admin/desk/",
    "desk, one language": "/admin/desk/?language=uk",
    "desk, one partner's guides": "/admin/desk/?kind=guide&partner={partner}",
    "matrix": "/admin/desk/matrix/",
    "matrix, outdated": "/admin/desk/matrix/?state=outdated&language=uk",
}


@dataclass
class ListCost:
    """One list: statements and milliseconds of processor time, with few things and with many."""

    name: str
    queries_few: int
    queries_many: int
    few: float
    many: float

    @property
    def ratio(self) -> float:
        return self.many / self.few


def measure_desk(say: Say) -> list[ListCost]:
    """The desk and the matrix for a coordinator; nothing of what is made for it stays."""
    with transaction.atomic(), override_settings(ALLOWED_HOSTS=["*"]):
        client = _coordinator()
        few = _at(client, FEW, say)
        many = _at(client, MANY, say)
        transaction.set_rollback(True)
    return [
        ListCost(name, few[name][0], many[name][0], few[name][1], many[name][1]) for name in few
    ]


def _coordinator() -> Client:
    user = get_user_model().objects.create_user("bench-of-the-desk", "bench@example.org")
    for name in ("access_admin", "change_translationstate"):
        user.user_permissions.add(Permission.objects.get(codename=name))
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client


def _at(client: Client, things: int, say: Say) -> dict[str, tuple[int, float]]:
    """Queries and milliseconds of each list, once there are at least so many things."""
    there = TranslationState.objects.values("thing").distinct().count()
    more = max(0, things - there)
    say(f"making {more} things")
    Bulk(seed=things).run(resources=more - more // 3, events=more // 3, services=0)
    _spread()
    partner = Partner.objects.order_by("pk").values_list("pk", flat=True)[0]
    found = {}
    for name, address in ADDRESSES.items():
        say(f"{name}: {things} things")
        found[name] = _cost(client, address.format(partner=partner))
    return found


def _spread() -> None:
    """Some of everything, so that the order of the list has something to sort by."""
    state = TranslationState.State
    parts = TranslationState.objects.annotate(part=Mod("pk", 10))
    TranslationState.objects.filter(source_hash="").update(met=Mod("pk", 23))
    parts.filter(part=1).update(state=state.OUTDATED, words_done=F("words") / 2)
    parts.filter(part=2).update(state=state.IN_PROGRESS, done=1, words_done=F("words") * 4 / 5)
    parts.filter(part=3).update(state=state.READY, done=F("total"), words_done=F("words"))
    TranslationWish.objects.bulk_create(
        [
            TranslationWish(thing_id=thing, locale_id=locale, asked_for="Bench")
            for thing, locale in parts.filter(part=4).values_list("thing", "locale")
        ],
        ignore_conflicts=True,
    )


def _cost(client: Client, address: str) -> tuple[int, float]:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    if response.status_code != 200:
        raise ValueError(f"{address} answered {response.status_code}")
    gc.collect()
    return len(queries), median(
        milliseconds(lambda: client.get(address)) for _round in range(ROUNDS)
    )
