"""What the calendar has to do from time to time. `home.due` calls it; every function may run twice."""

import logging

from . import event_dates

logger = logging.getLogger(__name__)


def mend_calendar() -> int:
    """Compare the dates with the pages; returns how many were wrong."""
    wrong = event_dates.write_all()
    if wrong:
        logger.warning("%s dates of events were not as their pages, and are now", wrong)
    return wrong
