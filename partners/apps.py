from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("partners")

    def ready(self):
        # They connect their signals; the first answers for mailed links.
        from partners import (  # noqa: F401
            accept_invitation,
            deadlines,
            groups,
            notices,
            quota,
            readers_messages,
            review,
            shelving,
        )
