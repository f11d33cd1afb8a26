"""Taking a branch into work: everything below a page, for one language, page by page."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from hub.models import Thing

from .. import memory, work
from ..models import DeskJob, TranslationState
from .running import TakenAwayError, note

State = TranslationState.State
# Nothing is left to take up there, or somebody decided against it.
LEFT_ALONE = (State.PUBLISHED, State.READY, State.STOPPED)
# So many pages that could not be taken up are named; the others are only counted.
MOST_NAMED = 20

logger = logging.getLogger("hub.desk")


@dataclass(frozen=True)
class Size:
    pages: int
    words: int


def originals_below(thing: Thing, locale: Locale):
    """Live originals at and below a thing, in all its language trees, that wait for `locale`.

    In the order of their ids: a page that is moved while a job is under way stays where it was.
    """
    paths = Page.objects.filter(translation_key=thing.translation_key).values_list(
        "path", flat=True
    )
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__startswith=path)
    things = Thing.objects.filter(
        translation_key=OuterRef("translation_key"), original_locale=OuterRef("locale")
    )
    states = TranslationState.objects.filter(
        thing__translation_key=OuterRef("translation_key"), locale=locale, state__in=LEFT_ALONE
    )
    return (
        Page.objects.filter(below, Exists(things), ~Exists(states), live=True, alias_of=None)
        .exclude(locale=locale)
        .order_by("pk")
    )


def size_of(thing: Thing, locale: Locale) -> Size:
    """How much a branch would bring to the desk of a language."""
    keys = originals_below(thing, locale).order_by().values("translation_key")
    states = TranslationState.objects.filter(locale=locale, thing__translation_key__in=keys)
    return Size(keys.count(), states.aggregate(all=Sum("words"))["all"] or 0)


def carry_on(job: DeskJob) -> Iterator[None]:
    """One page a step, in a transaction of its own together with the note that it was done."""
    pages = originals_below(job.thing, job.locale).filter(pk__gt=job.last_pk)
    rows = list(pages.values_list("pk", "translation_key", "title"))
    note(job, total=job.done + job.failed + len(rows))
    for pk, key, title in rows:
        try:
            with transaction.atomic():
                _take_up(key, job)
                note(job, done=job.done + 1, last_pk=pk)
        except TakenAwayError:
            raise
        except Exception as trouble:
            why = " ".join(getattr(trouble, "messages", [])) or _("It could not be taken up.")
            if not isinstance(trouble, (PermissionDenied, ValidationError)):
                logger.exception("page %s could not be taken up for %s", pk, job.locale)
            said = f"{job.message} “{title}”: {why}".strip()
            named = said if job.failed < MOST_NAMED else job.message
            note(job, failed=job.failed + 1, last_pk=pk, message=named)
        yield


def _take_up(translation_key, job: DeskJob) -> None:
    thing = Thing.objects.select_related("original_locale").get(translation_key=translation_key)
    taken = work.begin(thing, job.locale)
    memory.fill_exact(taken, job.asked_by)
