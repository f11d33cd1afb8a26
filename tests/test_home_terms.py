"""The demo's texts and the glossary: its terms are said as it says them, its words to avoid never."""

import re
from collections import defaultdict
from functools import cache
from itertools import permutations

import pytest

from home.content_files import CONTENT, Words, read_words, read_yaml
from hub.languages import LANGUAGES
from tests.test_home_texts import ALL, texts
from translations.glossary.terms import Glossary, Term

pytestmark = pytest.mark.once

TERMS = sorted(read_yaml(CONTENT / "glossary.yaml").items())
NUMBER_OF_TERMS = 80
# A good translator may prefer another word now and then.
MOST_MISSING = 0.01
CODES = [language.code for language in LANGUAGES]
NOT_WORDS = re.compile(r"/(?:query|id|kit)$")
MARKS = re.compile(r"\]\([^)]*\)|[*#\[\]]")


def said(term: dict, code: str) -> tuple[str, tuple[str, ...]]:
    """The words of a term in a language, and those to avoid for it."""
    words = term[code]
    if isinstance(words, str):
        return words, ()
    return words["text"], tuple(words.get("avoid", []))


@cache
def glossary(source: str, target: str) -> Glossary:
    """What the glossary's file says from one language into another."""
    terms = []
    for _key, term in TERMS:
        (words, avoided), (approved, forbidden) = said(term, source), said(term, target)
        terms.append(Term(words, approved, "", "en", forbidden, avoided))
    return Glossary(source, target, terms)


def parts(words: Words) -> dict[str, str]:
    """The texts of the fields and the paragraphs of the body, by their place."""
    found = {place: text for place, text in texts(words.fields) if not NOT_WORDS.search(place)}
    found |= {f"/body/{n}": text for n, text in enumerate(words.body.split("\n\n"), start=1)}
    return {place: MARKS.sub("", text) for place, text in found.items()}


def translated() -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """By languages: where a text stands, its original and its translation."""
    pairs = defaultdict(list)
    for name, source, words in [*things(), *files()]:
        original = parts(words[source])
        for code in words.keys() - {source}:
            own = parts(words[code])
            pairs[source, code] += [
                (name + place, text, own[place]) for place, text in original.items() if place in own
            ]
    return pairs


def things():
    """Names, source languages and words of all pages and things."""
    return [(f"{item.kind}/{item.slug}", item.source, item.words) for item in ALL]


def files():
    """The same of the texts from which the files of materials are made."""
    sources = {item.folder: item.source for item in ALL if item.kind == "materials"}
    words = defaultdict(dict)
    for folder in sources:
        for path in sorted((folder / "files" / "src").glob("*.*.md")):
            key, code, _md = path.name.split(".")
            words[folder, key][code] = read_words(path)
    return [(f"{at.name}/{key}", sources[at], by_code) for (at, key), by_code in words.items()]


PAIRS = translated()
each_pair = pytest.mark.parametrize(
    ("source", "target"), sorted(PAIRS), ids=lambda code: code if isinstance(code, str) else None
)


def test_the_glossary_has_its_terms_in_all_languages():
    assert len(TERMS) == NUMBER_OF_TERMS
    for key, term in TERMS:
        assert set(term) - {"note"} == set(CODES), key
        assert term["note"], key

    for one, other in permutations(CODES, 2):
        for term in glossary(one, other).terms:
            assert glossary(one, other).missing_in(term.source, term.target) == [], term


@each_pair
def test_the_terms_of_the_glossary_are_said_as_it_says(source, target):
    pairs = PAIRS[source, target]
    missing = [
        (place, hit.term, hit.target)
        for place, original, words in pairs
        for hit in glossary(source, target).missing_in(original, words)
    ]

    assert len(missing) <= len(pairs) * MOST_MISSING, missing


@each_pair
def test_no_translation_says_what_the_glossary_advises_against(source, target):
    assert [
        (place, word)
        for place, original, words in PAIRS[source, target]
        for word, _hit in glossary(source, target).forbidden_in(original, words)
    ] == []
