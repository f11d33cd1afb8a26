from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import SubmitForModerationMenuItem

from .people_log import register_people_actions
from .people_views import urlpatterns as people_urls
from .viewsets import NetworkGroup

hooks.register("register_log_actions", register_people_actions)


@hooks.register("register_admin_viewset")
def register_network():
    return NetworkGroup()


@hooks.register("register_admin_urls")
def register_people():
    return people_urls


class SubmitItem(SubmitForModerationMenuItem):
    """Says in words of the trade what happens; Wagtail puts the name of the workflow there."""

    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        page = context.get("page")
        state = page.current_workflow_state if page and page.pk else None
        was_sent_back = state and state.status == state.STATUS_NEEDS_CHANGES
        context["label"] = (
            _("Submit to the publishers again") if was_sent_back else _("Submit to the publishers")
        )
        return context


@hooks.register("construct_page_action_menu")
def one_way_to_submit(menu_items, request, context):
    # "Restart workflow" stands beside "submit again" in Wagtail and leads to the same end.
    menu_items[:] = [
        SubmitItem(order=item.order) if type(item) is SubmitForModerationMenuItem else item
        for item in menu_items
        if item.name != "action-restart-workflow"
    ]


@hooks.register("before_edit_page")
def decide_once(request, page):
    """Wagtail's autosave posts the button of a decision along, beside the person's own press.

    Whichever came second would find no task and end in a 500: autosave decides nothing, and a
    decision taken already leads on as the first one did.
    """
    if "action-workflow-action" in request.POST:
        is_autosave = not request.accepts("text/html")
        if is_autosave or page.current_workflow_task is None:
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("register_log_actions")
def name_deeds(actions):
    """What the history of a partner calls them."""
    actions.register_action("partners.make", _("Make"), _("Made with its page and shelves"))
    actions.register_action("partners.rename", _("Rename"), _("Renamed"))
    actions.register_action("partners.pause", _("Pause"), _("Paused"))
    actions.register_action("partners.resume", _("Resume"), _("Resumed"))
    actions.register_action("partners.merge", _("Merge"), _("Merged"))
