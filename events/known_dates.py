"""Dates that are known to the day, the month or the year, in words and for machines."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class KnownDate:
    """`starts` and `ends` are aware, in the zone of the place; `ends` is the first moment after."""

    starts: datetime
    ends: datetime
    precision: str

    @property
    def _last(self) -> datetime:
        """The last moment that still belongs to it: an end at midnight is the day before."""
        return self.ends - timedelta(microseconds=1)

    @property
    def label(self) -> str:
        """In the reader's language and no more exact than it is known: "October 2023"."""
        if self.precision == "year":
            first, last = self.starts.year, self._last.year
            return str(first) if first == last else f"{first}–{last}"
        if self.precision == "month":
            first, last = (date_format(at, "YEAR_MONTH_FORMAT") for at in (self.starts, self._last))
            return first if first == last else f"{first} – {last}"
        first, last = self.days
        day = date_format(first, "DATE_FORMAT")
        if first == last:
            return _("%(day)s, %(from)s–%(to)s") % {
                "day": day,
                "from": date_format(self.starts, "TIME_FORMAT"),
                "to": date_format(self.ends, "TIME_FORMAT"),
            }
        if self.starts.time() == self.ends.time() == time():
            # Whole days.
            return f"{day} – {date_format(last, 'DATE_FORMAT')}"
        return f"{_moment(self.starts)} – {_moment(self.ends)}"

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that belong to it."""
        return self.starts.date(), self._last.date()

    @property
    def iso(self) -> str:
        """2023, 2023-10 or a full time with offset."""
        return self._iso(self.starts)

    @property
    def iso_end(self) -> str:
        return self._iso(self.ends if self.precision == "day" else self._last)

    def _iso(self, at: datetime) -> str:
        if self.precision == "year":
            return f"{at.year:04d}"
        if self.precision == "month":
            return f"{at.year:04d}-{at.month:02d}"
        return at.isoformat()

    @property
    def day(self) -> str:
        """The number of the day, "" when it is not known."""
        return str(self.starts.day) if self.precision == "day" else ""

    @property
    def month_short(self) -> str:
        """The month in short, "" when only the year is known."""
        if self.precision == "year":
            return ""
        return date_format(self.starts, "M")


def _moment(at: datetime) -> str:
    return f"{date_format(at, 'DATE_FORMAT')}, {date_format(at, 'TIME_FORMAT')}"
