"""What the circle has to do from time to time. `home.due` calls it; every function may run twice."""

import logging

from . import directory_rows, helpers, service_checks

logger = logging.getLogger(__name__)


def mend_directory() -> int:
    """Compare the directory with the pages; returns how many rows were wrong."""
    wrong = directory_rows.write_all()
    if wrong:
        logger.warning("%s rows of the directory were not as their pages, and are now", wrong)
    return wrong


def ask_organisations() -> int:
    """A mail to each whose entry is due to be looked at; returns how many."""
    return service_checks.ask_due()


def take_old_from_search() -> int:
    """Entries that nobody confirmed for a year; returns how many left the search now."""
    return service_checks.take_old_from_search()


def forget_people_whose_time_is_over() -> int:
    return helpers.forget_over()
