"""`/api/v2/resources/`, chosen as in the catalogue, and `/api/v2/documents/`: the files of all resources."""

from django.db.models import Exists, OuterRef
from django.utils import translation
from rest_framework.response import Response

from hub.api import BRIEF, FilesAPI, RecordsAPI
from hub.frame import get_frame
from hub.models import Document
from hub.private import open_to_all

from .catalogue import SORTS, state_of
from .catalogue_index import get_index
from .facets import answers_of
from .models import ResourceFile, ResourcePage

ABOUT = ("topics", "audiences", "licence", "licence_url", "minutes", "group_from", "group_to")
FIELDS = frozenset(
    {
        *BRIEF,
        *ABOUT,
        *("description", "languages", "partner", "published", "modified", "checked_on"),
        *("needs_shared_language", "adapted_from", "adaptations", "files"),
        # Of a guide, of a kit.
        *("aim", "steps", "members"),
    }
)


class ResourcesAPI(RecordsAPI):
    """What the catalogue of one language shows, in its order; mirrors are marked as such."""

    model = ResourcePage
    known_fields = FIELDS
    listing_fields = (
        *(*BRIEF, *ABOUT, "needs_shared_language", "languages", "partner", "files"),
        *("published", "modified"),
    )

    def get_base_queryset(self):
        public = super().get_base_queryset()
        return ResourcePage.objects.filter(pk__in=public.order_by().values("pk"))

    def get_queryset(self):
        return self.get_base_queryset()

    def listing_view(self, request):
        frame = get_frame(self.language_asked())
        offered = answers_of(get_index(frame.language.code), frame)
        self.check_names({*offered, "q", "sort"})
        self.check_answers({**offered, "sort": SORTS})
        section = frame.section("resources")
        if section is None or frame.is_restricted(section.path):
            return self.get_paginated_response(self.paginate_queryset([]))
        with translation.override(frame.language.code):
            state = state_of(request.GET, section)
        ids = self.paginate_queryset(state.pages)
        pages = {page.pk: page for page in self.get_queryset().filter(pk__in=ids).specific()}
        items = self.items([pages[pk] for pk in ids if pk in pages], self.listing_fields)
        facets = {
            facet.name: [
                {"value": one.value, "label": one.label, "count": one.count}
                for one in facet.all_choices
            ]
            for facet in state.facets
        }
        return Response(
            {"meta": {"total_count": len(state.pages), "facets": facets}, "items": items}
        )


class DocumentsAPI(FilesAPI):
    """The files that stand on public resources; none of a closed collection or of one below it."""

    model = Document
    columns = ("language", "licence", "sha256")

    def public(self):
        pages = RecordsAPI.get_base_queryset(self).filter(alias_of=None)
        rows = ResourceFile.objects.filter(
            document=OuterRef("pk"), page__in=pages.order_by().values("pk")
        )
        return open_to_all(Document.objects.filter(Exists(rows)))

    def item_of(self, document: Document) -> dict:
        return {
            "title": document.title,
            "language": document.language,
            "licence": document.licence,
            "format": document.format,
            "size_bytes": document.size_bytes,
            "sha256": document.sha256,
            "pages": document.page_count,
            "version": document.version,
            "changed": document.file_changed_at,
            "download_url": document.url,
        }
