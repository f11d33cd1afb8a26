"""What readers must know of a partner before they count on it, in a word or two."""

from django.utils.translation import gettext as _


def standing_words(is_example: bool, paused_at=None) -> str:
    """ "Example", "Paused", both or nothing."""
    words = [_("Example") if is_example else "", _("Paused") if paused_at else ""]
    return " · ".join(word for word in words if word)
