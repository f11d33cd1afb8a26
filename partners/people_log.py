"""What Wagtail's history of the site says of people and their roles."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from .roles import Role


def register_people_actions(actions):
    actions.register_action("people.invited", _("Invite"), _("Invited"))
    actions.register_action("people.withdrawn", _("Withdraw"), _("Invitation withdrawn"))
    actions.register_action("people.joined", _("Join"), _("Accepted the invitation"))
    actions.register_action("people.left", _("Leave"), _("Left the hub"))
    actions.register_action(
        "people.factor_reset", _("Reset the second step"), _("Second step taken away")
    )

    @actions.register_action("people.role_given")
    class Given(LogFormatter):
        label = _("Give a role")

        def format_message(self, log_entry):
            return gettext("Became %(role)s") % {"role": Role(**log_entry.data)}

    @actions.register_action("people.role_ended")
    class Ended(LogFormatter):
        label = _("End a role")

        def format_message(self, log_entry):
            return gettext("No longer %(role)s") % {"role": Role(**log_entry.data)}
