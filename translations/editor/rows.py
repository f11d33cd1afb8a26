"""The rows of the editor: each segment with all that stands beside its field."""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .. import work
from ..former import former_of
from ..glossary.terms import Glossary
from ..places import parts_of
from ..plain import plain
from ..words import KEPT, MACHINE
from .differences import difference
from .findings import findings_of, findings_of_kept, warnings_of
from .form import WorkForm, mark, shown, words_of
from .questions import by_segment

# Of a text as long as this, a line of the field.
CHARACTERS_A_LINE = 60


@dataclass(frozen=True)
class FormerWords:
    """What stood there before the source changed; `words` as the field would show them."""

    words: str
    change: SafeString


def parts_with_rows(
    form: WorkForm, glossary: Glossary, questions=None, beside=None, published=None
) -> list:
    """Parts, blocks and rows of `places.parts_of`; each row with what `segment.html` shows.

    `questions`: lists of questions by segment. `beside` and `published`: HTML by segment, of a
    second language and of what readers have now (None when the difference is not asked for).
    """
    job, segments = form.job, form.segments
    former = former_of(job.locale, segments)
    parts = parts_of(type(job.original), segments, job.source)
    rows = [row for part in parts for block in part.blocks for row in block.rows]
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        segment = row.segment
        _show_segment(row, form, glossary)
        row.next_id = str(following.segment.pk) if following else ""
        row.former = _former_words(segment, former.get(segment.pk))
        row.questions = (questions or {}).get(segment.pk, ())
        row.beside = shown(segment, beside[segment.pk]) if beside and segment.pk in beside else ""
        row.change = _change(segment, published) if published is not None else ""
    return parts


def row_of(form: WorkForm, pk: int, glossary: Glossary, questions: list):
    """The row of one segment, with the names of its `part` and `block`; None if it is not there."""
    job, segments = form.job, form.segments
    for part in parts_of(type(job.original), segments, job.source):
        for block in part.blocks:
            for row in block.rows:
                if row.segment.pk == pk:
                    _show_segment(row, form, glossary)
                    row.part, row.block = part.heading, block.name
                    former = former_of(job.locale, segments).get(pk)
                    row.former = _former_words(row.segment, former)
                    row.questions = by_segment(questions, segments).get(pk, ())
                    return row
    return None


def _show_segment(row, form: WorkForm, glossary: Glossary) -> None:
    segment = row.segment
    kept = words_of(segment)
    # As text: a template would write a number in the digits of the language, and takes its time.
    row.pk = str(segment.pk)
    row.source = shown(segment, segment.string.data)
    row.has_marks = work.has_marks(segment)
    row.source_html, row.terms = with_terms(row.source, glossary)
    row.words = form.typed.get(segment.pk, kept)
    # A browser takes the first line break of a field away.
    row.field = "\n" + row.words
    row.was = mark(kept)
    row.errors = form.errors.get(segment.pk, ())
    row.is_done = segment.translation is not None
    row.is_machine = segment.translation_type == MACHINE
    row.is_kept_source = segment.tool_name == KEPT
    row.warnings = _warnings(form, segment, glossary)
    row.lines = str(1 + len(row.source) // CHARACTERS_A_LINE)


def _warnings(form: WorkForm, segment, glossary: Glossary) -> list[str]:
    if segment.pk in form.typed:
        return warnings_of(findings_of(form.job, segment, form.typed[segment.pk], glossary))
    if segment.translation is None or segment.tool_name == KEPT:
        return []
    return warnings_of(findings_of_kept(form.job, segment, segment.translation, glossary))


def _former_words(segment, former) -> FormerWords | None:
    if former is None:
        return None
    return FormerWords(
        shown(segment, former.target_html), difference(former.source_html, segment.string.data)
    )


def _change(segment, published: dict[int, str]) -> SafeString | str:
    """From what readers have to what is kept now; nothing where both are the same or one is not."""
    if segment.translation is None or segment.pk not in published:
        return ""
    before = published[segment.pk]
    if plain(before) == plain(segment.translation):
        return ""
    return difference(before, segment.translation)


def with_terms(text: str, glossary: Glossary) -> tuple[SafeString | str, list]:
    """`text` with the glossary's terms marked, as HTML, and these terms, each once."""
    hits = glossary.in_source(text) if glossary.terms else []
    if not hits:
        return text, []
    pieces, end = [], 0
    for hit in hits:
        pieces.append(escape(text[end : hit.start]))
        title = f' title="{escape(hit.target)}"'
        pieces.append(f'<mark class="desk-term"{title}>{escape(text[hit.start : hit.end])}</mark>')
        end = hit.end
    pieces.append(escape(text[end:]))
    terms = list({hit.term: hit for hit in hits}.values())
    return mark_safe("".join(pieces)), terms  # noqa: S308  every piece is escaped above
