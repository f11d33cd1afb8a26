"""What the ground floor has to do from time to time. `home.due` calls it; every function may run twice.

Each says how many rows or files it dealt with.
"""

import logging
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import UploadedFile

from hub import document_text, link_checking, link_finding, public_records
from hub.mail_queue import waiting
from hub.management.commands.check_files import find_problems
from hub.models import Mail, Message

logger = logging.getLogger(__name__)

UPLOAD_FOLDER = UploadedFile._meta.get_field("file").upload_to

KEEP_UPLOADS = timedelta(days=1)
KEEP_SENT_MAILS = timedelta(days=30)
KEEP_LOST_MAILS = timedelta(days=180)
KEEP_DONE_MESSAGES = timedelta(days=180)
KEEP_DONE_JOBS = timedelta(days=14)
KEEP_FAILED_JOBS = timedelta(days=90)

# No job takes so long: its worker was killed.
LOST_JOB_AFTER = timedelta(hours=1)
MOST_JOB_TRIES = 3


def free_lost_jobs() -> int:
    """Jobs of a killed worker wait again; one that has cost several workers their life does not."""
    lost = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - LOST_JOB_AFTER)
    freed = 0
    for job in lost:
        tries_left = len(job.worker_ids) < MOST_JOB_TRIES
        status = "READY" if tries_left else "FAILED"
        mine = lost.filter(pk=job.pk, started_at=job.started_at)
        freed += mine.update(status=status, finished_at=None if tries_left else timezone.now())
    return freed


def erase_unfinished_uploads() -> int:
    """Files of "add several" whose form was never sent, with and without a row; a day old."""
    old = timezone.now() - KEEP_UPLOADS
    erased = 0
    rows = {row.file.name: row for row in UploadedFile.objects.all()}
    for name, row in rows.items():
        if _changed_before(name, old):
            row.delete()
            default_storage.delete(name)
            erased += 1
    for name in _files_in(UPLOAD_FOLDER):
        if name not in rows and _changed_before(name, old):
            default_storage.delete(name)
            erased += 1
    return erased


def _files_in(folder: str) -> list[str]:
    try:
        return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    except FileNotFoundError:
        return []


def _changed_before(name: str, moment) -> bool:
    """A file that is gone counts as old."""
    try:
        return default_storage.get_modified_time(name) < moment
    except FileNotFoundError:
        return True


def erase_old_sessions() -> int:
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def erase_old_mails() -> int:
    """They hold addresses and signed links: nobody needs them once they have arrived."""
    now = timezone.now()
    lost = Mail.objects.filter(sent_at=None, created_at__lt=now - KEEP_LOST_MAILS)
    lost = lost.exclude(pk__in=waiting().values("pk"))
    return Mail.objects.filter(sent_at__lt=now - KEEP_SENT_MAILS).delete()[0] + lost.delete()[0]


def erase_done_messages() -> int:
    return Message.objects.filter(done_at__lt=timezone.now() - KEEP_DONE_MESSAGES).delete()[0]


def erase_done_jobs() -> int:
    now = timezone.now()
    done = Q(status="SUCCESSFUL", finished_at__lt=now - KEEP_DONE_JOBS)
    failed = Q(status="FAILED", finished_at__lt=now - KEEP_FAILED_JOBS)
    return DBTaskResult.objects.filter(done | failed).delete()[0]


def look_for_lost_files() -> int:
    """Says in the log which files are missing or were cut short; returns how many. Reads no bytes."""
    problems = list(find_problems(quick=True))
    for problem in problems:
        logger.warning(problem)
    return len(problems)


def read_lost_files() -> int:
    """Read the words of files whose own job was lost with its worker; how many."""
    return document_text.read_lost()


def gather_links() -> int:
    """Look through the texts of all public pages for links; says how many there are."""
    return link_finding.gather_all()


def look_at_links() -> int:
    """Ask some of the sites that pages link to whether they are still there."""
    return link_checking.check_due()


def mend_public_records() -> int:
    """Compare what machines are told with the pages; returns how many things were told wrong."""
    wrong = public_records.write_all()
    if wrong:
        logger.warning("%s public records were not as their pages, and are now", wrong)
    return wrong
