"""The dashboard, the menu and the explorer as partners and translators meet them."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.sidebar import PageExplorerMenuItem
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.wagtail_hooks import ExplorerMenuItem
from wagtail.admin.widgets.button import Button
from wagtail.locks import ScheduledForPublishLock
from wagtail.models import Page

from hub.frame import get_frame
from hub.link_finding import gather
from hub.models import HubPage, LinkCheck
from hub.still_correct import ACTION as STILL_CORRECT
from hub.still_correct import note_still_correct
from partners.review import steps_in

from .broken_links import broken_links_for
from .dashboard import messages_for, panels_for, writing_language
from .forget import ACTION as PERSON_ERASED
from .forget_views import forget


@hooks.register("construct_homepage_panels")
def our_panels(request, panels):
    panels[:] = panels_for(request.user)


@require_POST
def message_done(request, pk):
    message = get_object_or_404(messages_for(request.user), pk=pk)
    message.done_at = timezone.now()
    message.save(update_fields=["done_at"])
    messages.success(request, _("The message is done."))
    return redirect("wagtailadmin_home")


def is_in_other_hands(page, user) -> bool:
    """Whether somebody decides about it or has locked it. That it waits for its hour is no matter."""
    lock = page.get_lock()
    return bool(lock and lock.for_user(user) and not isinstance(lock, ScheduledForPublishLock))


@require_POST
def still_correct(request, pk):
    """One click of somebody who has read an original again."""
    page = get_object_or_404(Page, pk=pk, alias_of=None).specific
    if not isinstance(page, HubPage) or page.kind == "home":
        raise Http404
    rights = page.permissions_for_user(request.user)
    if not (page.is_original and rights.can_edit()):
        raise Http404
    if not page.live:
        messages.error(request, _("It was never published, or is not public any more."))
    elif is_in_other_hands(page, request.user):
        messages.error(request, _("Somebody else decides about this page at the moment."))
    else:
        note_still_correct(page, request.user)
        messages.success(
            request, _("“%(title)s” was checked today, in all languages.") % {"title": page.title}
        )
    return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")


@require_POST
def link_again(request, pk):
    """Look at a broken link once more: now within the hub, soon by the worker elsewhere."""
    link = get_object_or_404(broken_links_for(request.user), pk=pk)
    LinkCheck.objects.filter(url=link.url, is_external=True).update(checked_at=None)
    gather(link.page)
    if not LinkCheck.objects.filter(pk=pk).exists():
        messages.success(request, _("This link is not broken any more."))
    elif link.is_external:
        messages.success(request, _("The link is looked at again within a few minutes."))
    else:
        messages.warning(request, _("The link is still broken."))
    return redirect("wagtailadmin_home")


@hooks.register("register_admin_urls")
def register_urls():
    return [
        path("messages/<int:pk>/done/", message_done, name="home_message_done"),
        path("still-correct/<int:pk>/", still_correct, name="home_still_correct"),
        path("links/<int:pk>/again/", link_again, name="home_link_again"),
        path("forget/", forget, name="forget"),
    ]


@hooks.register("register_log_actions")
def name_deeds(actions):
    actions.register_action(
        STILL_CORRECT,
        gettext_lazy("Still correct"),
        gettext_lazy("Read again and found correct, in all languages"),
    )
    actions.register_action(
        PERSON_ERASED,
        gettext_lazy("Erase a person"),
        gettext_lazy("Erased what was known of a person"),
    )


@hooks.register("register_page_header_buttons")
def still_correct_button(page, user, view_name, next_url=None):
    """On a published original, for who may change it."""
    specific = page.specific
    if view_name != "edit" or not isinstance(specific, HubPage) or specific.kind == "home":
        return
    rights = specific.permissions_for_user(user)
    may = specific.live and specific.is_original and rights.can_edit()
    if may and not is_in_other_hands(specific, user):
        door = reverse("home_still_correct", args=[page.pk])
        editor = reverse("wagtailadmin_pages:edit", args=[page.pk])
        yield Button(
            _("Still correct"),
            url=editor,
            icon_name="check",
            attrs={
                "data-controller": "w-action",
                "data-action": "w-action#post:prevent:stop",
                "data-w-action-url-value": f"{door}?{urlencode({'next': editor})}",
            },
            priority=5,
        )


@hooks.register("insert_global_admin_css")
def our_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin-home.css"))


# --- the way to the pages ---------------------------------------------------------------------


class OwnPagesMenuItem(ExplorerMenuItem):
    """Opens at the front page of the language one writes in, not above all languages."""

    def render_component(self, request):
        home = get_frame(writing_language(request.user)).home
        if home is None or request.user.is_superuser:
            return super().render_component(request)
        return PageExplorerMenuItem(
            self.name,
            self.label,
            reverse("wagtailadmin_explore", args=[home.pk]),
            home.pk,
            icon_name=self.icon_name,
            classname=self.classname,
        )


@hooks.register("construct_main_menu")
def open_at_what_is_theirs(request, menu_items):
    for place, item in enumerate(menu_items):
        if type(item) is ExplorerMenuItem:
            menu_items[place] = OwnPagesMenuItem(
                item.label,
                item.url,
                name=item.name,
                icon_name=item.icon_name,
                order=item.order,
            )


@hooks.register("construct_main_menu")
def hide_what_is_not_theirs(request, menu_items):
    # Help leads to the manual and the news of a bare Wagtail; reports list everybody's pages.
    hidden = {"help"} if steps_in(request.user) else {"help", "reports"}
    menu_items[:] = [item for item in menu_items if item.name not in hidden]
