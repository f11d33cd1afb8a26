"""One partner goes up in another: its things, files, people and addresses are the other's from then on.

What is wanted is written down first, and holds the partner's people; then thing after thing moves,
each by itself; the rest is one transaction. Stopped anywhere, `finish_merges` goes on there.
"""

from time import monotonic

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail.actions.move_page import MovePageAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import log
from wagtail.models import Collection, CollectionViewRestriction, Page, ReferenceIndex, Site

from hub.changes import touched
from hub.frame import address_of
from hub.index_tasks import indexed_at_the_end
from hub.models import Document, HubPage, Picture, Thing
from translations.mirrors import move_counterparts, original_page

from .hand_over import hand_over
from .holdings import below_shelves
from .invitations import Invitation
from .make import lock_partners, pages_of
from .models import Partner, ShelfPage
from .roles import AT_PARTNERS
from .shelf_item import CoOwner

# A request waits so long for the things to move; the worker does the rest.
PATIENCE_SECONDS = 10


def merge(source: Partner, target: Partner, user=None, seconds: float | None = None) -> bool:
    """Merge `source` into `target`; whether all is done. Safe to repeat, and to stop anywhere.

    After `seconds` no further thing is moved. Raises ValidationError where it cannot be.
    """
    _begin(source, target, user)
    return go_on(source, user, seconds)


def finish_merges(seconds: float = 60) -> int:
    """Go on with the merges that were not done at once; how many are done now."""
    unfinished = Partner.objects.exclude(merged_into=None).exclude(authors=None)
    return sum(go_on(partner, seconds=seconds) for partner in unfinished)


def links_to(partner: Partner) -> int:
    """How many pages of others lead to its page and shelves by a link that will lead nowhere."""
    pages = pages_of(partner)
    own = [str(page.pk) for page in pages]
    found = ReferenceIndex.objects.filter(
        to_object_id__in=own,
        to_content_type__app_label="wagtailcore",
        to_content_type__model="page",
    ).exclude(object_id__in=own)
    return found.values("base_content_type", "object_id").distinct().count()


# --- beginning ----------------------------------------------------------------------------------


def _begin(source: Partner, target: Partner, user) -> None:
    with transaction.atomic():
        lock_partners()
        source = Partner.objects.get(pk=source.pk)
        target = Partner.objects.get(pk=target.pk)
        if source.merged_into_id == target.pk:
            return
        check_merge(source, target)
        source.merged_into = target
        source.paused_at = source.paused_at or timezone.now()
        source.save(update_fields=["merged_into", "paused_at"])
        names = {"source": source.name, "target": target.name}
        log(source, "partners.merge", user=user, data=names)
        log(target, "partners.merge", user=user, data=names)


def check_merge(source: Partner, target: Partner) -> None:
    """Raises ValidationError, in words for who asked, where `source` cannot go up in `target`."""
    said = {"source": source.name, "target": target.name}
    if source.pk == target.pk:
        raise ValidationError({"into": _("A partner cannot be merged into itself.")})
    if source.merged_into_id:
        raise ValidationError(_("%(source)s was merged into another already.") % said)
    if target.merged_into_id:
        raise ValidationError({"into": _("%(target)s was itself merged into another.") % said})
    if target.paused_at:
        raise ValidationError({"into": _("%(target)s is paused. Resume it first.") % said})
    if Partner.objects.filter(merged_into=source).exclude(authors=None).exists():
        raise ValidationError(_("Another partner is still being merged into %(source)s.") % said)
    if _is_closed(source.collection) and not _is_closed(target.collection):
        raise ValidationError(
            _("The files of %(source)s are not public, those of %(target)s are. Sort them first.")
            % said
        )


def _is_closed(collection: Collection) -> bool:
    return collection.get_view_restrictions().exists()


# --- going on -----------------------------------------------------------------------------------


def go_on(source: Partner, user=None, seconds: float | None = None) -> bool:
    """Do what is left of a merge that was begun; whether all is done now."""
    until = None if seconds is None else monotonic() + seconds
    source = Partner.objects.select_related("merged_into").get(pk=source.pk)
    if source.authors_id is None:
        return True
    while keys := _keys_left(source):
        for key in keys:
            if until is not None and monotonic() > until:
                return False
            _move_thing(key, source, source.merged_into, user)
    _close(source, user)
    return True


def _keys_left(source: Partner) -> list:
    """The things of which some language still stands on its shelves, in the order of the shelves."""
    rows = below_shelves(source).order_by("path").values_list("translation_key", flat=True)
    return list(dict.fromkeys(rows))


def _move_thing(key, source: Partner, target: Partner, user) -> None:
    """Original first; whatever does not follow it, because it has none, goes by itself."""
    original = original_page(key)
    pages = list(below_shelves(source).filter(translation_key=key))
    with indexed_at_the_end():
        if original is not None and any(page.pk == original.pk for page in pages):
            _move_page(original, target, user)
        if original is not None:
            move_counterparts(original.pk)
        for page in below_shelves(source).filter(translation_key=key):
            _move_page(page, target, user)


def _move_page(page: Page, target: Partner, user) -> None:
    with transaction.atomic():
        page = Page.objects.get(pk=page.pk).specific
        shelf = _counterpart(page.get_parent().specific, target)
        free = find_available_slug(shelf, page.slug, ignore_page_id=page.pk)
        if free != page.slug:
            page.slug = free
            page.save()
            _take_slug_into_draft(page)
        # Who merges need not hold the rights on every page; the screen has asked.
        MovePageAction(page, shelf, pos="last-child", user=user).execute(
            skip_permission_checks=True
        )


