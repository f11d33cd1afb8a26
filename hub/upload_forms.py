"""What editors upload with: refusals are sentences, and nothing refused leaves a trace."""

from pathlib import Path

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.forms.fields import FileField
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtail.models import UploadedFile as WaitingFile

from hub.document_facts import MEDIA_TYPES, check_document
from hub.picture_cleaning import ENDINGS, PICTURE_ENDINGS, CleanPicture, clean_picture
from hub.upload_notices import (
    facts_on_record,
    hard_to_hear,
    same_bytes_elsewhere,
    say_of_upload,
    stands_on,
)
from hub.upload_rules import obey
from hub.virus_check import check_for_viruses

KNOWN_ENDINGS = ", ".join(sorted({ending.upper().lstrip(".") for ending in PICTURE_ENDINGS}))


def clean_upload(upload: UploadedFile) -> CleanPicture:
    """The picture somebody sends, clean, if it is what its name says."""
    ending = Path(upload.name).suffix.lower()
    if ending in (".svg", ".svgz"):
        raise ValidationError(
            _(
                "SVG drawings can carry programs, so the hub does not take them. Export the drawing "
                "as PNG, and upload that."
            ),
            code="svg",
        )
    if ending not in PICTURE_ENDINGS:
        raise ValidationError(
            _(
                "The hub does not take this kind of picture. Save it as JPEG or PNG, and upload that."
            ),
            code="unknown_kind",
        )
    clean = clean_picture(upload, upload.name)
    if ending not in ENDINGS[clean.source_format]:
        raise ValidationError(
            _(
                "The name ends in “%(ending)s”, but inside is a %(format)s picture. Change the end of "
                "the name to “%(right)s”, and upload it again."
            ),
            code="wrong_ending",
            params={
                "ending": ending,
                "format": clean.source_format,
                "right": ENDINGS[clean.source_format][0],
            },
        )
    # An upload that waits for a title or a licence is stored from the request as it stands there.
    upload.seek(0)
    upload.truncate()
    upload.write(clean.read())
    upload.flush()
    upload.seek(0)
    clean.seek(0)
    upload.name, upload.size = clean.name, clean.size
    return clean


def check_size(upload: UploadedFile, limit_bytes: int | None) -> None:
    if limit_bytes is not None and upload.size > limit_bytes:
        raise ValidationError(
            _(
                "This file has %(size)s; the hub takes up to %(limit)s. Make it smaller or split it, "
                "and upload that."
            ),
            code="file_too_large",
            params={"size": filesizeformat(upload.size), "limit": filesizeformat(limit_bytes)},
        )


class SafeImageField(WagtailImageField):
    """Decodes a picture once, and answers in words what would be an error page otherwise."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.help_text = _("%(kinds)s, up to %(limit)s. Position and camera data are removed.") % {
            "kinds": KNOWN_ENDINGS,
            "limit": self.max_upload_size_text,
        }

    def to_python(self, data):
        upload = FileField.to_python(self, data)
        if upload is None:
            return None
        check_size(upload, self.max_upload_size)
        check_for_viruses(upload)
        return clean_upload(upload)


class SafeDocumentField(WagtailDocumentField):
    """A file of a kind that the hub takes, with the content that its name promises."""

    def to_python(self, data):
        upload = FileField.to_python(self, data)
        if upload is None:
            return None
        check_size(upload, self.max_upload_size)
        check_for_viruses(upload)
        if Path(upload.name).suffix.lower() in PICTURE_ENDINGS:
            return clean_upload(upload)
        check_document(upload, upload.name)
        upload.seek(0)
        return upload

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "accept": ",".join(MEDIA_TYPES)}


def put_field(form: forms.ModelForm, field_class: type[FileField]) -> None:
    """Puts our field in the place of Wagtail's.

    Declared on the form it would also stand in the second step of a multiple upload, where
    Wagtail leaves the file out.
    """
    if "file" in form.fields:
        given = form.fields["file"]
        form.fields["file"] = field_class(
            label=capfirst(given.label), required=given.required, widget=given.widget
        )


def refuse_who_has_no_place(policy, user) -> None:
    """Wagtail fails with a 500 when somebody lost the last role between two steps of an upload."""
    if user and not policy.user_has_any_permission(user, ["add", "change"]):
        raise PermissionDenied


class PictureForm(BaseImageForm):
    def __init__(self, *args, **kwargs):
        refuse_who_has_no_place(self.permission_policy, kwargs.get("user"))
        super().__init__(*args, **kwargs)
        # Else Wagtail deletes the bytes before it is certain that the new row stands; the model
        # does it after.
        self.original_file = None
        put_field(self, SafeImageField)
        self.fields["description"].label = _("What the picture shows")
        self.fields["description"].help_text = _(
            "For people who cannot see it: one sentence, as you would tell it on the telephone."
        )


class DocumentForm(BaseDocumentForm):
    what_changed = forms.CharField(
        label=_("What changed"),
        required=False,
        max_length=300,
        help_text=_(
            "If you put a newer file here: one sentence for those who know the old one, in the "
            "language of the file. Readers see it beside the file."
        ),
    )

    def __init__(self, *args, **kwargs):
        self.user = kwargs.get("user")
        refuse_who_has_no_place(self.permission_policy, self.user)
        super().__init__(*args, **kwargs)
        # Else Wagtail deletes the old bytes, which the model keeps as a version.
        self.original_file = None
        put_field(self, SafeDocumentField)
        if self.instance.pk and "file" in self.fields:
            self.order_fields(["title", "file", "what_changed"])
        else:
            del self.fields["what_changed"]
        if self.instance.pk and not self.is_bound:
            self._tell()

    def _tell(self) -> None:
        """Beside the fields that help: where the file stands, its double, whom it leaves out."""
        before = {
            "file": [
                stands_on(self.instance, self.user),
                same_bytes_elsewhere(self.instance, self.user),
            ],
            "text_alternative": [hard_to_hear(self.instance, facts_on_record(self.instance))],
        }
        for name, notices in before.items():
            for notice in filter(None, notices):
                if name in self.fields:
                    field = self.fields[name]
                    field.help_text = format_html("{} {}", field.help_text, notice)

    def clean(self):
        cleaned = super().clean()
        collection = cleaned.get("collection") or self._given_collection()
        new_bytes = self._new_bytes(collection)
        if new_bytes:
            try:
                obey(collection, new_bytes)
            except ValidationError as refused:
                self.add_error("file" if "file" in self.fields else None, refused)
        return cleaned

    def _given_collection(self):
        """The field is taken away where there is nothing to choose."""
        return self.collections[0] if len(self.collections) == 1 else self.instance.collection

    def _new_bytes(self, collection) -> int:
        """How much more lies in the collection when this is saved."""
        if "file" in self.changed_data:
            file = self.cleaned_data.get("file")
            return file.size if file else 0
        if self.instance.pk:
            moves = collection.pk != self.instance.collection_id
            older = self.instance.versions.aggregate(all=Sum("size_bytes"))["all"] or 0
            return (self.instance.size_bytes or 0) + older if moves else 0
        # The second step of "add several": the file waits, and the form is called after it.
        number = (self.prefix or "").rpartition("uploaded-document-")[2]
        waiting = WaitingFile.objects.filter(pk=number).first() if number.isdigit() else None
        return waiting.file.size if waiting and waiting.uploaded_by_user == self.user else 0

    def save(self, commit=True):
        self.instance.replaced_by = self.user
        self.instance.what_changed = self.cleaned_data.get("what_changed", "")
        document = super().save(commit)
        say_of_upload(document, self.user)
        return document
