from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HubConfig(AppConfig):
    name = "hub"
    verbose_name = _("hub")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from hub import changes, link_finding  # noqa: F401  connect their signals and listeners
