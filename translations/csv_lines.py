"""Lines of a CSV file, as they are sent: safe for a spreadsheet that takes a cell for a formula."""

import csv
from collections.abc import Iterable, Iterator

# What a spreadsheet reads as the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[list]) -> Iterator[str]:
    """`rows` as lines of CSV; a byte order mark first, or Excel takes the letters for others."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def harmless(cell):
    """`cell` with an apostrophe before what a spreadsheet would take for a formula."""
    if isinstance(cell, str) and (cell.startswith(FORMULA) or cell.lstrip().startswith(FORMULA)):
        return f"'{cell}"
    return cell
