from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale


class TranslationState(models.Model):
    """How far one thing is in one language: the draft, its review, what it was made from.

    `total`, `done` and `machine` count strings of the source, `words` and `words_done` its words.
    Who saves a string moves these numbers by one UPDATE; `state.recount` counts anew, and must
    find the same. `source_hash` is the hash of what was extracted when the translation was last
    published, and says whether the source changed since.
    """

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("not started")
        IN_PROGRESS = "in_progress", _("in progress")
        READY = "ready", _("ready for review")
        SENT_BACK = "sent_back", _("sent back")
        PUBLISHED = "published", _("published")
        OUTDATED = "outdated", _("source changed")
        STOPPED = "stopped", _("stopped")

    thing = models.ForeignKey("hub.Thing", on_delete=models.CASCADE, related_name="states")
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE)
    state = models.CharField(max_length=12, choices=State, default=State.NOT_STARTED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # Of the done ones, those a machine made and nobody has confirmed.
    machine = models.PositiveIntegerField(default=0)
    words = models.PositiveIntegerField(default=0)
    words_done = models.PositiveIntegerField(default=0)
    source_hash = models.CharField(max_length=64, blank=True)
    # When the original last changed away from what is published here; None while they match.
    source_changed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # What of the published text is still the source's (its strings), and how much a machine's.
    untranslated = models.JSONField(default=list, blank=True)
    live_machine = models.PositiveIntegerField(default=0)
    # Places (a field, or a block of one: "steps.<id>") of the published text: a hash of what the
    # original said there; those where it says something else since; those still in its words.
    made_from = models.JSONField(default=dict, blank=True)
    older_places = models.JSONField(default=list, blank=True)
    untranslated_places = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    note = models.TextField(_("words of the reviewer"), blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="claimed_translations",
        verbose_name=_("taken by"),
    )
    claimed_until = models.DateField(_("taken until"), null=True, blank=True)
    # How often readers met the mirror in the last 30 days; counted anew each night.
    met = models.PositiveIntegerField(default=0)

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
        """Whole percent of words done; 100 only when every string is."""
        if self.done < self.total:
            return min(99, self.words_done * 100 // self.words) if self.words else 0
        return 100 if self.total else 0

    @property
    def words_left(self) -> int:
        return max(0, self.words - self.words_done)


class TranslationWish(models.Model):
    """Somebody of a partner asks for a thing in a language, and may say why."""

    thing = models.ForeignKey("hub.Thing", on_delete=models.CASCADE, related_name="wishes")
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # For whom they ask, by the name it had then.
    asked_for = models.CharField(max_length=255, blank=True)
    words = models.CharField(_("why"), max_length=300, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("wish for a translation")
        verbose_name_plural = _("wishes for translations")
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "locale", "asked_by"], name="one_wish_a_person"
            )
        ]

    def __str__(self):
        return f"{self.thing} {self.locale}: {self.asked_for}"
