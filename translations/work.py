"""The deeds of the translation desk: begin, save, preview, review, publish, turn back into a mirror.

Until a translation is first published nothing writes to its page: the draft is the strings, the
preview is wagtail-localize's ephemeral instance, and the mirror stays a mirror.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.strings import StringValue

from hub.models import Thing

from . import mirrors
from .models import LanguageRole, TranslationState
from .places import place_of
from .state import fingerprint, measure, recount, strings_of

State = TranslationState.State


def may_translate(user, locale: Locale) -> bool:
    """Translators and reviewers of this language, coordinators and administrators."""
    return user.is_active and (
        user.has_perm("translations.change_translationstate")
        or LanguageRole.objects.filter(user=user, locale=locale).exists()
    )


def may_publish(user, locale: Locale) -> bool:
    """Reviewers of this language, coordinators and administrators."""
    return user.is_active and (
        user.has_perm("translations.change_translationstate")
        or LanguageRole.objects.filter(
            user=user, locale=locale, role=LanguageRole.Role.REVIEWER
        ).exists()
    )


def languages_of(user) -> list[Locale]:
    """The languages in which `user` may work at the desk; asked once for each object of a user."""
    everywhere = user.has_perm("translations.change_translationstate")
    if not everywhere and not user.has_perm("translations.view_translationstate"):
        return []
    if not hasattr(user, "_desk_languages"):
        locales = Locale.objects.order_by("pk")
        if not everywhere:
            locales = locales.filter(languagerole__user=user).distinct()
        user._desk_languages = list(locales) if user.is_active else []
    return user._desk_languages


@dataclass
class Work:
    """One thing under translation into one language."""

    thing: Thing
    locale: Locale
    original: Page
    source: TranslationSource

    @property
    def state(self) -> TranslationState:
        return TranslationState.objects.get(thing=self.thing, locale=self.locale)

    def segments(self):
        """The source's strings in reading order, each with `.translation` (None when not done)."""
        return (
            StringSegment.objects.filter(source=self.source)
            .annotate_translation(self.locale)
            .select_related("string", "context")
            .order_by("order")
        )


def begin(thing: Thing, locale: Locale) -> Work:
    """Hold the strings of `thing` for `locale`; makes wagtail-localize's rows when missing.

    Raises PermissionDenied when `locale` is the original's, ValidationError when it is not live.
    """
    if thing.original_locale_id == locale.pk:
        raise PermissionDenied
    original = mirrors.original_page(thing.translation_key)
    if original is None or not original.live:
        raise ValidationError(_("The original is not published."))
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
        pages = Page.objects.filter(translation_key=thing.translation_key, locale=locale)
        if not pages.exists() and not mirrors.mirror(original.pk):
            raise ValidationError(_("Its section does not exist in this language yet."))
    return Work(thing, locale, original, source)


# --- words ------------------------------------------------------------------------------------


def words_for_form(segment: StringSegment, data: str) -> str:
    """What the translator sees of `data`: plain text, or marks where the source has some."""
    return data if has_marks(segment) else StringValue(data).render_text()


def has_marks(segment: StringSegment) -> bool:
    """Whether the source text holds inline marks (bold, links), which a translation may use."""
    return bool(marks_of(segment.string.data))


def marks_of(data: str) -> set[str]:
    """The marks used in a text, as a translator types them: b, i, a id="a1" … Breaks are none."""
    marks = set()
    for element in BeautifulSoup(data, "html.parser").find_all(True):
        if element.name != "br":
            attributes = "".join(f' {name}="{value}"' for name, value in element.attrs.items())
            marks.add(element.name + attributes)
    return marks


def _value(segment: StringSegment, text: str) -> StringValue:
    """`text` as wagtail-localize keeps it. Raises ValidationError when marks differ."""
    source = segment.string.data
    if not has_marks(segment):
        if "<br" not in source:
            text = " ".join(text.split())
        return StringValue.from_plaintext(text)
    wanted, found = marks_of(source), marks_of(text)
    if found - wanted:
        raise ValidationError(
            _("The source has no such mark: %(marks)s") % {"marks": _listed(found - wanted)}
        )
    if missing := {mark for mark in wanted - found if mark.startswith("a")}:
        raise ValidationError(
            _("A link of the source is missing: %(marks)s") % {"marks": _listed(missing)}
        )
    return StringValue.from_translated_html(text)


