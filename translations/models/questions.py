from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale


class Question(models.Model):
    """What a translator asks the author about one string; all languages see question and answer."""

    thing = models.ForeignKey("hub.Thing", on_delete=models.CASCADE, related_name="questions")
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    # The string as it stood when it was asked about, as wagtail-localize keeps it (HTML).
    about = models.TextField()
    path = models.TextField()
    words = models.TextField(_("question"), max_length=1000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("question to the author")
        verbose_name_plural = _("questions to the author")
        ordering = ["asked_at", "pk"]

    def __str__(self):
        return self.words[:60]
