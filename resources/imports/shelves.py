"""Onto which shelves somebody may bring resources, and where the files of these go."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.permissions import page_permission_policy

from partners.models import ShelfPage
from partners.pausing import is_held

from ..models import CataloguePage, TrainingMaterialPage


def shelves_for(user) -> list[ShelfPage]:
    """The shelves of the catalogue on which `user` may begin pages, by partner: two queries at most."""
    pages = page_permission_policy.instances_user_has_permission_for(user, "add")
    shelves = (
        ShelfPage.objects.filter(pk__in=pages.order_by().values("pk"))
        .select_related("partner", "locale")
        .order_by("partner__name", "path")
    )
    return [
        shelf
        for shelf in shelves
        if shelf.section == CataloguePage.section and not is_held(shelf, user)
    ]


def may_bring(user, shelf: ShelfPage) -> bool:
    """As Wagtail asks who begins one page there."""
    return (
        shelf.section == CataloguePage.section
        and shelf.permissions_for_user(user).can_add_subpage()
        and TrainingMaterialPage.can_create_at(shelf)
    )


def collection_for(user, shelf: ShelfPage):
    """The public collection of the shelf's partner. Raises ValidationError where `user` may add no file."""
    collections = document_policy.collections_user_has_permission_for(user, "add")
    collection = collections.filter(pk=shelf.partner.collection_id).first()
    if collection is None:
        raise ValidationError(_("You may not add files of this partner. Ask its publishers."))
    return collection
