from zoneinfo import available_timezones

# Where a partner did not say otherwise.
USUAL = {
    "EE": "Europe/Tallinn",
    "LV": "Europe/Riga",
    "FI": "Europe/Helsinki",
    "DK": "Europe/Copenhagen",
}


def time_zones() -> list[str]:
    """All names, Europe's first."""
    return sorted(available_timezones(), key=lambda name: (not name.startswith("Europe/"), name))
