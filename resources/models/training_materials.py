from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from hub.models import HubPage

from .kinds import KIND_LABELS
from .resource_page import ResourcePage


class TrainingMaterialPage(ResourcePage):
    """Slides, handouts, sheets: files, and what they are for."""

    kind = "material"

    purpose = models.TextField(
        _("what it is for"), blank=True, help_text=_("When and with whom a colleague would use it.")
    )

    content_panels = [
        *HubPage.content_panels,
        FieldPanel("purpose"),
        ResourcePage.files_panel,
        FieldPanel("body"),
        ResourcePage.about_panel,
        ResourcePage.session_panel,
        FieldPanel("adapted_from"),
    ]
    search_fields = [*ResourcePage.search_fields, index.SearchField("purpose")]

    class Meta:
        verbose_name = KIND_LABELS["material"]
        verbose_name_plural = _("training materials")
