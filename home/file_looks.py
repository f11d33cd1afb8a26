"""What the files of the demo's training materials have in common to the eye."""

from datetime import UTC, datetime

PROJECT = "Kopā tālāk · Forward Together"
MADE_AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)

SEA, AMBER, LINEN, INK, SOFT_INK = "0F3D4C", "D98A1F", "FBF8F2", "1C2B30", "52636A"
CALLOUT_COLOURS = {
    "good-to-know": ("E3EEF0", SEA),
    "take-care": ("F8E5DF", "B0492F"),
    "note": ("FBEED6", AMBER),
}
HEADING_FONT, TEXT_FONT = "Georgia", "Arial"
