"""Blocks that bodies of pages are made of. Editors choose meaning, never looks."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from hub.recordings import SOUND, Player, has_words, is_recording, recording_errors, tracks_of

RICH_TEXT = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]
PLAIN_RICH_TEXT = ["bold", "italic", "ol", "ul", "link"]
TRANSCRIPT = ["bold", "italic"]


class TextBlock(blocks.RichTextBlock):
    """Running text with headings and lists."""

    def __init__(self, **kwargs):
        super().__init__(features=RICH_TEXT, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "blocks/text.html"
        preview_value = "<p>Greet everybody at the door and say your own name first.</p>"
        description = _("Paragraphs, headings and lists.")


class PictureBlock(blocks.StructBlock):
    """A picture; the alternative text belongs to this place, not to the file."""

    picture = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("What it shows"),
        required=False,
        max_length=250,
        help_text=_("For people who cannot see it. Leave empty when it only decorates."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=250)
    credit = blocks.CharBlock(label=_("Credit"), required=False, max_length=120)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "blocks/picture.html"
        description = _("A picture with what it shows, a caption and who made it.")


class FileBlock(blocks.StructBlock):
    """A document offered for download in the middle of a text."""

    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(label=_("Title"), max_length=120)

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "blocks/file.html"
        description = _("A file to download, with format and size.")


class CalloutBlock(blocks.StructBlock):
    """A boxed remark; its meaning decides how it looks and what stands before it."""

    meaning = blocks.ChoiceBlock(
        label=_("Meaning"),
        choices=[("good-to-know", _("Good to know")), ("take-care", _("Take care"))],
        default="good-to-know",
    )
    text = blocks.RichTextBlock(label=_("Text"), features=PLAIN_RICH_TEXT)

    class Meta:
        icon = "info-circle"
        label = _("Call-out")
        template = "blocks/callout.html"
        preview_value = {"meaning": "take-care", "text": "<p>Nobody has to tell their story.</p>"}
        description = _("Something to notice: good to know, or take care.")


class QuoteBlock(blocks.StructBlock):
    """Words of somebody else."""

    quote = blocks.TextBlock(label=_("Quote"), max_length=600)
    source = blocks.CharBlock(label=_("Source"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "blocks/quote.html"
        preview_value = {"quote": "A library is a community centre.", "source": ""}
        description = _("Words of somebody else, and where they come from.")


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=PLAIN_RICH_TEXT)

    class Meta:
        icon = "list-ol"
        label = _("Step")


class StepsBlock(blocks.StructBlock):
    """Numbered steps with a title each."""

    steps = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "blocks/steps.html"
        preview_value = {"steps": [{"title": "Welcome", "text": "<p>Greet everybody.</p>"}]}
        description = _("Things to do one after the other.")


class RecordingBlock(blocks.StructBlock):
    """Video or sound. Nothing is fetched before the reader asks for it."""

    document = DocumentChooserBlock(
        label=_("Recording"), required=False, help_text=_("An MP4 or MP3 file of this hub.")
    )
    captions = DocumentChooserBlock(
        label=_("Captions"),
        required=False,
        help_text=_("For a film: a VTT file with what is said, in the language of this page."),
    )
    address = blocks.URLBlock(
        label=_("Address elsewhere"),
        required=False,
        help_text=_("Shown as a link that names the other site; nothing is loaded from it."),
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    description = blocks.TextBlock(
        label=_("What it says"), required=False, help_text=_("A short text for who cannot hear it.")
    )
    transcript = blocks.RichTextBlock(
        label=_("Transcript"),
        required=False,
        features=TRANSCRIPT,
        help_text=_("Everything that is said, and by whom."),
    )

    class Meta:
        icon = "media"
        label = _("Video or sound")
        template = "blocks/recording.html"
        preview_value = {"title": "A first greeting", "address": "https://example.org/film"}
        description = _("A recording that loads nothing before it is asked for.")

    def clean(self, value):
        value = super().clean(value)
        document = value["document"]
        errors = recording_errors(document, value["captions"], value["transcript"])
        if document is None and not value["address"]:
            errors["document"] = _("Choose a recording, or give the address of one elsewhere.")
        elif document is not None and not is_recording(document):
            errors["document"] = _(
                "Only MP4 and MP3 play in a page. Offer other files for download instead."
            )
        if errors:
            raise blocks.StructBlockValidationError(
                {name: ValidationError(words) for name, words in errors.items()}
            )
        return value

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        if is_recording(document := value.get("document")):
            context["player"] = Player(
                url=document.url,
                title=value["title"],
                is_sound=document.format == SOUND,
                tracks=tracks_of([value.get("captions")]),
                transcript=value["transcript"] if has_words(value.get("transcript")) else None,
            )
        return context


class RowBlock(blocks.StructBlock):
    """One row: wagtail-localize sees its cells, which it does not in Wagtail's own tables."""

    cells = blocks.ListBlock(blocks.CharBlock(label=_("Cell"), max_length=400), label=_("Cells"))

    class Meta:
        icon = "table"
        label = _("Row")


class TableBlock(blocks.StructBlock):
    """A small table; the first row is its head."""

    caption = blocks.CharBlock(label=_("What the table shows"), max_length=160)
    head = blocks.ListBlock(blocks.CharBlock(max_length=120), label=_("Heads of the columns"))
    rows = blocks.ListBlock(RowBlock(), label=_("Rows"))

    class Meta:
        icon = "table"
        label = _("Table")
        template = "blocks/table.html"
        preview_value = {
            "caption": "Words for the desk",
            "head": ["English", "Ukrainian"],
            "rows": [{"cells": ["Good day", "Добрий день"]}],
        }
        description = _("Rows and columns with a caption.")


class BodyBlock(blocks.StreamBlock):
    """What the body of any page may hold."""

    text = TextBlock()
    picture = PictureBlock()
    file = FileBlock()
    callout = CalloutBlock()
    quote = QuoteBlock()
    steps = StepsBlock()
    recording = RecordingBlock()
    table = TableBlock()
