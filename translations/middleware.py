from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.models import Page

from hub.models import HubPage

from .work import languages_of


class EditDoorMiddleware:
    """Leads away from the editor of a page that is not the original, which is closed for everybody.

    Wagtail asks for the right to edit before any of its hooks, and answers with the dashboard;
    a translator belongs at the desk, anybody else among the pages of that language.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.resolver_match.view_name != "wagtailadmin_pages:edit":
            return None
        page = Page.objects.filter(pk=view_kwargs["page_id"]).first()
        page = page and page.specific
        if not isinstance(page, HubPage) or page.is_original or not request.user.is_active:
            return None
        if page.locale_id in {locale.pk for locale in languages_of(request.user)}:
            return redirect("translation_work", page.code, page.locale.language_code)
        messages.info(
            request, _("This page is not the original; its words are made at the translation desk.")
        )
        return redirect("wagtailadmin_explore", page.pk)
