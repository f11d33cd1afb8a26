"""What a mirror costs: statements, and milliseconds of processor and by the clock. All is taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time

from django.db import connection, transaction
from wagtail.models import Page

from hub.models import Thing
from translations.jobs import missing_mirrors
from translations.jobs.running import take
from translations.mirrors import pages_without_all_mirrors
from translations.models import DeskJob

from .bulk import Bulk

Say = Callable[[str], None]
THINGS = 30


@dataclass
class MirrorCost:
    """In the mean of all `mirrors`; `site_pages` is how many pages stood beside them."""

    site_pages: int
    mirrors: int
    queries: float
    cpu: float
    seconds: float


class Statements:
    """How many went to the database; Django's own log of them ends at some thousands."""

    number = 0

    def __call__(self, execute, *statement):
        self.number += 1
        return execute(*statement)


def measure_mirrors(say: Say = lambda _line: None, things: int = THINGS) -> MirrorCost:
    """Make so many things, take their mirrors away, and have the job make them anew."""
    with transaction.atomic():
        _make_things(things)
        lacking = list(pages_without_all_mirrors())
        before = Page.objects.count()
        job = take(DeskJob.objects.create(kind=DeskJob.Kind.MIRRORS).pk)
        began, cpu = perf_counter(), process_time()
        count = Statements()
        with connection.execute_wrapper(count):
            for number, _step in enumerate(missing_mirrors.carry_on(job), start=1):
                _run_what_waits_for_a_commit()
                say(f"mirrors, page {number} of {len(lacking)}")
        mirrors = Page.objects.count() - before
        found = MirrorCost(
            site_pages=before,
            mirrors=mirrors,
            queries=count.number / mirrors,
            cpu=(process_time() - cpu) * 1000 / mirrors,
            seconds=(perf_counter() - began) / mirrors,
        )
        transaction.set_rollback(True)
    return found


def _make_things(number: int) -> None:
    """Things in all languages, then without a mirror, as code of its own would leave them."""
    known = set(Thing.objects.values_list("pk", flat=True))
    services = number // 3
    Bulk(seed=number).run(resources=number - 2 * services, events=services, services=services)
    keys = Thing.objects.exclude(pk__in=known).values("translation_key")
    for pk in (
        Page.objects.filter(translation_key__in=keys).exclude(alias_of=None).values_list("pk")
    ):
        Page.objects.get(pk=pk[0]).delete()
    # Nobody shall make them again before the job does.
    connection.run_on_commit.clear()


def _run_what_waits_for_a_commit() -> None:
    """Search rows and caches follow a commit, and here none comes: they belong to the cost."""
    while connection.run_on_commit:
        _savepoints, function, _robust = connection.run_on_commit.pop(0)
        function()
