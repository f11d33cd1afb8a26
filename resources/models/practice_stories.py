from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from hub.models import HubPage

from .kinds import KIND_LABELS
from .resource_page import ResourcePage


class PracticeStoryPage(ResourcePage):
    """How something went, told by who was there."""

    kind = "story"

    content_panels = [
        *HubPage.content_panels,
        FieldPanel("body"),
        ResourcePage.files_panel,
        ResourcePage.about_panel,
        FieldPanel("adapted_from"),
    ]

    class Meta:
        verbose_name = KIND_LABELS["story"]
        verbose_name_plural = _("practice stories")
