"""Debian's spellers know the words of the demo's texts and of the interface.

What counts are the words outside of the glossary and of names. Titles of works and seminars are
another language's, as are words in italics and in another script. Compounds, abbreviations and new
words that a dictionary lacks count as unknown, however right they are.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

import polib
import pytest

from home.content_files import CONTENT, read_words, read_yaml
from tests.plumbing import ROOT, need
from tests.spelling import LANGUAGES, unknown_words
from tests.test_home_texts import ALL, NAMES, texts
from translations.stems import fold, is_form_of, words_of

pytestmark = pytest.mark.once

logger = logging.getLogger(__name__)

LEAST_KNOWN = 0.98
# Its words are younger than the dictionaries.
LEAST_KNOWN_OF_INTERFACE = 0.97
# Names of places, people, the project and its invented addresses, by their beginnings.
OUR_NAMES = (
    "Erasmus|DARE|Creative|Commons|Kretzmann|McKnight|Wagtail"
    "|Valmier|Vaidav|Kärdla|Kerdl|Hiiumaa|Hījum|Läti|Taani|Soome|Ukraina|Riia|Riiga"
    "|Esimerkki|Eksempel|Näidise|Piemēra|Валмієр|Вайдав|Кярдл|Гіюмаа"
)
NAME = re.compile("|".join([OUR_NAMES, *{word for name in NAMES for word in name.split()}]))
TITLES = (
    "Caring for Volunteers",
    "Doing What Matters in Times of Stress",
    "Building Communities from the Inside Out",
    "Forward Together",
    "Kopā tālāk",
    "Psychological first aid: Guide for field workers",
    "Sarunāšanās māksla",
    "Stāstīšanas māksla teorijā un praksē",
    "Tava personīgā darba studija",
)
# Fields of a text that hold no words but keys.
KEYS = {"query", "kind"}
NO_WORDS = re.compile(
    "|".join(
        [
            *map(re.escape, TITLES),
            r"\]\([^)]*\)",  # where a link leads
            r"^:::.*$",
            r"^Caption:",
            r"https?://\S+",
            r"[\w.+-]+@[\w.-]+",
            r"(?<!\*)\*(?!\*)[^*\n]+\*(?!\*)",  # italics
            r"%(?:\([^)]*\))?[a-z]",  # placeholders of the interface
            r"\{[^}]*\}",
            r"<[^>]+>",
            r"&\w+;",
        ]
    ),
    re.MULTILINE,
)
ABBREVIATION = re.compile(r"[A-Z]{2,}(?![^\W-])")
CYRILLIC = re.compile("[\u0400-\u04ff’'-]+")
LATIN = re.compile("[a-zA-Z\u00c0-\u024f’'-]+")
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


@pytest.mark.parametrize(
    ("code", "right", "wrong"),
    [
        ("lv", "bibliotēkā", "biblotēkā"),
        ("et", "raamatukogus", "raamtukogus"),
        ("fi", "kirjastossa", "kirjastosssa"),
        ("da", "bibliotekets", "bibloteket"),
        ("en", "isn’t", "isnt’t"),
        ("uk", "ім’я", "імя"),
    ],
)
def test_a_speller_tells_right_from_wrong(code, right, wrong):
    need("spellers")

    assert unknown_words(code, [right, wrong]) == {wrong}


@pytest.mark.parametrize("code", LANGUAGES)
def test_debians_speller_knows_the_words_of_the_demos_texts(code):
    words = _words([*_things(code), *_files(code), *_lists(code), *_notes(code)], code)

    said, different = _known(code, words)

    assert said >= LEAST_KNOWN
    assert different >= LEAST_KNOWN


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_debians_speller_knows_the_words_of_the_interface(code):
    words = _words(_interface(code), code)
    for abbreviation in filter(ABBREVIATION.match, list(words)):
        del words[abbreviation]

    said, _different = _known(code, words)

    assert said >= LEAST_KNOWN_OF_INTERFACE


def _known(code: str, words: Counter) -> tuple[float, float]:
    """Which part of the words is known: of all that are said, and of the different ones."""
    need("spellers")
    unknown = unknown_words(code, words)
    said = 1 - sum(words[word] for word in unknown) / words.total()
    different = 1 - len(unknown) / len(words)
    logger.info("%s: %.2f %% of %d words", code, 100 * said, words.total())
    logger.info("%s: %.2f %% of %d different words", code, 100 * different, len(words))
    logger.info("%s does not know: %s", code, ", ".join(sorted(unknown, key=str.casefold)))
    return said, different


def _interface(code: str) -> Iterator[str]:
    """The translated words of the hub's own screens and of Wagtail's."""
    for path in ROOT.glob(f"locale/**/{code}/LC_MESSAGES/*.po"):
        for entry in polib.pofile(path):
            if not entry.obsolete:
                yield from [entry.msgstr, *entry.msgstr_plural.values()]


def _things(code: str) -> Iterator[str]:
    """The texts of the things that have words in a language."""
    for item in ALL:
        if code in item.words:
            yield from _said(item.words[code].fields)
            yield item.words[code].body


def _files(code: str) -> Iterator[str]:
    """The texts that the files of the training materials are made of."""
    for path in CONTENT.glob(f"materials/*/files/src/*.{code}.md"):
        words = read_words(path)
        yield from _said(words.fields)
        yield words.body


def _lists(code: str) -> Iterator[str]:
    """What the lists say in a language: topics, phrases, picture cards and the like."""
    paths = [*CONTENT.glob("*.yaml"), *CONTENT.glob("materials/*/files/src/*.yaml")]
    for path in paths:
        if path.name != "glossary.yaml":
            yield from _in_language(read_yaml(path), code)


def _in_language(value, code: str) -> Iterator[str]:
    rows = value.items() if isinstance(value, dict) else enumerate(value or [])
    for name, inner in rows:
        if name == code:
            yield from _said(inner)
        elif isinstance(inner, dict | list) and name not in LANGUAGES:
            yield from _in_language(inner, code)


def _notes(code: str) -> Iterator[str]:
    """The glossary's notes; its terms, and the words it avoids, are left out everywhere."""
    for term in read_yaml(CONTENT / "glossary.yaml").values():
        if code == "en":
            yield term["note"]
        if isinstance(term.get(code), dict):
            yield term[code].get("note", "")


def _said(value) -> list[str]:
    return [text for place, text in texts(value) if place.rpartition("/")[2] not in KEYS]


def _words(found: Iterable[str], code: str) -> Counter:
    """The words of some texts, without the glossary's, names, and words in another script."""
    strange = LATIN if code == "uk" else CYRILLIC
    words = (word for text in found for word in WORD.findall(NO_WORDS.sub(" ", text)))
    counted = Counter(word for word in words if not strange.fullmatch(word))
    return Counter({word: n for word, n in counted.items() if not _is_left_out(word, code)})


def _is_left_out(word: str, code: str) -> bool:
    return bool(NAME.match(word)) or any(
        is_form_of(fold(word), term, code) for term in _terms(code)
    )


@cache
def _terms(code: str) -> set[str]:
    """The words of the glossary's terms, folded."""
    said = [term[code] for term in read_yaml(CONTENT / "glossary.yaml").values() if code in term]
    terms = [term if isinstance(term, str) else term["text"] for term in said]
    return {word for term in terms for _start, _end, word in words_of(term)}
