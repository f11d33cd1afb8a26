"""The glossary as a CSV file, and back: first what would change, line by line, then all or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Locale

from ..csv_cells import rows_of
from ..models import GlossaryTerm, GlossaryText
from .terms import forget_terms

MOST_LINES = 5_000
# Within a cell; a term never holds it.
BETWEEN_WORDS = " | "
NOTE, AVOID = "_note", "_avoid"
VERDICTS = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "same": gettext_lazy("same"),
    "error": gettext_lazy("error"),
}


# --- out --------------------------------------------------------------------------------------


def columns_of(codes: list[str]) -> list[str]:
    """The heads of the columns: key, note, and of each language its term, note, words to avoid."""
    return ["key", "note", *(code + part for code in codes for part in ("", NOTE, AVOID))]


def rows_out(codes: list[str]) -> Iterator[list[str]]:
    """The head and all terms, languages in the order of `codes`; two queries."""
    yield columns_of(codes)
    for term in GlossaryTerm.objects.prefetch_related("texts__locale"):
        texts = {text.locale.language_code: text for text in term.texts.all()}
        row = [term.key, term.note]
        for code in codes:
            text = texts.get(code)
            words = BETWEEN_WORDS.join(text.words_to_avoid) if text else ""
            row += [text.text, text.note, words] if text else ["", "", ""]
        yield row


# --- in ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What differs: words in the language `code` (none: the note for everybody)."""

    code: str
    before: str
    after: str


@dataclass
class Line:
    """One line of the file: what becomes of it, what changes, and why it cannot be."""

    number: int
    key: str
    verdict: str = "same"
    changes: list[Change] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    term: GlossaryTerm | None = None
    texts: list[GlossaryText] = field(default_factory=list)

    @property
    def title(self):
        return VERDICTS[self.verdict]

    def refuse(self, sentence: str) -> None:
        self.verdict = "error"
        self.remarks.append(sentence)


def plan(text: str, mine: set[str], may_add: bool) -> list[Line]:
    """What the file would change; nothing is written.

    `mine`: codes of the languages that this person may change; `may_add`: also terms and their
    notes. Empty cells change nothing. Raises ValidationError when the head of the file is wrong.
    """
    rows = rows_of(text, MOST_LINES)
    codes = _codes(rows[0])
    locales = {one.language_code: one for one in Locale.objects.all()}
    if unknown := sorted(codes - locales.keys()):
        sentence = _("The hub has no such language or column: %(names)s")
        raise ValidationError(sentence % {"names": ", ".join(unknown)})
    known = {term.key: term for term in GlossaryTerm.objects.prefetch_related("texts__locale")}
    seen: dict[str, int] = {}
    lines = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cells):
            continue
        said = dict(zip(rows[0], cells, strict=False))
        line = Line(number, said.get("key", ""))
        lines.append(line)
        if len(cells) > len(rows[0]):
            line.refuse(_("The line has more cells than the first one."))
        elif line.key in seen:
            sentence = _("The same key stands in line %(number)d already.")
            line.refuse(sentence % {"number": seen[line.key]})
        else:
            seen[line.key] = number
            _compare(line, said, known.get(line.key), locales, codes, mine, may_add)
    if not lines:
        raise ValidationError(_("There is no line below the first one."))
    return lines


def write(lines: list[Line]) -> int:
    """Keep what `plan` found, all of it in one transaction; returns how many lines changed things.

    Raises ValidationError while a line has an error.
    """
    if any(line.verdict == "error" for line in lines):
        raise ValidationError(_("Nothing was kept. Mend the lines with errors first."))
    changed = [line for line in lines if line.verdict != "same"]
    with transaction.atomic():
        for line in changed:
            if line.term is not None:
                line.term.save()
            for text in line.texts:
                # Of a new term the id is known only now.
                text.term = text.term
        GlossaryText.objects.bulk_create(
            [text for line in changed for text in line.texts],
            update_conflicts=True,
            unique_fields=["term", "locale"],
            update_fields=["text", "note", "forbidden"],
        )
        transaction.on_commit(forget_terms)
    return len(changed)


def _codes(head: list[str]) -> set[str]:
    """The languages that the head of the file names. Raises ValidationError when it is none."""
    if "key" not in head:
        raise ValidationError(
            _("The first line must name the columns, as in the file that you can download: key, …")
        )
    names = {name for name in head if name} - {"key", "note"}
    return {name.removesuffix(NOTE).removesuffix(AVOID) for name in names}


def _compare(line: Line, said: dict, term, locales: dict, codes, mine: set, may_add: bool) -> None:
    """Fill in what `line` says that differs from what is kept."""
    if term is None and not may_add:
        return line.refuse(_("There is no such term. Coordinators add new ones."))
    texts = {text.locale.language_code: text for text in term.texts.all()} if term else {}
    term = _compare_term(line, said, term, may_add)
    alone = []
    for code in sorted(codes):
        changed = _changed_text(said, code, texts.get(code))
        if changed is None:
            continue
        if code not in mine:
            alone.append(code)
            continue
        text, before, after = changed
        text.term, text.locale = term, locales[code]
        line.texts.append(text)
        line.changes.append(Change(code, before, after))
        _refuse_invalid(line, text, code)
    if alone:
        sentence = _("Left alone, not your languages: %(names)s")
        line.remarks.append(sentence % {"names": ", ".join(alone)})
    if line.verdict == "error":
        return None
    if term.pk is None:
        line.verdict = "new"
        if not line.texts:
            line.refuse(_("The term has no words in any language."))
    elif line.texts or line.term is not None:
        line.verdict = "changed"
    return None


def _compare_term(line: Line, said: dict, term, may_add: bool) -> GlossaryTerm:
    note = said.get("note", "")
    if term is None:
        line.term = term = GlossaryTerm(key=line.key, note=note)
        if note:
            line.changes.append(Change("", "", note))
        _refuse_invalid(line, term, "")
    elif note and note != term.note and may_add:
        line.changes.append(Change("", term.note, note))
        term.note = note
        line.term = term
        _refuse_invalid(line, term, "")
    elif note and note != term.note:
        line.remarks.append(_("The note for everybody is the coordinators’ to change."))
    return term


def _changed_text(said: dict, code: str, kept: GlossaryText | None):
    """The text as the line wants it, what it said before and says then; None where nothing changes."""
    avoid = "\n".join(word.strip() for word in said.get(code + AVOID, "").split("|"))
    wanted = {
        "text": said.get(code, ""),
        "note": said.get(code + NOTE, ""),
        "forbidden": "\n".join(word for word in avoid.splitlines() if word),
    }
    kept = kept or GlossaryText()
    before = {
        "text": kept.text,
        "note": kept.note,
        "forbidden": "\n".join(kept.words_to_avoid),
    }
    after = {name: words or before[name] for name, words in wanted.items()}
    if before == after:
        return None
    differ = [name for name in wanted if before[name] != after[name]]
    return GlossaryText(**after), _as_words(before, differ), _as_words(after, differ)


def _as_words(values: dict, names: list[str]) -> str:
    said = [values[name].replace("\n", BETWEEN_WORDS) for name in names]
    return "; ".join(words for words in said if words)


def _refuse_invalid(line: Line, row, code: str) -> None:
    try:
        row.clean_fields(exclude=["term", "locale"])
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            label = str(row._meta.get_field(name).verbose_name)
            for sentence in sentences:
                line.refuse(f"{code} {label}: {sentence}".strip())
