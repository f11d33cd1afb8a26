"""What somebody typed, taken apart: words, "phrases in quotes", -words to leave out."""

import re
import unicodedata
from dataclasses import dataclass, field

from hub.search.tokens import folded, words_in

MOST_WORDS = 12
QUOTES = str.maketrans("„“”«»‟", '""""""')
PART = re.compile(r'(?P<minus>(?<!\S)[-−–])?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass
class Query:
    """Words in lower case, each with its letters as typed; phrases are lists of folded words."""

    words: list[str] = field(default_factory=list)
    phrases: list[list[str]] = field(default_factory=list)
    without: list[str] = field(default_factory=list)

    def __bool__(self):
        return bool(self.words or self.phrases)


def read(typed: str) -> Query:
    """The first twelve words of what was typed; an open quote ends with the text."""
    query = Query()
    left = MOST_WORDS
    for part in PART.finditer(unicodedata.normalize("NFC", typed).translate(QUOTES)):
        # A hyphen inside parts a word in two, as it does in texts; "\0" is no word.
        words = words_in(part["phrase"] or part["word"] or "")[:left]
        left -= len(words)
        if part["minus"]:
            query.without += words
        elif part["phrase"] and len(words) > 1:
            query.phrases.append([folded(word) for word in words])
        else:
            query.words += words
    query.words = list(dict.fromkeys(query.words))
    return query