def _listed(marks: set[str]) -> str:
    return ", ".join(f"<{mark}>" for mark in sorted(marks))


def save_string(work: Work, segment: StringSegment, text: str, user) -> None:
    """Keep `text` as the words of one segment; empty takes them away.

    Raises ValidationError when links or marks of the source are missing or foreign.
    """
    with transaction.atomic():
        _write(work, segment, text, user)
        _note_work(work)


def save_strings(work: Work, texts: dict[int, str], user) -> dict[int, list[str]]:
    """Keep words of many segments (by their id); what could not be kept, with the reasons."""
    errors = {}
    segments = {segment.pk: segment for segment in work.segments().filter(pk__in=texts)}
    with transaction.atomic():
        for pk, text in texts.items():
            if pk not in segments:
                continue
            try:
                _write(work, segments[pk], text, user)
            except ValidationError as error:
                errors[pk] = error.messages
        _note_work(work)
    return errors


def _write(work: Work, segment: StringSegment, text: str, user) -> None:
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    where = {
        "translation_of_id": segment.string_id,
        "locale": work.locale,
        "context_id": segment.context_id,
    }
    if not text:
        # One by one: wagtail-localize listens, and gives the page its draft title back.
        for gone in StringTranslation.objects.filter(**where):
            gone.delete()
        return
    value = _value(segment, text)
    most = place_of(type(work.original), segment.context.field_path).most_characters
    length = len(value.render_text())
    if most and length > most:
        raise ValidationError(
            _("%(length)d characters; there is room for %(most)d.")
            % {"length": length, "most": most}
        )
    StringTranslation.objects.update_or_create(
        **where,
        defaults={
            "data": value.data,
            "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
            "tool_name": "",
            "last_translated_by": user,
            "has_error": False,
            "field_error": "",
        },
    )


def _note_work(work: Work) -> None:
    recount(work.thing, work.locale)
    _states(work).filter(state__in=[State.NOT_STARTED, State.PUBLISHED]).update(
        state=State.IN_PROGRESS
    )


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
    if not recount(work.thing, work.locale):
        raise ValidationError(_("Nothing is translated yet."))
    _states(work).update(state=State.READY)


def send_back(work: Work, words: str) -> None:
    """Give it back to the translators. Raises ValidationError without words or not under review."""
    words = words.strip()
    if not words:
        raise ValidationError(_("Say what should be changed."))
    if not _states(work).filter(state=State.READY).update(state=State.SENT_BACK, note=words):
        raise ValidationError(_("It does not wait for review."))


def publish(work: Work, user) -> Page:
    """Make the strings of now the page of this language, at the mirror's address.

    One transaction: killed in the middle, it is still the mirror or the older translation.
    Raises ValidationError when strings are missing or the page would not be valid.
    """
    with transaction.atomic():
        pages = Page.objects.filter(translation_key=work.thing.translation_key, locale=work.locale)
        # The row of the mirror is the lock of its first publication.
        pages.select_for_update().first()
        if work.segments().filter(translation__isnull=True).exists():
            raise ValidationError(_("Some parts have no words yet."))
        page, _made = work.source.create_or_update_translation(
            work.locale, user=user, publish=False, fallback=True
        )
        revision = page.get_latest_revision()
        revision.content["words_language"] = work.locale.language_code
        revision.save(update_fields=["content"])
        # Nobody has the right to publish a page that is not the original; the desk has asked.
        revision.publish(user=user, skip_permission_checks=True)
        strings = strings_of(type(work.original).objects.get(pk=work.original.pk))
        _states(work).update(state=State.PUBLISHED, source_hash=fingerprint(strings), note="")
        recount(work.thing, work.locale)
    return pages.get().specific


# --- back to a mirror ---------------------------------------------------------------------------


def may_turn_back(user, original: Page) -> bool:
    """Who publishes the original, coordinators and administrators."""
    return user.has_perm("translations.change_translationstate") or (
        original.permissions_for_user(user).can_publish()
    )


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
