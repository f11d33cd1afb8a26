"""Covers drawn from rings, for everything that has no picture of its own."""

import hashlib

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


def ring_cover(seed: str, kind: str) -> str:
    """Inline SVG of overlapping rings: the same picture for the same `seed`, coloured by `kind`.

    Decoration, hidden from screen readers; at most 900 bytes.
    """
    chance = iter(hashlib.blake2b(seed.encode(), digest_size=16).digest())
    ground, *families = KINDS.get(kind, PLAIN)
    tint = kind if kind in KINDS else "plain"
    parts = [
        f'<svg class="cover kind kind--{tint}" viewBox="0 0 260 132" '
        'preserveAspectRatio="xMidYMid slice" aria-hidden="true" fill="none" stroke-width="5">'
        f'<path class="cover__ground" fill="{ground}" d="M0 0h260v132H0z"/>'
    ]
    places = PLACES[next(chance) % len(PLACES)]
    for (left, top), colour in zip(places, families, strict=True):
        x, y = left + next(chance) % 60, top + next(chance) % 40 - 10
        inner, step = 16 + next(chance) % 6, 16 + next(chance) % 6
        rings = "".join(
            f'<circle r="{inner + step * number}"{fade}/>'
            for number, fade in enumerate(("", ' opacity=".7"', ' opacity=".5"', ' opacity=".3"'))
        )
        parts.append(
            f'<g class="cover__{colour}" stroke="{COLOURS[colour]}" '
            f'transform="translate({x} {y})">{rings}</g>'
        )
    return SafeString("".join(parts) + "</svg>")
