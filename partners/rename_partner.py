"""A partner gets another name, and another address if somebody asks for it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import log
from wagtail.models import Page

from hub.frame import language_of_path
from hub.index_tasks import indexed_at_the_end
from hub.languages import LANGUAGES
from translations.models import TranslationState
from translations.structure import keep_titles

from .make import (
    authors_name,
    check_name,
    free_group_name,
    lock_partners,
    pages_of,
    private_name,
    publishers_name,
)
from .models import Partner, PartnerPage
from .shelf_words import shelf_titles


def rename(partner: Partner, name: str, slug: str = "", user=None) -> Partner:
    """Give it `name`, and `slug` if there is one. Safe to repeat.

    Titles that somebody worded differently stay as they are; so do drafts, which keep their words
    but for the old name. Raises ValidationError when another partner has the name or the slug.
    """
    with transaction.atomic(), indexed_at_the_end():
        lock_partners()
        partner = Partner.objects.get(pk=partner.pk)
        slug = slug or partner.slug
        _check(partner, name, slug)
        old_name, old_slug = partner.name, partner.slug
        partner.name, partner.slug = name, slug
        partner.save(update_fields=["name", "slug"])
        _name_groups_and_collections(partner)
        for pages in _by_thing(pages_of(partner)):
            _rename_thing(pages, old_name, name, slug if slug != old_slug else "", user)
        if (old_name, old_slug) != (name, slug):
            said = {"before": [old_name, old_slug], "after": [name, slug]}
            log(partner, "partners.rename", user=user, data=said)
    return partner


def _check(partner: Partner, name: str, slug: str) -> None:
    if partner.merged_into_id:
        raise ValidationError(_("%(name)s was merged into another.") % {"name": partner.name})
    check_name(name, but=partner)
    other = Partner.objects.filter(slug=slug).exclude(pk=partner.pk).first()
    if other:
        raise ValidationError(
            {"slug": _("This address belongs to %(name)s.") % {"name": other.name}}
        )


def _name_groups_and_collections(partner: Partner) -> None:
    for group, name in (
        (partner.authors, authors_name(partner.name)),
        (partner.publishers, publishers_name(partner.name)),
    ):
        group.name = free_group_name(name, but=group)
        group.save(update_fields=["name"])
    partner.collection.name = partner.name
    partner.private_collection.name = private_name(partner.name)
    partner.collection.save()
    partner.private_collection.save()


def _by_thing(pages: list[Page]) -> list[list[Page]]:
    things: dict = {}
    for page in pages:
        things.setdefault(page.translation_key, []).append(page)
    return list(things.values())


def _rename_thing(pages: list[Page], old: str, name: str, slug: str, user) -> None:
    """All languages of one shelf or partner page, the original first."""
    original = next(page for page in pages if page.is_original)
    before, after = _titles(original, old), _titles(original, name)
    in_step = set(
        original.thing.states.filter(state=TranslationState.State.PUBLISHED).values_list(
            "locale__language_code", flat=True
        )
    )
    titled: dict[str, str] = {}
    for page in sorted(pages, key=lambda page: page != original):
        code = language_of_path(page.url_path)
        words = page.words_language
        title = after.get(words, "") if page.title == before.get(words) else ""
        if _change(page, before.get(words), title, slug, user) and title and code == words:
            titled[code] = title
    kept = {code: title for code, title in titled.items() if code in in_step}
    if kept:
        keep_titles(original, kept)


def _titles(original: Page, name: str) -> dict[str, str]:
    """What a page of a partner of this name is called unless somebody words it, by language."""
    if isinstance(original, PartnerPage):
        return {one.code: name for one in LANGUAGES}
    return shelf_titles(original.section, name, original.words_language)


def _change(page: Page, old_title: str | None, title: str, slug: str, user) -> bool:
    """Publish `page` with the new title and slug, where there are some; a draft stays a draft."""
    if slug:
        slug = find_available_slug(page.get_parent(), slug, ignore_page_id=page.pk)
    if not title and (not slug or slug == page.slug):
        return False
    draft = page.get_latest_revision_as_object() if page.has_unpublished_changes else None
    _say(page, title, slug)
    page.save_revision(user=user).publish(user=user, skip_permission_checks=True)
    if draft is not None:
        _say(draft, title if draft.title == old_title else "", slug)
        draft.save_revision(user=user)
    return True


def _say(page: Page, title: str, slug: str) -> None:
    page.title = title or page.title
    page.slug = slug or page.slug
