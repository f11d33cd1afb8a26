"""Wagtail's API v2, for reading: what all endpoints of `/api/v2/` share, and its list of pages.

Fields are those of `record()`. An answer depends on its address alone: nobody signs in here, so
nothing that only some may read can appear.
"""

from collections.abc import Iterable

from django.conf import settings
from django.http import Http404
from django.utils import translation
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from wagtail.api.v2.filters import (
    AncestorOfFilter,
    ChildOfFilter,
    DescendantOfFilter,
    FieldsFilter,
    OrderingFilter,
    TranslationOfFilter,
)
from wagtail.api.v2.pagination import WagtailPagination
from wagtail.api.v2.utils import BadRequestError, get_object_detail_url, parse_fields_parameter
from wagtail.api.v2.views import BaseAPIViewSet, PagesAPIViewSet
from wagtail.models import Page

from hub import search
from hub.frame import get_frame, home_slug
from hub.languages import LANGUAGES
from hub.models import HubPage, Thing
from hub.records import as_told, records_of, with_whole_addresses

# Farther than any list goes, and as far as every database counts.
FARTHEST = 1_000_000
MOST_FOUND = 500
MOST_ID = 2**31 - 1
# Of each thing in a list, unless `fields` asks otherwise.
BRIEF = ("id", "meta", "code", "kind", "title", "language", "summary", "url", "permanent_url")
CODES = tuple(one.code for one in LANGUAGES)


class Pages(WagtailPagination):
    """`limit` and `offset`, within bounds."""

    def paginate_queryset(self, queryset, request, view=None):
        most = settings.WAGTAILAPI_LIMIT_MAX
        offset = self._number(request, "offset", 0, FARTHEST)
        limit = self._number(request, "limit", 20, most)
        self.total_count = len(queryset) if isinstance(queryset, list) else queryset.count()
        return queryset[offset : offset + limit]

    def _number(self, request, name: str, usual: int, most: int) -> int:
        said = request.GET.get(name, str(usual))
        if not (said.isascii() and said.isdecimal() and len(said) < 9 and int(said) <= most):
            raise BadRequestError(f"{name} is a whole number from 0 to {most}.")
        return int(said)


class JsonAlone(BaseContentNegotiation):
    """Whatever somebody accepts: `format` asks for files of a kind here, not for a kind of answer."""

    def select_parser(self, request, parsers):
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class ForReading:
    """Every website may read; nobody is known here; what is wrong is said in a sentence of JSON."""

    http_method_names = ["get", "head", "options"]
    authentication_classes = []
    permission_classes = []
    renderer_classes = [JSONRenderer]
    content_negotiation_class = JsonAlone
    pagination_class = Pages

    def dispatch(self, request, *args, **kwargs):
        # The languages of the browser change nothing, not even the words of an error.
        with translation.override(settings.LANGUAGE_CODE):
            return super().dispatch(request, *args, **kwargs)

    def get_object(self):
        # A number that no database has room for is a miss like any other.
        if self.kwargs["pk"] > MOST_ID:
            raise Http404
        return super().get_object()

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = "public, max-age=60"
        response.headers["Content-Language"] = settings.LANGUAGE_CODE
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def options(self, request, *args, **kwargs):
        response = Response(status=status.HTTP_204_NO_CONTENT)
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        return response

    def handle_exception(self, exc):
        if isinstance(exc, Http404):
            sentence = "Nothing public stands here."
            return Response({"message": sentence}, status=status.HTTP_404_NOT_FOUND)
        response = super().handle_exception(exc)
        if isinstance(exc, APIException):
            response.data = {"message": str(exc.detail)}
        return response


