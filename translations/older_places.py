"""Where a live translation is behind its original: which blocks were changed since, which have no words.

A place is a field ("aim") or a block of one ("steps.<id>"), which translated pages share.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from wagtail_localize.models import StringSegment, StringTranslation

from .live_words import LiveWords, live_words_of
from .state import strings_of


@dataclass(frozen=True)
class Behind:
    """`older`: places whose original was changed since; `untranslated`: still in its words."""

    older: frozenset[str] = frozenset()
    untranslated: frozenset[str] = frozenset()


def behind(page) -> Behind:
    """Of the live page `page`, of its own class; one query if its original changed since, else none."""
    words = live_words_of(page)
    if words is None or not (words.changed_at or words.untranslated):
        return Behind()
    shown = defaultdict(list)
    for segment in strings_of(page):
        shown[place_of(segment.path)].append(segment.string.data)
    open_strings = set(words.untranslated)
    untranslated = {place for place, strings in shown.items() if open_strings.issuperset(strings)}
    older = _older(page, words, shown) if words.changed_at else set()
    return Behind(frozenset(older - untranslated), frozenset(untranslated))


def place_of(path: str) -> str:
    """The place of a string, from where wagtail-localize says that it stands."""
    return ".".join(path.split(".")[:2])


def _older(page, words: LiveWords, shown: dict[str, list[str]]) -> set[str]:
    """Places that had, when `page` was published, no words for what the original says there now.

    Or that say more or less than it does: a paragraph that went leaves no string without words.
    """
    had_words = StringTranslation.objects.filter(
        translation_of=OuterRef("string_id"),
        context=OuterRef("context_id"),
        locale=page.locale_id,
        created_at__lte=words.published_at,
    )
    rows = StringSegment.objects.filter(
        source__object=page.translation_key, source__locale__language_code=words.source.code
    )
    rows = rows.annotate(had_words=Exists(had_words))
    older, number = set(), defaultdict(int)
    for path, data, had in rows.values_list("context__path", "string__data", "had_words"):
        place = place_of(path)
        number[place] += 1
        if not had and data not in words.untranslated:
            older.add(place)
    return older | {
        place for place in shown if place in number and number[place] != len(shown[place])
    }
