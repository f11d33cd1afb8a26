from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from .service_checks import CHANGE_ASKED, CLOSED
from .viewsets import HelperViewSet


@hooks.register("register_log_actions")
def register_answers(actions):
    actions.register_action(
        CHANGE_ASKED, _("Told of a change"), _("The organisation told of a change")
    )
    actions.register_action(
        CLOSED, _("Said to have closed"), _("The organisation said that it has closed")
    )


@hooks.register("register_admin_viewset")
def register_people_who_help():
    return HelperViewSet()
