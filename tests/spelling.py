"""Debian's spellers: which words of a language they do not know.

hunspell knows Latvian, Estonian, Danish, English and Ukrainian, voikko knows Finnish. Compounds are
judged as each dictionary allows; nothing is added to that here.
"""

import ctypes
import subprocess
from collections.abc import Iterable
from functools import cache

HUNSPELL = {"lv": "lv_LV", "et": "et_EE", "da": "da_DK", "en": "en_GB", "uk": "uk_UA"}
LANGUAGES = (*HUNSPELL, "fi")
VOIKKO_KNOWS_IT = 1


class NoSpeller(Exception):
    """The speller of a language is not installed, or its dictionary is not."""


@cache
def find_spellers() -> tuple[str, ...] | None:
    """The six languages, when the speller of each of them answers; else None."""
    try:
        for code in LANGUAGES:
            unknown_words(code, ["a"])
    except NoSpeller:
        return None
    return LANGUAGES


def unknown_words(code: str, words: Iterable[str]) -> set[str]:
    """Those of `words` that the speller of the language `code` does not know."""
    asked = sorted(set(words))
    # The spellers' own apostrophe is the typewriter's.
    plain = [word.replace("’", "'") for word in asked]
    unknown = _voikko_knows_not(plain) if code == "fi" else _hunspell_knows_not(code, plain)
    return {word for word, plainly in zip(asked, plain, strict=True) if plainly in unknown}


def _hunspell_knows_not(code: str, words: list[str]) -> set[str]:
    """One process takes all words, a line each, and gives back the lines that it would mend."""
    try:
        asked = subprocess.run(
            ["hunspell", "-i", "utf-8", "-d", HUNSPELL[code], "-L"],
            input="".join(f"{word}\n" for word in words),
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoSpeller(code) from error
    return set(asked.stdout.splitlines())


def _voikko_knows_not(words: list[str]) -> set[str]:
    try:
        library = ctypes.CDLL("libvoikko.so.1")
    except OSError as error:
        raise NoSpeller("fi") from error
    library.voikkoInit.restype = ctypes.c_void_p
    library.voikkoInit.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
    library.voikkoSpellCstr.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    library.voikkoTerminate.argtypes = [ctypes.c_void_p]
    speller = library.voikkoInit(ctypes.byref(ctypes.c_char_p()), b"fi", None)
    if not speller:
        raise NoSpeller("fi")
    try:
        return {
            word
            for word in words
            if library.voikkoSpellCstr(speller, word.encode()) != VOIKKO_KNOWS_IT
        }
    finally:
        library.voikkoTerminate(speller)