def _take_slug_into_draft(page: Page) -> None:
    """Else the next publication would bring the slug back that is taken here."""
    revision = page.latest_revision
    if revision is not None and not page.alias_of_id:
        revision.content["slug"] = page.slug
        revision.save(update_fields=["content"])


def _counterpart(page: HubPage, target: Partner) -> HubPage:
    """What `target` has in place of a shelf or partner page, in the same language."""
    theirs = type(page).objects.filter(partner=target, locale=page.locale_id)
    if isinstance(page, ShelfPage):
        theirs = theirs.child_of(page.get_parent())
    return theirs.get()


# --- closing ------------------------------------------------------------------------------------


def _close(source: Partner, user) -> None:
    """Files, people, addresses and all that names the partner; then its page, shelves and groups go."""
    with transaction.atomic(), indexed_at_the_end():
        lock_partners()
        source = Partner.objects.select_related("merged_into").get(pk=source.pk)
        if source.authors_id is None:
            return
        target = source.merged_into
        _give_files(source.collection, target.collection)
        _give_files(source.private_collection, target.private_collection)
        groups = [(source.authors, target.authors), (source.publishers, target.publishers)]
        collections = [source.collection, source.private_collection]
        Partner.objects.filter(pk=source.pk).update(
            authors=None, publishers=None, collection=None, private_collection=None
        )
        for mine, theirs in groups:
            hand_over(mine, theirs, but=(Partner,))
        hand_over(source, target, but=(HubPage, Partner))
        _hand_over_in_versions(source, target)
        _own_no_own_things(target)
        _invite_to(source, target)
        Partner.objects.filter(merged_into=source).update(merged_into=target)
        for page in pages_of(source):
            _lead_to(page, _counterpart(page, target))
        for page in pages_of(source):
            gone = Page.objects.get(pk=page.pk).specific
            gone.delete(user=user, skip_permission_checks=True)
        for group, _theirs in groups:
            group.delete()
        for collection in collections:
            Collection.objects.get(pk=collection.pk).delete()
        touched(frame=True)


def _hand_over_in_versions(source: Partner, target: Partner) -> None:
    """Lists of partners below a page are also in its newest version, which the editor opens."""
    for relation in Partner._meta.get_fields(include_hidden=True):
        rows = relation.related_model if relation.auto_created and relation.one_to_many else None
        for parent in rows._meta.local_fields if rows else []:
            if not isinstance(parent, ParentalKey) or not issubclass(parent.related_model, Page):
                continue
            pages = parent.related_model.objects.exclude(latest_revision=None)
            for revision in (page.latest_revision for page in pages):
                before = revision.content.get(parent.remote_field.related_name, [])
                after = _without_double(before, relation.field.name, source.pk, target.pk)
                if after != before:
                    revision.content[parent.remote_field.related_name] = after
                    revision.save(update_fields=["content"])


def _own_no_own_things(partner: Partner) -> None:
    """Nobody is co-owner of what stands on their own shelf."""
    keys = below_shelves(partner).values("translation_key")
    CoOwner.objects.filter(partner=partner, thing__translation_key__in=keys).delete()


def _invite_to(source: Partner, target: Partner) -> None:
    """Who was invited by one partner is expected by the other."""
    instead = {f"{kind}:{source.pk}": f"{kind}:{target.pk}" for kind in AT_PARTNERS}
    for invitation in Invitation.objects.open():
        roles = list(dict.fromkeys(instead.get(key, key) for key in invitation.roles))
        if roles != invitation.roles:
            invitation.roles = roles
            invitation.save(update_fields=["roles"])


def _without_double(rows: list[dict], name: str, old: int, new: int) -> list[dict]:
    """The rows with `new` where `name` was `old`, unless a row says `new` already."""
    has_new = any(row.get(name) == new for row in rows)
    kept = [row for row in rows if row.get(name) != old or not has_new]
    return [{**row, name: new} if row.get(name) == old else row for row in kept]


def _give_files(mine: Collection, theirs: Collection) -> None:
    """Documents, pictures and collections below; who may read them stays as it was."""
    for model in (Document, Picture):
        model.objects.filter(collection=mine).update(collection=theirs)
    for below in mine.get_children():
        Collection.objects.get(pk=below.pk).move(
            Collection.objects.get(pk=theirs.pk), pos="last-child"
        )
    if CollectionViewRestriction.objects.filter(collection=theirs).exists():
        CollectionViewRestriction.objects.filter(collection=mine).delete()
    hand_over(Collection.objects.get(pk=mine.pk), theirs, but=(Partner, Document, Picture))


def _lead_to(page: HubPage, other: HubPage) -> None:
    """Old addresses of `page`, its own and its code's lead to `other`."""
    Redirect.objects.filter(redirect_page=page).update(redirect_page=other)
    Redirect.objects.update_or_create(
        old_path=Redirect.normalise_path(address_of(page.url_path)),
        site=Site.objects.filter(is_default_site=True).first(),
        defaults={"redirect_page": other, "automatically_created": True},
    )
    mine = Thing.objects.get(translation_key=page.translation_key)
    theirs = Thing.objects.get(translation_key=other.translation_key)
    Thing.objects.filter(Q(pk=mine.pk) | Q(replaced_by=mine)).update(replaced_by=theirs)
