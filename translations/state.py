"""The state of each thing in each language: what is done, what the source's change put out of date."""

import hashlib
import re

from django.db import transaction
from django.db.models import Count
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.html import strip_tags
from wagtail.models import Locale, Page
from wagtail.signals import page_published, page_unpublished
from wagtail_localize.models import StringSegment, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from hub.models import HubPage, Thing

from .mirrors import after_commit, original_page
from .models import TranslationState

State = TranslationState.State
WORD = re.compile(r"\w+")


def strings_of(page) -> list[StringSegmentValue]:
    """The texts on `page` that a translator words, in order (specific page, from the database)."""
    return [s for s in extract_segments(page) if isinstance(s, StringSegmentValue)]


def fingerprint(strings: list[StringSegmentValue]) -> str:
    """A hash of places and texts: equal when a translator would see the same."""
    digest = hashlib.sha256()
    for segment in strings:
        digest.update(f"{segment.path}\0{segment.string.data}\0".encode())
    return digest.hexdigest()


def word_count(strings: list[StringSegmentValue]) -> int:
    return sum(len(WORD.findall(strip_tags(s.string.data))) for s in strings)


@receiver(page_published)
def note_publication(sender, instance, **kwargs):
    """An original went live: every other language learns whether it still matches."""
    if isinstance(instance, HubPage) and not instance.alias_of_id:
        measure(instance)


@receiver(post_save)
def note_live_page(sender, instance, created, **kwargs):
    """Code may add a live page without publishing it."""
    if created and isinstance(instance, HubPage) and instance.live and not instance.alias_of_id:
        after_commit(_measure_again, instance.pk)


def _measure_again(pk: int) -> None:
    page = Page.objects.filter(pk=pk, live=True).first()
    if page is not None:
        measure(page)


def measure(page: Page) -> None:
    """Keep the states of a thing in step with its live original `page`; other pages are no news."""
    thing = Thing.objects.filter(
        translation_key=page.translation_key, original_locale=page.locale_id
    ).first()
    if thing is None:
        return
    with transaction.atomic():
        strings = strings_of(Page.objects.get(pk=page.pk).specific)
        total, words, now = len(strings), word_count(strings), fingerprint(strings)
        known = list(thing.states.select_related("locale"))
        missing = Locale.objects.exclude(pk__in=[state.locale_id for state in known])
        TranslationState.objects.bulk_create(
            [
                TranslationState(thing=thing, locale=locale, total=total, words=words)
                for locale in missing.exclude(pk=page.locale_id)
            ]
        )
        changed = _refresh_source(page)
        for state in known:
            before = (state.state, state.total, state.words)
            _follow_source(state, now, changed)
            state.total, state.words = total, words
            if (state.state, state.total, state.words) != before:
                state.save()
            if changed:
                recount(thing, state.locale)


def _follow_source(state: TranslationState, now: str, changed: bool) -> None:
    if state.source_hash and state.source_hash != now:
        if changed or state.state == State.PUBLISHED:
            state.state = State.OUTDATED
    elif state.source_hash == now and state.state == State.OUTDATED:
        state.state = State.PUBLISHED
    elif changed and state.state == State.READY:
        state.state = State.IN_PROGRESS


def _refresh_source(page: Page) -> bool:
    """Bring wagtail-localize's copy of the original up to date; whether its strings changed."""
    source = TranslationSource.objects.filter(
        object_id=page.translation_key, locale=page.locale_id
    ).first()
    if source is None:
        return False
    before = _strings_held(source)
    source.update_from_db()
    return _strings_held(source) != before


def _strings_held(source: TranslationSource) -> set:
    return set(source.stringsegment_set.values_list("string_id", "context_id"))


def recount(thing: Thing, locale: Locale) -> int:
    """Count the strings of `thing` that have words in `locale` and keep the number."""
    segments = StringSegment.objects.filter(source__object_id=thing.translation_key)
    done = segments.annotate_translation(locale).filter(translation__isnull=False).count()
    TranslationState.objects.filter(thing=thing, locale=locale).update(done=done)
    return done


@receiver(page_unpublished)
def end_reviews(sender, instance, **kwargs):
    """Nobody decides on a translation of what is not public; its words stay."""
    if isinstance(instance, HubPage) and not instance.alias_of_id:
        TranslationState.objects.filter(
            thing__translation_key=instance.translation_key,
            thing__original_locale=instance.locale_id,
            state=State.READY,
        ).update(state=State.IN_PROGRESS)


@receiver(post_delete, sender=Page)
def forget_publication(sender, instance, **kwargs):
    """A language that lost its page is a mirror again; words that were written stay."""
    TranslationState.objects.filter(
        thing__translation_key=instance.translation_key, locale=instance.locale_id
    ).exclude(source_hash="").update(state=State.IN_PROGRESS, source_hash="")


def things_without_states():
    """Originals of which some language has no state yet: made by code, or before the language."""
    wanted = Locale.objects.count() - 1
    return (
        Thing.objects.filter(withdrawn_at=None)
        .annotate(languages=Count("states"))
        .filter(languages__lt=wanted)
        .values_list("translation_key", flat=True)
    )


def repair() -> int:
    """Add the states that are missing; returns how many. Safe to repeat."""
    before = TranslationState.objects.count()
    for key in list(things_without_states()):
        original = original_page(key)
        if original is not None and original.live:
            measure(original)
    return TranslationState.objects.count() - before
