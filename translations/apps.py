from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslationsConfig(AppConfig):
    name = "translations"
    verbose_name = _("translations")

    def ready(self):
        # They connect their signals.
        from translations import facts, mirrors, privacy, state  # noqa: F401
        from translations.glossary import terms  # noqa: F401
