from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("events")

    def ready(self):
        from hub import health

        from . import event_dates, materials  # noqa: F401  they register themselves
        from .certificates import key, stayed, take  # noqa: F401  their doors register themselves

        health.TOLD["certificates"] = key.is_there
