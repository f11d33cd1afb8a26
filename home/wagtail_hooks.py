"""The dashboard, the menu and the explorer as partners and translators meet them."""

from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.sidebar import PageExplorerMenuItem
from wagtail.admin.wagtail_hooks import ExplorerMenuItem

from hub.frame import get_frame
from partners.review import steps_in

from .dashboard import messages_for, panels_for, writing_language


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


@hooks.register("register_admin_urls")
def register_urls():
    return [path("messages/<int:pk>/done/", message_done, name="home_message_done")]


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
