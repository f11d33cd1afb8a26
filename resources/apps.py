from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResourcesConfig(AppConfig):
    name = "resources"
    verbose_name = _("resources")

    def ready(self):
        from . import (
            catalogue_rows,  # noqa: F401  it registers itself
            closed_files,  # noqa: F401  it connects its signal
            guide_pdfs,  # noqa: F401  it connects its signal
        )
