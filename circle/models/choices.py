"""What a service is for, and how one reaches it: as one chooses it."""

from calendar import monthrange
from datetime import date, timedelta

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from hub.languages import KNOWN


class Need(models.TextChoices):
    SHELTER = "shelter", _("A place to sleep")
    FOOD = "food", _("Food")
    HEALTH = "health", _("Health")
    TALK = "talk", _("Someone to talk to")
    PAPERS = "papers", _("Papers and rights")
    CHILDREN = "children", _("Children and school")
    LANGUAGE = "language", _("Learning the language")
    WORK = "work", _("Work")
    MONEY = "money", _("Money")
    SAFETY = "safety", _("Safety")


# What nobody has found right for so long is left out of lists; its address stays.
HIDDEN_AFTER = timedelta(days=365)
# Where a person in danger stays is nobody's business: no place smaller than the town is shown.
WITHOUT_PLACE = {Need.SHELTER, Need.SAFETY}


class ForWhom(models.TextChoices):
    EVERYBODY = "everybody", _("Everybody")
    CHILDREN = "children", _("Children and young people")
    FAMILIES = "families", _("Families")
    WOMEN = "women", _("Women")
    OLDER = "older", _("Older people")
    DISABLED = "disabled", _("People with a disability")
    NEWCOMERS = "newcomers", _("Newcomers and refugees")
    HELPERS = "helpers", _("People who help")


class Accessibility(models.TextChoices):
    STEP_FREE = "step-free", _("Step-free")
    NOT = "not", _("Not step-free")


class OnHolidays(models.TextChoices):
    UNKNOWN = "unknown", _("Not known")
    USUAL = "usual", _("As usual")
    CLOSED = "closed", _("Closed")


class CircleCountry(models.TextChoices):
    ESTONIA = "EE", _("Estonia")
    LATVIA = "LV", _("Latvia")
    FINLAND = "FI", _("Finland")
    DENMARK = "DK", _("Denmark")


class Weekday(models.IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


def spoken_languages() -> list[tuple]:
    """Languages a service may speak. A function: a new language is no migration."""
    return [(one.code, one.name) for one in KNOWN.values()]


def season_days() -> list[tuple]:
    """The first and the last day of each month, as month times hundred plus day. A function: their
    names are the reader's.
    """
    return [
        (month * 100 + day, date_format(date(2024, month, day), "MONTH_DAY_FORMAT"))
        for month in range(1, 13)
        for day in (1, 15, 16, monthrange(2024, month)[1])
    ]
