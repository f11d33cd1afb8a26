from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from hub.blocks import PLAIN_RICH_TEXT
from hub.thing_chooser import ThingChooserBlock

# A kit in a kit would be a shelf.
KIT_KINDS = ("guide", "material", "story", "event")


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


class KitMemberBlock(blocks.StructBlock):
    """A thing of a kit, and why it is there."""

    thing = ThingChooserBlock(label=_("Resource or event"))
    sentence = blocks.TextBlock(
        label=_("Why it is here"),
        max_length=250,
        help_text=_("One sentence: what somebody does with it, and when."),
    )

    class Meta:
        icon = "doc-full"
        label = _("Part of the kit")
        preview_value = {"sentence": "Begin here: ten words for the first day at the desk."}
        description = _("A guide, a material, a story or an event, with a sentence.")

    def clean(self, value):
        result = super().clean(value)
        if result["thing"].kind not in KIT_KINDS:
            raise blocks.StructBlockValidationError(
                {"thing": ValidationError(_("Choose a guide, a material, a story or an event."))}
            )
        return result


class KitMembersBlock(blocks.StreamBlock):
    """The parts of a kit in order, each thing once."""

    member = KitMemberBlock()

    def clean(self, value):
        result = super().clean(value)
        seen, errors = set(), {}
        for place, block in enumerate(result):
            thing = block.value["thing"]
            if thing.pk in seen:
                twice = ValidationError(_("This stands in the kit twice. Take one of them away."))
                errors[place] = blocks.StructBlockValidationError({"thing": twice})
            seen.add(thing.pk)
        if errors:
            raise blocks.StreamBlockValidationError(block_errors=errors)
        return result
