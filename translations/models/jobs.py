from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale


class DeskJob(models.Model):
    """Work on many pages, or by a machine, that the worker does: how far it is, what went wrong.

    Each page is a transaction of its own, and `last_pk` says up to which it got: a killed job goes
    on after it.
    """

    class Kind(models.TextChoices):
        BRANCH = "branch", _("take a branch into work")
        MACHINE = "machine", _("machine translation")
        MIRRORS = "mirrors", _("mirrors")

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    locale = models.ForeignKey(Locale, null=True, on_delete=models.CASCADE, related_name="+")
    # The thing under translation, or the one at the top of the branch.
    thing = models.ForeignKey("hub.Thing", null=True, on_delete=models.CASCADE, related_name="+")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    last_pk = models.BigIntegerField(default=0)
    # A sentence for people when it failed, in the language of who asked.
    message = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    # Last sign of life; what has been silent for long was killed and is taken up again.
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job of the desk")
        verbose_name_plural = _("jobs of the desk")
        ordering = ["-asked_at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.locale}: {self.get_status_display()}"
