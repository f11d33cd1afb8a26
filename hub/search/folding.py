import unicodedata

# Letters that are no letter with a mark, as people write them whose keyboard lacks them.
SPELT = str.maketrans({"æ": "ae", "ø": "o", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ı": "i"})


def fold(text: str) -> str:
    """Lower case without diacritics: Bibliotēka -> biblioteka, її -> іі."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(SPELT))
    return "".join(char for char in parts if not unicodedata.combining(char))
