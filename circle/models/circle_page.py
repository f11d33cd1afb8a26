from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from hub.blocks import BodyBlock
from hub.models import HubPage


class CirclePage(HubPage):
    """The directory: who can help the person in front of me."""

    section = "support-circle"
    kind = "section"
    is_structure = True
    max_count_per_parent = 1

    introduction = StreamField(BodyBlock(), verbose_name=_("introduction"), blank=True)

    content_panels = [*HubPage.content_panels, FieldPanel("introduction")]
    promote_panels = []

    parent_page_types = ["home.HomePage"]
    subpage_types = ["partners.ShelfPage"]

    class Meta:
        verbose_name = _("support circle")

    def listing(self, request, below) -> dict:
        """Template context of the services under `below` (the circle or one shelf)."""
        from ..directory import listing

        return listing(request, below)

    @staticmethod
    def newest(shelf, number: int) -> list:
        """Cards of at most `number` services on a shelf (of the frame), the newest first: one query."""
        from ..directory import newest

        return newest(shelf, number)

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), **self.listing(request, self)}
