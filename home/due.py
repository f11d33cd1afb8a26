"""Everything that is due in the hub, room by room: what `housekeep` does, and the worker each minute."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.management import call_command
from django.utils import timezone

from circle import due as circle_due
from events import due as events_due
from hub import due as hub_due
from hub.models import Duty
from hub.page_tree import tree_problems
from partners import due as partners_due
from resources import due as resources_due
from translations import due as translations_due
from translations.exchange import kept_uploads
from translations.jobs import tasks as translations_jobs
from translations.mirrors import mirror, pages_without_all_mirrors

KEEP_REVISIONS_DAYS = 90
# The hour of the night, in the hub's time zone, from which nightly duties are due.
NIGHT_HOUR = 3

# How long a process may be at a duty before another takes it for dead.
MINUTE_HOLD, NIGHT_HOLD = timedelta(minutes=5), timedelta(hours=2)
NIGHT_REST = timedelta(hours=1)

logger = logging.getLogger("hub.housekeep")


def publish_and_expire() -> None:
    call_command("publish_scheduled", verbosity=0)


def thin_out_revisions() -> None:
    call_command("purge_revisions", days=KEEP_REVISIONS_DAYS, verbosity=0)


def make_missing_mirrors() -> int:
    return sum(mirror(pk) for pk in list(pages_without_all_mirrors()))


def look_at_the_tree() -> int:
    """Says in the log what is wrong with the page tree; returns the number of pages concerned."""
    found = tree_problems()._asdict()
    wrong = {kind.replace("_", " "): ids for kind, ids in found.items() if ids}
    if wrong:
        logger.warning("the page tree is damaged, see manage.py fixtree: %s", wrong)
    return sum(map(len, wrong.values()))


EACH_MINUTE: tuple[Callable, ...] = (
    publish_and_expire,
    hub_due.free_lost_jobs,
    partners_due.finish_merges,
    translations_jobs.resume_lost,
    hub_due.read_lost_files,
    events_due.move_the_lines,
    events_due.tell_of_changes,
    events_due.remind,
    events_due.thank,
    events_due.erase_unconfirmed,
    resources_due.make_waiting_pdfs,
    # Last: other sites may take their time.
    hub_due.look_at_links,
)
EACH_HOUR: tuple[Callable, ...] = (partners_due.tell_of_messages,)
EACH_NIGHT: tuple[Callable, ...] = (
    hub_due.erase_unfinished_uploads,
    hub_due.erase_old_sessions,
    hub_due.erase_old_mails,
    hub_due.erase_done_messages,
    hub_due.erase_done_jobs,
    hub_due.look_for_lost_files,
    hub_due.gather_links,
    hub_due.mend_public_records,
    partners_due.remind_of_deadlines,
    partners_due.erase_old_invitations,
    resources_due.mend_catalogue,
    resources_due.write_export,
    events_due.mend_calendar,
    events_due.erase_needs,
    events_due.erase_old_registrations,
    events_due.erase_evidence,
    circle_due.mend_directory,
    circle_due.ask_organisations,
    circle_due.take_old_from_search,
    circle_due.forget_people_whose_time_is_over,
    resources_due.count_uses,
    translations_due.count_meetings,
    translations_due.free_old_claims,
    translations_due.verify_counts,
    translations_due.tell_translators,
    translations_jobs.erase_old_jobs,
    kept_uploads.erase_old_uploads,
    resources_due.erase_old_imports,
    resources_due.erase_old_pdfs,
    resources_due.compare_pdfs,
    thin_out_revisions,
    make_missing_mirrors,
    look_at_the_tree,
)


def keep_house(*, night: bool = False) -> dict[str, int]:
    """Do what is due, with `night` also what is done once a night; what was done: name -> number.

    Safe in several processes at once: each duty is done by one of them. One that fails is
    logged, stays due and does not stop the others.
    """
    done = {}
    for duty in EACH_MINUTE:
        if Duty.take(name_of(duty), hold=MINUTE_HOLD):
            done |= attend_to(duty)
    hour_ago = timezone.now() - timedelta(hours=1)
    for duty in EACH_HOUR:
        if Duty.take(name_of(duty), hold=MINUTE_HOLD, last_done_before=hour_ago):
            done |= attend_to(duty, rest=MINUTE_HOLD)
    before = None if night else last_night()
    for duty in EACH_NIGHT:
        if Duty.take(name_of(duty), hold=NIGHT_HOLD, last_done_before=before):
            done |= attend_to(duty, rest=NIGHT_REST)
    return done


def name_of(duty: Callable) -> str:
    """Under which it stands in the database: "hub.erase_old_mails"."""
    return f"{duty.__module__.split('.')[0]}.{duty.__name__}"


def attend_to(duty: Callable, *, rest: timedelta = timedelta()) -> dict[str, int]:
    """Do a duty that this process has taken, and give it back; after a failure it rests first."""
    name = name_of(duty)
    failure, again_at = "interrupted", None
    try:
        number = duty() or 0
        failure = ""
    except Exception as error:
        logger.exception("%s failed", name)
        failure = f"{type(error).__name__}: {error}".replace("\x00", "")[:2000]
        again_at = timezone.now() + rest
    finally:
        Duty.give_back(name, failure=failure, again_at=again_at)
    return {} if failure else {name: number}


def last_night(now: datetime | None = None) -> datetime:
    """The moment from which nightly duties are due, the last before `now`."""
    local = timezone.localtime(now)
    night = local.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night <= local else night - timedelta(days=1)
