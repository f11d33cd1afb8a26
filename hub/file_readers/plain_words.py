"""Words as the database keeps them: bounded, without marks that no reader sees."""

import re

# All pages of a file together. A thick book has a million.
MOST_LETTERS = 2_000_000
MOST_PAGES = 3_000

UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u00ad]")
BLANKS = re.compile(r"[^\S\n]+")
LINES = re.compile(r"\s*\n\s*")


def plain(text: str) -> str:
    """Without control characters and soft hyphens; blanks and empty lines only once."""
    text = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return LINES.sub("\n", BLANKS.sub(" ", text)).strip()


class Pages:
    """The words of page after page, until there are enough."""

    def __init__(self):
        self.found: list[str] = []
        self.left = MOST_LETTERS

    def add(self, text: str) -> bool:
        """Whether there is room for another."""
        words = plain(text)[: self.left]
        self.left -= len(words)
        self.found.append(words)
        return self.left > 0 and len(self.found) < MOST_PAGES
