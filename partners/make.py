"""A partner in one action: its row, groups, collections, shelves and page, all or nothing."""

from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page

from translations.structure import plant

from .models import SHELF_SECTIONS, Partner, PartnerPage, ShelfPage


@dataclass
class PartnerWords:
    """The partner's words in its own language; shelves by section slug: (title, summary)."""

    title: str
    summary: str = ""
    search_description: str = ""
    body: list = field(default_factory=list)
    shelves: dict[str, tuple[str, str]] = field(default_factory=dict)


AUTHOR_RIGHTS = ("add_page", "change_page")
PUBLISHER_RIGHTS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
FILE_RIGHTS = ("add", "change", "choose")
# Wagtail asks for the rights of its own models, whatever model stands in for them.
FILE_MODELS = (("wagtailimages", "image"), ("wagtaildocs", "document"))


def make_partner(
    *, slug, name, country, time_zone, language, words: PartnerWords, is_example=False, user=None
) -> Partner:
    """Make the partner with this slug, or complete what an earlier try began. Safe to repeat."""
    with transaction.atomic():
        partner = Partner.objects.filter(slug=slug).first()
        if partner is None:
            partner = Partner.objects.create(
                slug=slug,
                name=name,
                country=country,
                time_zone=time_zone,
                language=language,
                is_example=is_example,
                authors=_group(f"{name}: authors"),
                publishers=_group(f"{name}: publishers"),
                collection=_collection(name),
                private_collection=_collection(f"{name} (private)"),
            )
        locale = Locale.objects.get(language_code=language)
        home = Page.objects.get(depth=2, locale=locale)
        for section_slug in SHELF_SECTIONS:
            section = home.get_children().get(slug=section_slug)
            title, summary = words.shelves.get(section_slug, (name, ""))
            _plant_once(section, ShelfPage, partner, slug, user, title=title, summary=summary)
        _plant_once(
            home.get_children().get(slug="partners"),
            PartnerPage,
            partner,
            slug,
            user,
            title=words.title,
            summary=words.summary,
            search_description=words.search_description,
            body=words.body,
        )
        _give_rights(partner)
    return partner


def _group(name: str) -> Group:
    group, _made = Group.objects.get_or_create(name=name)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    return group


def _collection(name: str) -> Collection:
    root = Collection.get_first_root_node()
    return root.get_children().filter(name=name).first() or root.add_child(name=name)


def _plant_once(parent, model, partner, slug, user, **fields):
    if not parent.get_children().filter(slug=slug).exists():
        page = model(slug=slug, partner=partner, locale=parent.locale, **fields)
        plant(parent, page, user)


def _give_rights(partner: Partner) -> None:
    """Page rights on the shelves and the partner's page in all languages; file rights likewise."""
    pages = [
        *ShelfPage.objects.filter(partner=partner),
        *PartnerPage.objects.filter(partner=partner),
    ]
    for group, codenames in (
        (partner.authors, AUTHOR_RIGHTS),
        (partner.publishers, PUBLISHER_RIGHTS),
    ):
        for page in pages:
            for codename in codenames:
                GroupPagePermission.objects.get_or_create(
                    group=group,
                    page=page,
                    permission=_permission("wagtailcore", codename),
                )
        for collection in (partner.collection, partner.private_collection):
            for app_label, name in FILE_MODELS:
                for action in FILE_RIGHTS:
                    GroupCollectionPermission.objects.get_or_create(
                        group=group,
                        collection=collection,
                        permission=_permission(app_label, f"{action}_{name}"),
                    )


def _permission(app_label: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)
