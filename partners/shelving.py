"""What stands on a shelf belongs to the shelf's partner, by whichever door it came there."""

from django.db.models.signals import pre_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import post_page_move

from hub.changes import touched
from hub.frame import STRUCTURE_DEPTH
from hub.models import HubPage

from .models import ShelfPage


def partner_of_shelf_above(path: str) -> int | None:
    """The partner on whose shelf the page at tree path `path` stands; None beside the shelves."""
    shelf_path = path[: STRUCTURE_DEPTH * Page.steplen]
    if len(path) <= len(shelf_path):
        return None
    shelf = ShelfPage.objects.filter(path=shelf_path).values_list("partner", flat=True)
    return shelf.first()


@receiver(pre_save)
def give_partner(sender, instance, raw=False, **kwargs):
    # On every save: an older revision that is published after a move brings its old partner.
    if isinstance(instance, HubPage) and not raw and not instance.is_structure:
        instance.partner_id = partner_of_shelf_above(instance.path or "")


@receiver(post_page_move)
def follow_shelf(sender, instance, **kwargs):
    page = Page.objects.get(pk=instance.pk).specific
    if isinstance(page, HubPage) and not page.is_structure:
        partner_id = partner_of_shelf_above(page.path)
        type(page).objects.filter(pk=page.pk).update(partner=partner_id)
        # Outside of a transaction the move has been told already.
        touched([page.translation_key])
