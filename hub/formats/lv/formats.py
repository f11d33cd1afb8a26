"""2023. gada oktobris: the word written out, as in the full date."""

YEAR_MONTH_FORMAT = r"Y. \g\a\d\a F"
