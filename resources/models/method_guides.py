from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from hub.blocks import PLAIN_RICH_TEXT
from hub.models import HubPage
from translations.live_words import mark_words_of

from ..blocks import GoesWrongBlock, GuideStepBlock
from .kinds import KIND_LABELS
from .resource_page import ResourcePage


class MethodGuidePage(ResourcePage):
    """A way of working with a group, step by step, to be done tomorrow."""

    kind = "guide"

    aim = models.TextField(_("aim"), blank=True, help_text=_("What people leave with."))
    room = StreamField(
        [("thing", blocks.CharBlock(label=_("Room or thing"), max_length=200))],
        verbose_name=_("room and materials"),
        blank=True,
    )
    steps = StreamField([("step", GuideStepBlock())], verbose_name=_("steps"), blank=True)
    goes_wrong = StreamField(
        [("case", GoesWrongBlock())], verbose_name=_("what can go wrong"), blank=True
    )
    care = StreamField(
        [
            (
                "participants",
                blocks.RichTextBlock(label=_("Of the participants"), features=PLAIN_RICH_TEXT),
            ),
            ("helper", blocks.RichTextBlock(label=_("Of yourself"), features=PLAIN_RICH_TEXT)),
        ],
        verbose_name=_("taking care"),
        blank=True,
    )
    debrief = StreamField(
        [("question", blocks.CharBlock(label=_("Question"), max_length=250))],
        verbose_name=_("debrief questions"),
        blank=True,
    )

    content_panels = [
        *HubPage.content_panels,
        FieldPanel("aim"),
        ResourcePage.session_panel,
        FieldPanel("room"),
        FieldPanel("body"),
        FieldPanel("steps"),
        FieldPanel("goes_wrong"),
        FieldPanel("care"),
        FieldPanel("debrief"),
        ResourcePage.files_panel,
        ResourcePage.about_panel,
        FieldPanel("adapted_from"),
    ]
    search_fields = [
        *ResourcePage.search_fields,
        index.SearchField("aim"),
        index.SearchField("steps"),
    ]

    class Meta:
        verbose_name = KIND_LABELS["guide"]
        verbose_name_plural = _("method guides")

    def get_context(self, request, *args, **kwargs):
        from ..side_by_side import guide_context

        asked = request.GET.get("beside", "")
        return {**super().get_context(request, *args, **kwargs), **guide_context(self, asked)}

    def text_context(self):
        from ..side_by_side import parts_of

        return {"parts": parts_of(self)}

    def serve(self, request, *args, **kwargs):
        response = super().serve(request, *args, **kwargs)
        second = response.context_data["beside"]
        if second:
            mark_words_of(second.page, response)
        return response

    def record(self):
        return {
            **super().record(),
            "aim": self.aim,
            "steps": [
                {"title": step.value["title"], "minutes": step.value["minutes"]}
                for step in self.steps
            ],
        }


class GuidePdf(models.Model):
    """A method guide on paper in one language, or in two: made by the worker, kept till a newer one is.

    It waits for the worker when it was asked for after it was last `checked_at`.
    """

    thing = models.ForeignKey("hub.Thing", on_delete=models.CASCADE, related_name="guide_pdfs")
    language = models.CharField(max_length=12)
    # The second language; empty: in one alone.
    beside = models.CharField(max_length=12, blank=True)
    file = models.FileField(upload_to="guides", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    file_changed_at = models.DateTimeField(null=True)
    # A hash of the page that the file was made of.
    made_of = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)

    content_type = "application/pdf"

    class Meta:
        verbose_name = _("PDF of a method guide")
        verbose_name_plural = _("PDFs of method guides")
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "language", "beside"], name="one_pdf_a_guide_and_language"
            )
        ]

    def __str__(self):
        return f"{self.thing} {self.language} {self.beside}".strip()
