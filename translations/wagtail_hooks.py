"""What the desk adds to Wagtail's admin, and what of wagtail-localize it takes away."""

from django.http import HttpResponseForbidden
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail_localize import synctree
from wagtail_localize import wagtail_hooks as localize

from hub.models import HubPage
from hub.page_lists import with_all_that_lines_say, with_originals

from .desk.claims import claims_urls
from .desk.matrix import matrix_urls
from .desk.steering import steering_urls
from .desk.what_next import desk_urls
from .desk.wishes import ask_button, may_ask, wishes_urls
from .desk.wordings import wordings_urls
from .editor.screen import editor_urls
from .exchange.views import exchange_urls
from .files.views import file_urls
from .glossary.file_views import glossary_file_urls
from .glossary.views import glossary_urls
from .jobs.machine_views import machine_urls
from .jobs.views import job_urls
from .live_words import mark_what_is_not_translated
from .notices import ALL_LIVE
from .site_words import site_words_urls
from .work import languages_of, may_turn_back

# --- wagtail-localize's own screens are closed for everybody -----------------------------------

# Its views ask for page rights, that nobody has on a translation, or for none at all.
CLOSED_HOOKS = (
    "register_admin_urls",
    "register_permissions",
    "register_page_header_buttons",
    "register_page_listing_more_buttons",
    "register_snippet_listing_buttons",
    "before_edit_page",
    "register_page_action_menu_item",
    "before_edit_snippet",
    "register_snippet_action_menu_item",
    "register_reports_menu_item",
    "after_create_page",
)


def close_localize() -> None:
    """Take back the hooks that importing wagtail-localize has just registered."""
    theirs = {localize.__name__, synctree.__name__}
    for name in CLOSED_HOOKS:
        registered = hooks._hooks.get(name, [])
        registered[:] = [(fn, order) for fn, order in registered if fn.__module__ not in theirs]


close_localize()


# --- the desk ---------------------------------------------------------------------------------


@hooks.register("register_admin_urls")
def register_desk():
    return [
        *desk_urls(),
        *glossary_urls(),
        *glossary_file_urls(),
        *site_words_urls(),
        *matrix_urls(),
        *claims_urls(),
        *wishes_urls(),
        *wordings_urls(),
        *job_urls(),
        *exchange_urls(),
        *file_urls(),
        *machine_urls(),
        *editor_urls(),
        *steering_urls(),
    ]


class DeskMenuItem(MenuItem):
    def is_shown(self, request):
        return bool(languages_of(request.user))


@hooks.register("register_admin_menu_item")
def register_desk_menu_item():
    return DeskMenuItem(
        gettext_lazy("Translation desk"),
        reverse("translation_desk"),
        name="translation-desk",
        icon_name="globe",
        order=150,
    )


class AskMenuItem(MenuItem):
    def is_shown(self, request):
        return may_ask(request.user)


@hooks.register("register_admin_menu_item")
def register_ask_menu_item():
    return AskMenuItem(
        gettext_lazy("Ask for a translation"),
        reverse("translation_ask_for"),
        name="ask-for-translation",
        icon_name="comment",
        order=155,
    )


@hooks.register("insert_global_admin_css")
def admin_stylesheet():
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


hooks.register("on_serve_page", mark_what_is_not_translated)


# --- pages ------------------------------------------------------------------------------------


@hooks.register("register_page_header_buttons")
def languages_button(page, user, view_name, next_url=None):
    """On an original: how far its languages are, and the way back to a mirror."""
    specific = page.specific
    if not isinstance(specific, HubPage) or specific.kind == "home":
        return
    if specific.is_original and may_turn_back(user, specific):
        yield Button(
            _("Languages"),
            reverse("translation_languages", args=[specific.code]),
            icon_name="globe",
            priority=35,
        )
    if view_name == "index" and not page.is_leaf():
        yield Button(
            _("Show mirrors"),
            reverse("wagtailadmin_explore", args=[page.pk]) + "?mirrors=1",
            icon_name="view",
            priority=75,
        )


@hooks.register("construct_page_listing_buttons")
def desk_button(buttons, page, user, context=None):
    """On a page that is not the original: its words are the desk's."""
    specific = page.specific
    if not isinstance(specific, HubPage) or specific.kind == "home" or specific.is_original:
        return
    codes = {locale.pk: locale.language_code for locale in languages_of(user)}
    if page.locale_id in codes:
        buttons.append(
            Button(
                _("Translate"),
                reverse("translation_work", args=[specific.code, codes[page.locale_id]]),
                icon_name="globe",
                priority=10,
            )
        )


hooks.register("construct_page_listing_buttons", ask_button)


@hooks.register("register_log_actions")
def register_all_live(actions):
    actions.register_action(
        ALL_LIVE,
        gettext_lazy("In all languages"),
        gettext_lazy("Every language is published; its author was told"),
    )


@hooks.register("construct_explorer_page_queryset")
def hide_mirrors(parent_page, pages, request):
    """Mirrors would make a shelf six times as long; `?mirrors=1` shows them."""
    is_list = request.resolver_match.view_name.startswith("wagtailadmin_explore")
    pages = with_originals(pages) if is_list else with_all_that_lines_say(pages)
    return pages if request.GET.get("mirrors") else pages.filter(alias_of=None)


@hooks.register("construct_page_chooser_queryset")
def choose_public_or_own(pages, request):
    """Drafts of others stay out of the chooser, titles and all."""
    if request.user.is_superuser:
        return with_all_that_lines_say(pages)
    mine = page_permission_policy.instances_user_has_any_permission_for(
        request.user, ["add", "change", "publish"]
    )
    return with_all_that_lines_say(pages.live() | (pages & mine))


@hooks.register("before_copy_page")
def refuse_loose_alias(request, page):
    """A copy that follows its source would have no counterparts; mirrors are made by the hub."""
    if request.method == "POST" and request.POST.get("alias"):
        messages.error(request, _("A copy that follows its source is not possible here."))
        return HttpResponseForbidden()
    return None


@hooks.register("construct_translated_pages_to_cascade_actions")
def delete_in_all_languages(pages, action):
    """An original goes in all languages at once; unpublishing takes the mirrors by itself."""
    if action != "delete":
        return {}
    return {
        page: list(Page.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk))
        for page in pages
        if isinstance(page, HubPage) and page.kind != "home" and page.is_original
    }
