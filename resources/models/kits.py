from functools import cached_property

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from hub.models import HubPage, Thing

from ..blocks import KitMembersBlock
from .kinds import KIND_LABELS
from .resource_page import ResourcePage


class KitPage(ResourcePage):
    """Resources and an event in the order in which somebody needs them, with a sentence each."""

    kind = "kit"

    members = StreamField(
        KitMembersBlock(),
        verbose_name=_("what is in it"),
        blank=True,
        max_num=30,
        help_text=_("In the order in which somebody should take them up."),
    )

    content_panels = [
        *HubPage.content_panels,
        FieldPanel("body"),
        FieldPanel("members"),
        ResourcePage.about_panel,
    ]
    search_fields = [*ResourcePage.search_fields, index.SearchField("members")]

    class Meta:
        verbose_name = KIND_LABELS["kit"]
        verbose_name_plural = _("kits")

    def get_context(self, request, *args, **kwargs):
        from ..kits import kit_context

        return {**super().get_context(request, *args, **kwargs), **kit_context(self)}

    @classmethod
    def bring_for_records(cls, pages):
        super().bring_for_records(pages)
        chosen = {pk for page in pages for pk, _sentence in page._chosen()}
        codes = dict(Thing.objects.filter(pk__in=chosen).values_list("pk", "code"))
        for page in pages:
            page.known_codes = codes

    def _chosen(self) -> list[tuple[int, str]]:
        """The thing (its id) and the sentence of each member, as they are stored."""
        values = [member["value"] for member in self.members.raw_data]
        return [
            (value["thing"], value.get("sentence", "")) for value in values if value.get("thing")
        ]

    @cached_property
    def known_codes(self) -> dict[int, str]:
        things = Thing.objects.filter(pk__in=[pk for pk, _sentence in self._chosen()])
        return dict(things.values_list("pk", "code"))

    def record(self):
        return {
            **super().record(),
            "members": [
                {"code": self.known_codes[pk], "sentence": sentence}
                for pk, sentence in self._chosen()
                if pk in self.known_codes
            ],
        }
