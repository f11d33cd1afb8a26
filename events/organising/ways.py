"""The ways to the screens of registrations: an item of the menu, a button on the event's page."""

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.permissions import page_permission_policy

from events.models import EventPage

from .rights import organised_by


class RegistrationsItem(MenuItem):
    """Only where there is something to see."""

    def __init__(self):
        super().__init__(
            gettext_lazy("Registrations"),
            reverse_lazy("events_registrations"),
            icon_name="group",
            name="registrations",
            order=310,
        )

    def is_shown(self, request):
        # Page rights are known when a menu is made; only of those who write more is asked.
        writes = page_permission_policy.user_has_any_permission(request.user, {"add", "publish"})
        return writes and organised_by(request.user).exists()


def registrations_button(page, user, view_name, next_url=None):
    """On the original of an event, for who may see who takes part."""
    event = page.specific
    if view_name not in ("edit", "index") or not isinstance(event, EventPage):
        return
    if not event.is_original:
        return
    keys = organised_by(user).filter(thing__translation_key=page.translation_key)
    ids = list(keys.order_by().values_list("pk", flat=True)[:2])
    if ids:
        one = reverse("events_registrations_date", args=ids[:1])
        many = f"{reverse('events_registrations')}?event={event.code}"
        yield Button(
            _("Registrations"), url=one if len(ids) == 1 else many, icon_name="group", priority=55
        )
