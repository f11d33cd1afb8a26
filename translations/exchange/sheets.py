"""PO files coming back: first what each line would change, then the change, all of it or nothing."""

from collections import Counter
from dataclasses import dataclass, field

import polib
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Locale

from hub.models import Thing

from .. import words, work
from ..checks import pairs
from ..places import place_of
from .po_files import MARK, SOURCE, THING, kept_words, mark_of
from .reading import PoText


class Kind(models.TextChoices):
    """What a line of a file would do."""

    NEW = "new", gettext_lazy("new words")
    CHANGED = "changed", gettext_lazy("other words")
    CONFIRMED = "confirmed", gettext_lazy("a machine's words, confirmed")
    CONFLICT = "conflict", gettext_lazy("somebody saved other words meanwhile")
    REFUSED = "refused", gettext_lazy("cannot be taken")
    UNKNOWN = "unknown", gettext_lazy("the page has no such text")
    FUZZY = "fuzzy", gettext_lazy("marked as uncertain, left out")
    SAME = "same", gettext_lazy("nothing new")
    EMPTY = "empty", gettext_lazy("no words")


TAKEN = (Kind.NEW, Kind.CHANGED, Kind.CONFIRMED)
# Nobody needs to read these one by one.
QUIET = (Kind.SAME, Kind.EMPTY)


@dataclass
class Line:
    """One entry: its line in the file, what it says, and what stands there now."""

    number: int
    kind: str
    source: str
    words: str
    kept: str = ""
    segment: object = None
    reasons: list[str] = field(default_factory=list)
    # The name and value of the tick that has a conflict written over.
    tick: str = ""
    is_ticked: bool = False

    @property
    def label(self) -> str:
        return Kind(self.kind).label

    @property
    def tick_value(self) -> str:
        return mark_of(self.kept)

    @property
    def is_taken(self) -> bool:
        return self.kind in TAKEN or (self.kind == Kind.CONFLICT and self.is_ticked)


