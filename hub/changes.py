"""What changed, told once: search rows and everything kept in memory listen here.

Wagtail says some things by `page_published`, others by `post_save` alone, and some not at all
(descendants of a moved page). Everything ends in `touched()`, collected per transaction and
told to the listeners once, after the commit.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import (
    copy_for_translation_done,
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
)

from hub import search
from hub.frame import STRUCTURE_DEPTH, forget_token, language_of_path, renew_now
from hub.models import Audience, Document, Generation, Picture, SiteText, Thing, Topic

_listeners: list[Callable] = []


def listen(listener: Callable) -> Callable:
    """Have `listener(keys, prefixes)` called after each commit that changed something readers see.

    `keys`: set of translation keys; `prefixes`: set of url_path prefixes whose pages moved.
    """
    _listeners.append(listener)
    return listener


class _Change:
    """What one transaction has touched so far; called once it is committed."""

    def __init__(self):
        self.keys: set = set()
        self.prefixes: set[str] = set()
        self.frame = False

    def __call__(self):
        with transaction.atomic():
            rows = [Generation.EVERYTHING]
            if self.frame or self.prefixes or self._stands_in_frame():
                rows.append(Generation.STRUCTURE)
            Generation.renew(*rows)
            for listener in _listeners:
                listener(self.keys, self.prefixes)
        forget_token()
        if Generation.STRUCTURE in rows:
            renew_now()

    def _stands_in_frame(self) -> bool:
        """Whether a page of these things is part of the structure, closed to strangers, or gone."""
        pages = Page.objects.filter(translation_key__in=self.keys).order_by()
        rows = list(pages.values_list("translation_key", "depth", "view_restrictions"))
        return {row[0] for row in rows} != self.keys or any(
            depth <= STRUCTURE_DEPTH or restriction for _key, depth, restriction in rows
        )


def touched(keys: Iterable = (), prefixes: Iterable[str] = (), frame: bool = False) -> None:
    """Say that these things, or the pages under these paths, changed for readers.

    `frame`: so did what surrounds every page (words of the lists, the foot, who may see what).
    Of the things among `keys` that is found out here.
    """
    change = _waiting_change()
    is_new = change is None
    if is_new:
        change = _Change()
    change.keys.update(keys)
    change.prefixes.update(prefixes)
    change.frame |= frame
    if is_new:
        # robust: a listener's failure must not undo work that is saved already.
        transaction.on_commit(change, robust=not settings.DEBUG)


def _waiting_change() -> _Change | None:
    """The change this transaction will tell anyway, if no inner rollback can drop it."""
    if not connection.in_atomic_block:
        return None
    ours = set(connection.savepoint_ids)
    for savepoints, function, *_robust in connection.run_on_commit:
        if isinstance(function, _Change) and savepoints <= ours:
            return function
    return None


@receiver(page_published)
def _published(sender, instance, **kwargs):
    touched([instance.translation_key])
    if instance.alias_of_id or not hasattr(instance, "kind"):
        return
    _remember_title(instance)


def _remember_title(page) -> None:
    """The thing keeps the last public title of each language, for its tombstone."""
    thing = Thing.objects.filter(translation_key=page.translation_key).first()
    code = language_of_path(page.url_path)
    if thing and thing.titles.get(code) != page.title:
        thing.titles[code] = page.title
        thing.save(update_fields=["titles"])


@receiver(page_unpublished)
def _unpublished(sender, instance, **kwargs):
    touched([instance.translation_key])


@receiver(copy_for_translation_done)
def _mirrored(sender, target_obj, **kwargs):
    if isinstance(target_obj, Page):
        touched([target_obj.translation_key])


@receiver(page_slug_changed)
def _slug_changed(sender, instance, instance_before, **kwargs):
    touched([instance.translation_key], [instance_before.url_path, instance.url_path])


@receiver(post_page_move)
def _moved(sender, instance, url_path_before, url_path_after, **kwargs):
    touched([instance.translation_key], [url_path_before, url_path_after])


@receiver(post_delete, sender=Page)
def _deleted(sender, instance, **kwargs):
    touched([instance.translation_key])
    if not Page.objects.filter(translation_key=instance.translation_key).exists():
        thing = Thing.objects.filter(translation_key=instance.translation_key).first()
        if thing and not thing.withdrawn_at:
            thing.withdraw()


@receiver([post_save, post_delete], sender=PageViewRestriction)
def _privacy_changed(sender, instance, **kwargs):
    touched([instance.page.translation_key], [instance.page.url_path], frame=True)


def _row_changed(sender, instance, **kwargs):
    touched()


def _frame_changed(sender, instance, **kwargs):
    touched(frame=True)


for _signal in (post_save, post_delete):
    for _model in (Document, Picture, Site, Redirect):
        _signal.connect(_row_changed, sender=_model)
    for _model in (Topic, Audience, SiteText, "partners.Partner"):
        _signal.connect(_frame_changed, sender=_model)


@listen
def update_search(keys, prefixes) -> None:
    """Search rows follow in the same transaction as the token."""
    search.update(keys, prefixes)
