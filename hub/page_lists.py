"""Lists of pages in the admin: what every line asks comes with the list, not line by line."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length, Substr
from wagtail.models import Page
from wagtail.query import PageQuerySet

from hub.models import Thing


def with_originals(pages: PageQuerySet) -> PageQuerySet:
    """`pages`, each knowing whether it is the original of its thing, and the thing's code."""
    thing = Thing.objects.filter(translation_key=OuterRef("translation_key"))
    return pages.annotate(
        known_original_locale=Subquery(thing.values("original_locale")),
        known_code=Subquery(thing.values("code")),
    )


def with_all_that_lines_say(pages: PageQuerySet) -> PageQuerySet:
    """`pages` with parent, plans and reviews too, where Wagtail's own list does not see to it."""
    above = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)
    parent = Page.objects.filter(path=above).order_by().values("pk")
    return (
        with_originals(pages)
        .annotate_approved_schedule()
        .prefetch_workflow_states()
        .annotate(known_parent=Subquery(parent))
    )
