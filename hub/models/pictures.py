"""Pictures: stored clean, and made ready in the sizes that pages show."""

from functools import partial

from django.db import models, transaction
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    ImageQuerySet,
    WagtailImageField,
    WagtailImageFieldFile,
    get_upload_to,
)
from wagtail.search import index
from wagtail.utils.file import hash_filelike

from hub.picture_cleaning import CleanPicture, clean_picture

# The sizes that pages show, smallest first. A new one is made for pictures already there by
# `make_renditions`, which runs at each saving of a picture.
COVER_SPECS = ("fill-480x270|format-webp", "fill-960x540|format-webp")
INLINE_SPECS = ("width-480|format-webp", "width-960|format-webp", "width-1440|format-webp")
PICTURE_SPECS = COVER_SPECS + INLINE_SPECS


class PictureFile(WagtailImageFieldFile):
    def save(self, name, content, save=True):
        """The one place that every door passes: forms, uploads in two steps, code."""
        if not isinstance(content, CleanPicture):
            content = clean_picture(content, name)
        self.instance.file_size = content.size
        self.instance.file_hash = hash_filelike(content)
        self.instance.has_new_bytes = True
        super().save(content.name, content, save)


class PictureField(WagtailImageField):
    attr_class = PictureFile


class PictureQuerySet(ImageQuerySet):
    def in_bulk(self, *args, **kwargs):
        """StreamFields fetch their pictures this way: their renditions come along in one query."""
        return super(PictureQuerySet, self.prefetch_renditions()).in_bulk(*args, **kwargs)


class Picture(AbstractImage):
    """A picture; `description` says what it shows, for those who cannot see it."""

    file = PictureField(
        verbose_name=_("file"),
        upload_to=get_upload_to,
        width_field="width",
        height_field="height",
    )
    credit = models.CharField(
        _("who made it"),
        max_length=255,
        blank=True,
        help_text=_("The photographer or artist, and the licence if it is not your own."),
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "collection",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )
    search_fields = [*AbstractImage.search_fields, index.SearchField("credit")]

    objects = PictureQuerySet.as_manager()

    has_new_bytes = False

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def save(self, *args, **kwargs):
        if self.file and not self.file._committed:
            # Before the row is written: width, height, size and hash are those of the clean file.
            self.file.save(self.file.name, self.file.file, save=False)
        before = Picture.objects.filter(pk=self.pk).first()
        is_other_file = before and before.file.name != self.file.name
        if is_other_file and not self.has_new_bytes:
            # This object was read before somebody replaced the picture: the newer bytes stay.
            self.file = before.file.name
            self.file_size, self.file_hash = before.file_size, before.file_hash
        super().save(*args, **kwargs)
        if is_other_file and self.has_new_bytes:
            self.renditions.all().delete()
            transaction.on_commit(partial(before.file.storage.delete, before.file.name))
        self.has_new_bytes = False
        transaction.on_commit(partial(make_renditions, self), robust=True)

    @property
    def default_alt_text(self):
        """Empty rather than the title, which is often the name that a camera gave."""
        return self.description


class Rendition(AbstractRendition):
    image = models.ForeignKey(Picture, related_name="renditions", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="unique_rendition"
            )
        ]


def make_renditions(picture: Picture) -> None:
    """Every size that a page may ask for, one after the other: a large picture is held once."""
    made = set(picture.renditions.values_list("filter_spec", "focal_point_key"))
    for spec_filter in map(Filter, PICTURE_SPECS):
        if (spec_filter.spec, spec_filter.get_cache_key(picture)) not in made:
            picture.create_rendition(spec_filter)


def with_renditions(path: str) -> Prefetch:
    """For `prefetch_related` of a list: the renditions of the pictures at `path`, in one query."""
    return Prefetch(
        f"{path}__renditions",
        queryset=Rendition.objects.filter(filter_spec__in=PICTURE_SPECS),
        to_attr="prefetched_renditions",
    )
