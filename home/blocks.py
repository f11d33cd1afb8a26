from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from hub.thing_chooser import ThingChooserBlock

RESOURCE_KINDS = ("guide", "material", "story", "kit")


class ShortcutBlock(blocks.StructBlock):
    """A kit, or a ready question to the catalogue, offered under the search field."""

    label = blocks.CharBlock(label=_("Words"), max_length=60)
    kit = ThingChooserBlock(label=_("Kit"), required=False)
    query = blocks.RegexBlock(
        r"^\?[a-z0-9=&-]*$",
        required=False,
        default="",
        label=_("Filter"),
        error_messages={"invalid": _("A filter begins with ? such as ?shared=no.")},
        help_text=_("What follows the catalogue's address when the filter is chosen there."),
    )

    class Meta:
        icon = "link"
        label = _("Shortcut")
        preview_value = {"label": "For volunteers", "query": "?audience=volunteers"}
        description = _("A kit, or a ready question to the catalogue.")

    def clean(self, value):
        result = super().clean(value)
        if bool(result["kit"]) == bool(result["query"]):
            error = ValidationError(_("Choose a kit or give a filter: one of the two."))
            raise blocks.StructBlockValidationError({"query": error})
        if result["kit"] and result["kit"].kind != "kit":
            raise blocks.StructBlockValidationError({"kit": ValidationError(_("Choose a kit."))})
        return result


class DoorBlock(blocks.StructBlock):
    """One of the three ways in on the front page."""

    kind = blocks.ChoiceBlock(
        label=_("Leads to"),
        choices=[
            ("guides", _("Method guides")),
            ("materials", _("Training materials")),
            ("circle", _("Support circle")),
        ],
    )
    title = blocks.CharBlock(label=_("Title"), max_length=60)
    text = blocks.TextBlock(label=_("Text"), max_length=250)

    class Meta:
        icon = "home"
        label = _("Door")
        preview_value = {"kind": "guides", "title": "Method guides", "text": "Step by step."}
        description = _("One of the three ways in.")


class ActivityBlock(blocks.StructBlock):
    """Something the project does, and the event that carried it out."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    text = blocks.TextBlock(label=_("Text"), required=False)
    event = ThingChooserBlock(label=_("Event"), required=False)

    class Meta:
        icon = "date"
        label = _("Activity")
        preview_value = {"title": "Ceramics workshop", "text": "Clay needs no words."}
        description = _("Something the project does.")


class ResultBlock(blocks.StructBlock):
    """Something that came out of the project, and the resource in which others find it."""

    text = blocks.TextBlock(label=_("Sentence"), max_length=300)
    resource = ThingChooserBlock(label=_("Resource"), required=False)

    class Meta:
        icon = "doc-full"
        label = _("Result")
        preview_value = {"text": "A guide for ceramics workshops, tried in Vaidava."}
        description = _("Something that came out of the project.")

    def clean(self, value):
        result = super().clean(value)
        if result["resource"] and result["resource"].kind not in RESOURCE_KINDS:
            raise blocks.StructBlockValidationError(
                {"resource": ValidationError(_("Choose a guide, a material, a story or a kit."))}
            )
        return result
