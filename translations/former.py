"""What stood at a place before its source changed: the former source, its translation, the difference.

wagtail-localize keeps the words of a string that is gone from the page; it only shows them to nobody.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher

from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation

from .plain import plain

# Below this the texts have little in common, and the old words help nobody.
LEAST_LIKENESS = 0.5
# A place that was rewritten often has more old strings than are worth comparing.
MOST_OLD_STRINGS = 40


@dataclass(frozen=True)
class Former:
    """HTML as wagtail-localize keeps it; `likeness` of the sources from 0 to 1."""

    source_html: str
    target_html: str
    likeness: float
    translation_type: str = ""
    tool_name: str = ""


def former_of(locale: Locale, segments: list[StringSegment]) -> dict[int, Former]:
    """Former words in `locale` for those of `segments` (all of one source) that have none now, by their id.

    One query, none when nothing is missing.
    """
    missing: dict[int, list[StringSegment]] = {}
    for segment in segments:
        if segment.translation is None:
            missing.setdefault(segment.context_id, []).append(segment)
    if not missing:
        return {}
    current = {(segment.context_id, segment.string_id) for segment in segments}
    alone = _single_places(segments)
    old: dict[int, list[StringTranslation]] = {}
    kept = (
        StringTranslation.objects.filter(locale=locale, context__in=missing, has_error=False)
        .select_related("translation_of")
        .order_by("-updated_at", "-pk")
    )
    for row in kept:
        if (row.context_id, row.translation_of_id) not in current:
            old.setdefault(row.context_id, []).append(row)
    found = {}
    for context, wanting in missing.items():
        rows = old.get(context, [])[:MOST_OLD_STRINGS]
        found |= _pairs(wanting, rows, least=0 if context in alone else LEAST_LIKENESS)
    return found


def _single_places(segments) -> set[int]:
    """Contexts that hold one string: what stood there before is its former text, however unlike."""
    counts: dict[int, int] = {}
    for segment in segments:
        counts[segment.context_id] = counts.get(segment.context_id, 0) + 1
    return {context for context, number in counts.items() if number == 1}


def _pairs(wanting, rows, least: float) -> dict[int, Former]:
    """Each segment with the row most like it, each row once; the most alike pairs first."""
    texts = [plain(row.translation_of.data) for row in rows]
    ranked = []
    for segment in wanting:
        matcher = SequenceMatcher(b=plain(segment.string.data), autojunk=False)
        for place, text in enumerate(texts):
            matcher.set_seq1(text)
            if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
                likeness = matcher.ratio()
                if likeness >= least:
                    # Of equals the newest.
                    ranked.append((-likeness, place, segment.pk))
    found, used = {}, set()
    for negative, place, pk in sorted(ranked):
        if pk in found or place in used:
            continue
        used.add(place)
        row = rows[place]
        found[pk] = Former(
            row.translation_of.data, row.data, -negative, row.translation_type, row.tool_name
        )
    return found
