from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("partners")

    def ready(self):
        from partners import groups, notices, review, shelving  # noqa: F401  connect their signals
