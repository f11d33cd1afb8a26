"""Covers drawn from rings, for everything that has no picture of its own."""

import hashlib
from dataclasses import dataclass

from django.utils.safestring import SafeString

COLOURS = {
    "sea": "#0f3d4c",
    "water": "#8fbfca",
    "amber": "#d98a1f",
    "pine": "#2f6b4f",
    "clay": "#b0492f",
}
# Ground, then the three families of rings. The stylesheet changes both in the dark; the values
# here are for whoever shows a cover without it.
KINDS = {
    "guide": ("#e3eef0", "sea", "water", "amber"),
    "material": ("#fbeed6", "amber", "sea", "amber"),
    "kit": ("#fbeed6", "pine", "amber", "sea"),
    "story": ("#f8e5df", "clay", "sea", "clay"),
    "service": ("#e2efe7", "pine", "water", "amber"),
    "care": ("#e2efe7", "pine", "water", "amber"),
    "seminar": ("#fbeed6", "sea", "amber", "amber"),
    "workshop": ("#f8e5df", "clay", "amber", "sea"),
    "outing": ("#e2efe7", "pine", "amber", "pine"),
    "language-cafe": ("#e3eef0", "sea", "amber", "water"),
    "story-evening": ("#e3eef0", "water", "clay", "sea"),
}
PLAIN = ("#f3ede1", "sea", "amber", "water")
# Where the three families may stand: far enough apart to differ, near enough to overlap.
PLACES = (
    ((50, 40), (190, 25), (130, 115)),
    ((170, 60), (40, 30), (90, 120)),
    ((100, 30), (10, 95), (185, 95)),
    ((30, 100), (120, 20), (200, 70)),
)


WIDTH, HEIGHT, STROKE = 260, 132, 5
OPACITIES = (1, 0.7, 0.5, 0.3)


@dataclass(frozen=True)
class Ring:
    radius: int
    opacity: float


@dataclass(frozen=True)
class Family:
    """Rings around one place, in a colour of `COLOURS`."""

    colour: str
    x: int
    y: int
    rings: list[Ring]


@dataclass(frozen=True)
class Rings:
    """A cover: its ground and three families on it."""

    tint: str
    ground: str
    families: list[Family]


def rings_of(seed: str, kind: str) -> Rings:
    """The same rings for the same `seed`, coloured by `kind`."""
    chance = iter(hashlib.blake2b(seed.encode(), digest_size=16).digest())
    ground, *colours = KINDS.get(kind, PLAIN)
    families = []
    places = PLACES[next(chance) % len(PLACES)]
    for (left, top), colour in zip(places, colours, strict=True):
        x, y = left + next(chance) % 60, top + next(chance) % 40 - 10
        inner, step = 16 + next(chance) % 6, 16 + next(chance) % 6
        rings = [Ring(inner + step * place, opacity) for place, opacity in enumerate(OPACITIES)]
        families.append(Family(colour, x, y, rings))
    return Rings(kind if kind in KINDS else "plain", ground, families)


def ring_cover(seed: str, kind: str) -> str:
    """Inline SVG of overlapping rings: the same picture for the same `seed`, coloured by `kind`.

    Decoration, hidden from screen readers; at most 900 bytes.
    """
    cover = rings_of(seed, kind)
    parts = [
        f'<svg class="cover kind kind--{cover.tint}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="xMidYMid slice" aria-hidden="true" fill="none" stroke-width="{STROKE}">'
        f'<path class="cover__ground" fill="{cover.ground}" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>'
    ]
    for family in cover.families:
        rings = "".join(
            f'<circle r="{ring.radius}"{_faded(ring.opacity)}/>' for ring in family.rings
        )
        parts.append(
            f'<g class="cover__{family.colour}" stroke="{COLOURS[family.colour]}" '
            f'transform="translate({family.x} {family.y})">{rings}</g>'
        )
    return SafeString("".join(parts) + "</svg>")


def _faded(opacity: float) -> str:
    return "" if opacity == 1 else f' opacity="{opacity}"'.replace("0.", ".")
