"""The one worker process: slow jobs, mail, and everything due each minute."""

import logging
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.core.management.base import BaseCommand
from django.db import close_old_connections, reset_queries
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from home.due import keep_house
from hub.health import WORKER
from hub.mail_queue import send_due
from hub.models import Duty

QUEUE = BACKEND = "slow"
PAUSE_SECONDS = 1.0
# What failed rests so long: the others go on, and the log gets one line a minute.
REST_SECONDS = 60.0
# Asked to stop, work under way may go on so long before it is cut off.
GRACE_SECONDS = 1.5

logger = logging.getLogger("hub.work")


class Stopped(BaseException):
    """Cuts off what is under way. No Exception, so that nothing takes it for its own trouble."""


STOPPED = f"{Stopped.__module__}.{Stopped.__qualname__}"


@dataclass
class Part:
    """One kind of work. `do` returns what was done: words -> number."""

    name: str
    do: Callable[[], dict[str, int]]
    every_seconds: float = 0.0
    next_at: float = 0.0

    def take_turn(self) -> dict[str, int]:
        """Do the work if it is time. Its failure is logged and stays here."""
        if time.monotonic() < self.next_at:
            return {}
        try:
            done = self.do()
            self.next_at = time.monotonic() + self.every_seconds
        except Exception:
            logger.exception("%s failed, again in a minute", self.name)
            self.next_at = time.monotonic() + REST_SECONDS
            return {}
        return done


def run_one_job() -> dict[str, int]:
    """The next job of the queue `slow`; one at a time, so that mail never waits for many."""
    # The library's worker takes SQLite's write lock to look; looking first leaves it to others.
    if not DBTaskResult.objects.ready().filter(backend_name=BACKEND, queue_name=QUEUE).exists():
        return {}
    worker = Worker(
        queue_names=[QUEUE],
        interval=0,
        batch=True,
        backend_name=BACKEND,
        startup_delay=False,
        max_tasks=1,
        worker_id=f"{socket.gethostname()[:40]}:{os.getpid()}",
        excluded_queue_names=[],
    )
    worker.run()
    return {"jobs": worker._run_tasks}


def send_mail() -> dict[str, int]:
    outcome = send_due(limit=20)
    return {"mails sent": outcome.sent, "mails put off": outcome.failed}


def sign_in() -> dict[str, int]:
    """Let `/readyz` know that a worker is there."""
    Duty.objects.update_or_create(name=WORKER, defaults={"done_at": timezone.now()})
    return {}


def put_back_cut_off_jobs() -> None:
    """A job that a stop cut off waits again. It must bear being begun twice, as after a power cut."""
    cut_off = DBTaskResult.objects.failed().filter(exception_class_path=STOPPED)
    cut_off.update(status="READY", finished_at=None, exception_class_path="", traceback="")


class Command(BaseCommand):
    help = (
        "The worker: runs slow jobs, sends mail, and does each minute what is due. Runs until "
        "SIGTERM or Ctrl-C."
    )

    stopping = resting = False

    def handle(self, *args, **options):
        signals = (signal.SIGTERM, signal.SIGINT)
        before = {sign: signal.signal(sign, self.stop) for sign in signals}
        before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self.cut_off)
        try:
            with suppress(Stopped):
                self.work()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for sign, handler in before.items():
                signal.signal(sign, handler)
        put_back_cut_off_jobs()

    def stop(self, signum, frame):
        self.stopping = True
        if self.resting:
            raise Stopped
        signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)

    def cut_off(self, signum, frame):
        raise Stopped

    def work(self):
        put_back_cut_off_jobs()
        parts = [
            Part("signing in", sign_in, every_seconds=60),
            Part("housekeeping", keep_house, every_seconds=60),
            Part("mail", send_mail),
            Part("jobs", run_one_job),
        ]
        done, told_at = Counter(), time.monotonic()
        while not self.stopping:
            turn = Counter()
            for part in parts:
                if not self.stopping:
                    close_old_connections()
                    turn.update(part.take_turn())
            reset_queries()
            done += turn
            if time.monotonic() - told_at >= REST_SECONDS:
                if done:
                    logger.info(", ".join(f"{what}: {number}" for what, number in done.items()))
                done, told_at = Counter(), time.monotonic()
            if not self.stopping and not turn["jobs"]:
                self.rest()

    def rest(self):
        self.resting = True
        time.sleep(PAUSE_SECONDS)
        self.resting = False
