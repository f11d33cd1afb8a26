from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from hub.blocks import PLAIN_RICH_TEXT


class GuideStepBlock(blocks.StructBlock):
    """One step of a method guide; the minutes are the same in every language."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    minutes = blocks.IntegerBlock(label=_("Minutes"), min_value=0, required=False)
    text = blocks.RichTextBlock(label=_("What happens"), features=PLAIN_RICH_TEXT)
    note = blocks.RichTextBlock(
        label=_("Note for the facilitator"), features=PLAIN_RICH_TEXT, required=False
    )

    class Meta:
        icon = "list-ol"
        label = _("Step")
        template = "blocks/guide_step.html"
        preview_value = {
            "title": "Welcome",
            "minutes": 10,
            "text": "<p>Greet everybody at the door.</p>",
            "note": "<p>Begin when three have come.</p>",
        }
        description = _("A step with its minutes and a note for the facilitator.")


class GoesWrongBlock(blocks.StructBlock):
    """Something that can go wrong, and what helps then."""

    what = blocks.CharBlock(label=_("What can happen"), max_length=200)
    then = blocks.TextBlock(label=_("What helps"))

    class Meta:
        icon = "warning"
        label = _("Case")
        template = "blocks/goes_wrong.html"
        preview_value = {"what": "Nobody speaks.", "then": "Lay out the pictures."}
        description = _("What can happen, and what helps.")
