"""A privacy setting holds for the thing in all languages; stock Wagtail leaves translations open."""

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction

from .mirrors import after_commit, is_original


@receiver(post_save, sender=PageViewRestriction)
def copy_restriction(sender, instance, **kwargs):
    """At once, in the same transaction: no language is open for a moment."""
    spread(instance.page)


@receiver(m2m_changed, sender=PageViewRestriction.groups.through)
def copy_groups(sender, instance, action, **kwargs):
    if action.startswith("post_") and isinstance(instance, PageViewRestriction):
        spread(instance.page)


@receiver(post_delete, sender=PageViewRestriction)
def lift_restriction(sender, instance, **kwargs):
    # Later: where the page itself is being deleted, its languages stay closed until they go too.
    after_commit(_lift, instance.page_id)


def _lift(pk: int) -> None:
    page = Page.objects.filter(pk=pk).first()
    if page is not None:
        spread(page)


def spread(page: Page) -> None:
    """Give the other real pages of a thing the restriction of its original; mirrors have it anyway."""
    if page.alias_of_id or not is_original(page):
        return
    mine = page.view_restrictions.first()
    others = Page.objects.filter(translation_key=page.translation_key, alias_of=None)
    for other in others.exclude(pk=page.pk):
        if mine is None:
            other.view_restrictions.all().delete()
            continue
        theirs = other.view_restrictions.first() or PageViewRestriction(page=other)
        theirs.restriction_type, theirs.password = mine.restriction_type, mine.password
        theirs.save()
        theirs.groups.set(mine.groups.all())
