"""Cells of a CSV file that somebody sends, from whichever spreadsheet program."""

import csv
import io

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .csv_lines import FORMULA

MOST_BYTES = 1_000_000


def text_of(data: bytes) -> str:
    """The text of an uploaded file. Raises ValidationError with a sentence for the person."""
    if len(data) > MOST_BYTES:
        raise ValidationError(_("The file is larger than 1 MB. Send it in parts."))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValidationError(
            _("The file is UTF-16. Save it as “CSV UTF-8” in your spreadsheet program.")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(
            _("The file is not UTF-8. Save it as “CSV UTF-8” in your spreadsheet program.")
        ) from error
    if "\0" in text:
        raise ValidationError(_("This is not a CSV file."))
    if not text.strip():
        raise ValidationError(_("The file is empty."))
    return text


def rows_of(text: str, most: int) -> list[list[str]]:
    """The cells of all rows, guards against formulas taken off again; small letters in the first.

    Raises ValidationError for what is no CSV, for more than `most` rows, and for a column named twice.
    """
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [
            [_unguarded(cell.strip()) for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        ]
    except csv.Error as error:
        raise ValidationError(_("This is not a CSV file, or its quotes are broken.")) from error
    if len(rows) > most:
        raise ValidationError(_("The file has too many lines. Send it in parts."))
    rows[0] = [name.lower() for name in rows[0]]
    if twice := sorted({name for name in rows[0] if name and rows[0].count(name) > 1}):
        sentence = _("A column stands there twice: %(names)s")
        raise ValidationError(sentence % {"names": ", ".join(twice)})
    return rows


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip().startswith(FORMULA) else cell
