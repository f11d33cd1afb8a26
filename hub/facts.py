"""A word and its value, as components/facts.html shows them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """`lang` and `dir` where the value is not in the reader's language; `url` makes it a link."""

    word: str
    value: object
    lang: str = ""
    dir: str = ""
    url: str = ""
    rel: str = ""


def known(*facts: Fact) -> list[Fact]:
    """Those that have a value."""
    return [fact for fact in facts if fact.value]
