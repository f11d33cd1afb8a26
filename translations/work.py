"""The deeds of the translation desk: begin, preview, review, publish, stop, turn back into a mirror.

Until a translation is first published nothing writes to its page: the draft is the strings, the
preview is wagtail-localize's ephemeral instance, and the mirror stays a mirror.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from hub.models import Thing

from . import memory, mirrors, notices
from .models import TranslationState
from .rights import coordinates, languages_of, may_publish, may_review, may_translate
from .state import fingerprint, held_by, measure, place_of, places_of, recount
from .words import (
    KEPT,
    confirm,
    has_marks,
    keep_source,
    marks_of,
    save_html,
    save_string,
    save_strings,
    words_for_form,
)

__all__ = [
    "KEPT",
    "Work",
    "begin",
    "confirm",
    "coordinates",
    "has_marks",
    "keep_source",
    "languages_of",
    "mark_ready",
    "marks_of",
    "may_publish",
    "may_review",
    "may_translate",
    "may_turn_back",
    "preview",
    "preview_with",
    "publish",
    "save_html",
    "save_string",
    "save_strings",
    "send_back",
    "start",
    "stop",
    "translated_pages",
    "turn_back",
    "words_for_form",
]

State = TranslationState.State


@dataclass
class Work:
    """One thing under translation into one language.

    `core` is the original as a core page, `target` that of the language: mirror or translation.
    """

    thing: Thing
    locale: Locale
    core: Page
    source: TranslationSource
    target: Page

    @property
    def model(self) -> type[Page]:
        """The original's class."""
        return self.core.specific_class

    @cached_property
    def original(self) -> Page:
        """The original as a page of its own class; asked when it is needed."""
        return self.core.specific

    @property
    def state(self) -> TranslationState:
        """As it is now: asked each time."""
        return TranslationState.objects.select_related("claimed_by").get(
            thing=self.thing, locale=self.locale
        )

    def segments(self):
        """The source's strings in reading order (a queryset), each with its words.

        `.translation` is HTML (None: no words), `.translation_type` "manual" or "machine",
        `.tool_name`, `.written_at`.
        """
        words = StringTranslation.objects.filter(
            translation_of=OuterRef("string"),
            context=OuterRef("context"),
            locale=self.locale,
            has_error=False,
        )
        return (
            StringSegment.objects.filter(source=self.source)
            .annotate(
                translation=Subquery(words.values("data")),
                translation_type=Subquery(words.values("translation_type")),
                tool_name=Subquery(words.values("tool_name")),
                written_at=Subquery(words.values("updated_at")),
            )
            .select_related("string", "context")
            .order_by("order")
        )


def begin(thing: Thing, locale: Locale) -> Work:
    """Hold the strings of `thing` for `locale`; makes wagtail-localize's rows when missing.

    Raises PermissionDenied when `locale` is the original's, ValidationError when it is not live.
    """
    if thing.original_locale_id == locale.pk:
        raise PermissionDenied
    original, target = _pages(thing, locale)
    if original is None or not original.live:
        raise ValidationError(_("The original is not published."))
    translation = (
        Translation.objects.select_related("source")
        .filter(
            source__object=thing.translation_key,
            source__locale=thing.original_locale_id,
            target_locale=locale,
            enabled=True,
        )
        .first()
    )
    if translation is None or target is None:
        source = _take_up(thing, locale, original)
        target = _pages(thing, locale)[1]
    else:
        source = translation.source
    return Work(thing, locale, original, source, target)


def _pages(thing: Thing, locale: Locale) -> tuple[Page | None, Page | None]:
    """The thing's original and its page in `locale`, as core pages; one query."""
    wanted = (thing.original_locale_id, locale.pk)
    pages = Page.objects.filter(translation_key=thing.translation_key, locale__in=wanted).order_by()
    found = {page.locale_id: page for page in pages}
    return found.get(thing.original_locale_id), found.get(locale.pk)


def _take_up(thing: Thing, locale: Locale, original: Page) -> TranslationSource:
    """Make what a first look at a thing in a language needs. Safe to repeat."""
    original = original.specific
    with transaction.atomic():
        source, _made = TranslationSource.get_or_create_from_instance(original)
        translation, _made = Translation.objects.get_or_create(
            source=source, target_locale=locale, defaults={"enabled": True}
        )
        if not translation.enabled:
            translation.enabled = True
            translation.save(update_fields=["enabled"])
        if not TranslationState.objects.filter(thing=thing, locale=locale).exists():
            measure(original)
        recount(thing, locale)
        pages = Page.objects.filter(translation_key=thing.translation_key, locale=locale)
        if not pages.exists() and not mirrors.mirror(original.pk):
            raise ValidationError(_("Its section does not exist in this language yet."))
    return source


def _states(work: Work):
    return TranslationState.objects.filter(thing=work.thing, locale=work.locale)


# --- looking ----------------------------------------------------------------------------------


def preview(work: Work) -> Page:
    """The page as the strings of now would make it; nothing is written."""
    page = work.source.get_ephemeral_translated_instance(work.locale, fallback=True)
    page.words_language = work.locale.language_code
    return page


def preview_with(work: Work, texts: dict[int, str], user) -> Page:
    """The page as these words, not yet saved, would make it; nothing is written."""
    with _undone():
        save_strings(work, texts, user)
        return preview(work)


@contextmanager
def _undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- review -----------------------------------------------------------------------------------


