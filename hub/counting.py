"""How often an address was sent: an in-memory tally, flushed each minute, without a person in it.

Counted where the answer leaves, only what was sent in full to GET, without the query string, bots
left out. No request of a reader writes to the database: a thread of the server process does, and
what a killed process had not flushed (a minute at most) is lost.
"""

import logging
import re
import threading
from collections import Counter, defaultdict
from multiprocessing.util import Finalize

from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.models import F
from django.utils import timezone

FLUSH_SECONDS = 60
# More addresses than any hub has. Past it new ones are dropped till the next flush, so that nobody
# fills the memory while the database is away.
MOST_ADDRESSES = 50_000
ROWS_AT_ONCE = 500

# "Cubot" is a telephone.
BOTS = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|preview|fetch|monitor|curl|wget|python|java/|headless|scan",
    re.I,
)
# The support circle is not counted below its front page: what somebody needs is nobody's business.
PAGE = re.compile(r"/[a-z]{2,3}/(?!search/|say/|m/|register/|support-circle/.)[\w\-/]*")
# A document's address ends in a name that anybody can change; its number says which it is.
FILE = re.compile(
    r"/r/(?P<code>\w{1,12})(?P<rest>/[a-z]{2,3}(?:/\d{1,9}|\.pdf))|(?P<plain>/documents/\d{1,9}/).*"
)

logger = logging.getLogger(__name__)
_lock = threading.Lock()
_tally: Counter = Counter()
_flusher: threading.Thread | None = None
_wake = threading.Event()


def count(what: str, address: str) -> None:
    """Add one to the tally of `address` ("view" or "file"); memory only."""
    global _flusher
    key = (timezone.localdate(), what, address[:255])
    with _lock:
        if key in _tally or len(_tally) < MOST_ADDRESSES:
            _tally[key] += 1
        if _flusher is None and settings.HUB_COUNT_IN_BACKGROUND:
            _flusher = threading.Thread(target=_flush_each_minute, daemon=True, name="hub-counting")
            _flusher.start()
            # Not atexit: granian's workers are children of multiprocessing, which skips that.
            Finalize(None, _flush_or_complain, exitpriority=1)


def flush() -> int:
    """Write the tally to the database and empty it; returns the number of addresses written."""
    with _lock:
        counted = dict(_tally)
        _tally.clear()
    try:
        _write(counted)
    except Exception:
        with _lock:
            _tally.update(counted)
        raise
    return len(counted)


def _write(counted: dict) -> None:
    """Add the numbers to the rows, which other processes may be adding to as well."""
    from hub.models import Count  # models are not ready when the middleware is imported

    groups = defaultdict(list)
    for (day, what, address), number in counted.items():
        groups[day, what, number].append(address)
    with transaction.atomic():
        # Where two processes wait for each other, the loser keeps its tally for the next minute.
        rows = [
            Count(day=day, what=what, address=address) for day, what, address in sorted(counted)
        ]
        Count.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
        for (day, what, number), addresses in sorted(groups.items()):
            for start in range(0, len(addresses), ROWS_AT_ONCE):
                some = addresses[start : start + ROWS_AT_ONCE]
                Count.objects.filter(day=day, what=what, address__in=some).update(
                    number=F("number") + number
                )


def _flush_or_complain() -> None:
    close_old_connections()
    try:
        flush()
    except Exception:
        logger.warning("counts not written, kept for the next minute", exc_info=True)
    finally:
        close_old_connections()


def _flush_each_minute() -> None:
    while not _wake.wait(FLUSH_SECONDS):
        _flush_or_complain()


def counted_address(path: str) -> tuple[str, str] | None:
    """What is counted for an address without its query: ("view" or "file", one spelling of it)."""
    if found := FILE.fullmatch(path):
        return "file", found["plain"] or f"/r/{found['code'].upper()}{found['rest']}"
    return ("view", path) if PAGE.fullmatch(path) else None


def _is_whole_answer(request, response) -> bool:
    """One visit asks once for the whole, or for the beginning of a file and then for its parts."""
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return False
    if response.status_code == 206:
        return response.headers.get("Content-Range", "").startswith("bytes 0-")
    return response.status_code == 200


class CountingMiddleware:
    """Counts pages and files as they are sent."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if _is_whole_answer(request, response):
            found = counted_address(request.path_info)
            agent = request.headers.get("User-Agent", "")
            if found and agent and not BOTS.search(agent):
                count(*found)
        return response
