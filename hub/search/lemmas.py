"""Words reduced to the form a dictionary lists them under: bibliotēkās -> bibliotēka.

The dictionaries are simplemma's, as tries on disk: as Python dicts they would take 700 MB. They
are built once, at set-up, for each version of simplemma (`manage.py build_lemmas`, 20 s).
"""

import subprocess
import sys
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import TrieDictionaryFactory
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

from hub.languages import LANGUAGES
from hub.search.endings import endings, stem
from hub.search.our_field import LEMMAS, SAME_NOUN

BUILD = """
import sys
from simplemma.strategies.dictionaries import TrieDictionaryFactory
folder, code = sys.argv[1:]
TrieDictionaryFactory(disk_cache_dir=folder).get_dictionary(code)
"""

PROBES = {"lv": ("os", "ās", "ēs"), "uk": ("ами", "ями")}


def build(folder: Path | None = None) -> list[str]:
    """Make the dictionaries that are not there yet; returns their languages.

    Each is made in a process of its own, which takes its memory along, and moved into place whole:
    of two that build at the same moment, each leaves a good file.
    """
    folder = folder or settings.LEMMA_FOLDER
    made = []
    for code in sorted({one.code for one in LANGUAGES} & SUPPORTED_LANGUAGES):
        if (folder / f"{code}.dic").exists():
            continue
        new = folder / f"new-{code}"
        new.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-c", BUILD, new, code], check=True)
        (new / f"{code}.dic").replace(folder / f"{code}.dic")
        new.rmdir()
        made.append(code)
    return made


@cache
def _tries() -> TrieDictionaryFactory:
    build()
    return TrieDictionaryFactory(
        cache_max_size=len(LANGUAGES), disk_cache_dir=str(settings.LEMMA_FOLDER)
    )


@cache
def _strategy() -> DefaultStrategy:
    return DefaultStrategy(dictionary_factory=_tries())


@lru_cache(maxsize=30_000)
def lemma(word: str, code: str) -> str:
    """The form a dictionary of language `code` lists `word` (lower case) under, else its stem."""
    known = LEMMAS.get(code, {}).get(word)
    if known:
        return known
    for ending, listed in SAME_NOUN.get(code, {}).items():
        if word.endswith(ending):
            return word.removesuffix(ending) + listed
    if code not in SUPPORTED_LANGUAGES or word.isnumeric():
        return word
    found = _strategy().get_lemma(word, code)
    return found.casefold() if found else _unlisted(word, code)


def _unlisted(word: str, code: str) -> str:
    """The dictionaries leave out many words in the very form that they list others under."""
    dictionary = _tries().get_dictionary(code)
    root = stem(word, code)
    if any(dictionary.get(root + ending) == word for ending in endings(code)):
        return word
    # What the rules for endings make of its other forms counts too.
    if any(_strategy().get_lemma(root + ending, code) == word for ending in PROBES.get(code, ())):
        return word
    return root
