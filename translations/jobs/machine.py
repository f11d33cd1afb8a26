"""Machine translation, as a first draft for people: only for texts without words, marked as what it is."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.strings import StringValue

from .. import work
from ..former import former_of
from ..models import DeskJob
from ..words import refusal_of
from .machine_services import MachineError
from .running import note

# What is sent at once: services refuse more, and a failure costs no more than that.
MOST_STRINGS, MOST_CHARACTERS = 25, 4_000


def is_offered(job: work.Work) -> bool:
    """Whether a service is set up, knows the two languages, and the page may be given to it."""
    translator = get_machine_translator()
    return (
        translator is not None
        and job.original.machine_may_translate
        and translator.can_translate(job.thing.original_locale, job.locale)
    )


def wanting(job: work.Work) -> list:
    """Segments that a machine may make words for, each place once, in the order of their ids.

    Where the source has changed a person's former words are worth more: they are left alone.
    """
    segments = list(job.segments())
    former = former_of(job.locale, segments)
    found = {}
    for segment in sorted(segments, key=lambda one: one.pk):
        if segment.translation is None and segment.pk not in former:
            found.setdefault((segment.string_id, segment.context_id), segment)
    return list(found.values())


def carry_on(row: DeskJob) -> Iterator[None]:
    """A handful of strings a step; what came back damaged is left out and counted.

    Raises MachineError. `last_pk` is the segment up to which the service was asked.
    """
    try:
        job = work.begin(row.thing, row.locale)
    except (PermissionDenied, ValidationError) as refused:
        sentences = getattr(refused, "messages", [_("There is nothing to translate.")])
        raise MachineError(" ".join(sentences)) from refused
    if refusal := refusal_of(job.state):
        raise MachineError(refusal)
    if not is_offered(job):
        raise MachineError(_("Machine translation is not offered for this page."))
    translator = get_machine_translator()
    segments = [segment for segment in wanting(job) if segment.pk > row.last_pk]
    note(row, total=row.done + row.failed + len(segments))
    for chunk in _in_chunks(segments):
        # Outside of any transaction: the service may take its time, and SQLite has one writer.
        strings = list(dict.fromkeys(StringValue(one.string.data) for one in chunk))
        made = translator.translate(row.thing.original_locale, row.locale, strings)
        html = {one.pk: made[StringValue(one.string.data)].data for one in chunk}
        with transaction.atomic():
            work.save_html(job, html, machine=str(translator.display_name))
            damaged = job.segments().filter(pk__in=html, translation__isnull=True).count()
            note(
                row,
                done=row.done + len(chunk) - damaged,
                failed=row.failed + damaged,
                last_pk=chunk[-1].pk,
            )
        yield
    if row.failed:
        sentence = ngettext(
            "%(number)d text came back damaged and was left out.",
            "%(number)d texts came back damaged and were left out.",
            row.failed,
        )
        note(row, message=sentence % {"number": row.failed})


def _in_chunks(segments: list) -> Iterator[list]:
    chunk, characters = [], 0
    for segment in segments:
        length = len(segment.string.data)
        if chunk and (len(chunk) == MOST_STRINGS or characters + length > MOST_CHARACTERS):
            yield chunk
            chunk, characters = [], 0
        chunk.append(segment)
        characters += length
    if chunk:
        yield chunk
