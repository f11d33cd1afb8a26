"""What a shelf is called before somebody finds better words: the partner's name, and what is there."""

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, override

from hub.languages import LANGUAGES

# The name stands alone, so that no language has to bend it.
PATTERNS = {
    "resources": gettext_noop("%(name)s: resources"),
    "events": gettext_noop("%(name)s: events"),
    "support-circle": gettext_noop("%(name)s: support circle"),
}


def shelf_title(section: str, name: str, code: str) -> str | None:
    """The neutral title in language `code`; None where the hub does not know the words yet."""
    pattern = PATTERNS[section]
    with override(code):
        said = gettext(pattern)
    if said == pattern and code != settings.LANGUAGE_CODE:
        return None
    return said % {"name": name}


def shelf_titles(section: str, name: str, original: str) -> dict[str, str]:
    """The neutral title by language code, where known; in language `original` at any rate."""
    said = {one.code: shelf_title(section, name, one.code) for one in LANGUAGES}
    known = {code: title for code, title in said.items() if title}
    return {original: PATTERNS[section] % {"name": name}} | known
