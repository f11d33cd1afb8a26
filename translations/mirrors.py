"""Mirrors: every live page has a counterpart in every language, whichever it was born in.

A mirror is a Wagtail alias under the counterpart of the original's parent. Wagtail keeps its text
in step; it does not follow slugs, moves, deletions or creation by code, so this module does. Each
page is handled in a transaction of its own: "include subtree" corrupts the tree.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import partial

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page
from wagtail.signals import page_published, page_slug_changed, post_page_move

from hub.models import HubPage, Thing

Say = Callable[[int, int], None]

# Set while counterparts are moved after their source: their own signals are no news.
_following: ContextVar[bool] = ContextVar("following", default=False)


def after_commit(function, *args) -> None:
    """Run `function` once the deed is saved; its failure is logged and undoes nothing."""
    transaction.on_commit(partial(function, *args), robust=True)


# --- asking -----------------------------------------------------------------------------------


def original_page(translation_key) -> Page | None:
    """The original of a thing, as a core page; None when it is gone."""
    thing = Thing.objects.filter(translation_key=translation_key).first()
    if thing is None:
        return None
    return Page.objects.filter(
        translation_key=translation_key, locale=thing.original_locale_id
    ).first()


def is_original(page: Page) -> bool:
    """Whether `page` is the original of a thing; the homes are none."""
    return Thing.objects.filter(
        translation_key=page.translation_key, original_locale=page.locale_id
    ).exists()


# --- making -----------------------------------------------------------------------------------


def mirror(pk: int) -> int:
    """Make the missing mirrors of the live original `pk`; returns how many. Safe to repeat.

    A page whose parent has no counterpart in a language waits for it: `mirror_pages` tries again.
    """
    with transaction.atomic():
        # The lock serialises two publications of one page; without it both make the mirrors.
        page = Page.objects.select_for_update().filter(pk=pk, live=True, alias_of=None).first()
        if page is None or page.depth < 3 or not is_original(page):
            return 0
        have = Page.objects.filter(translation_key=page.translation_key).values("locale")
        parents = Page.objects.filter(translation_key=page.get_parent().translation_key)
        missing = list(Locale.objects.filter(pk__in=parents.values("locale")).exclude(pk__in=have))
        specific = page.specific
        for locale in missing:
            specific.copy_for_translation(locale, alias=True)
        return len(missing)


@receiver(page_published)
def mirror_what_is_published(sender, instance, **kwargs):
    if isinstance(instance, HubPage) and not instance.alias_of_id:
        after_commit(mirror, instance.pk)


@receiver(post_save)
def mirror_what_is_made_live(sender, instance, created, **kwargs):
    """Code may add a live page without publishing it."""
    if created and isinstance(instance, HubPage) and instance.live and not instance.alias_of_id:
        after_commit(mirror, instance.pk)


# --- following --------------------------------------------------------------------------------


@receiver(page_slug_changed)
def follow_slug(sender, instance, **kwargs):
    if not instance.alias_of_id:
        after_commit(_rename_mirrors, instance.pk)


def _rename_mirrors(pk: int) -> None:
    source = Page.objects.filter(pk=pk).first()
    if source is None:
        return
    ids = Page.objects.filter(alias_of=pk).values_list("pk", flat=True)
    for alias_id in list(ids):
        with transaction.atomic():
            alias = Page.objects.select_for_update().get(pk=alias_id).specific
            free = find_available_slug(alias.get_parent(), source.slug, ignore_page_id=alias.pk)
            if alias.slug != free:
                alias.slug = free
                alias.save()


@receiver(page_published)
def follow_the_end(sender, instance, **kwargs):
    """The end of its time, once set, moved or taken away, is that of its translations too."""
    if isinstance(instance, HubPage) and not (instance.alias_of_id or instance.is_structure):
        after_commit(_end_with, instance.pk)


def _end_with(pk: int) -> None:
    """Give translations of original `pk` its end; those that went with it come back with it."""
    original = Page.objects.filter(pk=pk).specific().first()
    if original is None:
        return
    translations = Page.objects.filter(translation_key=original.translation_key, alias_of=None)
    translations = list(translations.exclude(pk=pk).order_by("pk"))
    if not translations or not original.is_original:
        return
    ids = [page.pk for page in translations if page.expire_at != original.expire_at]
    Page.objects.filter(pk__in=ids).update(expire_at=original.expire_at)
    for page in translations:
        revision = page.get_latest_revision()
        if page.expired and not page.live and revision:
            revision.content["expire_at"] = original.expire_at and original.expire_at.isoformat()
            revision.save(update_fields=["content"])
            revision.publish(skip_permission_checks=True)


@receiver(post_page_move)
def follow_move(sender, instance, parent_page_before, parent_page_after, **kwargs):
    if not _following.get() and parent_page_before.pk != parent_page_after.pk:
        after_commit(move_counterparts, instance.pk)


def move_counterparts(pk: int) -> int:
    """Move the other languages of page `pk` under the counterparts of its parent; how many moved."""
    page = Page.objects.get(pk=pk)
    parent_key = page.get_parent().translation_key
    ids = Page.objects.filter(translation_key=page.translation_key).exclude(pk=pk)
    moved = 0
    following = _following.set(True)
    try:
        for other_id in list(ids.values_list("pk", flat=True)):
            with transaction.atomic():
                # Loaded afresh each time: paths in memory are stale after a move.
                other = Page.objects.get(pk=other_id).specific
                target = Page.objects.filter(
                    translation_key=parent_key, locale=other.locale_id
                ).first()
                if target is None or other.get_parent().pk == target.pk:
                    continue
                free = find_available_slug(target, other.slug, ignore_page_id=other.pk)
                if free != other.slug:
                    other.slug = free
                    other.save()
                other.move(target, pos="last-child")
                moved += 1
    finally:
        _following.reset(following)
    return moved


# --- going ------------------------------------------------------------------------------------


@receiver(pre_delete, sender=Page)
def note_mirrors(sender, instance, **kwargs):
    # In post_delete the mirrors are already cut loose from their source.
    instance._hub_mirrors = list(
        Page.objects.filter(alias_of=instance.pk).values_list("pk", flat=True)
    )


@receiver(post_delete, sender=Page)
def remove_or_remake(sender, instance, **kwargs):
    """An original takes all its languages along; another language gets its mirror back."""
    thing = Thing.objects.filter(translation_key=instance.translation_key).first()
    if thing and thing.original_locale_id == instance.locale_id:
        after_commit(_delete_counterparts, instance.translation_key)
        return
    if instance._hub_mirrors:
        after_commit(_delete_pages, instance._hub_mirrors)
    if thing:
        after_commit(mirror_original_of, instance.translation_key)


def _delete_counterparts(translation_key) -> None:
    _delete_pages(Page.objects.filter(translation_key=translation_key).values_list("pk", flat=True))


def _delete_pages(ids) -> int:
    ids = list(ids)
    for pk in ids:
        with transaction.atomic():
            page = Page.objects.filter(pk=pk).first()
            if page is not None:
                page.specific.delete()
    return len(ids)


def mirror_original_of(translation_key) -> None:
    """Give a language that lost its page its mirror back."""
    original = original_page(translation_key)
    if original is not None:
        mirror(original.pk)


# --- repairing --------------------------------------------------------------------------------


def pages_without_all_mirrors():
    """Ids of live originals that lack a counterpart in some language of the site, top down."""
    wanted = Locale.objects.count()
    counts = (
        Page.objects.filter(depth__gte=3)
        .order_by()
        .values("translation_key")
        .annotate(languages=Count("locale", distinct=True))
        .filter(languages__lt=wanted)
        .values("translation_key")
    )
    return (
        _originals()
        .filter(translation_key__in=counts, live=True)
        .order_by("depth", "path")
        .values_list("pk", flat=True)
    )


def _originals():
    things = Thing.objects.filter(
        translation_key=OuterRef("translation_key"), original_locale=OuterRef("locale")
    )
    return Page.objects.filter(Exists(things), depth__gte=3, alias_of=None)


def pages_without_original():
    """Ids of pages whose original is gone: a deletion was stopped half-way."""
    originals = _originals().values("translation_key")
    things = Thing.objects.values("translation_key")
    return (
        Page.objects.filter(depth__gte=3, translation_key__in=things)
        .exclude(translation_key__in=originals)
        .values_list("pk", flat=True)
    )


def misplaced_originals() -> list[int]:
    """Ids of originals of which another language does not stand under its parent's counterpart."""
    step = Page.steplen
    pages = Page.objects.filter(depth__gte=3).order_by()
    rows = list(pages.values_list("pk", "path", "translation_key", "locale", "alias_of"))
    key_at = {path: key for _pk, path, key, _locale, _alias in rows}
    homes = Page.objects.filter(depth=2).order_by().values_list("path", "translation_key")
    key_at.update(dict(homes))
    parents: dict = {}
    for _pk, path, key, _locale, _alias in rows:
        parents.setdefault(key, set()).add(key_at.get(path[:-step]))
    split = {key for key, found in parents.items() if len(found) > 1}
    return list(_originals().filter(translation_key__in=split).values_list("pk", flat=True))


def repair(say: Say = lambda _done, _of: None) -> dict[str, int]:
    """Put right what a killed process or code of its own left; says what was done. Safe twice.

    `say` hears after each page how many of how many have their mirrors.
    """
    done = {
        "removed": _delete_pages(pages_without_original()),
        "moved": sum(move_counterparts(pk) for pk in misplaced_originals()),
        "made": 0,
    }
    missing = list(pages_without_all_mirrors())
    for number, pk in enumerate(missing, start=1):
        done["made"] += mirror(pk)
        say(number, len(missing))
    return done
