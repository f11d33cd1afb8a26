"""What a partner has, in numbers: things on its shelves, files in its collections, people."""

from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db.models import Q
from wagtail.models import Page, WorkflowState

from hub.models import Document, Picture

from .models import SHELF_SECTIONS, Partner, ShelfPage


@dataclass
class Holdings:
    """`things` by section; the rest are of all sections together."""

    things: dict[str, int] = field(default_factory=dict)
    unpublished: int = 0
    in_review: int = 0
    documents: int = 0
    pictures: int = 0
    authors: int = 0
    publishers: int = 0

    @property
    def all_things(self) -> int:
        return sum(self.things.values())

    @property
    def files(self) -> int:
        return self.documents + self.pictures


def holdings_of(partner: Partner) -> Holdings:
    """Counted now; the same number of queries however much there is."""
    shelves = ShelfPage.objects.filter(partner=partner).order_by()
    paths: dict[str, list[str]] = {section: [] for section in SHELF_SECTIONS}
    for path, url_path in shelves.values_list("path", "url_path"):
        paths.setdefault(url_path.split("/")[2], []).append(path)
    things = {section: _keys(below).count() for section, below in paths.items()}
    everything = _below([path for below in paths.values() for path in below])
    drafts = everything.filter(alias_of=None, has_unpublished_changes=True)
    collections = [partner.collection_id, partner.private_collection_id]
    people = get_user_model().objects.filter(is_active=True)
    return Holdings(
        things=things,
        unpublished=drafts.values("translation_key").distinct().count(),
        in_review=_in_review(everything),
        documents=Document.objects.filter(collection__in=collections).count(),
        pictures=Picture.objects.filter(collection__in=collections).count(),
        authors=people.filter(groups=partner.authors_id).count(),
        publishers=people.filter(groups=partner.publishers_id).count(),
    )


def below_shelves(partner: Partner):
    """The pages on its shelves, in all languages (core pages, unordered)."""
    return _below(list(ShelfPage.objects.filter(partner=partner).values_list("path", flat=True)))


def _below(paths: list[str]):
    """Pages that stand below any of the pages at these tree paths."""
    if not paths:
        return Page.objects.none()
    condition = Q()
    for path in paths:
        condition |= Q(path__startswith=path)
    return Page.objects.filter(condition, depth__gt=len(paths[0]) // Page.steplen).order_by()


def _keys(paths: list[str]):
    return _below(paths).values("translation_key").distinct()


def _in_review(pages) -> int:
    open_states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS, base_content_type__model="page"
    )
    ids = {int(pk) for pk in open_states.values_list("object_id", flat=True)}
    return pages.filter(pk__in=ids).count()
