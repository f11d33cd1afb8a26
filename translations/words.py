"""The words of a translation: how a translator sees them, what is kept, and what is counted then.

Each string saved moves the figures of its state by one UPDATE; nothing is counted anew.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from wagtail_localize.models import StringSegment, StringTranslation
from wagtail_localize.strings import StringValue

from .models import TranslationState
from .places import place_of

State = TranslationState.State
MANUAL = StringTranslation.TRANSLATION_TYPE_MANUAL
MACHINE = StringTranslation.TRANSLATION_TYPE_MACHINE
# In `tool_name`: the source's own words were kept on purpose.
KEPT = "kept as in the source"
WORD = re.compile(r"\w+")
WRITTEN = [
    "data",
    "translation_type",
    "tool_name",
    "last_translated_by",
    "updated_at",
    "has_error",
    "field_error",
]
# New words begin a draft; what was sent back or is out of date stays so till it is decided.
MOVED_BY_WORDS = (State.NOT_STARTED, State.PUBLISHED)


def words_in(data: str) -> int:
    """How many words a string has, marks left out."""
    return len(WORD.findall(strip_tags(data)))


# --- as a translator types them ---------------------------------------------------------------


def words_for_form(segment: StringSegment, data: str) -> str:
    """What the translator sees of `data`: plain text, or marks where the source has some."""
    return data if has_marks(segment) else StringValue(data).render_text()


def has_marks(segment: StringSegment) -> bool:
    """Whether the source text holds inline marks (bold, links), which a translation may use."""
    return "<" in segment.string.data and bool(marks_of(segment.string.data))


def marks_of(data: str) -> set[str]:
    """The marks used in a text, as a translator types them: b, i, a id="a1" … Breaks are none."""
    marks = set()
    for element in BeautifulSoup(data, "html.parser").find_all(True):
        if element.name != "br":
            attributes = "".join(f' {name}="{value}"' for name, value in element.attrs.items())
            marks.add(element.name + attributes)
    return marks


def value_of(segment: StringSegment, text: str) -> StringValue:
    """What a translator typed, as wagtail-localize keeps it. Raises ValidationError when marks differ."""
    source = segment.string.data
    if not has_marks(segment):
        if "<br" not in source:
            text = " ".join(text.split())
        return StringValue.from_plaintext(text)
    refuse_other_marks(source, text)
    return StringValue.from_translated_html(text)


def refuse_other_marks(source: str, text: str) -> None:
    """Raises ValidationError when `text` has marks that the source has not, or lacks a link of it."""
    wanted, found = marks_of(source), marks_of(text)
    if found - wanted:
        raise ValidationError(
            _("The source has no such mark: %(marks)s") % {"marks": _listed(found - wanted)}
        )
    if missing := {mark for mark in wanted - found if mark.startswith("a ")}:
        raise ValidationError(
            _("A link of the source is missing: %(marks)s") % {"marks": _listed(missing)}
        )


def _listed(marks: set[str]) -> str:
    return ", ".join(f"<{mark}>" for mark in sorted(marks))


def refuse_too_long(model, segment: StringSegment, value: StringValue) -> None:
    """Raises ValidationError when the place has no room for `value`."""
    most = place_of(model, segment.context.field_path).most_characters
    length = len(value.render_text()) if most else 0
    if most and length > most:
        raise ValidationError(
            _("%(length)d characters; there is room for %(most)d.")
            % {"length": length, "most": most}
        )


# --- keeping ----------------------------------------------------------------------------------


@dataclass
class Moved:
    """By how much the figures of a state change."""

    done: int = 0
    machine: int = 0
    words: int = 0
    # Of a machine's words that readers have, those that a person now stands for.
    live_machine: int = 0
    # Whether the draft says something else now.
    draft: bool = False

    def count(self, segment: StringSegment, before: str | None, after: str | None) -> None:
        """One string's words went from `before` to `after`: MANUAL, MACHINE, or None for no words.

        `segment.places`: how often the string stands at its place (twice the same paragraph).
        """
        done = (after is not None) - (before is not None)
        self.done += done * segment.places
        self.words += done * segment.places * words_in(segment.string.data)
        self.machine += ((after == MACHINE) - (before == MACHINE)) * segment.places


def save_string(work, segment: StringSegment, text: str, user) -> None:
    """Keep `text` as the words of one segment; empty takes them away.

    Raises ValidationError when links or marks of the source are missing or foreign.
    """
    errors = save_strings(work, {segment.pk: text}, user)
    if errors:
        raise ValidationError(errors[segment.pk])


def save_strings(work, texts: dict[int, str], user) -> dict[int, list[str]]:
    """Keep words of many segments (by their id); what could not be kept, with the reasons."""
    with transaction.atomic():
        state = held_state(work)
        if refusal := refusal_of(state):
            return {pk: [refusal] for pk in texts}
        errors, moved = {}, Moved()
        for segment in segments_with_places(work, texts):
            try:
                data = data_of(work, segment, texts[segment.pk])
            except ValidationError as error:
                errors[segment.pk] = error.messages
            else:
                write(work, moved, segment, data, user)
        move(state, moved)
    return errors


def save_html(work, texts: dict[int, str], user=None, machine: str = "") -> int:
    """Keep ready words (HTML as wagtail-localize has it) for segments that have none yet.

    `machine`: the name of the tool that made them; they wait for a person's word then. What does
    not fit its source is left out. Returns how many strings were kept.
    """
    with transaction.atomic():
        state = held_state(work)
        if refusal_of(state):
            return 0
        moved = Moved()
        kept = 0
        for segment in segments_with_places(work, texts):
            if segment.translation is not None:
                continue
            try:
                value = StringValue.from_translated_html(texts[segment.pk])
                refuse_other_marks(segment.string.data, value.data)
                refuse_too_long(work.model, segment, value)
            except (ValidationError, ValueError):
                continue
            if value.render_text().strip():
                write(work, moved, segment, value.data, user, machine=machine)
                kept += 1
        move(state, moved)
    return kept


def keep_source(work, segment: StringSegment, user) -> None:
    """Have the source's own words stand in the translation, on purpose: a name, an address.

    Raises ValidationError when the translation is stopped.
    """
    with transaction.atomic():
        state = held_state(work)
        if refusal := refusal_of(state):
            raise ValidationError(refusal)
        moved = Moved()
        for one in segments_with_places(work, [segment.pk]):
            write(work, moved, one, one.string.data, user, tool=KEPT)
        move(state, moved)


def confirm(work, pks: Iterable[int], user) -> int:
    """A person stands for what a machine wrote in these segments; returns how many strings."""
    with transaction.atomic():
        state = held_state(work)
        if refusal_of(state):
            return 0
        moved, confirmed = Moved(), 0
        for segment in segments_with_places(work, pks):
            if segment.translation_type == MACHINE:
                was_written_at = segment.written_at
                write(work, moved, segment, segment.translation, user, tool=segment.tool_name)
                confirmed += 1
                if state.published_at and was_written_at <= state.published_at:
                    moved.live_machine -= segment.places
        move(state, moved)
    return confirmed


def held_state(work) -> TranslationState:
    """The state of a work, till the end of the transaction nobody else's: whoever writes words of
    one thing in one language waits here for the other.
    """
    return TranslationState.objects.select_for_update().get(thing=work.thing, locale=work.locale)


def refusal_of(state: TranslationState) -> str:
    """Why nothing may be written now, in words; or nothing."""
    if state.state == State.STOPPED:
        return _("The translation into this language is stopped.")
    return ""


def data_of(work, segment: StringSegment, text: str) -> str | None:
    """What was typed, as it is kept; None for no words. Raises ValidationError if it cannot be."""
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not text:
        return None
    value = value_of(segment, text)
    refuse_too_long(work.model, segment, value)
    return value.data


def segments_with_places(work, pks: Iterable[int]) -> list[StringSegment]:
    """Segments with their words, each with what `write` wants to know.

    `places`: how often its string stands at its place; of several at one place the first stands
    for all. `kept_pk`: the row of its words, also of wrong ones, which count as none.
    """
    here = StringSegment.objects.filter(
        source=work.source, string=OuterRef("string"), context=OuterRef("context")
    ).order_by()
    rows = StringTranslation.objects.filter(
        translation_of=OuterRef("string"), context=OuterRef("context"), locale=work.locale
    )
    asked = (
        work.segments()
        .filter(pk__in=list(pks))
        .annotate(
            places=Subquery(here.values("source").annotate(number=Count("pk")).values("number")),
            kept_pk=Subquery(rows.values("pk")),
        )
    )
    first = {}
    for segment in asked:
        first.setdefault((segment.string_id, segment.context_id), segment)
    return list(first.values())


def write(
    work,
    moved: Moved,
    segment: StringSegment,
    data: str | None,
    user,
    machine: str = "",
    tool: str = "",
) -> None:
    """Keep `data` (HTML; None for no words) for a segment of `segments_with_places`; one statement.

    The caller holds the state, and moves its figures afterwards.
    """
    after = None if data is None else MACHINE if machine else MANUAL
    row = StringTranslation(
        pk=segment.kept_pk,
        # wagtail-localize looks at both when it saves, and would fetch them.
        translation_of=segment.string,
        context=segment.context,
        locale=work.locale,
        data=data or "",
        translation_type=after or MANUAL,
        tool_name=machine or tool,
        last_translated_by=user,
    )
    if data is None:
        if segment.kept_pk is None:
            return
        row.delete()
    elif segment.kept_pk is None:
        row.save(force_insert=True)
    else:
        row.save(update_fields=WRITTEN)
    moved.draft |= segment.translation != data
    moved.count(segment, segment.translation_type, after)
    segment.kept_pk = row.pk
    segment.translation, segment.translation_type, segment.tool_name = data, after, row.tool_name


def move(state: TranslationState, moved: Moved) -> None:
    """Write the figures of a state that is held; one UPDATE, none when nothing moved."""
    if moved == Moved():
        return
    state.done = max(state.done + moved.done, 0)
    state.words_done = max(state.words_done + moved.words, 0)
    state.machine = max(state.machine + moved.machine, 0)
    state.live_machine = max(state.live_machine + moved.live_machine, 0)
    if moved.draft and state.state in MOVED_BY_WORDS:
        state.state = State.IN_PROGRESS
    state.save(
        update_fields=["done", "words_done", "machine", "live_machine", "state", "changed_at"]
    )
