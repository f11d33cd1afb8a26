"""The broken links that somebody could mend: on originals they may change, in languages they translate."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from wagtail.permissions import page_permission_policy

from hub.models import LinkCheck, Thing
from partners.review import steps_in
from translations.models import LanguageRole


def broken_links_for(user) -> QuerySet[LinkCheck]:
    """Broken links for `user`; `is_original` says whether the page is the thing's original.

    A link that a translation shares with its original is mended there, and stands here once.
    """
    originals = Thing.objects.filter(
        translation_key=OuterRef("page__translation_key"), original_locale=OuterRef("page__locale")
    )
    links = LinkCheck.objects.filter(is_broken=True).annotate(is_original=Exists(originals))
    if not steps_in(user):
        pages = page_permission_policy.instances_user_has_any_permission_for(
            user, ["change", "publish"]
        )
        spoken = LanguageRole.objects.filter(user=user).values("locale")
        links = links.filter(
            Q(is_original=True, page__in=pages.order_by().values("pk"))
            | Q(is_original=False, page__locale__in=spoken)
        )
    same_on_original = LinkCheck.objects.filter(
        Exists(
            Thing.objects.filter(
                translation_key=OuterRef("page__translation_key"),
                original_locale=OuterRef("page__locale"),
            )
        ),
        is_broken=True,
        url=OuterRef("url"),
        page__translation_key=OuterRef("page__translation_key"),
    )
    links = links.exclude(Q(is_original=False) & Exists(same_on_original))
    return links.select_related("page__locale").order_by("first_failed_on", "pk")


def where_to_mend(link: LinkCheck, code: str) -> str:
    """The editor of an original, the desk for a translation; `code` is that of the thing."""
    if link.is_original or not code:
        return reverse("wagtailadmin_pages:edit", args=[link.page_id])
    return reverse("translation_work", args=[code, link.page.locale.language_code])


def codes_of(links: list[LinkCheck]) -> dict:
    """The short codes of the things of these links, by translation key: one query."""
    keys = {link.page.translation_key for link in links if not link.is_original}
    if not keys:
        return {}
    things = Thing.objects.filter(translation_key__in=keys)
    return dict(things.values_list("translation_key", "code"))


def words_for(link: LinkCheck) -> str:
    """What is linked, in the words of the text; the address of another site."""
    if link.is_external or not link.words:
        return link.url
    return f"{link.words} ({link.url})" if link.url.startswith("/") else link.words
