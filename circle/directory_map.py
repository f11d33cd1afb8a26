"""The towns of the directory on the drawn map of the region; never a place more exact than a town."""

from collections.abc import Iterable

from partners.region_map import place_on_map

from .towns import all_towns


def dots(keys: Iterable[str]) -> str:
    """The path of an SVG with a point for each town whose place is known; "" without any."""
    known = all_towns()
    towns = [known[key] for key in dict.fromkeys(keys) if key in known]
    found = [place_on_map(town.latitude, town.longitude) for town in towns]
    return "".join(f"M{place[0]} {place[1]}h0" for place in found if place)
