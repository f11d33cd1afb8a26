"""A partner in one action: its row, groups, collections, shelves and page, all or nothing."""

from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import log
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page

from hub.changes import touched
from hub.index_tasks import indexed_at_the_end
from hub.languages import language as language_of
from translations.structure import plant

from .models import SHELF_SECTIONS, Partner, PartnerPage, ShelfPage
from .private_files import close_private_collection
from .shelf_words import shelf_titles


@dataclass
class PartnerWords:
    """The partner's words in its own language; shelves by section slug: (title, summary).

    A shelf without words gets a neutral title, in every language of the hub.
    """

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
    *,
    slug,
    name,
    country,
    time_zone,
    language,
    words: PartnerWords,
    is_example=False,
    town="",
    latitude=None,
    longitude=None,
    contact_email="",
    user=None,
) -> Partner:
    """Make the partner with this slug, or complete what an earlier try began. Safe to repeat.

    Raises ValidationError, in words for who asked, when the slug or the name is another partner's
    or the hub has no place for it yet.
    """
    with transaction.atomic(), indexed_at_the_end():
        partner = _known_partner(slug, name, language)
        home = _home(language)
        if partner is None:
            partner = Partner.objects.create(
                slug=slug,
                name=name,
                country=country,
                time_zone=time_zone,
                language=language,
                is_example=is_example,
                town=town,
                latitude=latitude,
                longitude=longitude,
                contact_email=contact_email,
                authors=_group(authors_name(name)),
                publishers=_group(publishers_name(name)),
                collection=_collection(name),
                private_collection=_collection(private_name(name)),
            )
            log(partner, "partners.make", user=user)
        for section_slug in SHELF_SECTIONS:
            titles = {}
            if section_slug in words.shelves:
                title, summary = words.shelves[section_slug]
            else:
                titles = shelf_titles(section_slug, name, language)
                title, summary = titles[language], ""
            section = _section(home, section_slug)
            page = ShelfPage(title=title, summary=summary)
            _plant_once(section, page, partner, user, titles)
        page = PartnerPage(
            title=words.title,
            summary=words.summary,
            search_description=words.search_description,
            body=words.body,
        )
        _plant_once(_section(home, "partners"), page, partner, user)
        give_rights(partner)
        # Repeated after the first try was killed at the very end: what follows a commit was lost.
        touched(page.translation_key for page in pages_of(partner))
    return partner


def pages_of(partner: Partner) -> list[Page]:
    """Its shelves and its own page, in all languages (specific)."""
    return [
        *ShelfPage.objects.filter(partner=partner),
        *PartnerPage.objects.filter(partner=partner),
    ]


def authors_name(name: str) -> str:
    return f"{name}: authors"


def publishers_name(name: str) -> str:
    return f"{name}: publishers"


def private_name(name: str) -> str:
    return f"{name} (private)"


def lock_partners() -> None:
    """One at a time makes, renames and merges partners: others wait until this transaction ends."""
    Collection.objects.select_for_update().get(depth=1)


def check_name(name: str, but: Partner | None = None) -> None:
    """Two partners of one name could not be told apart in any list. Raises ValidationError."""
    others = Partner.objects.standing().exclude(pk=but.pk if but else None)
    if any(other.casefold() == name.casefold() for other in others.values_list("name", flat=True)):
        raise ValidationError({"name": _("There is a partner of this name already.")})


def _known_partner(slug: str, name: str, language: str) -> Partner | None:
    lock_partners()
    partner = Partner.objects.filter(slug=slug).select_related("merged_into").first()
    if partner is None:
        check_name(name)
    elif partner.merged_into:
        raise ValidationError(
            {
                "slug": _("This address belonged to %(name)s, which was merged into %(other)s.")
                % {"name": partner.name, "other": partner.merged_into.name}
            }
        )
    elif (partner.name, partner.language) != (name, language):
        raise ValidationError(
            {"slug": _("This address belongs to %(name)s.") % {"name": partner.name}}
        )
    return partner


def _home(code: str) -> Page:
    locale = Locale.objects.filter(language_code=code).first()
    home = Page.objects.filter(depth=2, locale=locale).first() if locale else None
    if home is None:
        said = {"language": language_of(code).name}
        raise ValidationError(
            {"language": _("The hub has no front page in this language: %(language)s.") % said}
        )
    return home


def _section(home: Page, slug: str) -> Page:
    section = home.get_children().filter(slug=slug).first()
    if section is None:
        raise ValidationError(
            _("The hub has no section “%(section)s” in this language yet.") % {"section": slug}
        )
    return section


def _group(name: str) -> Group:
    """A new group; where somebody has one of this name already, its people get no rights by it."""
    group = Group.objects.create(name=free_group_name(name))
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    return group


def free_group_name(name: str, but: Group | None = None) -> str:
    taken = Group.objects.filter(name__startswith=name).exclude(pk=but.pk if but else None)
    names = set(taken.values_list("name", flat=True))
    numbered = (f"{name} {number}" for number in range(2, len(names) + 3))
    return next(one for one in (name, *numbered) if one not in names)


def _collection(name: str) -> Collection:
    return Collection.get_first_root_node().add_child(name=name)


def _plant_once(parent, page, partner, user, titles=None):
    if not type(page).objects.child_of(parent).filter(partner=partner).exists():
        page.partner, page.locale = partner, parent.locale
        page.slug = find_available_slug(parent, partner.slug)
        plant(parent, page, user, titles)


def give_rights(partner: Partner) -> None:
    """Page rights on the shelves and the partner's page in all languages; file rights likewise.

    A paused partner gets no right to its files: see partners/pausing.py.
    """
    rights = _permissions({*PUBLISHER_RIGHTS, *AUTHOR_RIGHTS})
    GroupPagePermission.objects.bulk_create(
        [
            GroupPagePermission(group=group, page_id=page.pk, permission=rights[codename])
            for group, codenames in (
                (partner.authors, AUTHOR_RIGHTS),
                (partner.publishers, PUBLISHER_RIGHTS),
            )
            for page in pages_of(partner)
            for codename in codenames
        ],
        ignore_conflicts=True,
    )
    actions = ("choose",) if partner.paused_at else FILE_RIGHTS
    codenames = [f"{action}_{name}" for _label, name in FILE_MODELS for action in actions]
    rights = _permissions(codenames)
    GroupCollectionPermission.objects.bulk_create(
        [
            GroupCollectionPermission(
                group=group, collection=collection, permission=rights[codename]
            )
            for group in (partner.authors, partner.publishers)
            for collection in (partner.collection, partner.private_collection)
            for codename in codenames
        ],
        ignore_conflicts=True,
    )
    close_private_collection(partner)


def _permissions(codenames) -> dict[str, Permission]:
    """Wagtail's own, by codename: it asks for the rights of its models, whatever stands in for them."""
    labels = {"wagtailcore", *(label for label, _name in FILE_MODELS)}
    found = Permission.objects.filter(content_type__app_label__in=labels, codename__in=codenames)
    return {permission.codename: permission for permission in found}
