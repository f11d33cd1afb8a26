from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale


class LanguageRole(models.Model):
    """Somebody translates into a language, or reviews it. It gives no right over any page."""

    class Role(models.TextChoices):
        TRANSLATOR = "translator", _("translator")
        # Publishes without a second pair of eyes; decides on nobody else's work.
        TRUSTED = "trusted", _("translator who publishes")
        REVIEWER = "reviewer", _("reviewer")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="language_roles",
        verbose_name=_("person"),
    )
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, verbose_name=_("language"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    # Up to when the digest has told this person what waits.
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("role in a language")
        verbose_name_plural = _("roles in languages")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "locale", "role"], name="language_role_once_a_person"
            )
        ]

    def __str__(self):
        return f"{self.user}: {self.locale} {self.get_role_display()}"
