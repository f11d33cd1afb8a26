"""What a file is, in the reader's words: "PDF · 2 pages · 180 kB"."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NO_BREAK = "\N{NO-BREAK SPACE}"
SMALLEST_MEGABYTES = 999_500


def file_size(size_bytes: int) -> str:
    """180 kB or 4.2 MB (thousands, not 1024), with the reader's units and decimal sign."""
    if size_bytes < SMALLEST_MEGABYTES:
        return number_format(max(1, round(size_bytes / 1000))) + NO_BREAK + _("kB")
    megabytes = size_bytes / 1_000_000
    places = 1 if megabytes < 10 else 0
    return number_format(round(megabytes, places), decimal_pos=places) + NO_BREAK + _("MB")


def file_note(form: str, pages: int | None, size_bytes: int | None, *more: str) -> str:
    """Format, pages and size as far as they are known, and what else there is to say."""
    parts = [form]
    if pages:
        parts.append(ngettext("%(number)s page", "%(number)s pages", pages) % {"number": pages})
    if size_bytes:
        parts.append(file_size(size_bytes))
    return " · ".join(part for part in (*parts, *more) if part)


def files_label(number: int, size_bytes: int) -> str:
    """Several files in short: "3 files · 4.2 MB"."""
    files = ngettext("%(number)s file", "%(number)s files", number) % {"number": number}
    return f"{files} · {file_size(size_bytes)}"
