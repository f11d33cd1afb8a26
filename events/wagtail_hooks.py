from wagtail import hooks

from .organising.admin_urls import urlpatterns as organising_urls
from .organising.log import register_organisers_deeds
from .organising.ways import RegistrationsItem, registrations_button

hooks.register("register_log_actions", register_organisers_deeds)
hooks.register("register_page_header_buttons", registrations_button)


@hooks.register("register_admin_urls")
def register_organising():
    return organising_urls


@hooks.register("register_admin_menu_item")
def register_registrations():
    return RegistrationsItem()
