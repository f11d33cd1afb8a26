"""The languages of the hub: one list that drives settings, templates, feeds and forms.

`HUB_LANGUAGES` (codes, comma separated) chooses among those known here; a new one is
a line in `KNOWN`, a set of words in `locale/` and `manage.py new_language CODE`.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language people read here. `name` is its own name for itself; `dir` is ltr or rtl."""

    code: str
    name: str
    english_name: str
    dir: str = "ltr"


KNOWN = {
    language.code: language
    for language in [
        Language("en", "English", "English"),
        Language("lv", "Latviešu", "Latvian"),
        Language("et", "Eesti", "Estonian"),
        Language("fi", "Suomi", "Finnish"),
        Language("da", "Dansk", "Danish"),
        Language("uk", "Українська", "Ukrainian"),
        Language("ru", "Русский", "Russian"),
        Language("ar", "العربية", "Arabic", "rtl"),
    ]
}

DEFAULT_CODES = "en,lv,et,fi,da,uk"

LANGUAGES = [
    KNOWN[code.strip()] for code in os.environ.get("HUB_LANGUAGES", DEFAULT_CODES).split(",")
]


def language(code: str) -> Language:
    """The language with this code; an unknown code stands for itself, left to right."""
    return KNOWN.get(code) or Language(code, code, code)