class RecordsAPI(ForReading, PagesAPIViewSet):
    """Pages as their records. `known_fields`: all that a record of this endpoint may hold."""

    model = Page
    filter_backends = []
    listing_fields = BRIEF
    known_fields: frozenset[str] = frozenset()
    find_query_parameters = frozenset(["id", "code", "html_path"])

    # --- which pages -----------------------------------------------------------------------------

    def get_base_queryset(self):
        """Everything that everybody may read. Restrictions hold for the thing in all languages."""
        pages = Page.objects.filter(live=True, url_path__startswith="/home-")
        for prefix in get_frame(settings.LANGUAGE_CODE).restricted:
            pages = pages.exclude(path__startswith=prefix)
        return pages

    def language_asked(self) -> str:
        """In which language's part of the site to look."""
        code = self.request.GET.get("locale", settings.LANGUAGE_CODE)
        if code not in CODES:
            raise BadRequestError(f"locale is one of: {', '.join(CODES)}.")
        return code

    # --- answers ---------------------------------------------------------------------------------

    def listing_view(self, request):
        queryset = self.get_queryset()
        self.check_query_parameters(queryset)
        pages = self.paginate_queryset(self.filter_queryset(queryset).specific())
        return self.get_paginated_response(self.items(pages, self.listing_fields))

    def detail_view(self, request, pk):
        (item,) = self.items([self.get_object()], self.known_fields)
        return Response(item)

    def find_object(self, queryset, request):
        """By its id, its short code (in the language of `locale`), or its address."""
        if "code" in request.GET:
            thing = Thing.objects.filter(code=request.GET["code"].upper()).first()
            if thing is None:
                return None
            code = thing.original_locale.language_code
            code = self.language_asked() if "locale" in request.GET else code
            return queryset.filter(
                translation_key=thing.translation_key, locale__language_code=code
            ).first()
        if "html_path" in request.GET:
            parts = [part for part in request.GET["html_path"].split("/") if part]
            path = "/".join([home_slug(parts[0]), *parts[1:]]) if parts else ""
            return queryset.filter(url_path=f"/{path}/").first()
        said = request.GET.get("id", "")
        if not (said.isascii() and said.isdecimal() and len(said) < 10):
            raise BadRequestError("find needs id=, code= or html_path=.")
        return queryset.filter(pk=int(said)).first()

    def items(self, pages: Iterable[HubPage], usual) -> list[dict]:
        pages = list(pages)
        wanted = self._wanted(usual)
        found = []
        for page, record in zip(pages, as_told(self.records(pages)), strict=True):
            whole = {"id": page.pk, "meta": self._meta_of(page), **record}
            found.append({name: value for name, value in whole.items() if name in wanted})
        return found

    def records(self, pages: list[HubPage]) -> list[dict]:
        return records_of(pages)

    def _meta_of(self, page: HubPage) -> dict:
        return {
            "type": page._meta.label,
            "detail_url": get_object_detail_url(
                self.request.wagtailapi_router, self.request, type(page), page.pk
            ),
            "html_url": page.full_url,
            "slug": page.slug,
            "locale": page.own_language.code,
            "is_mirror": page.is_mirror,
            "first_published_at": page.first_published_at,
        }

    def _wanted(self, usual) -> set[str]:
        """The names that `fields` leaves, in Wagtail's way of asking: a,b or *,-a or _,a or -a."""
        known = {*BRIEF, *self.known_fields}
        try:
            asked = parse_fields_parameter(self.request.GET.get("fields", ""))
        except ValueError as wrong:
            raise BadRequestError(f"fields cannot be read: {wrong}.") from wrong
        wanted = set(usual) | {"id", "meta"}
        for name, is_taken_away, within in asked:
            if name == "*":
                wanted = set(known)
            elif name == "_":
                wanted = set()
            elif name not in known or within:
                raise BadRequestError(
                    f"fields knows no “{name}” here; it knows: {', '.join(sorted(known))}."
                )
            elif is_taken_away:
                wanted.discard(name)
            else:
                wanted.add(name)
        return wanted

    def check_names(self, known: Iterable[str]) -> None:
        """A filter that is spelt wrongly would otherwise be answered with everything."""
        known = {"locale", "limit", "offset", "fields", "format", "_", *known}
        unknown = sorted(set(self.request.GET) - known)
        if unknown:
            raise BadRequestError(
                f"There is no parameter {', '.join(unknown)}; there are: {', '.join(sorted(known))}."
            )

    def check_answers(self, offered: dict[str, Iterable[str]]) -> None:
        for name, answers in offered.items():
            for said in self.request.GET.getlist(name):
                if said and said not in answers:
                    raise BadRequestError(
                        f"{name} has no “{said}”; it has: {', '.join(sorted(answers))}."
                    )


class LanguageFilter:
    """`locale`: the pages of one language."""

    def filter_queryset(self, request, queryset, view):
        if "locale" not in request.GET:
            return queryset
        return queryset.filter(locale__language_code=view.language_asked())


class WordsFilter:
    """`search`: as on the search page, in the words of `locale`."""

    def filter_queryset(self, request, queryset, view):
        query = request.GET.get("search", "").strip()[:200]
        if not query:
            return queryset
        found = search.find_ids(query, view.language_asked(), MOST_FOUND)
        return queryset.filter(pk__in=found)


class AllPagesAPI(RecordsAPI):
    """`/api/v2/pages/`: every public page in words of its own; mirrors of other languages are none."""

    filter_backends = [
        FieldsFilter,
        ChildOfFilter,
        AncestorOfFilter,
        DescendantOfFilter,
        OrderingFilter,
        TranslationOfFilter,
        LanguageFilter,
        WordsFilter,
    ]

    def get_root_page(self):
        return Page.objects.filter(depth=1).first()

    def get_base_queryset(self):
        borrowed = [
            entry.pk for code in CODES for entry in get_frame(code).entries.values() if entry.lang
        ]
        return super().get_base_queryset().filter(alias_of=None).exclude(pk__in=borrowed)

    def check_query_parameters(self, queryset):
        self.check_names(
            {
                *("type", "child_of", "ancestor_of", "descendant_of", "translation_of"),
                *("id", "title", "slug", "search", "order"),
            }
        )
        if "," in self.request.GET.get("order", "") or self.request.GET.get("order") == "random":
            raise BadRequestError("order is one of: id, title, slug, first_published_at, or -….")


class FilesAPI(ForReading, BaseAPIViewSet):
    """A list of documents or pictures, each as `item_of` says it."""

    filter_backends = []
    # What an address may ask for, by the name of the column.
    columns: tuple[str, ...] = ()

    def get_queryset(self):
        rows = self.public().order_by("pk")
        for name in self.columns:
            if said := self.request.GET.get(name):
                rows = rows.filter(**{name: said})
        return rows

    def listing_view(self, request):
        known = {"limit", "offset", "format", "_", *self.columns}
        if unknown := sorted(set(request.GET) - known):
            raise BadRequestError(
                f"There is no parameter {', '.join(unknown)}; there are: {', '.join(sorted(known))}."
            )
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response([self._item(row) for row in rows])

    def detail_view(self, request, pk):
        return Response(self._item(self.get_object()))

    def _item(self, row) -> dict:
        meta = {
            "type": row._meta.label,
            "detail_url": get_object_detail_url(
                self.request.wagtailapi_router, self.request, type(row), row.pk
            ),
        }
        return {"id": row.pk, "meta": meta, **with_whole_addresses(self.item_of(row))}

    @classmethod
    def get_urlpatterns(cls):
        return [one for one in super().get_urlpatterns() if one.name != "find"]
