"""What the worker does for the desk: jobs, a slice of time each, so that mail need not wait long."""

import logging
from datetime import timedelta
from functools import partial
from time import monotonic

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from ..models import DeskJob
from . import branch, machine, missing_mirrors, running

# The worker has other duties too: a long job lets them in so often.
SLICE_SECONDS = 20.0
KEEP_ENDED = timedelta(days=90)

WORK = {
    DeskJob.Kind.BRANCH: branch.carry_on,
    DeskJob.Kind.MACHINE: machine.carry_on,
    DeskJob.Kind.MIRRORS: missing_mirrors.carry_on,
}

logger = logging.getLogger("hub.desk")


@task(backend="slow", queue_name="slow")
def do_job(pk: int) -> None:
    """Go on with a job of the desk; does nothing when another worker has it."""
    run(pk)


def ask(kind: str, user=None, **facts) -> DeskJob:
    """A new job for the worker; `facts` are fields of DeskJob."""
    job = DeskJob.objects.create(kind=kind, asked_by=user, **facts)
    transaction.on_commit(partial(do_job.enqueue, job.pk))
    return job


def is_under_way(kind: str, **facts) -> bool:
    return DeskJob.objects.filter(kind=kind, status__in=running.UNDER_WAY, **facts).exists()


def run(pk: int) -> None:
    """One slice of a job. Whatever goes wrong is said in its row; what was done stays."""
    job = running.take(pk)
    if job is None:
        return
    until = monotonic() + SLICE_SECONDS
    steps = WORK[job.kind](job)
    try:
        with running.in_language_of_asker(job):
            for _step in steps:
                if monotonic() > until:
                    running.put_back(job)
                    do_job.enqueue(pk)
                    return
            running.end(job)
    except running.TakenAwayError:
        return
    except machine.MachineError as refused:
        running.end(job, str(refused), failed=True)
    except Exception:
        logger.exception("job %s of the desk failed", pk)
        with running.in_language_of_asker(job):
            running.end(
                job,
                _("Something went wrong inside the hub. What was done until then stays."),
                failed=True,
            )
    except BaseException:
        # The worker is told to stop: the job waits for the next one.
        running.put_back(job)
        raise
    finally:
        steps.close()


def erase_old_jobs() -> int:
    """Rows of jobs that ended long ago; returns how many. Safe to repeat."""
    before = timezone.now() - KEEP_ENDED
    return DeskJob.objects.filter(ended_at__lt=before).delete()[0]


def resume_lost() -> int:
    """Put jobs back to work whose worker was killed; how many. Due each minute, safe to repeat."""
    resumed = 0
    for pk in list(running.silent().values_list("pk", flat=True)):
        # Who comes first takes it; a job that only stands in the queue is asked for once in a while.
        mine = running.silent().filter(pk=pk)
        if mine.update(status=running.Status.WAITING, seen_at=timezone.now()):
            do_job.enqueue(pk)
            resumed += 1
    return resumed
