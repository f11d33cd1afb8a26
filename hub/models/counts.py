from django.db import models
from django.utils.translation import gettext_lazy as _


class Count(models.Model):
    """How often an address was sent on one day. No person, no address of a machine, no time of day."""

    day = models.DateField()
    what = models.CharField(max_length=10, help_text=_("view or file"))
    address = models.CharField(max_length=255)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        constraints = [
            models.UniqueConstraint(fields=["day", "what", "address"], name="count_once_a_day")
        ]

    def __str__(self):
        return f"{self.day} {self.address}: {self.number}"
