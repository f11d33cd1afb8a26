"""Where a document is used, as far as somebody may know."""

from dataclasses import dataclass

from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import page_permission_policy

from hub.models import Document


@dataclass
class Uses:
    """`pages`: one for each thing, live or the person's own (their ids in `own`)."""

    pages: list[Page]
    own: set[int]
    has_others: bool

    def __bool__(self):
        return bool(self.pages) or self.has_others


def uses_of(document: Document, user) -> Uses:
    """Mirrors and translations of a thing count once with it. As many queries for one page as for many."""
    ids = {
        int(pk)
        for pk in ReferenceIndex.get_references_to(document)
        .filter(base_content_type__app_label="wagtailcore", base_content_type__model="page")
        .values_list("object_id", flat=True)
    }
    if not ids:
        return Uses([], set(), False)
    pages = Page.objects.filter(pk__in=ids).order_by("title", "pk")
    mine = page_permission_policy.instances_user_has_any_permission_for(
        user, ["add", "change", "publish", "lock", "unlock"]
    )
    known = set(mine.filter(pk__in=ids).values_list("pk", flat=True))
    by_thing: dict = {}
    hidden = set()
    # Of a thing the page that is the person's, then one with words of its own.
    for page in sorted(pages, key=lambda one: (one.pk not in known, one.alias_of_id is not None)):
        if page.live or page.pk in known:
            by_thing.setdefault(page.translation_key, page)
        else:
            hidden.add(page.translation_key)
    named = sorted(by_thing.values(), key=lambda one: one.title)
    return Uses(named, known, bool(hidden - by_thing.keys()))
