"""What was read inside a document's newest bytes: its words, page by page, and its first page."""

from functools import partial

from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from hub.models.documents import Document


class DocumentText(models.Model):
    """`sha256` are the bytes it was read from: where the document's are others, it is out of date."""

    class State(models.TextChoices):
        DONE = "done", _("read")
        EMPTY = "empty", _("without words")
        FAILED = "failed", _("cannot be read")

    # What was read of a document is no use of it.
    wagtail_reference_index_ignore = True

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, primary_key=True, related_name="text_inside"
    )
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=6, choices=State)
    # A list of texts: a page of a PDF each, a slide, a sheet; all else is one.
    pages = models.JSONField(default=list)
    is_tagged = models.BooleanField(_("tells screen readers its order"), null=True)
    first_page = models.FileField(upload_to="first_pages", blank=True)
    first_page_width = models.PositiveSmallIntegerField(null=True)
    first_page_height = models.PositiveSmallIntegerField(null=True)
    read_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("text of a document")
        verbose_name_plural = _("texts of documents")

    def __str__(self):
        return f"{self.document_id}, {self.state}"

    @classmethod
    def pages_of(cls, document_ids) -> dict[int, list[str]]:
        """The texts of these documents, page by page; nothing for those without words. One query."""
        words = cls.words_of(document_ids)
        return {pk: pages for pk, (_instead, pages) in words.items() if pages}

    @classmethod
    def words_of(cls, document_ids) -> dict[int, tuple[str, list[str]]]:
        """What stands for these documents, and their texts page by page, where they have words.

        One query.
        """
        read = models.Q(text_inside__state=cls.State.DONE, text_inside__sha256=models.F("sha256"))
        pages = models.Case(models.When(read, then="text_inside__pages"))
        found = Document.objects.filter(pk__in=document_ids).order_by()
        return {
            pk: (instead, texts or [])
            for pk, instead, texts in found.values_list("pk", "text_alternative", pages)
        }


@receiver(post_delete, sender=DocumentText)
def delete_picture(instance, **kwargs):
    if instance.first_page:
        picture = instance.first_page
        transaction.on_commit(partial(picture.storage.delete, picture.name))
