"""Pages that stand in every language as real pages: homes, sections, shelves, partner pages."""

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page

from hub.frame import home_slug
from hub.languages import language

from .mirrors import is_original, mirror
from .state import measure


def plant(parent: Page, page: Page, user=None) -> Page:
    """Put `page` under `parent` as the original, and a real counterpart into every language.

    All in one transaction, so that no mirror is made in between. The counterparts show the
    original's words, marked as such, until they are translated.
    """
    with transaction.atomic():
        page.live = False
        page.locale = page.locale if parent.is_root() else parent.locale
        parent.add_child(instance=page)
        page.save_revision(user=user).publish(user=user, skip_permission_checks=True)
        for locale in Locale.objects.exclude(pk=page.locale_id):
            stand_in(page, locale, user)
        page.refresh_from_db()
    return page


def stand_in(page: Page, locale: Locale, user=None) -> Page:
    """A real counterpart of `page` in `locale`, live, with the original's words."""
    copy = page.specific.copy_for_translation(locale)
    if page.kind == "home":
        copy.slug = home_slug(locale.language_code)
        copy.title = copy.draft_title = language(locale.language_code).name
        copy.save()
    copy.save_revision(user=user).publish(user=user, skip_permission_checks=True)
    return copy


def _is_model_for_a_language(page: Page) -> bool:
    """Originals; of the homes, which have none, the one in the site's own language."""
    if page.kind == "home":
        return page.locale.language_code == settings.LANGUAGE_CODE
    return is_original(page)


def open_language(locale: Locale) -> int:
    """Give `locale` its tree: real pages for the structure, mirrors for the rest; returns how many.

    Stopped half-way, it goes on where it was.
    """
    made = 0
    have = Page.objects.filter(locale=locale).values("translation_key")
    missing = (
        Page.objects.filter(depth__gte=2, live=True, alias_of=None)
        .exclude(translation_key__in=have)
        .order_by("depth", "path")
    )
    for pk in list(missing.values_list("pk", flat=True)):
        page = Page.objects.get(pk=pk).specific
        if not _is_model_for_a_language(page):
            continue
        if page.is_structure:
            with transaction.atomic():
                stand_in(page, locale)
            made += 1
        else:
            made += mirror(pk)
        measure(page)
    return made
