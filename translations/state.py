"""The state of each thing in each language: what is done, what the source's change put out of date."""

import hashlib
import json

from django.db import connection, transaction
from django.db.models import Count
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail.signals import page_published, page_unpublished
from wagtail_localize.models import StringSegment, StringTranslation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from hub.models import HubPage, Thing

from .mirrors import after_commit, original_page
from .models import TranslationState
from .small_change import carry_over
from .words import MACHINE, words_in

State = TranslationState.State


# --- what a translator would see --------------------------------------------------------------


def strings_of(page) -> list[StringSegmentValue]:
    """The texts on `page` that a translator words, in order (specific page, from the database)."""
    return [s for s in extract_segments(page) if isinstance(s, StringSegmentValue)]


def held_by(source: TranslationSource) -> list[StringSegmentValue]:
    """The same texts as wagtail-localize holds them for translators; one query."""
    segments = StringSegment.objects.filter(source=source).select_related("string", "context")
    return [
        StringSegmentValue(segment.context.path, segment.string.as_value())
        for segment in segments.order_by("order")
    ]


def fingerprint(strings: list[StringSegmentValue]) -> str:
    """A hash of places and texts: equal when a translator would see the same."""
    digest = hashlib.sha256()
    for segment in strings:
        digest.update(f"{segment.path}\0{segment.string.data}\0".encode())
    return digest.hexdigest()


def places_of(strings: list[StringSegmentValue]) -> dict[str, str]:
    """A short hash of what stands at each place: a field, or a block of one, whose id all languages share."""
    texts: dict[str, list[str]] = {}
    for segment in strings:
        texts.setdefault(place_of(segment.path), []).append(segment.string.data)
    return {
        place: hashlib.sha256("\0".join(said).encode()).hexdigest()[:12]
        for place, said in texts.items()
    }


def place_of(path: str) -> str:
    """The place of a string, from where wagtail-localize says that it stands."""
    return ".".join(path.split(".")[:2])


def word_count(strings: list[StringSegmentValue]) -> int:
    return sum(words_in(segment.string.data) for segment in strings)


# --- following the original -------------------------------------------------------------------


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
        places = places_of(strings)
        source = _refresh_source(page)
        # Held, as by all who write words: the figures below would undo theirs.
        known = thing.states.select_for_update(of=("self",)).select_related("locale")
        known = list(known.order_by("pk"))
        missing = Locale.objects.exclude(pk__in=[state.locale_id for state in known])
        TranslationState.objects.bulk_create(
            [
                TranslationState(thing=thing, locale=locale, total=total, words=words)
                for locale in missing.exclude(pk=page.locale_id)
            ]
        )
        if source is not None:
            if thing.small_change:
                for state in known:
                    if state.source_hash and state.source_hash != now:
                        carry_over(source, state.locale)
            done = _counts_of(source)
        for state in known:
            before = _figures(state)
            state.total, state.words = total, words
            if source is not None:
                state.done, state.machine, state.words_done = done.get(state.locale_id, (0, 0, 0))
            _follow_source(state, now, source is not None, stays=thing.small_change)
            _follow_places(state, now, places)
            if _figures(state) != before:
                state.save()
        if thing.small_change:
            Thing.objects.filter(pk=thing.pk).update(small_change=False)


def _figures(state: TranslationState) -> tuple:
    return (
        state.state,
        state.source_hash,
        state.source_changed_at,
        *(state.total, state.words, state.done, state.machine, state.words_done),
        *(state.made_from, state.older_places),
    )


def _follow_source(state: TranslationState, now: str, changed: bool, stays: bool) -> None:
    """`changed`: the strings that wait for translators did; `stays`: the author says it is nothing."""
    if state.source_hash and state.source_hash != now:
        if stays and state.state in (State.PUBLISHED, State.STOPPED) and state.done == state.total:
            state.source_hash = now
            return
        state.source_changed_at = state.source_changed_at or timezone.now()
        if state.state != State.STOPPED and (changed or state.state == State.PUBLISHED):
            state.state = State.OUTDATED
    elif state.source_hash == now:
        state.source_changed_at = None
        if state.state == State.OUTDATED:
            state.state = State.PUBLISHED if state.done == state.total else State.IN_PROGRESS
    elif changed and state.state == State.READY:
        state.state = State.IN_PROGRESS


def _follow_places(state: TranslationState, now: str, places: dict[str, str]) -> None:
    """Which places of the published translation the original, with these `places`, has changed since."""
    if state.source_hash == now:
        # The same, or a small change that leaves the translation as it is.
        state.made_from = places
    state.older_places = sorted(
        place
        for place, made_from in state.made_from.items()
        if place in places and places[place] != made_from
    )


