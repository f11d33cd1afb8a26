"""What became of a text, word by word, as HTML that shows it: what went, what came."""

import re
from difflib import SequenceMatcher

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ..plain import plain

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


def difference(before: str, after: str) -> SafeString:
    """From `before` to `after` (HTML as wagtail-localize keeps it), with `<del>` and `<ins>`."""
    old, new = TOKEN.findall(plain(before)), TOKEN.findall(plain(after))
    pieces = []
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(escape("".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            pieces.append(f"<del>{escape(''.join(old[old_from:old_to]))}</del>")
        if new_to > new_from:
            pieces.append(f"<ins>{escape(''.join(new[new_from:new_to]))}</ins>")
    return mark_safe("".join(pieces))  # noqa: S308  every piece is escaped above
