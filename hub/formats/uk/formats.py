"""2 листопада, without the nought."""

DATE_FORMAT = "j E Y р."
MONTH_DAY_FORMAT = "j E"
