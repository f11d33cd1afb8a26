"""XML as text, piece by piece: what many records are answered with."""

import re

from django.utils.html import escape

# Nowhere in an XML document, not even as a reference; pasted texts bring them.
UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def fit(text) -> str:
    """`text` without what XML has no place for."""
    return UNFIT.sub("", str(text))


def element(name: str, text: str, **attributes: str) -> str:
    """An element with nothing but text in it; an attribute without a value is left out."""
    return f"<{name}{_written(attributes)}>{escape(fit(text))}</{name}>"


def empty(name: str, **attributes: str) -> str:
    return f"<{name}{_written(attributes)}/>"


def _written(attributes: dict[str, str]) -> str:
    # An underscore stands for the colon of xml:lang.
    return "".join(
        f' {name.replace("_", ":")}="{escape(fit(value))}"'
        for name, value in attributes.items()
        if value
    )
