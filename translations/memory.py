"""The translation memory: words that were once published serve again, on any page.

Filled when a translation is published. It knows no page, so it outlives page, thing and translation.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from bs4 import BeautifulSoup
from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import Abs
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation

from .models import MemoryStem, MemoryUnit
from .plain import plain
from .stems import stems_of
from .words import KEPT, marks_of, save_html

LEAST_PERCENT = 75
# Of texts outside this window of lengths, none can be so much alike.
SHORTEST, LONGEST = 0.6, 1.6
# How many of a text's stems are looked for (the longest words say most), how many units compared.
MOST_STEMS, MOST_CANDIDATES = 8, 40
# One letter in four may differ, so of two texts alike at least a third of the stems is the same.
LEAST_SHARE = 3


@dataclass(frozen=True)
class Suggestion:
    """Words that somebody published for a text like this; HTML as wagtail-localize keeps it.

    `at` (aware) is when they were last used. `is_reverse`: they were translated the other way
    round. Marks that the text does not have are taken out of `target_html`.
    """

    source_html: str
    target_html: str
    percent: int
    origin_code: str
    origin_title: str
    at: datetime
    is_reverse: bool = False


def hash_of(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()


# --- filling ----------------------------------------------------------------------------------


def remember(job, user) -> None:
    """Keep the pairs of a translation that people wrote: not a machine's, not the source's own.

    `times` counts on when the same pair is published for another thing than the last time. Five
    statements; Django gives SQLite at most 83 new units or 499 of their stems in one.
    """
    pairs = {}
    for segment in job.segments():
        if _is_of_people(segment):
            source, target = segment.string.data, segment.translation
            pairs[hash_of(source), hash_of(target)] = (source, target)
    if not pairs:
        return
    direction = {"source_locale_id": job.thing.original_locale_id, "target_locale": job.locale}
    last_use = {
        "origin_code": job.thing.code,
        "origin_title": job.original.title,
        "user": user,
        "used_at": timezone.now(),
    }
    known = {
        (source, target): pk
        for pk, source, target in MemoryUnit.objects.filter(
            **direction, source_hash__in={source for source, _target in pairs}
        ).values_list("pk", "source_hash", "target_hash")
        if (source, target) in pairs
    }
    again = Case(When(origin_code=job.thing.code, then=F("times")), default=F("times") + 1)
    MemoryUnit.objects.filter(pk__in=known.values()).update(times=again, **last_use)
    # Another publication may write the same pair at this moment.
    units = MemoryUnit.objects.bulk_create(
        [
            MemoryUnit(
                **direction,
                source_hash=hashes[0],
                target_hash=hashes[1],
                source=source,
                target=target,
                length=len(plain(source)),
                **last_use,
            )
            for hashes, (source, target) in pairs.items()
            if hashes not in known
        ],
        update_conflicts=True,
        unique_fields=["source_locale", "target_locale", "source_hash", "target_hash"],
        update_fields=list(last_use),
    )
    add_stems(units)


def _is_of_people(segment) -> bool:
    return (
        bool(segment.translation)
        and segment.translation_type == StringTranslation.TRANSLATION_TYPE_MANUAL
        and segment.tool_name != KEPT
        and bool(plain(segment.translation))
    )


def add_stems(units: Iterable[MemoryUnit]) -> None:
    """Write the beginnings of words by which new units are found."""
    stems = [
        MemoryStem(unit_id=unit.pk, stem=stem)
        for unit in units
        for stem in stems_of(plain(unit.source))
    ]
    MemoryStem.objects.bulk_create(stems, ignore_conflicts=True)


# --- asking -----------------------------------------------------------------------------------


def exact_for(job, segments) -> dict[int, str]:
    """Published words (HTML) for the very same text, by the segment's id; one query.

    Of several the most used, then the newest; only those with the marks of the source.
    """
    segments = list(segments)
    wanted = {segment.pk: hash_of(segment.string.data) for segment in segments}
    rows = (
        MemoryUnit.objects.filter(
            source_locale=job.thing.original_locale_id,
            target_locale=job.locale,
            source_hash__in=set(wanted.values()),
        )
        .order_by("-times", "-used_at", "-pk")
        .values_list("source_hash", "source", "target")
    )
    best: dict[str, str] = {}
    for name, source, target in rows:
        if name not in best and _have_same_marks(source, target):
            best[name] = target
    return {pk: best[name] for pk, name in wanted.items() if name in best}


def _have_same_marks(source: str, target: str) -> bool:
    if "<" not in source and "<" not in target:
        return True
    return marks_of(source) == marks_of(target)


def fill_exact(job, user) -> int:
    """Give the words of the memory to all segments without any; returns how many strings."""
    empty = job.segments().filter(translation__isnull=True)
    return save_html(job, exact_for(job, empty), user=user)


def suggestions(
    source_locale: Locale, target_locale: Locale, html: str, limit: int = 5
) -> list[Suggestion]:
    """What was published for this text and for texts at least 75 % like it; at most two queries.

    The most alike first, then the most used, then the newest; the same words once.
    """
    text = plain(html)
    marks = marks_of(html)
    found = [
        (100, unit, unit.source_locale_id != source_locale.pk)
        for unit in _exact_units(source_locale, target_locale, hash_of(html))
    ]
    seen = {unit.pk for _percent, unit, _reverse in found}
    matcher = SequenceMatcher(b=text.casefold(), autojunk=False)
    for unit in _like(source_locale, target_locale, text):
        percent = _percent(matcher, plain(unit.source).casefold())
        if percent >= LEAST_PERCENT and unit.pk not in seen:
            # Only the very same text with the same marks is an exact match.
            found.append((min(percent, 99), unit, False))
    found.sort(key=lambda one: (one[0], not one[2], one[1].times, one[1].used_at), reverse=True)
    offered: dict[str, Suggestion] = {}
    for percent, unit, reverse in found:
        source, target = (unit.target, unit.source) if reverse else (unit.source, unit.target)
        target = only_marks(target, marks)
        offered.setdefault(
            target,
            Suggestion(
                source,
                target,
                percent,
                unit.origin_code,
                unit.origin_title,
                unit.used_at,
                reverse,
            ),
        )
    return list(offered.values())[:limit]


def _exact_units(source_locale: Locale, target_locale: Locale, name: str):
    """Units of the same text, and those whose translation it is."""
    there = Q(source_locale=source_locale, target_locale=target_locale, source_hash=name)
    back = Q(source_locale=target_locale, target_locale=source_locale, target_hash=name)
    return MemoryUnit.objects.filter(there | back).order_by("-times", "-used_at", "-pk")[:20]


def _like(source_locale: Locale, target_locale: Locale, text: str) -> list[MemoryUnit]:
    """The units that share most stems with `text`; none where it has no words."""
    stems = stems_of(text)[:MOST_STEMS]
    if not stems:
        return []
    length = len(text)
    # The texts themselves stay out of the grouping: with them it takes twice as long.
    units = (
        MemoryStem.objects.filter(
            stem__in=stems,
            unit__source_locale=source_locale,
            unit__target_locale=target_locale,
            unit__length__range=(int(length * SHORTEST), int(length * LONGEST) + 1),
        )
        .values("unit", apart=Abs(F("unit__length") - length))
        .annotate(shared=Count("pk"))
        .filter(shared__gte=-(-len(stems) // LEAST_SHARE))
        .order_by("-shared", "apart", "-unit")[:MOST_CANDIDATES]
    )
    return list(MemoryUnit.objects.filter(pk__in=units.values("unit")))


def _percent(matcher: SequenceMatcher, text: str) -> int:
    matcher.set_seq1(text)
    least = LEAST_PERCENT / 100
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0
    return int(matcher.ratio() * 100)


def only_marks(html: str, marks: set[str]) -> str:
    """`html` with those marks alone; of the others the words stay."""
    if "<" not in html or marks_of(html) <= marks:
        return html
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(True):
        attributes = "".join(f' {name}="{value}"' for name, value in element.attrs.items())
        if element.name != "br" and element.name + attributes not in marks:
            element.unwrap()
    return str(soup)
