from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from hub.models import Thing
from hub.several_files import several_files_urls
from hub.thing_chooser import thing_chooser_viewset
from hub.viewsets import WordsGroup

register_snippet(WordsGroup)


@hooks.register("register_admin_viewset")
def register_thing_chooser():
    return thing_chooser_viewset


@hooks.register("register_admin_urls")
def register_several_files():
    return several_files_urls()


@hooks.register("insert_global_admin_css")
def give_way_without_scripts():
    return format_html(
        '<noscript><link rel="stylesheet" href="{}"></noscript>',
        static("css/admin-no-script.css"),
    )


@hooks.register("register_account_menu_item")
def way_to_security(request):
    return {
        "url": reverse("mfa_index"),
        "label": _("Sign-in and security"),
        "help_text": _("Password, authenticator app, passkeys, recovery codes."),
    }


@hooks.register("insert_editor_js")
def checklist_script():
    return format_html('<script src="{}" defer></script>', static("js/checklist.js"))


@hooks.register("after_delete_page")
def say_why_it_was_withdrawn(request, page):
    """The reason that whoever deleted the original gave stands on its tombstone."""
    if why := request.POST.get("withdrawn_why", "").strip():
        gone = Thing.objects.filter(translation_key=page.translation_key)
        gone.exclude(withdrawn_at=None).update(withdrawn_why=why[:500])
