from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CircleConfig(AppConfig):
    name = "circle"
    verbose_name = _("support circle")

    def ready(self):
        from . import directory_rows, helpers, service_checks  # noqa: F401  they register themselves
