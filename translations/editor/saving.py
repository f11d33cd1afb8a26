"""One segment kept by itself, as the editor does while one goes on to the next.

All inside the transaction of `opening.hold_or_404`: two people who save the same string do so one
after the other, and the second one is asked.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject
from wagtail_localize.models import StringSegment, StringTranslation

from .. import words
from ..glossary.terms import Glossary
from ..models import TranslationState
from .findings import findings_of_kept, refusals_of, warnings_of
from .form import mark, words_of
from .opening import OpenWork

State = TranslationState.State


@dataclass
class Outcome:
    """What came of it. `theirs`: what a colleague saved meanwhile, when nothing was kept for it.

    `same` are the ids of all segments that hold this string at this place: they share its words.
    """

    state: TranslationState
    words: str = ""
    is_done: bool = False
    is_machine: bool = False
    is_kept_source: bool = False
    theirs: str | None = None
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    same: list[int] = field(default_factory=list)


def save_one(
    job: OpenWork, pk: int, text: str, was: str, user, glossary: Glossary
) -> Outcome | None:
    """Keep `text` as the words of segment `pk`, whose field showed what `was` marks.

    None when it is not a segment of this work.
    """
    segments = _same_place(job, pk)
    if not segments:
        return None
    segment = next(one for one in segments if one.pk == pk)
    outcome = Outcome(job.state, same=[one.pk for one in segments])
    kept = words_of(segment)
    if mark(kept) not in (was, mark(text)):
        outcome.theirs = kept
        return outcome
    try:
        if refusal := words.refusal_of(job.state):
            raise ValidationError(refusal)
        data = words.data_of(job, segment, text)
    except ValidationError as refused:
        outcome.errors = refused.messages
        return _told(outcome, segment)
    findings = findings_of_kept(job, segment, data, glossary) if data is not None else []
    outcome.errors = refusals_of(findings)
    outcome.warnings = warnings_of(findings)
    if not outcome.errors:
        moved = words.Moved()
        segment.places = len(segments)
        words.write(job, moved, segment, data, user)
        words.move(job.state, moved)
    return _told(outcome, segment)


def keep_source_of(job: OpenWork, pk: int, user) -> Outcome | None:
    """Have the source's own words stand. None when it is no segment of this work.

    Raises ValidationError when the translation is stopped.
    """
    segment = job.segments().filter(pk=pk).first()
    if segment is None:
        return None
    words.keep_source(job, segment, user)
    return _as_it_is(job, pk)


def confirm_one(job: OpenWork, pk: int, user, glossary: Glossary) -> Outcome | None:
    """A person stands for a machine's words. None when it is no segment of this work."""
    words.confirm(job, [pk], user)
    outcome = _as_it_is(job, pk)
    if outcome and outcome.is_done:
        segment = job.segments().get(pk=pk)
        outcome.warnings = warnings_of(
            findings_of_kept(job, segment, segment.translation, glossary)
        )
    return outcome


def _as_it_is(job: OpenWork, pk: int) -> Outcome | None:
    segments = _same_place(job, pk)
    if not segments:
        return None
    state = TranslationState.objects.get(pk=job.state.pk)
    outcome = Outcome(state, same=[one.pk for one in segments])
    return _told(outcome, next(one for one in segments if one.pk == pk))


def _told(outcome: Outcome, segment: StringSegment) -> Outcome:
    outcome.words = words_of(segment)
    outcome.is_done = segment.translation is not None
    outcome.is_machine = segment.translation_type == words.MACHINE
    outcome.is_kept_source = segment.tool_name == words.KEPT
    return outcome


def _same_place(job: OpenWork, pk: int) -> list[StringSegment]:
    """The segments that hold the string of `pk` at its place, `pk` among them; one query.

    With their words as `Work.segments` has them, and `kept_pk`: the row of these, also of such
    with an error. All of the row in one subquery: it is this one that a save waits for.
    """
    rows = StringTranslation.objects.filter(
        translation_of=OuterRef("string"), context=OuterRef("context"), locale=job.locale
    )
    row = JSONObject(
        pk="pk", data="data", kind="translation_type", tool="tool_name", has_error="has_error"
    )
    segments = list(
        StringSegment.objects.filter(
            source=job.source,
            string__segments=pk,
            string__segments__source=job.source,
            string__segments__context=F("context"),
        )
        .annotate(row=Subquery(rows.values(row=row)))
        .select_related("string", "context")
    )
    for segment in segments:
        kept = segment.row or {}
        is_good = bool(kept) and not kept["has_error"]
        segment.kept_pk = kept.get("pk")
        segment.translation = kept["data"] if is_good else None
        segment.translation_type = kept["kind"] if is_good else None
        segment.tool_name = kept["tool"] if is_good else None
    return segments
