"""Files that readers take home: what they are, and every version that ever stood at an address."""

import hashlib
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument
from wagtail.search import index
from wagtail.utils.file import hash_filelike

from hub.document_facts import MEDIA_TYPES, facts_of
from hub.languages import LANGUAGES
from hub.picture_cleaning import PICTURE_ENDINGS, clean_picture
from hub.sending import fit_name


class Licence(models.TextChoices):
    CC_BY = "CC-BY-4.0", _("CC BY 4.0: everybody may share, translate and adapt it, and names you")
    CC_BY_SA = "CC-BY-SA-4.0", _("CC BY-SA 4.0: as CC BY, and what is made of it stays as free")
    CC0 = "CC0-1.0", _("CC0: free for everything, nobody needs to be named")
    OTHER = "other", _("other: only reading and printing")


def file_languages() -> list[tuple[str, str]]:
    """The hub's languages, and what else a file may be written in (codes of ISO 639-2)."""
    return [
        *((language.code, language.name) for language in LANGUAGES),
        ("mul", _("several languages")),
        ("zxx", _("no words")),
    ]


class DocumentFile(FieldFile):
    def save(self, name, content, save=True):
        """The one place that every door passes, so the facts are always those of these bytes."""
        if Path(name).suffix.lower() in PICTURE_ENDINGS:
            content = clean_picture(content, name)
            name = content.name
        document = self.instance
        content.seek(0)
        document.sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        document.file_hash = hash_filelike(content)
        document.file_size = content.size
        document.facts = facts_of(content, name)
        document.page_count = document.facts.page_count
        document.file_changed_at = timezone.now()
        document.has_new_bytes = True
        super().save(name, content, save)


class DocumentField(models.FileField):
    attr_class = DocumentFile

    def generate_filename(self, instance, filename):
        # Django's own way drops apostrophes, and accents that are signs of their own; and it tells
        # a second file of the same name (each newer version) from the first by signs in its name.
        given = Path(filename)
        name = f"{fit_name(given.stem) or 'file'}{given.suffix}"
        own = instance.own_folder
        if not own and self.storage.exists(f"{self.upload_to}/{name}"):
            own = get_random_string(8)
        folder = f"{self.upload_to}/{own}" if own else self.upload_to
        return f"{folder}/{name}"


class Document(AbstractDocument):
    """A file with its newest bytes; `versions` hold the older ones.

    To put newer bytes in place, set `file` and save; `replaced_by` (a user) and `what_changed`,
    set before, are noted with the version that goes to the shelf.
    """

    FACTS = ("sha256", "file_hash", "file_size", "page_count", "file_changed_at", "version")

    # Wagtail's own Document has the reverse names that these two would take.
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="uploaded_files",
    )
    uploaded_by_user.wagtail_reference_index_ignore = True
    tags = TaggableManager(help_text=None, blank=True, related_name="files")

    file = DocumentField(_("file"), upload_to="documents")
    language = models.CharField(
        _("language of the file"),
        max_length=12,
        choices=file_languages,
        help_text=_("The language that somebody must read to use this file."),
    )
    licence = models.CharField(
        _("licence"),
        max_length=20,
        choices=Licence,
        help_text=_(
            "What others may do with this file. Choose CC BY if you may decide and are in doubt."
        ),
    )
    text_alternative = models.TextField(
        _("for those who cannot see it"),
        blank=True,
        help_text=_(
            "What the file says, in its own language, for a file that a screen reader cannot read: a "
            "scan, a poster, a film. It stands beside the file, and is found by the search."
        ),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    page_count = models.PositiveIntegerField(
        _("pages"), null=True, editable=False, help_text=_("Empty where a file does not say.")
    )
    file_changed_at = models.DateTimeField(null=True, editable=False)

    admin_form_fields = ("title", "file", "language", "licence", "text_alternative", "collection")
    search_fields = [
        *AbstractDocument.search_fields,
        index.FilterField("language"),
        index.FilterField("licence"),
    ]

    replaced_by = None
    what_changed = ""
    # For who must know before the bytes are written where they will lie.
    own_folder = ""
    has_new_bytes = False
    # hub.document_facts.FileFacts of bytes that came just now.
    facts = None

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def save(self, *args, **kwargs):
        if self.file and not self.file._committed:
            self.file.save(self.file.name, self.file.file, save=False)
        if kwargs.get("update_fields") is not None and "file" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], *self.FACTS}
        with transaction.atomic():
            before = Document.objects.select_for_update().filter(pk=self.pk).first()
            if before and before.file.name != self.file.name:
                if self.has_new_bytes and before.sha256 != self.sha256:
                    self._put_aside(before)
                else:
                    self._keep_file_of(before)
            self.has_new_bytes = False
            super().save(*args, **kwargs)

    def _put_aside(self, before: "Document") -> None:
        before.versions.create(
            number=before.version,
            file=before.file.name,
            sha256=before.sha256,
            size_bytes=before.size_bytes,
            file_changed_at=before.file_changed_at,
            replaced_by=self.replaced_by,
            what_changed=self.what_changed,
        )
        self.version = before.version + 1

    def _keep_file_of(self, before: "Document") -> None:
        """The same bytes came again, or this object was read before somebody replaced the file."""
        if self.has_new_bytes:
            transaction.on_commit(partial(self.file.storage.delete, self.file.name))
        self.file = before.file.name
        for fact in self.FACTS:
            setattr(self, fact, getattr(before, fact))

    @property
    def size_bytes(self) -> int | None:
        return self.file_size

    @property
    def format(self) -> str:
        """As readers know it: PDF, DOCX."""
        return self.file_extension.upper()

    @property
    def content_type(self) -> str:
        return media_type(self.file.name)

    def get_version(self, number: int) -> "Document | DocumentVersion":
        """Version `number`, counted from 1: this document if newest, else a version kept.

        Both have `file`, `sha256`, `size_bytes`, `file_changed_at` and `content_type`.
        Raises DocumentVersion.DoesNotExist for a number never given.
        """
        return self if number == self.version else self.versions.get(number=number)


class DocumentVersion(models.Model):
    """Bytes that stood at a document's address until `created_at`, when newer ones came."""

    # What it was before is no use of it.
    wagtail_reference_index_ignore = True

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    file = models.FileField(_("file"), upload_to="documents")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField(null=True)
    file_changed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("replaced at"), auto_now_add=True)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    what_changed = models.TextField(
        _("what changed"), blank=True, help_text=_("What the newer version does differently.")
    )

    class Meta:
        verbose_name = _("older version")
        verbose_name_plural = _("older versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_version_a_number")
        ]

    def __str__(self):
        return f"{self.document}, {self.number}"

    @property
    def content_type(self) -> str:
        return media_type(self.file.name)

    @property
    def filename(self) -> str:
        return Path(self.file.name).name


def media_type(name: str) -> str:
    return MEDIA_TYPES.get(Path(name).suffix.lower(), "application/octet-stream")


@receiver(post_delete, sender=DocumentVersion)
def delete_bytes(instance, **kwargs):
    """Wagtail takes the newest bytes with a document; these are the older ones."""
    transaction.on_commit(partial(instance.file.storage.delete, instance.file.name))
