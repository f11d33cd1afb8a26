"""What Django leaves open for Estonian."""

YEAR_MONTH_FORMAT = "F Y"
FIRST_DAY_OF_WEEK = 1
DATETIME_FORMAT = "j. F Y H:i"
