"""What an event can be, as one chooses it."""

from functools import cache
from zoneinfo import available_timezones

from django.db import models
from django.utils.translation import gettext_lazy as _

from hub.languages import KNOWN


class Precision(models.TextChoices):
    DAY = "day", _("day and hour are known")
    MONTH = "month", _("only the month is known")
    YEAR = "year", _("only the year is known")


class EventKind(models.TextChoices):
    SEMINAR = "seminar", _("International seminar")
    WORKSHOP = "workshop", _("Workshop")
    OUTING = "outing", _("Outing")
    STORY_EVENING = "story-evening", _("Story evening")
    ONLINE = "online", _("Online meeting")
    LANGUAGE_CAFE = "language-cafe", _("Language café")


class Mode(models.TextChoices):
    ONSITE = "onsite", _("On site")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("On site and online")


class EventCountry(models.TextChoices):
    ESTONIA = "EE", _("Estonia")
    LATVIA = "LV", _("Latvia")
    FINLAND = "FI", _("Finland")
    DENMARK = "DK", _("Denmark")


def spoken_languages() -> list[tuple]:
    """Languages that may be spoken at an event. A function: a new language is no migration."""
    return [(one.code, one.name) for one in KNOWN.values()]


@cache
def time_zones() -> list[tuple[str, str]]:
    """All zones, Europe's first."""
    names = sorted(available_timezones(), key=lambda name: (not name.startswith("Europe/"), name))
    return [(name, name) for name in names]
