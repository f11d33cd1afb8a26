"""The word on the door: signed for one date and one of its days, by the clock of its place.

Nothing is stored. It stands on a sheet in the room, so whoever has it is there, or was told it.
"""

from datetime import date as Day
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.crypto import constant_time_compare, salted_hmac

from events.event_date import EventDate
from hub.models import Thing
from hub.models.things import CODE_LETTERS

SALT = "events.day"
# About 39 bits.
LETTERS = 8
# What begins late in the evening goes on after midnight, and clocks are set wrong.
LEEWAY = timedelta(hours=3)


def day_code(date: EventDate, day: Day) -> str:
    """Eight letters in two groups, the same each time."""
    said = salted_hmac(SALT, f"{date.pk} {day.isoformat()}", algorithm="sha256").digest()
    number, letters = int.from_bytes(said[:16], "big"), ""
    for _place in range(LETTERS):
        number, rest = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[rest]
    return f"{letters[:4]}-{letters[4:]}"


def date_of_code(thing: Thing, code: str, now: datetime) -> EventDate | None:
    """The date of `thing` for which `code` is good at this moment."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    near = EventDate.objects.filter(
        thing=thing,
        is_gone=False,
        is_cancelled=False,
        starts_at__lt=now + timedelta(days=2),
        ends_at__gt=now - timedelta(days=2),
    )
    for date in near.select_related("thing__original_locale"):
        for day in _days_now(date, now):
            if constant_time_compare(day_code(date, day).replace("-", ""), typed):
                return date
    return None


def _days_now(date: EventDate, now: datetime) -> set[Day]:
    local = now.astimezone(ZoneInfo(date.time_zone))
    days = {(local + shift).date() for shift in (-LEEWAY, timedelta(), LEEWAY)}
    return {day for day in days if date.first_day <= day <= date.last_day}