def _refresh_source(page: Page) -> TranslationSource | None:
    """Bring wagtail-localize's copy of the original up to date; None when its strings are the same."""
    source = TranslationSource.objects.filter(
        object_id=page.translation_key, locale=page.locale_id
    ).first()
    if source is None:
        return None
    # Whoever publishes a translation holds this row till they are done.
    source = TranslationSource.objects.select_for_update().get(pk=source.pk)
    instance = source.get_source_instance()
    if json.loads(instance.to_json()) == json.loads(source.content_json):
        return None
    before = _strings_held(source)
    source.update_from_db()
    return source if _strings_held(source) != before else None


def _strings_held(source: TranslationSource) -> list:
    rows = source.stringsegment_set.order_by("order").values_list("string_id", "context_id")
    return list(rows)


# --- counting anew ----------------------------------------------------------------------------


def _counts_of(source: TranslationSource) -> dict[int, tuple[int, int, int]]:
    """By locale id: strings with words, those of them a machine's, words of the source done."""
    words: dict = {}
    rows = StringSegment.objects.filter(source=source).values_list(
        "string_id", "context_id", "string__data"
    )
    for string, context, data in rows:
        strings, number = words.get((string, context), (0, 0))
        words[string, context] = strings + 1, number + words_in(data)
    counts: dict[int, tuple[int, int, int]] = {}
    translated = StringTranslation.objects.filter(
        has_error=False, context__object=source.object_id, translation_of__segments__source=source
    ).distinct()
    for string, context, locale, kind in translated.values_list(
        "translation_of_id", "context_id", "locale_id", "translation_type"
    ):
        if (string, context) not in words:
            continue
        strings, number = words[string, context]
        done, machine, done_words = counts.get(locale, (0, 0, 0))
        counts[locale] = (
            done + strings,
            machine + (strings if kind == MACHINE else 0),
            done_words + number,
        )
    return counts


def recount(thing: Thing, locale: Locale) -> int:
    """Count the strings of `thing` that have words in `locale`, keep the figures, return how many."""
    source = TranslationSource.objects.filter(
        object=thing.translation_key, locale=thing.original_locale_id
    ).first()
    done, machine, words = _counts_of(source).get(locale.pk, (0, 0, 0)) if source else (0, 0, 0)
    TranslationState.objects.filter(thing=thing, locale=locale).update(
        done=done, machine=machine, words_done=words
    )
    return done


# Figures of all things and languages at once. ORM knows no join over two columns.
ALL_COUNTS = """
    SELECT thing.id, words.locale_id, COUNT(*),
        SUM(CASE WHEN words.translation_type = 'machine' THEN 1 ELSE 0 END)
    FROM wagtail_localize_stringsegment AS segment
    JOIN wagtail_localize_translationsource AS source ON source.id = segment.source_id
    JOIN hub_thing AS thing
        ON thing.translation_key = source.object_id AND thing.original_locale_id = source.locale_id
    JOIN wagtail_localize_stringtranslation AS words
        ON words.translation_of_id = segment.string_id AND words.context_id = segment.context_id
    WHERE NOT words.has_error
    GROUP BY thing.id, words.locale_id
"""


def verify() -> int:
    """Compare every state with one count over all strings and mend what differs; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_COUNTS)
        counted = {(thing, locale): (done, int(m)) for thing, locale, done, m in cursor.fetchall()}
    wrong = 0
    states = TranslationState.objects.order_by("pk").only("thing", "locale", "done", "machine")
    for state in states.iterator(chunk_size=2000):
        if counted.get((state.thing_id, state.locale_id), (0, 0)) != (state.done, state.machine):
            state = TranslationState.objects.select_related("thing", "locale").get(pk=state.pk)
            recount(state.thing, state.locale)
            wrong += 1
    return wrong


# --- going ------------------------------------------------------------------------------------


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
    published = TranslationState.objects.filter(
        thing__translation_key=instance.translation_key, locale=instance.locale_id
    ).exclude(source_hash="")
    gone = {
        "source_hash": "",
        "source_changed_at": None,
        "published_at": None,
        "untranslated": [],
        "live_machine": 0,
        "made_from": {},
        "older_places": [],
        "untranslated_places": [],
    }
    published.filter(state=State.STOPPED).update(**gone)
    published.update(state=State.IN_PROGRESS, **gone)


# --- repairing --------------------------------------------------------------------------------


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
