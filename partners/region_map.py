"""Partners as dots on a drawn map of the region: `components/region_map.html` holds the outlines."""

import math
from dataclasses import dataclass

# Lambert's equal areas around a point in the Gulf of Bothnia; the outlines were drawn with the same.
CENTRE_LATITUDE, CENTRE_LONGITUDE = math.radians(62), math.radians(18)
SCALE, CENTRE_X, CENTRE_Y = 2260, 276, 377
WIDTH, HEIGHT = 600, 720

DOT = 9
LETTER = 0.6  # of the size of the type, about as wide as a letter is


@dataclass(frozen=True)
class Label:
    """Where the name of a town begins, is centred or ends."""

    x: int
    y: int
    anchor: str


@dataclass
class Dot:
    """A town with a partner or several."""

    x: int
    y: int
    town: str
    names: str
    label: Label | None = None


@dataclass(frozen=True)
class Map:
    dots: list[Dot]


def place_on_map(latitude: float, longitude: float) -> tuple[int, int] | None:
    """Where a place stands on the sheet; None for one beyond its edges."""
    north, east = math.radians(latitude), math.radians(longitude) - CENTRE_LONGITUDE
    towards = math.sin(CENTRE_LATITUDE) * math.sin(north)
    towards += math.cos(CENTRE_LATITUDE) * math.cos(north) * math.cos(east)
    if towards <= 0:
        return None
    k = math.sqrt(2 / (1 + towards))
    x = k * math.cos(north) * math.sin(east)
    y = k * (
        math.cos(CENTRE_LATITUDE) * math.sin(north)
        - math.sin(CENTRE_LATITUDE) * math.cos(north) * math.cos(east)
    )
    x, y = round(CENTRE_X + SCALE * x), round(CENTRE_Y - SCALE * y)
    return (x, y) if 0 <= x <= WIDTH and 0 <= y <= HEIGHT else None


def draw_map(places, type_size: int = 28) -> Map:
    """The map of `places`: (name, town, latitude, longitude) each; one without a place gets no dot.

    Partners of one town share a dot. A town's name that would run into another is left out: the
    list beside the map has it.
    """
    found: dict[tuple[int, int], Dot] = {}
    for name, town, latitude, longitude in places:
        if latitude is None or longitude is None:
            continue
        spot = place_on_map(latitude, longitude)
        if spot is None:
            continue
        if spot in found:
            found[spot].names += f", {name}"
        else:
            found[spot] = Dot(*spot, town or name, name)
    dots = sorted(found.values(), key=lambda dot: dot.y)
    taken = [(dot.x - DOT, dot.y - DOT, dot.x + DOT, dot.y + DOT) for dot in dots]
    for dot in dots:
        for label, area in _labels(dot, type_size):
            if _is_free(area, taken):
                dot.label = label
                taken.append(area)
                break
    return Map(dots)


def _labels(dot: Dot, size: int):
    """The places for a town's name, best first, each with the area that it covers."""
    wide, gap = round(len(dot.town) * size * LETTER), DOT + size // 4
    middle = dot.y + size // 3
    for x, y, anchor, left in (
        (dot.x + gap, middle, "start", dot.x + gap),
        (dot.x - gap, middle, "end", dot.x - gap - wide),
        (dot.x, dot.y - gap, "middle", dot.x - wide // 2),
        (dot.x, dot.y + gap + size * 2 // 3, "middle", dot.x - wide // 2),
    ):
        yield Label(x, y, anchor), (left, y - size, left + wide, y + size // 4)


def _is_free(area, taken) -> bool:
    left, top, right, bottom = area
    if left < 0 or right > WIDTH or top < 0 or bottom > HEIGHT:
        return False
    return not any(
        left < other[2] and right > other[0] and top < other[3] and bottom > other[1]
        for other in taken
    )
