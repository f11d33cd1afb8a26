"""What a kit holds: its things as they stand in the reader's language, with the kit's sentences."""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db.models import OuterRef, Subquery, Sum

from hub.cards import Card
from hub.frame import get_frame
from hub.models import HubPage, Thing
from hub.prepared import Prepared
from partners.partner_links import partner_name

from .blocks import KIT_KINDS
from .bundles.offer import bundle_offer
from .models import KitPage, ResourceFile, ResourcePage


@dataclass
class Member:
    """A thing of a kit; `page` has no long texts."""

    page: HubPage
    card: Card
    sentence: str


def kit_context(page: KitPage) -> dict:
    """Template context of a kit beyond that of other resources: two queries."""
    members = members_of([page])[page.pk]
    resources = [one.page for one in members if isinstance(one.page, ResourcePage)]
    files_bytes = sum(one.files_bytes or 0 for one in resources)
    return {
        "members": members,
        "bundle": bundle_offer(page, files_bytes, texts=1 + len(resources)),
    }


def members_of(kits: list[KitPage]) -> dict[int, list[Member]]:
    """What readers may see of each kit (all of one language), in order, by the kit's id.

    Two queries, however many kits. What was taken back or closed is left out. The streams are read
    as they are stored: as blocks, each would ask for its thing by itself.
    """
    said = {kit.pk: [block["value"] for block in kit.members.raw_data] for kit in kits}
    wanted = {one["thing"] for some in said.values() for one in some}
    if not wanted:
        return {pk: [] for pk in said}
    frame = get_frame(kits[0].own_language.code)
    shown = {
        page.thing_pk: (page, _card(page, frame))
        for page in _pages(wanted, kits[0].locale_id)
        if not frame.is_restricted(page.path)
    }
    return {
        pk: [Member(*shown[one["thing"]], one["sentence"]) for one in some if one["thing"] in shown]
        for pk, some in said.items()
    }


def _pages(things: set[int], locale_id: int) -> list[HubPage]:
    """The live pages of these things in one language, each with the id of its thing."""
    wanted = sorted(things)
    return [page for model in _models() for page in _pages_of(model)(wanted, locale_id)]


@cache
def _pages_of(model) -> Prepared:
    thing = Thing.objects.filter(translation_key=OuterRef("translation_key"))
    extra = {"thing_pk": Subquery(thing.values("pk"))}
    if model is ResourcePage:
        extra["files_bytes"] = Subquery(_files_bytes())
    return Prepared(
        lambda things, locale: (
            model.objects.filter(
                translation_key__in=Thing.objects.filter(pk__in=things).values("translation_key"),
                locale=locale,
                live=True,
            )
            .annotate(**extra)
            .order_by()
            .defer_streamfields()
        )
    )


@cache
def _models() -> list[type[HubPage]]:
    """What all resources have stands in one table; events are another room's."""
    others = [
        model
        for model in apps.get_models()
        if issubclass(model, HubPage)
        and model.kind in KIT_KINDS
        and not issubclass(model, ResourcePage)
    ]
    return [ResourcePage, *others]


def _files_bytes():
    """How many bytes the files have that stand with the words of a page."""
    rows = ResourceFile.objects.filter(
        page__translation_key=OuterRef("translation_key"),
        page__words_language=OuterRef("words_language"),
        page__live=True,
        page__alias_of=None,
    )
    by_thing = rows.order_by().values("page__translation_key")
    return by_thing.annotate(total=Sum("document__file_size")).values("total")


def _card(page, frame) -> Card:
    card = page.card()
    card.partner = partner_name(frame, page.partner_id)
    return card
