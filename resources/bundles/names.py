"""Names inside a ZIP: kept in their own script, and harmless on every system."""

import unicodedata

MOST_CHARACTERS = 60


def plain_name(title: str, instead: str) -> str:
    """`title` as the name of a file or folder, without an ending; `instead` where nothing is left.

    Letters, their marks and digits of any script stay. Everything else parts words: slashes and
    dots (paths), what Windows forbids, and marks that turn the direction of writing about.
    """
    parted = "".join(
        one if unicodedata.category(one)[0] in "LMN" else " "
        for one in unicodedata.normalize("NFC", title)
    )
    return "-".join(parted.split())[:MOST_CHARACTERS].strip("-") or instead
