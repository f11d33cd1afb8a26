"""The list of one date as a table to take away: CSV or XLSX, safe for whichever spreadsheet."""

import io
import re
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from events.event_date import EventDate
from events.registrations.models import Participant
from hub.mail_queue import one_line
from translations.csv_lines import csv_lines, harmless

from .people import facts_of, listed, places_in_line, state_label

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet set to another separator begins a cell after this one too.
INNER_CELL = re.compile(r"([;|]\s*)(?=[=+\-@])")


def heads(with_needs: bool) -> list[str]:
    columns = [
        _("Event"),
        _("Begins"),
        _("Ends"),
        _("Name"),
        _("State"),
        _("Place in line"),
        _("E-mail"),
        _("Organisation"),
        _("Country"),
        _("Role"),
        _("Language"),
        _("Signed up"),
        _("Confirmed"),
        _("Here since"),
    ]
    return [*columns, _("Food"), _("Access")] if with_needs else columns


def rows_of(date: EventDate, show: str, with_needs: bool) -> Iterator[list]:
    """A head and one row a person; hours by the clock of the place. Three queries."""
    yield heads(with_needs)
    ids, places = listed(date, show, ""), places_in_line(date)
    related = ["registration", *(["registration__needs"] if with_needs else [])]
    people = Participant.objects.filter(pk__in=ids).select_related(*related)
    by_id = {person.pk: person for person in people}
    title = date.thing.title or date.thing.code
    zone = date.when.starts.tzinfo

    def clock(moment: datetime | None) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""

    for person in (by_id[pk] for pk in ids if pk in by_id):
        registration = person.registration
        row = [
            title,
            clock(date.starts_at),
            clock(date.ends_at),
            person.name,
            state_label(person, {}),
            places.get(person.pk, ""),
            registration.email,
            *facts_of(registration),
            clock(registration.created_at),
            clock(registration.confirmed_at),
            clock(person.attended_at),
        ]
        if with_needs:
            needs = getattr(registration, "needs", None)
            row += [needs.food if needs else "", needs.access if needs else ""]
        yield [_plain(cell) for cell in row]


def _plain(cell):
    """Words of people in one line, in which no separator makes the rest of it a formula."""
    return INNER_CELL.sub(r"\1'", one_line(cell)) if isinstance(cell, str) else cell


def as_csv(rows: Iterator[list]) -> bytes:
    return "".join(csv_lines(rows)).encode()


def as_xlsx(rows: Iterator[list]) -> bytes:
    # Half a second and 20 MB, which only who takes a list away shall pay.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, harmless(value))
            if isinstance(value, str):
                # Whatever it looks like, it is words.
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


FORMATS = {"csv": (as_csv, "text/csv; charset=utf-8"), "xlsx": (as_xlsx, XLSX)}
