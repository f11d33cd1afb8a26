from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from hub.blocks import TRANSCRIPT
from hub.models import Thing
from hub.models.documents import file_languages
from hub.private import is_private
from hub.recordings import has_words, recording_errors

from .resource_page import ResourcePage


class FileNumber(models.Model):
    """The number a file row got once; it outlives the row, so an address is never reused."""

    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="file_numbers")
    row_key = models.UUIDField()
    number = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("file number")
        constraints = [
            models.UniqueConstraint(fields=["thing", "row_key"], name="one_number_a_row"),
            models.UniqueConstraint(fields=["thing", "number"], name="one_row_a_number"),
        ]

    def __str__(self):
        return f"{self.thing_id}/{self.number}"

    @classmethod
    def of(cls, thing: Thing, row_key) -> int:
        """The number of the row with this translation key; given now if it has none."""
        known = cls.objects.filter(thing=thing, row_key=row_key).first()
        if known is None:
            known = cls.objects.create(
                thing=thing, row_key=row_key, number=thing.next_file_number()
            )
        return known.number


class ResourceFile(TranslatableMixin, Orderable):
    """A file of a resource: a titled place for one document, which each language may fill anew."""

    page = ParentalKey(ResourcePage, related_name="files", on_delete=models.CASCADE)
    title = models.CharField(_("title"), max_length=120)
    document = models.ForeignKey(
        "hub.Document", on_delete=models.PROTECT, related_name="+", verbose_name=_("document")
    )
    # The document's own, kept with the row for lists and file names.
    file_language = models.CharField(
        _("language of the file"),
        max_length=12,
        choices=file_languages,
        blank=True,
        editable=False,
    )
    number = models.PositiveIntegerField(null=True, editable=False)
    captions = models.ForeignKey(
        "hub.Document",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("captions"),
        help_text=_("For a film: a VTT file with what is said, in the language of this page."),
    )
    transcript = RichTextField(
        _("transcript"),
        blank=True,
        features=TRANSCRIPT,
        help_text=_("For a film or sound: everything that is said, and by whom."),
    )

    panels = [
        FieldPanel("title"),
        FieldPanel("document"),
        FieldPanel("captions"),
        FieldPanel("transcript"),
    ]
    # A language may have captions of its own, as it may have a file of its own.
    override_translatable_fields = [
        SynchronizedField("captions"),
        TranslatableField("transcript"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        document = self.document if self.document_id else None
        if not has_words(self.transcript):
            self.transcript = ""
        if errors := self.errors(document, self.captions, is_private):
            raise ValidationError(errors)

    def errors(self, document, captions, is_closed) -> dict:
        """Why readers could not have these two of it, by field; `is_closed` tells of a collection."""
        errors = recording_errors(document, captions, self.transcript)
        for name, chosen in (("document", document), ("captions", captions)):
            if chosen is not None and is_closed(chosen.collection):
                errors[name] = _(
                    "This file is in a private collection: readers could not have it. "
                    "Move it to the partner's public collection first."
                )
        return errors

    def save(self, *args, **kwargs):
        self.file_language = self.document.language or self.page.words_language
        if not self.number:
            self.number = FileNumber.of(Thing.of(self.page, self.page.kind), self.translation_key)
        return super().save(*args, **kwargs)
