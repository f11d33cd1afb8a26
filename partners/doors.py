"""Doors of Wagtail's admin that ask for less than they show, each closed to who has no business there.

docs/permissions.md lists all doors; its test tries every one as every role.
"""

from collections.abc import Callable

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404
from wagtail.documents import get_document_model
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images import get_image_model
from wagtail.images.permissions import permission_policy as picture_policy
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from .review import steps_in

PAGE_RIGHTS = ["add", "change", "publish", "bulk_delete", "lock", "unlock"]
FILE_RIGHTS = ["add", "change", "delete", "choose"]
# They would make pages that stand in one language alone, or part a page from its original.
LOOSENING = {"convert_alias", "create_alias", "copy_for_translation"}


def writes(request) -> bool:
    """Who has pages of their own to write: nobody else chooses pages, files or words for them."""
    return page_permission_policy.user_has_any_permission(
        request.user, ["add", "change", "publish"]
    )


def nobody(request, **_named) -> bool:
    return False


def administrators(request, **_named) -> bool:
    return request.user.is_superuser


def coordinators(request, **_named) -> bool:
    return steps_in(request.user)


def writers(request, **_named) -> bool:
    return writes(request)


def editors_of_the_page(request, page_id, **_named) -> bool:
    page = Page.objects.filter(pk=page_id).first()
    return page is not None and page.permissions_for_user(request.user).can_edit()


def choosers_of_the_picture(request, image_id, **_named) -> bool:
    return _own(picture_policy, request.user, FILE_RIGHTS, [image_id])


def readers_of_the_pages(request, **_named) -> bool:
    """Only public pages, and drafts of one's own, are chosen by their numbers."""
    ids = _numbers(request.GET.getlist("id"))
    public = set(Page.objects.live().filter(pk__in=ids).values_list("pk", flat=True))
    return _own(page_permission_policy, request.user, PAGE_RIGHTS, set(ids) - public)


def who_may_do_no_harm(request, action_name, **_named) -> bool:
    return action_name not in LOOSENING


def owners_of_the_selection(request, app_label, model_name, action, **_named) -> bool:
    """Wagtail names what one may not change of a selection; it names drafts and files of others."""
    if action == "add_tags":
        return False
    try:
        model = apps.get_model(app_label, model_name)
    except LookupError as error:
        raise Http404 from error
    ids = request.GET.getlist("id")
    if issubclass(model, Page):
        if "all" in ids:
            ids = request.GET.getlist("childOf")
        return _own(page_permission_policy, request.user, PAGE_RIGHTS, _numbers(ids))
    for own, policy in (
        (get_document_model(), document_policy),
        (get_image_model(), picture_policy),
    ):
        if model is own and "all" not in ids:
            return _own(policy, request.user, FILE_RIGHTS, _numbers(ids))
    return True


def _numbers(ids: list[str]) -> list[int]:
    if not all(one.isdigit() for one in ids):
        raise Http404
    return [int(one) for one in ids]


def _own(policy, user, rights: list[str], ids) -> bool:
    """Whether `user` has one of `rights` on everything that these ids name."""
    ids = set(ids)
    mine = policy.instances_user_has_any_permission_for(user, rights)
    return not ids or mine.filter(pk__in=ids).count() == len(ids)


PAGES, REPORTS, API = "wagtailadmin_pages:", "wagtailadmin_reports:", "wagtailadmin_api:"
RULES: dict[str, Callable] = {
    PAGES + "convert_alias": nobody,
    PAGES + "type_use": coordinators,
    PAGES + "type_use_results": coordinators,
    PAGES + "choose_parent": writers,
    PAGES + "confirm_workflow_cancellation": editors_of_the_page,
    API + "pages:listing": writers,
    API + "pages:find": writers,
    API + "pages:action": who_may_do_no_harm,
    API + "documents:listing": coordinators,
    API + "documents:detail": coordinators,
    API + "documents:find": coordinators,
    API + "images:listing": coordinators,
    API + "images:detail": coordinators,
    API + "images:find": coordinators,
    "wagtail_bulk_action": owners_of_the_selection,
    "wagtailadmin_choose_page_chosen_multiple": readers_of_the_pages,
    "wagtailimages_chooser:select_format": choosers_of_the_picture,
    # Tags are offered nowhere; these lists would show what others once wrote.
    "wagtailadmin_tag_autocomplete": nobody,
    "wagtailadmin_tag_model_autocomplete": nobody,
    "wagtailadmin_error_test": nobody,
    "wagtailadmin_workflows:task_chooser": administrators,
    "wagtailadmin_workflows:task_chooser_results": administrators,
    "wagtailadmin_workflows:task_chosen": administrators,
}
CHOOSERS = {"wagtaildocs_chooser", "wagtailimages_chooser", "thing_chooser"}
# Whole families of doors, by how their names begin or end.
FAMILIES: list[tuple[Callable[[str], bool], Callable]] = [
    (lambda name: name.startswith(REPORTS), coordinators),
    # Words of the hub are ticked in the editor, never chosen from a window.
    (lambda name: name.startswith("wagtailsnippetchoosers_"), nobody),
    (lambda name: name.startswith("wagtailadmin_choose_page"), writers),
    (lambda name: name.split(":")[0] in CHOOSERS, writers),
]


def rule_of(name: str) -> list[Callable]:
    """The rules of the door with this name, all of which must be kept."""
    found = [RULES[name]] if name in RULES else []
    return found + [rule for is_one, rule in FAMILIES if is_one(name)]


class DoorsMiddleware:
    """Answers for Wagtail where it would open too far; who is not signed in is Wagtail's to send on."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not request.path_info.startswith("/admin/") or not request.user.is_authenticated:
            return
        for rule in rule_of(request.resolver_match.view_name or ""):
            if not rule(request, **view_kwargs):
                raise PermissionDenied
