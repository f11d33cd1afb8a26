"""Signed links: what a mail lets its reader do, without an account and without a row kept for it."""

from datetime import timedelta

from django.core import signing


def make_token(purpose: str, /, **data) -> str:
    """`data` (plain JSON) as a token for an address. It is signed, not secret: anybody can read it.

    One `purpose` per deed: a token for confirming does not cancel.
    """
    return signing.dumps(data, salt=_salt(purpose))


def read_token(purpose: str, token: str, max_age: timedelta) -> dict:
    """The data of a token that was made for `purpose` less than `max_age` ago.

    Raises signing.SignatureExpired for one that is too old and signing.BadSignature (its base
    class) for every other that is not ours.
    """
    return signing.loads(token, salt=_salt(purpose), max_age=max_age)


def _salt(purpose: str) -> str:
    return f"hub.links.{purpose}"
