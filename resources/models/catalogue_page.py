from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from hub.blocks import BodyBlock
from hub.models import HubPage


class CataloguePage(HubPage):
    """All resources, found by what they are, what they are about and for whom."""

    section = "resources"
    kind = "section"
    takes_searches = True
    is_structure = True
    max_count_per_parent = 1

    introduction = StreamField(BodyBlock(), verbose_name=_("introduction"), blank=True)

    content_panels = [*HubPage.content_panels, FieldPanel("introduction")]
    promote_panels = []

    parent_page_types = ["home.HomePage"]
    subpage_types = ["partners.ShelfPage"]

    class Meta:
        verbose_name = _("catalogue")

    def listing(self, request, below) -> dict:
        """Template context of the resources under `below` (the catalogue or one shelf)."""
        from ..catalogue import listing

        return listing(request, below)

    @staticmethod
    def newest(shelf, number: int) -> list:
        """Cards of at most `number` resources on a shelf (of the frame), the newest first: one query."""
        from ..catalogue import newest

        return newest(shelf, number)

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), **self.listing(request, self)}
