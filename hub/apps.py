from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HubConfig(AppConfig):
    name = "hub"
    verbose_name = _("hub")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # They register themselves.
        from hub import changes, converters, document_text, link_finding, public_records  # noqa: F401
