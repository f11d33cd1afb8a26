from django.db import models
from django.utils.translation import gettext_lazy as _


class Evidence(models.Model):
    """Somebody who attended, for funders who ask for names; only where and as long as a setting says so."""

    date = models.ForeignKey("events.EventDate", on_delete=models.CASCADE, related_name="evidence")
    name = models.CharField(_("name"), max_length=120)
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("evidence of attendance")
        verbose_name_plural = _("evidence of attendance")
        ordering = ["name", "pk"]

    def __str__(self):
        return f"{self.pk}"
