from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale


class MemoryUnit(models.Model):
    """Words that were once published for a text, from one language into another.

    `source` and `target` are HTML as wagtail-localize keeps strings (`<a id="a1">`). It holds no
    key to the page it came from, so it outlives page, thing and translation.
    """

    source_locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    target_locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    # SHA-256 of source and of target, hexadecimal: a text is too long for an index.
    source_hash = models.CharField(max_length=64)
    target_hash = models.CharField(max_length=64)
    source = models.TextField()
    target = models.TextField()
    # Characters of the source without marks, for the window of fuzzy matches.
    length = models.PositiveIntegerField()
    # The thing's short code and title at that time.
    origin_code = models.CharField(max_length=12, blank=True)
    origin_title = models.CharField(max_length=255, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    times = models.PositiveIntegerField(default=1)
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("unit of the translation memory")
        verbose_name_plural = _("translation memory")
        constraints = [
            models.UniqueConstraint(
                fields=["source_locale", "target_locale", "source_hash", "target_hash"],
                name="memory_pair_once",
            )
        ]

    def __str__(self):
        return self.source[:60]


class MemoryStem(models.Model):
    """A beginning of a word in a unit's source: how fuzzy matches are found on either database."""

    unit = models.ForeignKey(MemoryUnit, on_delete=models.CASCADE, related_name="stems")
    stem = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "stem"], name="stem_once_a_unit")]
        indexes = [models.Index(fields=["stem"], name="memory_stem")]

    def __str__(self):
        return self.stem
