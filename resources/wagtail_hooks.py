from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from hub.rich_text import ReaderDocumentLinkHandler, ReaderPageLinkHandler, gather_links
from partners.models import ShelfPage

from .imports.shelves import may_bring
from .imports.views import import_urls

hooks.register("before_serve_page", gather_links)


# After Wagtail's own, which it replaces.
@hooks.register("register_rich_text_features", order=1)
def use_reader_links(features):
    features.register_link_type(ReaderPageLinkHandler)
    features.register_link_type(ReaderDocumentLinkHandler)


@hooks.register("register_admin_urls")
def register_imports():
    return import_urls()


@hooks.register("register_page_header_buttons")
def import_button(page, user, view_name, next_url=None):
    """In the list of a shelf of the catalogue, for who may begin something there."""
    shelf = page.specific
    if view_name == "index" and isinstance(shelf, ShelfPage) and may_bring(user, shelf):
        yield Button(
            _("Resources from a table"),
            f"{reverse('resources_import')}?shelf={page.pk}",
            icon_name="table",
            priority=60,
        )
