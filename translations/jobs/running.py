"""The row of a job of the desk: one worker has it at a time, it says how far it is, it ends.

Whoever has a job is known by the last sign of life that they wrote: each progress is one
conditional UPDATE, and who finds another's sign there has lost the job and writes nothing more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from ..models import DeskJob

Status = DeskJob.Status

# A job that gave no sign of life for so long was killed.
SILENT_AFTER = timedelta(minutes=5)
UNDER_WAY = (Status.WAITING, Status.RUNNING)


class TakenAwayError(Exception):
    """Another worker has this job now, or it is gone: nothing more may be written for it."""


def take(pk: int) -> DeskJob | None:
    """The job, for this process alone; None when it has ended or another one is at it."""
    now = timezone.now()
    free = Q(status=Status.WAITING) | Q(status=Status.RUNNING, seen_at__lt=now - SILENT_AFTER)
    if not DeskJob.objects.filter(free, pk=pk).update(status=Status.RUNNING, seen_at=now):
        return None
    job = DeskJob.objects.select_related("locale", "thing__original_locale", "asked_by").get(pk=pk)
    job.seen_at = now
    return job


def note(job: DeskJob, **changes) -> None:
    """Keep `changes` to a job one has taken; as the last step of a transaction it counts with it.

    Raises TakenAwayError.
    """
    now = timezone.now()
    mine = DeskJob.objects.filter(pk=job.pk, status=Status.RUNNING, seen_at=job.seen_at)
    if not mine.update(seen_at=now, **changes):
        raise TakenAwayError
    job.seen_at = now
    for name, value in changes.items():
        setattr(job, name, value)


def put_back(job: DeskJob) -> None:
    """Let somebody go on with it later."""
    note(job, status=Status.WAITING)


def end(job: DeskJob, message: str = "", *, failed: bool = False) -> None:
    """`message` is a sentence for people; what the job said before stays in front of it."""
    said = " ".join(part for part in (job.message, message) if part)
    status = Status.FAILED if failed else Status.DONE
    note(job, status=status, message=said, ended_at=timezone.now())


def silent(now=None):
    """Jobs that nobody is at, though they have not ended."""
    before = (now or timezone.now()) - SILENT_AFTER
    return DeskJob.objects.filter(status__in=UNDER_WAY).filter(
        Q(
            pk__in=DeskJob.objects.annotate(sign=Coalesce(F("seen_at"), F("asked_at"))).filter(
                sign__lt=before
            )
        )
    )


@contextmanager
def in_language_of_asker(job: DeskJob) -> Iterator[None]:
    code = job.asked_by.reads_in if job.asked_by else settings.LANGUAGE_CODE
    with translation.override(code):
        yield
