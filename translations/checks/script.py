"""Letters of another script in a translation."""

import re

from django.utils.translation import gettext as _

WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
CYRILLIC = re.compile(r"[\u0400-\u052f]")
IN_CYRILLIC = ("uk", "ru", "be", "bg")
IN_NEITHER = ("ar",)
# Latin letters that look like a Cyrillic word of one letter: easily typed on the wrong keyboard.
LOOK_ALIKE = re.compile(r"(?<![\w.’'])[iaoyIAOY](?![\w.)’'])")
QUOTED = re.compile(r"[„“”\"«»]([^„“”\"«»]+)[„“”\"«»]")
# Words that do not begin a sentence.
INSIDE = re.compile(r"(?:(?<=[^\W_] )|(?<=[^\W_][,;] ))[^\W\d_]+")
MOST_SHOWN = 5


def is_of_another_script(text: str, code: str) -> bool:
    """Whether most letters of a plain text are not those of the language `code`."""
    if code in IN_NEITHER:
        return False
    latin, cyrillic = len(LATIN.findall(text)), len(CYRILLIC.findall(text))
    return latin > cyrillic if code in IN_CYRILLIC else cyrillic > latin


def findings(source: str, target: str, source_code: str, target_code: str) -> list[str]:
    """Sentences about words in the wrong script; both are plain texts without addresses."""
    if is_of_another_script(source, source_code):
        return []
    known = {word.casefold() for word in WORD.findall(source)}
    for title in QUOTED.findall(source):
        target = target.replace(title, " ")
    words = WORD.findall(target)
    found = []
    mixed = [
        word
        for word in words
        if LATIN.search(word) and CYRILLIC.search(word) and word.casefold() not in known
    ]
    if target_code in IN_CYRILLIC and any(CYRILLIC.match(word) for word in words):
        mixed += LOOK_ALIKE.findall(target)
    if mixed:
        sentence = _("Latin and Cyrillic letters are mixed: %(words)s")
        found.append(sentence % {"words": _shown(mixed)})
    if target_code in IN_CYRILLIC:
        foreign = _foreign(words, LATIN, CYRILLIC)
        # Names and signs keep their letters: "PDF", "Wi-Fi", "Kopā tālāk".
        inside = set(INSIDE.findall(source))
        foreign = [word for word in foreign if not _is_name(word, inside)]
        own = [word for word in words if CYRILLIC.search(word)]
        if len(foreign) > max(1, len(own)):
            sentence = _("These words are in Latin letters: %(words)s")
            found.append(sentence % {"words": _shown(foreign)})
    elif target_code not in IN_NEITHER:
        foreign = _foreign(words, CYRILLIC, LATIN)
        if source_code not in IN_CYRILLIC:
            foreign = [word for word in foreign if word.casefold() not in known]
        if foreign:
            sentence = _("These words are in Cyrillic letters: %(words)s")
            found.append(sentence % {"words": _shown(foreign)})
    return found


def _foreign(words: list[str], script: re.Pattern, own: re.Pattern) -> list[str]:
    return [word for word in words if script.search(word) and not own.search(word)]


def _is_name(word: str, inside: set[str]) -> bool:
    """A capital inside a sentence of the source, or nothing but capitals."""
    return len(word) == 1 or word.isupper() or (word[0].isupper() and word in inside)


def _shown(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in list(dict.fromkeys(words))[:MOST_SHOWN])
