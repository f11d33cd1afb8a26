from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale


class LanguageRole(models.Model):
    """Somebody translates into a language, or reviews it. It gives no right over any page."""

    class Role(models.TextChoices):
        TRANSLATOR = "translator", _("translator")
        REVIEWER = "reviewer", _("reviewer")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="language_roles",
        verbose_name=_("person"),
    )
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, verbose_name=_("language"))
    role = models.CharField(_("role"), max_length=10, choices=Role)

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


class TranslationState(models.Model):
    """How far one thing is in one language: the draft, its review, what it was made from.

    `total` and `done` count strings of the source; `source_hash` is the hash of what was
    extracted when the translation was last published, and says whether the source changed since.
    """

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("not started")
        IN_PROGRESS = "in_progress", _("in progress")
        READY = "ready", _("ready for review")
        SENT_BACK = "sent_back", _("sent back")
        PUBLISHED = "published", _("published")
        OUTDATED = "outdated", _("source changed")

    thing = models.ForeignKey("hub.Thing", on_delete=models.CASCADE, related_name="states")
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE)
    state = models.CharField(max_length=12, choices=State, default=State.NOT_STARTED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    words = models.PositiveIntegerField(default=0)
    source_hash = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    note = models.TextField(_("words of the reviewer"), blank=True)

    class Meta:
        verbose_name = _("state of a translation")
        verbose_name_plural = _("states of translations")
        constraints = [
            models.UniqueConstraint(fields=["thing", "locale"], name="one_state_a_language")
        ]
        indexes = [models.Index(fields=["locale", "state"], name="state_per_language")]

    def __str__(self):
        return f"{self.thing} {self.locale}: {self.get_state_display()}"

    @property
    def percent(self) -> int:
        """Whole percent of strings done; 100 only when all are."""
        return self.done * 100 // self.total if self.total else 0
