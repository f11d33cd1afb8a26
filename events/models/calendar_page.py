from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from hub.blocks import BodyBlock
from hub.models import HubPage


class CalendarPage(HubPage):
    """All events: what is coming, and as easily what has been."""

    section = "events"
    kind = "section"
    is_structure = True
    max_count_per_parent = 1

    introduction = StreamField(BodyBlock(), verbose_name=_("introduction"), blank=True)

    content_panels = [*HubPage.content_panels, FieldPanel("introduction")]
    promote_panels = []

    parent_page_types = ["home.HomePage"]
    subpage_types = ["partners.ShelfPage"]

    class Meta:
        verbose_name = _("calendar")

    def listing(self, request, below) -> dict:
        """Template context of the events under `below` (the calendar or one shelf)."""
        from ..calendar import listing

        return listing(request, below)

    @staticmethod
    def newest(shelf, number: int) -> list:
        """Cards of at most `number` events on a shelf (of the frame), what is coming first, then what has been: one query."""
        from ..calendar import newest

        return newest(shelf, number)

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), **self.listing(request, self)}
