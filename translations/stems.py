"""Beginnings of words: how a word is found again when its language bends it.

No grammar, only the endings that our languages put on nouns and adjectives; a beginning that is
left over must be long enough to mean something.
"""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
STEM_LETTERS = 5
MOST_STEMS = 24
LEAST_LETTERS = 3
# How much longer than the term a word of the text may be: beyond that it is a compound.
MOST_ENDING = {"en": 3, "da": 4, "lv": 5, "uk": 4, "ru": 4, "et": 6, "fi": 7}
_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ё": "е", "'": None, "’": None, "ʼ": None}
)
# Ending of a folded word, and what may stand there before the ending of a case; the first fits.
_ENDINGS = {
    "en": [
        ("person", ("person", "people")),
        ("ality", ("al",)),
        ("ed", ("e",)),
        ("y", ("y", "ie")),
    ],
    "da": [
        ("barn", ("barn", "born")),
        ("person", ("person",)),
        ("fortaelling", ("fortaelling", "fortaellekunst")),
        ("kommen", ("kommen", "komne")),
        ("lighed", ("lig",)),
        ("e[lnr]?", ("",)),
    ],
    "lv": [
        ("metodes?", ("metod", "metoz")),
        ("ais", ("",)),
        ("[aeiu]?s", ("",)),
        ("[aeiu]{1,2}", ("",)),
    ],
    "et": [
        ("luba", ("luba", "loa", "lube")),
        ("lugu", ("lugu", "loo")),
        ("tolk", ("tolk", "tolgi")),
        ("laps", ("laps", "last")),
        ("isik", ("isik",)),
        ("kaart", ("kaar",)),
        ("kiri", ("kiri", "kirja", "kirju")),
        ("laud", ("laud", "laua")),
        ("leht", ("leht", "lehe")),
        ("number", ("number", "numbr")),
        ("ohtu", ("oht",)),
        ("tuba", ("tuba", "toa", "tube", "tuppa")),
        ("(ai|r)k", ("\\1k", "\\1g")),
        ("([kpt])\\1", ("\\1\\1", "\\1i")),
        ("andmed", ("andme",)),
        ("id", ("",)),
        ("ne", ("",)),
        ("[aeiou]", ("",)),
    ],
    "fi": [
        ("lapsi", ("laps", "last")),
        ("kunta", ("kunta", "kunna", "kunti", "kunni")),
        ("lupa", ("lupa", "luva", "lupi", "luvi")),
        ("ilta", ("ilta", "illa", "ilto", "illo")),
        ("opas", ("opas", "oppa")),
        ("tulkki", ("tulkki", "tulki", "tulke")),
        ("diat", ("diat", "dioi", "dioj")),
        ("apu", ("apu", "avu")),
        ("koti", ("koti", "kodi", "kote")),
        ("taito", ("taito", "taido", "taitoj")),
        ("tiedot", ("tiedo", "tieto")),
        ("nt([ai])", ("nt\\1", "nn\\1")),
        ("yta", ("yta", "yda")),
        ("ikka", ("ik",)),
        ("([kpt])\\1[aiou]", ("\\1",)),
        ("nen", ("",)),
        ("[ukt]s", ("",)),
        ("[aeiouy]", ("",)),
    ],
    "uk": [
        ("дитина", ("дитин", "діт")),
        # "Згодом" is another word.
        ("згода", ("згода", "згоди", "згоді", "згоду", "згодою")),
        ("ець", ("ець", "ц")),
        ("[оі]к", ("ок", "ік", "к")),
        ("ка", ("к", "ок", "ц")),
        ("день", ("день", "дня", "дні", "дню", "днем")),
        ("алітет", ("ал",)),
        ("ість", ("іст", "ост")),
        ("[іо]([лнвдр])", ("і\\1", "о\\1")),
        ("([рн])н([яю])", ("\\1н", "\\1ен")),
        ("(?:ий|ій|а|я|о|е|є|и|і|ь|й|у|ю)", ("",)),
    ],
    "ru": [("ец", ("ец", "ц")), ("(?:ый|ий|ой|а|я|о|е|ы|и|ь|й)", ("",))],
}
# What may follow in a noun or adjective, where verbs of the same root are many ("tulks", "tulkot").
_CASES = {
    "lv": re.compile(
        "[aeiou]?|[aeiou]?s|[ai]m|iem|ai[ms]?|ei|ie|aj(?:a[ims]?|os|iem|us|i)|on?|em|im"
    ),
    # All but an order: "kutsukaa".
    "fi": re.compile(".*(?<![aeiouy]kaa)(?<![aeiouy]kaamme)"),
    "et": re.compile(
        "(?:ne|se|s)?[aeiou]{0,2}(?:[dt]e)?(?:d|t|s|st|sse|sid|l|lt|le|ga|ta|ks|ni|na)?"
    ),
}


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Small letters without Latin accents and apostrophes; Cyrillic й and ї stay what they are."""
    word = word.casefold().translate(_LETTERS)
    if word.isascii():
        return word
    return "".join(
        unicodedata.normalize("NFKD", letter)[0] if letter < "\u0370" else letter for letter in word
    )


@lru_cache(maxsize=2_000)
def words_of(text: str) -> tuple[tuple[int, int, str], ...]:
    """The words of a plain text: where each begins and ends, and the word folded."""
    return tuple((found.start(), found.end(), fold(found[0])) for found in WORD.finditer(text))


def stems_of(text: str) -> list[str]:
    """The different beginnings of the words of a plain text, longest words first, at most 24."""
    words = sorted({word for _start, _end, word in words_of(text)}, key=lambda w: (-len(w), w))
    long = [word for word in words if len(word) >= LEAST_LETTERS] or words
    return list(dict.fromkeys(word[:STEM_LETTERS] for word in long))[:MOST_STEMS]


@lru_cache(maxsize=20_000)
def beginnings(word: str, code: str) -> tuple[str, ...]:
    """How the forms of a folded word may begin in the language `code`; short words as they are."""
    if len(word) <= LEAST_LETTERS:
        return (word,)
    for ending, instead in _ENDINGS.get(code, []):
        found = re.search(f"(?:{ending})$", word)
        if found:
            before = word[: found.start()]
            begun = tuple(before + found.expand(part) for part in instead)
            if min(map(len, begun)) >= LEAST_LETTERS:
                return begun
    return (word,)


@lru_cache(maxsize=50_000)
def is_form_of(word: str, term_word: str, code: str) -> bool:
    """Whether a folded word may be a form of another (folded) one."""
    if len(term_word) <= LEAST_LETTERS:
        return word == term_word
    if len(word) > len(term_word) + MOST_ENDING.get(code, 4):
        return False
    cases = _CASES.get(code)
    return any(
        word.startswith(begun) and (cases is None or cases.fullmatch(word, len(begun)) is not None)
        for begun in beginnings(term_word, code)
    )


def holds_form_of(word: str, term_word: str, code: str) -> bool:
    """The same, and also inside a compound: for asking whether a text says a term at all."""
    if is_form_of(word, term_word, code):
        return True
    return len(term_word) > LEAST_LETTERS and any(
        begun in word for begun in beginnings(term_word, code) if len(begun) > LEAST_LETTERS
    )
