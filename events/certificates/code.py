"""The code of a certificate: 24 letters that say the date and the minutes, and prove both and a name.

15 bytes: the date's number (4), the minutes (2), a proof of the two (4), and a proof of the two and
of the name (5). The proofs are truncated HMACs: nobody without the key can make them, nobody with
the code alone can read the name out of it, and the hub keeps nothing.
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from unicodedata import category, normalize

from events.event_date import EventDate

from .key import key_to_give, key_to_read

# Crockford's base 32: without letters that are taken for others on paper; those are read as them.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans("ILO", "110")
DATE_BYTES, MINUTES_BYTES, EVENT_PROOF_BYTES, NAME_PROOF_BYTES = 4, 2, 4, 5
BYTES = DATE_BYTES + MINUTES_BYTES + EVENT_PROOF_BYTES + NAME_PROOF_BYTES
LENGTH = BYTES * 8 // 5
GROUP = 4
MOST_MINUTES = 2 ** (8 * MINUTES_BYTES) - 1


@dataclass(frozen=True)
class Certificate:
    """What a code says, its proof of the event checked."""

    code: str
    date: EventDate
    minutes: int
    name_proof: bytes

    def is_for(self, name: str) -> bool:
        """Whether it was given to somebody of this name; raises KeyIsMissing."""
        said = name_as_heard(name)
        proof = _name_proof(key_to_read(), self.date, self.minutes, said)
        return bool(said) and hmac.compare_digest(proof, self.name_proof)


def code_for(date: EventDate, minutes: int, name: str) -> str:
    """In groups, as it is printed. The same for the same event, hours and name. Raises KeyIsMissing."""
    key = key_to_give()
    minutes = min(minutes, MOST_MINUTES)
    said = name_as_heard(name)
    data = b"".join(
        [
            _head(date, minutes),
            _event_proof(key, date, minutes),
            _name_proof(key, date, minutes, said),
        ]
    )
    number = int.from_bytes(data)
    letters = "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return grouped(letters)


def read(code: str) -> Certificate | None:
    """The certificate of a code as people type it; None for what none of ours is. Raises KeyIsMissing."""
    letters = re.sub(r"[\s\-–—]", "", code).upper().translate(READ_AS)
    if len(letters) != LENGTH or any(letter not in LETTERS for letter in letters):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | LETTERS.index(letter)
    data = number.to_bytes(BYTES)
    date_id = int.from_bytes(data[:DATE_BYTES])
    minutes = int.from_bytes(data[DATE_BYTES : DATE_BYTES + MINUTES_BYTES])
    event_proof = data[DATE_BYTES + MINUTES_BYTES : -NAME_PROOF_BYTES]
    key = key_to_read()
    if key is None:
        return None
    dates = EventDate.objects.select_related("thing__original_locale")
    date = dates.filter(pk=date_id).first()
    if date is None or not hmac.compare_digest(_event_proof(key, date, minutes), event_proof):
        return None
    return Certificate(grouped(letters), date, minutes, data[-NAME_PROOF_BYTES:])


def grouped(letters: str) -> str:
    return "-".join(letters[place : place + GROUP] for place in range(0, len(letters), GROUP))


def name_as_heard(name: str) -> str:
    """The same however a name is typed: in whatever case and order of its words, with or without
    hyphens and apostrophes.
    """
    words = normalize("NFKC", name).casefold().split()
    parts = [part for word in words for part in re.split(r"[-‐‑–—.,]", word)]
    # The Ukrainian apostrophe counts as a letter, and is typed in four ways.
    plain = ["".join(one for one in part if _is_said(one)) for part in parts]
    return " ".join(sorted(filter(None, plain)))


def _is_said(letter: str) -> bool:
    kind = category(letter)
    return kind[0] in "LMN" and kind != "Lm"


def _head(date: EventDate, minutes: int) -> bytes:
    return date.pk.to_bytes(DATE_BYTES) + minutes.to_bytes(MINUTES_BYTES)


def _event_proof(key: bytes, date: EventDate, minutes: int) -> bytes:
    return _hmac(key, b"event", date, minutes)[:EVENT_PROOF_BYTES]


def _name_proof(key: bytes, date: EventDate, minutes: int, said: str) -> bytes:
    return _hmac(key, b"name", date, minutes, said)[:NAME_PROOF_BYTES]


def _hmac(key: bytes, of: bytes, date: EventDate, minutes: int, said: str = "") -> bytes:
    # The thing too: in a database that was set up anew, the number may be another event's.
    thing = date.thing.translation_key.bytes
    message = b"\0".join([of, thing + _head(date, minutes), said.encode()])
    return hmac.digest(key, message, sha256)
