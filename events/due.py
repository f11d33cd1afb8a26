"""What the calendar has to do from time to time. `home.due` calls it; every function may run twice."""

import logging

from . import event_dates, materials
from .certificates.due import thank  # noqa: F401  for home.due
from .registrations.due import (  # noqa: F401  for home.due
    erase_unconfirmed,
    move_the_lines,
    remind,
    tell_of_changes,
)
from .registrations.keeping import (  # noqa: F401  for home.due
    erase_evidence,
    erase_needs,
    erase_old_registrations,
)

logger = logging.getLogger(__name__)


def mend_calendar() -> int:
    """Compare the dates with the pages; returns how many were wrong."""
    wrong = event_dates.write_all()
    if wrong:
        logger.warning("%s dates of events were not as their pages, and are now", wrong)
    return wrong + materials.write_all()
