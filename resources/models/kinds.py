"""What each kind of resource is called."""

from django.utils.translation import gettext_lazy as _

KIND_LABELS = {
    "material": _("training material"),
    "guide": _("method guide"),
    "story": _("practice story"),
    "kit": _("kit"),
    "resource": _("resource"),
}
