"""An hour by the clock of its place, and by those of partners elsewhere where they show another."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from .known_dates import KnownDate

CITIES = {
    "Europe/Riga": gettext_lazy("Riga"),
    "Europe/Tallinn": gettext_lazy("Tallinn"),
    "Europe/Helsinki": gettext_lazy("Helsinki"),
    "Europe/Copenhagen": gettext_lazy("Copenhagen"),
}


def city(zone: str) -> str:
    """The city that names a time zone, in the reader's language where it is one of the partners'."""
    return str(CITIES.get(zone) or zone.rsplit("/", 1)[-1].replace("_", " "))


def clocks_label(when: KnownDate, zone: str, partner_id, frame) -> str:
    """ "2 December 2026, 10:00–12:00 in Valmiera (9:00 in Copenhagen)"; without any other clock, and
    where the hour is not known, the date alone.
    """
    if when.precision != "day":
        return when.label
    zones = tuple(sorted({zone for zone, _town in frame.partner_clocks.values()}))
    town = _town(zone, partner_id, frame)
    key = (zone, when.starts.timestamp(), when.ends.timestamp())
    return _said(get_language(), *key, town, zones)


@lru_cache(maxsize=4096)
def _said(code, zone: str, starts: float, ends: float, town: str, zones: tuple[str, ...]) -> str:
    """Lists say the same hours again and again; times as numbers, since equal times of different
    zones are equal.
    """
    here = ZoneInfo(zone)
    when = KnownDate(
        datetime.fromtimestamp(starts, here), datetime.fromtimestamp(ends, here), "day"
    )
    others = _others(when, zones)
    if not others:
        return when.label
    return _("%(when)s in %(town)s (%(others)s)") % {
        "when": when.label,
        "town": town,
        "others": "; ".join(others),
    }


def _town(zone: str, partner_id, frame) -> str:
    """The partner's own town, where its clock is the event's."""
    own_zone, town = frame.partner_clocks.get(partner_id, ("", ""))
    return town if town and own_zone == zone else city(zone)


def _others(when: KnownDate, zones: tuple[str, ...]) -> list[str]:
    """The hours at which it begins elsewhere, each with the cities whose clocks show it."""
    shown: dict[str, list[str]] = {}
    for zone in zones:
        there = when.starts.astimezone(ZoneInfo(zone))
        if there.utcoffset() == when.starts.utcoffset():
            continue
        hour = date_format(there, "TIME_FORMAT")
        if there.date() != when.starts.date():
            hour = f"{date_format(there, 'MONTH_DAY_FORMAT')}, {hour}"
        shown.setdefault(hour, []).append(city(zone))
    return [
        # Translators: the cities stand as in a dictionary, such as "9:00 in Copenhagen, Berlin".
        _("%(time)s in %(cities)s") % {"time": hour, "cities": ", ".join(cities)}
        for hour, cities in shown.items()
    ]