@dataclass
class Sheet:
    """One file: the thing it belongs to and its lines, or why it is refused."""

    name: str
    refusal: str = ""
    job: work.Work | None = None
    lines: list[Line] = field(default_factory=list)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Kind in words and how many lines, in the order of `Kind`."""
        found = Counter(line.kind for line in self.lines)
        return [(kind.label, found[kind]) for kind in Kind if found[kind]]

    @property
    def taken(self) -> list[Line]:
        return [line for line in self.lines if line.is_taken]

    @property
    def loud(self) -> list[Line]:
        return [line for line in self.lines if line.kind not in QUIET]


def compare(locale: Locale, files: list[PoText], ticks: dict[str, str]) -> list[Sheet]:
    """What the files would change, line by line; nothing is written.

    `ticks`: conflicts that somebody has seen and wants written over, as `Line.tick` names them
    with a mark of the words seen; other words than these stay a conflict.
    """
    sheets, seen = [], set()
    for file in files:
        sheet = Sheet(file.name, file.refusal)
        sheets.append(sheet)
        if sheet.refusal:
            continue
        sheet.job, sheet.refusal = _job_of(file.po.metadata, locale)
        if sheet.job is None:
            continue
        if sheet.job.thing.pk in seen:
            sheet.job, sheet.refusal = None, _("Another file here is for the same page.")
            continue
        seen.add(sheet.job.thing.pk)
        sheet.lines = _lines(sheet.job, file.po, ticks)
    return sheets


def apply(locale: Locale, files: list[PoText], ticks: dict[str, str], user) -> list[Sheet]:
    """Keep what `compare` takes, in one transaction for all files; the sheets say what that was.

    A line that is refused in the last moment stands in them as refused.
    """
    with transaction.atomic():
        sheets = compare(locale, files, ticks)
        for sheet in sheets:
            if sheet.taken:
                _keep(sheet, user)
    return sheets


def _keep(sheet: Sheet, user) -> None:
    confirmed = [line for line in sheet.taken if line.kind == Kind.CONFIRMED]
    if confirmed:
        work.confirm(sheet.job, [line.segment.pk for line in confirmed], user)
    texts = {line.segment.pk: line for line in sheet.taken if line.kind != Kind.CONFIRMED}
    errors = work.save_strings(sheet.job, {pk: texts[pk].words for pk in texts}, user)
    for pk, reasons in errors.items():
        texts[pk].kind, texts[pk].reasons = Kind.REFUSED, reasons


def _job_of(metadata: dict, locale: Locale) -> tuple[work.Work | None, str]:
    """The work that a file belongs to, or a sentence why there is none."""
    code = metadata.get(THING, "")
    if not code:
        return None, _("This file is from another project. Only files fetched here can come back.")
    language = metadata.get("Language", "")
    if language != locale.language_code:
        return None, _("This file is for another language: %(code)s.") % {"code": language or "–"}
    gone = _("The page of this file is not here, or has no translation into this language.")
    thing = Thing.objects.select_related("original_locale").filter(code=code.upper()).first()
    if thing is None or thing.original_locale.language_code != metadata.get(SOURCE):
        return None, gone
    try:
        job = work.begin(thing, locale)
    except (PermissionDenied, ValidationError):
        return None, gone
    return (None, refusal) if (refusal := words.refusal_of(job.state)) else (job, "")


def _lines(job: work.Work, po: polib.POFile, ticks: dict[str, str]) -> list[Line]:
    by_place: dict[tuple[str, str], object] = {}
    for segment in job.segments():
        place = segment.context.path, words.words_for_form(segment, segment.string.data)
        by_place.setdefault(place, segment)
    lines, seen = [], set()
    for entry in po:
        if entry.obsolete:
            continue
        segment = by_place.get((entry.msgctxt or "", entry.msgid))
        # Our reader put a line before the file.
        line = Line(entry.linenum - 1, Kind.UNKNOWN, entry.msgid, entry.msgstr.strip())
        lines.append(line)
        if segment is None:
            continue
        if segment.pk in seen:
            line.kind, line.reasons = Kind.REFUSED, [_("This text stands in the file twice.")]
            continue
        seen.add(segment.pk)
        line.segment, line.kept = segment, kept_words(segment)
        line.tick = f"take-{segment.pk}"
        _judge(job, line, entry)
        line.is_ticked = ticks.get(line.tick) == line.tick_value != ""
    return lines


def _judge(job: work.Work, line: Line, entry: polib.POEntry) -> None:
    """Say what kind of line it is, and why."""
    if not line.words:
        line.kind = Kind.EMPTY
    elif entry.fuzzy:
        line.kind = Kind.FUZZY
    elif mark_of(line.words) == mark_of(line.kept):
        by_machine = line.segment.translation_type == words.MACHINE
        line.kind = Kind.CONFIRMED if by_machine else Kind.SAME
    elif not _can_be_kept(job, line):
        line.kind = Kind.REFUSED
    elif not line.kept:
        line.kind = Kind.NEW
    else:
        same_as_fetched = _fetched_mark(entry) == mark_of(line.kept)
        line.kind = Kind.CHANGED if same_as_fetched else Kind.CONFLICT


def _fetched_mark(entry: polib.POEntry) -> str | None:
    """The mark of the words that stood there when the file was fetched; None when it was lost."""
    for said in entry.comment.split():
        if said.startswith(MARK):
            return said.removeprefix(MARK)
    return None


def _can_be_kept(job: work.Work, line: Line) -> bool:
    """Whether the words pass what the editor asks; `reasons` are refusals, else warnings."""
    segment = line.segment
    try:
        if not words.has_marks(segment):
            # Taken as words, they would stand there for readers to see.
            words.refuse_other_marks(segment.string.data, line.words)
        value = words.value_of(segment, line.words)
        words.refuse_too_long(type(job.original), segment, value)
    except ValidationError as refused:
        line.reasons = refused.messages
        return False
    except ValueError as refused:
        line.reasons = [str(refused)]
        return False
    found = pairs.check(
        pairs.Pair(
            segment.string.data,
            value.data,
            job.thing.original_locale.language_code,
            job.locale.language_code,
            place_of(type(job.original), segment.context.field_path).most_characters,
        )
    )
    blocking = [one.sentence for one in found if one.blocks]
    line.reasons = blocking or [one.sentence for one in found]
    return not blocking
