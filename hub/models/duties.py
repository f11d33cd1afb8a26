from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Duty(models.Model):
    """Something that is due again and again: whether somebody is at it, and when it was last done.

    The row is the lock. One UPDATE takes it, so that of two processes only one does the work,
    and a process that dies gives the duty back when `held_until` has passed.
    """

    name = models.CharField(max_length=80, primary_key=True)
    held_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True, help_text=_("of the last try; empty after a good one"))

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")

    def __str__(self):
        return self.name

    @classmethod
    def take(cls, name: str, *, hold: timedelta, last_done_before: datetime | None = None) -> bool:
        """Whether this process is to do `name` now; nobody else will for the time of `hold`.

        With `last_done_before`, only if it was not done since. One never done counts as done when
        it is first met: a hub made today has nothing to catch up from last night.
        """
        now = timezone.now()
        cls.objects.get_or_create(name=name, defaults={"done_at": now})
        free = cls.objects.filter(Q(held_until=None) | Q(held_until__lte=now), name=name)
        if last_done_before:
            free = free.filter(done_at__lt=last_done_before)
        return free.update(held_until=now + hold) == 1

    @classmethod
    def give_back(cls, name: str, *, failure: str = "", again_at: datetime | None = None) -> None:
        """Note how it went. After a failure it is due again at `again_at`, or at once."""
        noted = {"held_until": again_at, "failure": failure}
        if not failure:
            noted["done_at"] = timezone.now()
        cls.objects.filter(name=name).update(**noted)
