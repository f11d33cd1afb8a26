"""Dates as Europe writes them in English: 2 November 2026, 17:30."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"
FIRST_DAY_OF_WEEK = 1
