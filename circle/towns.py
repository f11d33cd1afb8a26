"""Towns whose place is known: `towns.csv`, from GeoNames (CC BY 4.0). Nobody's position is asked."""

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hub.search.folding import fold

EARTH_KM = 6371


@dataclass(frozen=True)
class Town:
    country: str
    name: str
    latitude: float
    longitude: float

    @property
    def key(self) -> str:
        return town_key(self.name, self.country)

    def km_to(self, other: "Town") -> float:
        """As the crow flies."""
        north, east, their_north, their_east = map(
            math.radians, (self.latitude, self.longitude, other.latitude, other.longitude)
        )
        half = math.sin((their_north - north) / 2) ** 2
        half += math.cos(north) * math.cos(their_north) * math.sin((their_east - east) / 2) ** 2
        return 2 * EARTH_KM * math.asin(math.sqrt(half))


def town_key(name: str, country: str) -> str:
    """One spelling of a town, however its letters were typed: "LV valmiera"."""
    return f"{country} {fold(name.strip())}"


@cache
def all_towns() -> dict[str, Town]:
    """By their key."""
    with (Path(__file__).parent / "towns.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        towns = [
            Town(row["country"], row["name"], float(row["latitude"]), float(row["longitude"]))
            for row in rows
        ]
    return {town.key: town for town in towns}


def towns_named(name: str) -> list[Town]:
    """Every known town of that name, in whichever country."""
    wanted = fold(name.strip())
    return [town for key, town in all_towns().items() if key.split(" ", 1)[1] == wanted]


def distances(name: str, most_km: float) -> dict[str, float]:
    """Key -> kilometres of the towns that lie within `most_km` of one of that name."""
    found: dict[str, float] = {}
    for centre in towns_named(name):
        for key, town in all_towns().items():
            km = centre.km_to(town)
            if km <= most_km:
                found[key] = min(km, found.get(key, km))
    return found
