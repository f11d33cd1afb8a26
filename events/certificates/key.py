"""The key of all certificates: a file of its own in HUB_DATA, kept for ever and in every backup.

A certificate on paper outlives the secret key of the site, which may be changed any day.
"""

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from .models import CertificateKey

NAME = "certificate-key"


class KeyIsMissing(Exception):
    """Certificates were given, and the key that could check them is not there."""


def key_to_read() -> bytes | None:
    """None while no certificate was ever given. Raises KeyIsMissing."""
    try:
        return _path().read_bytes().strip()
    except FileNotFoundError:
        # Never a new one in its place: it would deny every certificate that was given before.
        if CertificateKey.objects.exists():
            raise KeyIsMissing from None
        return None


def key_to_give() -> bytes:
    """Made with the first certificate. Raises KeyIsMissing."""
    key = key_to_read()
    if key is None:
        _make()
        key = _path().read_bytes().strip()
    CertificateKey.objects.get_or_create(fingerprint=hashlib.sha256(key).hexdigest()[:16])
    return key


def is_there() -> bool:
    """For /readyz: whether certificates can be given and checked."""
    try:
        key_to_read()
    except (KeyIsMissing, DatabaseError):
        return False
    return True


def _path() -> Path:
    return Path(settings.HUB_DATA) / NAME


def _make() -> None:
    """Whole or not at all, and by one process alone; whoever reads it can forge certificates."""
    handle, written = tempfile.mkstemp(dir=settings.HUB_DATA, prefix=f"{NAME}-")
    try:
        with open(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(written, _path())
    finally:
        os.unlink(written)
