"""`/api/v2/images/`: the pictures that stand on public pages, in the largest size that pages show."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from wagtail.models import Page, ReferenceIndex

from hub.api import FilesAPI, RecordsAPI
from hub.models import Picture
from hub.models.pictures import INLINE_SPECS
from hub.private import open_to_all


class PicturesAPI(FilesAPI):
    model = Picture

    def public(self):
        pages = RecordsAPI.get_base_queryset(self).annotate(key=Cast("pk", CharField()))
        types = ContentType.objects.get_for_models(Picture, Page)
        uses = ReferenceIndex.objects.filter(
            to_content_type=types[Picture],
            to_object_id=OuterRef("key"),
            base_content_type=types[Page],
            object_id__in=pages.order_by().values("key"),
        )
        pictures = Picture.objects.annotate(key=Cast("pk", CharField())).filter(Exists(uses))
        return open_to_all(pictures).prefetch_renditions(INLINE_SPECS[-1])

    def item_of(self, picture: Picture) -> dict:
        sizes = [
            one for one in picture.prefetched_renditions if one.filter_spec == INLINE_SPECS[-1]
        ]
        shown = sizes[0] if sizes else None
        return {
            "title": picture.title,
            "description": picture.description,
            "credit": picture.credit,
            "width": shown.width if shown else None,
            "height": shown.height if shown else None,
            "download_url": shown.file.url if shown else None,
        }