def mark_ready(work: Work) -> None:
    """Ask the reviewers to look, at all of it or at what is there. Raises ValidationError if nothing."""
    with transaction.atomic():
        _refuse_stopped(work)
        if not recount(work.thing, work.locale):
            raise ValidationError(_("Nothing is translated yet."))
        _states(work).update(state=State.READY, changed_at=timezone.now())


def send_back(work: Work, words: str) -> None:
    """Give it back to the translators. Raises ValidationError without words or not under review."""
    words = words.strip()
    if not words:
        raise ValidationError(_("Say what should be changed."))
    waiting = _states(work).filter(state=State.READY)
    if not waiting.update(state=State.SENT_BACK, note=words, changed_at=timezone.now()):
        raise ValidationError(_("It does not wait for review."))


def publish(work: Work, user, partly: bool = False) -> Page:
    """Make the strings of now the page of this language, at the mirror's address.

    One transaction: killed in the middle, it is still the mirror or the older translation.
    Raises ValidationError when it is stopped, when the page would not be valid, or when strings
    are missing; with `partly` these stay in the source's language, and readers are told so.
    """
    with transaction.atomic():
        pages = Page.objects.filter(translation_key=work.thing.translation_key, locale=work.locale)
        # The row of the mirror is the lock of its first publication; that of the source keeps the
        # original from changing what is translated meanwhile.
        pages.select_for_update().first()
        work.source = TranslationSource.objects.select_for_update().get(pk=work.source.pk)
        _refuse_stopped(work)
        segments = list(work.segments())
        missing = [segment.string.data for segment in segments if segment.translation is None]
        if missing and not partly:
            raise ValidationError(_("Some parts have no words yet."))
        if len(missing) == len(segments):
            raise ValidationError(_("Nothing is translated yet."))
        page, _made = work.source.create_or_update_translation(
            work.locale, user=user, publish=False, fallback=True
        )
        revision = page.get_latest_revision()
        revision.content["words_language"] = work.locale.language_code
        revision.save(update_fields=["content"])
        # Nobody has the right to publish a page that is not the original; the desk has asked.
        revision.publish(user=user, skip_permission_checks=True)
        recount(work.thing, work.locale)
        held = held_by(work.source)
        done = {place_of(s.context.path) for s in segments if s.translation is not None}
        machine = sum(segment.translation_type == "machine" for segment in segments)
        _states(work).update(
            state=State.IN_PROGRESS if missing else State.PUBLISHED,
            source_hash=fingerprint(held),
            source_changed_at=None,
            published_at=timezone.now(),
            changed_at=timezone.now(),
            untranslated=list(dict.fromkeys(missing)),
            live_machine=machine,
            made_from=places_of(held),
            older_places=[],
            untranslated_places=sorted({place_of(one.path) for one in held} - done),
            note="",
            claimed_by=None,
            claimed_until=None,
        )
        work.thing.wishes.filter(locale=work.locale).delete()
        memory.remember(work, user)
        notices.tell_author_if_all_live(work.thing)
    return pages.get().specific


def _refuse_stopped(work: Work) -> None:
    if _states(work).filter(state=State.STOPPED).exists():
        raise ValidationError(_("The translation into this language is stopped."))


# --- stopping ---------------------------------------------------------------------------------


def stop(thing: Thing, locale: Locale) -> None:
    """Nobody need translate `thing` into `locale`; a published translation and all words stay."""
    thing.states.filter(locale=locale).update(
        state=State.STOPPED, claimed_by=None, claimed_until=None, changed_at=timezone.now()
    )


def start(thing: Thing, locale: Locale) -> None:
    """Take up again what was stopped, where it would be now; no words and no page are touched."""
    with transaction.atomic():
        stopped = thing.states.select_for_update().filter(locale=locale, state=State.STOPPED)
        state = stopped.first()
        if state is None:
            return
        recount(thing, locale)
        state.refresh_from_db()
        if state.source_hash and state.source_changed_at:
            state.state = State.OUTDATED
        elif state.source_hash and state.done == state.total:
            state.state = State.PUBLISHED
        else:
            state.state = State.IN_PROGRESS if state.done else State.NOT_STARTED
        state.save(update_fields=["state", "changed_at"])


# --- back to a mirror ---------------------------------------------------------------------------


def may_turn_back(user, original: Page) -> bool:
    """Who publishes the original, coordinators and administrators."""
    return coordinates(user) or original.permissions_for_user(user).can_publish()


def translated_pages(thing: Thing):
    """The pages of `thing` that show a translation of their own and could be mirrors instead."""
    return (
        Page.objects.filter(translation_key=thing.translation_key, alias_of=None)
        .exclude(locale=thing.original_locale_id)
        .select_related("locale")
        .order_by("locale")
    )


def turn_back(thing: Thing, locale: Locale) -> None:
    """Make this language a mirror again, at the same address; its strings are kept for another day.

    Raises PermissionDenied for the original's language, ValidationError where there is no mirror.
    """
    original = mirrors.original_page(thing.translation_key)
    if thing.original_locale_id == locale.pk or original is None:
        raise PermissionDenied
    original = original.specific
    if original.is_structure:
        raise ValidationError(_("This page is a real page in every language."))
    with transaction.atomic():
        page = translated_pages(thing).select_for_update(of=("self",)).filter(locale=locale).first()
        if page is not None:
            page.specific.delete()
            mirrors.mirror(original.pk)
