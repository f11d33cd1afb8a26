"""Making the mirrors that are missing, as a job with progress."""

import logging
from collections.abc import Iterator

from ..mirrors import mirror, pages_without_all_mirrors
from ..models import DeskJob
from .running import note

logger = logging.getLogger("hub.desk")


def carry_on(job: DeskJob) -> Iterator[None]:
    """One page in all its languages a step; what is complete is not looked at again."""
    missing = list(pages_without_all_mirrors())
    note(job, total=job.done + job.failed + len(missing))
    for pk in missing:
        done, failed = job.done + 1, job.failed
        # Its transaction is its own: a page done twice costs one look.
        try:
            mirror(pk)
        except Exception:
            logger.exception("page %s got no mirrors", pk)
            done, failed = job.done, job.failed + 1
        note(job, done=done, failed=failed, last_pk=pk)
        yield
