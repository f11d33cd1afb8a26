"""The words that readers see now at each place: for a reviewer, and as a second reference."""

from difflib import SequenceMatcher

from wagtail.models import Page
from wagtail_localize.models import StringSegment

from ..state import strings_of


def published_words(target: Page, segments: list[StringSegment]) -> dict[int, str]:
    """What `target` (a translation's core page) says where each of `segments` stands, as HTML.

    By the segment's id; nothing for places that the page has not, and nothing for a mirror. Where
    a running text has more or fewer paragraphs than its source, what stands in the same order
    counts as the same place.
    """
    if target.alias_of_id or not target.live:
        return {}
    there: dict[str, list[str]] = {}
    for one in strings_of(target.specific):
        there.setdefault(one.path, []).append(one.string.data)
    here: dict[str, list[StringSegment]] = {}
    for segment in segments:
        here.setdefault(segment.context.path, []).append(segment)
    found = {}
    for path, places in here.items():
        found |= _side_by_side(places, there.get(path, []))
    return found


def _side_by_side(places: list[StringSegment], texts: list[str]) -> dict[int, str]:
    if len(places) == len(texts):
        return {segment.pk: text for segment, text in zip(places, texts, strict=True)}
    found = {}
    words = [segment.translation or segment.string.data for segment in places]
    matcher = SequenceMatcher(a=words, b=texts, autojunk=False)
    for kind, from_place, to_place, from_text, to_text in matcher.get_opcodes():
        if kind in ("equal", "replace"):
            pairs = zip(places[from_place:to_place], texts[from_text:to_text], strict=False)
            found |= {segment.pk: text for segment, text in pairs}
    return found
