"""What stands in the index: words as written, folded, and lemmas that say their language and place."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from hub.search.folding import fold
from hub.search.lemmas import lemma

# An apostrophe inside is part of a Ukrainian word: п’ять.
WORD = re.compile(r"[^\W_]+(?:['’ʼ‘][^\W_]+)*")
NOT_LETTERS = re.compile(r"[\W_]+")
APOSTROPHES = str.maketrans("’ʼ‘", "'''")

# Where a lemma stands. A token is language, place, lemma: lv1bibliotēka.
ANYWHERE, TITLE, ABOUT, OWN_TEXT = "0123"
# Said so often, a text is about it.
OFTEN = 3
# Of the files of one thing; a database takes no endless row.
MOST_FILE_WORDS = 40_000


def words_in(text: str) -> list[str]:
    """The words of a text in lower case, with straight apostrophes, in order."""
    return WORD.findall(unicodedata.normalize("NFKC", text.casefold()).translate(APOSTROPHES))


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """A word as the index holds it: letters and figures only, without diacritics."""
    return NOT_LETTERS.sub("", fold(word))


def words_of(query: str) -> list[str]:
    """The folded words of a query, at most twelve."""
    return [folded(word) for word in words_in(query)][:12]


def token(code: str, place: str, reduced: str) -> str:
    letters = NOT_LETTERS.sub("", unicodedata.normalize("NFKC", reduced))
    return f"{NOT_LETTERS.sub('', code)}{place}{letters}"


class Reduced:
    """The words of one thing in one language, as the index and the vocabulary take them."""

    def __init__(self, code: str, title: str, about: str, text: str, files: str):
        self.code = code
        own = [words_in(part) for part in (title, about, text)]
        rest = words_in(files)[:MOST_FILE_WORDS]
        # The folded form a word has in this text: its lemma, and how it is written.
        self.forms: dict[str, tuple[str, str]] = {}
        for word in sorted({word for words in (*own, rest) for word in words}):
            self.forms[folded(word)] = lemma(word, code), word
        lemmas = [[lemma(word, code) for word in words] for words in (*own, rest)]
        in_title, in_about, in_text, in_files = lemmas
        often = Counter(in_about + in_text)
        about_words = {*in_about, *(one for one, times in often.items() if times >= OFTEN)}
        self.tokens = " ".join(
            [
                *(folded(word) for words in (*own, rest) for word in words),
                *self._places(TITLE, in_title),
                *self._places(ABOUT, about_words),
                *self._places(OWN_TEXT, [*in_title, *in_about, *in_text]),
                *self._places(ANYWHERE, [*in_title, *in_about, *in_text, *in_files]),
            ]
        )
        self.length = sum(map(len, own))

    def _places(self, place: str, lemmas) -> list[str]:
        return [token(self.code, place, one) for one in sorted(set(lemmas))]
