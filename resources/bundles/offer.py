"""What a page says of its ZIP before the click."""

from dataclasses import dataclass

from hub.file_notes import file_size

from .archive import MOST_BYTES

# The text of one thing with its lists, about; nobody shall wait for their making to read the page.
TEXT_BYTES = 12_000


@dataclass(frozen=True)
class Offer:
    """`size` in words, rounded. `url` is empty where it would be more than one ZIP may hold."""

    url: str
    size: str


def offer(url: str, files_bytes: int, texts: int = 1) -> Offer:
    """`texts`: of how many things."""
    weight = files_bytes + texts * TEXT_BYTES
    return Offer(url if weight <= MOST_BYTES else "", file_size(weight))


def bundle_offer(page, files_bytes: int, texts: int = 1) -> Offer:
    """The ZIP of one resource or kit, whose files weigh this much."""
    return offer(f"/r/{page.code}/{page.own_language.code}.zip", files_bytes, texts)
