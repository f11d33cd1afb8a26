"""Alphabetical order as each language has it. The database sorts by one language or by code points."""

import unicodedata

# Where the letters beyond a to z stand. A letter that is in no alphabet goes by its plain letter.
ALPHABETS = {
    "lv": "aābcčdeēfgģhiījkķlļmnņopqrsštuūvwxyzž",
    "et": "abcdefghijklmnopqrsšzžtuvwõäöüxy",
    "fi": "abcdefghijklmnopqrstuvwxyzåäö",
    "da": "abcdefghijklmnopqrstuvwxyzæøå",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
_PLACES = {
    code: {letter: place for place, letter in enumerate(letters)}
    for code, letters in ALPHABETS.items()
}


def place_in_alphabet(words: str, code: str) -> tuple:
    """A key for sorting `words` in language `code`; letters of another script come last."""
    places = _PLACES.get(code, {})
    return tuple(_place(letter, places) for letter in words.casefold())


def _place(letter: str, places: dict[str, int]) -> tuple[int, int, str]:
    if letter in places:
        return 1, places[letter], ""
    plain = unicodedata.normalize("NFKD", letter)[0]
    if plain in places:
        return 1, places[plain], letter
    return (2 if plain.isalpha() else 0), 0, plain + letter


def sort_key(words: str, code: str) -> bytes:
    """`place_in_alphabet` of the first 80 letters as bytes, which every database sorts the same."""
    key = bytearray()
    for group, place, letter in place_in_alphabet(words[:80], code):
        # Marks and digits, then the alphabet, then other scripts; the zero ends a letter.
        key.append((0x10, 0x20 + place, 0xF0)[group])
        key += letter.encode() + b"\0"
    return bytes(key)
