"""31. joulukuuta: as in the full date."""

MONTH_DAY_FORMAT = "j. E"
