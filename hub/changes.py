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
from hub.frame import forget_token, language_of_path
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

    def __call__(self):
        with transaction.atomic():
            Generation.renew()
            for listener in _listeners:
                listener(self.keys, self.prefixes)
        forget_token()


def touched(keys: Iterable = (), prefixes: Iterable[str] = ()) -> None:
    """Say that these things, or the pages under these paths, changed for readers."""
    change = _waiting_change()
    if change is None:
        change = _Change()
        change.keys.update(keys)
        change.prefixes.update(prefixes)
        # robust: a listener's failure must not undo work that is saved already.
        transaction.on_commit(change, robust=not settings.DEBUG)
    else:
        change.keys.update(keys)
        change.prefixes.update(prefixes)


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
    touched([instance.page.translation_key])


def _words_changed(sender, instance, **kwargs):
    touched()


for _model in (Topic, Audience, SiteText, Document, Picture, Site, Redirect):
    post_save.connect(_words_changed, sender=_model, dispatch_uid=f"hub_saved_{_model.__name__}")
    post_delete.connect(_words_changed, sender=_model, dispatch_uid=f"hub_gone_{_model.__name__}")


@listen
def update_search(keys, prefixes) -> None:
    """Search rows follow in the same transaction as the token."""
    search.update(keys, prefixes)
