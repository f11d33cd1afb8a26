"""Pages that stand in every language as real pages: homes, sections, shelves, partner pages."""

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.strings import StringValue

from hub.frame import home_slug
from hub.languages import language

from .mirrors import Say, is_original, mirror
from .models import TranslationState
from .state import fingerprint, measure, recount, strings_of


def plant(parent: Page, page: Page, user=None, titles: dict[str, str] | None = None) -> Page:
    """Put `page` under `parent` as the original, and a real counterpart into every language.

    All in one transaction, so that no mirror is made in between. The counterparts show the
    original's words, marked as such, until they are translated; where `titles` (by language code)
    has the only words of the page, they are translated from the beginning.
    """
    with transaction.atomic():
        page.live = False
        page.locale = page.locale if parent.is_root() else parent.locale
        parent.add_child(instance=page)
        page.save_revision(user=user).publish(user=user, skip_permission_checks=True)
        titles = titles or {}
        for locale in Locale.objects.exclude(pk=page.locale_id):
            stand_in(page, locale, user, titles.get(locale.language_code, ""))
        if titles:
            keep_titles(page, titles)
        page.refresh_from_db()
    return page


def stand_in(page: Page, locale: Locale, user=None, title: str = "") -> Page:
    """A real counterpart of `page` in `locale`, live: `title` in its own words, else the original's."""
    copy = page.specific.copy_for_translation(locale)
    if title:
        copy.title = copy.draft_title = title
        copy.words_language = locale.language_code
    if page.kind == "home":
        copy.slug = home_slug(locale.language_code)
        copy.title = copy.draft_title = language(locale.language_code).name
        copy.save()
    copy.save_revision(user=user).publish(user=user, skip_permission_checks=True)
    return copy


def keep_titles(page: Page, titles: dict[str, str]) -> None:
    """Give the desk the titles (by language code) that stand on counterparts of the original `page`.

    These languages then count as published: whatever else the page says must be translated in them.
    """
    source, _made = TranslationSource.update_or_create_from_instance(page)
    segment = StringSegment.objects.get(source=source, context__path="title")
    strings = strings_of(Page.objects.get(pk=page.pk).specific)
    for locale in Locale.objects.filter(language_code__in=titles).exclude(pk=page.locale_id):
        Translation.objects.get_or_create(source=source, target_locale=locale)
        StringTranslation.objects.update_or_create(
            translation_of_id=segment.string_id,
            locale=locale,
            context_id=segment.context_id,
            defaults={
                "data": StringValue.from_plaintext(titles[locale.language_code]).data,
                "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
            },
        )
        page.thing.states.filter(locale=locale).update(
            state=TranslationState.State.PUBLISHED, source_hash=fingerprint(strings)
        )
        recount(page.thing, locale)


def _is_model_for_a_language(page: Page) -> bool:
    """Originals; of the homes, which have none, the one in the site's own language."""
    if page.kind == "home":
        return page.locale.language_code == settings.LANGUAGE_CODE
    return is_original(page)


def open_language(locale: Locale, say: Say = lambda _done, _of: None) -> int:
    """Give `locale` its tree: real pages for the structure, mirrors for the rest; returns how many.

    Stopped half-way, it goes on where it was. `say` hears after each page how many of how many
    were looked at.
    """
    made = 0
    have = Page.objects.filter(locale=locale).values("translation_key")
    missing = (
        Page.objects.filter(depth__gte=2, live=True, alias_of=None)
        .exclude(translation_key__in=have)
        .order_by("depth", "path")
    )
    ids = list(missing.values_list("pk", flat=True))
    for number, pk in enumerate(ids, start=1):
        made += _open_page(Page.objects.get(pk=pk).specific, locale)
        say(number, len(ids))
    return made


def _open_page(page: Page, locale: Locale) -> int:
    """Give `locale` its counterpart of `page`; returns how many pages were made."""
    if not _is_model_for_a_language(page):
        return 0
    made = 1
    with transaction.atomic():
        if page.is_structure:
            stand_in(page, locale)
        else:
            made = mirror(page.pk)
        measure(page)
    return made
