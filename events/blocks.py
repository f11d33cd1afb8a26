from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from hub.blocks import PLAIN_RICH_TEXT
from hub.thing_chooser import ThingChooserBlock


class NameBlock(blocks.CharBlock):
    """A person's name: the same in all languages, and never kept among the strings to translate."""

    def get_translatable_segments(self, value):
        return []

    def restore_translated_segments(self, value, segments):
        return value


class SpeakerBlock(blocks.StructBlock):
    """Somebody who speaks; whoever did not say yes is not named."""

    name = NameBlock(label=_("Name"), max_length=120)
    what = blocks.CharBlock(
        label=_("Role or library"),
        max_length=120,
        required=False,
        default="",
        help_text=_("Such as “Librarian”."),
    )
    may_be_named = blocks.BooleanBlock(
        label=_("This person agreed to be named here"), required=False
    )

    def clean(self, value):
        value = super().clean(value)
        if not value["may_be_named"]:
            raise blocks.StructBlockValidationError(
                {
                    "may_be_named": ValidationError(
                        _(
                            "Name people only with their consent: ask, and tick this, or take the name out."
                        )
                    )
                }
            )
        return value

    class Meta:
        icon = "user"
        label = _("Speaker")


class SessionBlock(blocks.StructBlock):
    """A part of the programme; hours are those of the place."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    day = blocks.DateBlock(
        label=_("Day"), required=False, help_text=_("Where the event takes several days.")
    )
    starts = blocks.TimeBlock(label=_("From"), required=False)
    ends = blocks.TimeBlock(label=_("To"), required=False)
    # With a default: parts from before there were rooms are read too.
    room = blocks.CharBlock(label=_("Room"), max_length=80, required=False, default="")
    text = blocks.RichTextBlock(label=_("Text"), features=PLAIN_RICH_TEXT, required=False)
    speakers = blocks.ListBlock(SpeakerBlock(), label=_("Speakers"), default=[])
    materials = blocks.ListBlock(
        ThingChooserBlock(label=_("Material")), label=_("Materials"), default=[]
    )

    def clean(self, value):
        value = super().clean(value)
        if value["ends"] and not (value["starts"] and value["starts"] < value["ends"]):
            raise blocks.StructBlockValidationError(
                {"ends": ValidationError(_("A part of the programme ends after it starts."))}
            )
        return value

    class Meta:
        icon = "list-ul"
        label = _("Session")
