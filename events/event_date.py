from zoneinfo import ZoneInfo

from django.db import models

from .known_dates import KnownDate


class EventDate(models.Model):
    """One date of an event, the same in all languages; narrow, and what the calendar is read from.

    It follows the published page. Seats and answers are given for a date, so a row is never
    deleted: a date that the series no longer has is marked as gone.
    """

    thing = models.ForeignKey("hub.Thing", on_delete=models.CASCADE, related_name="event_dates")
    # "" where an event has one date; in a series the day the rule gave it, wherever it was moved.
    key = models.CharField(max_length=10, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=40)
    precision = models.CharField(max_length=5)
    is_cancelled = models.BooleanField(default=False)
    is_gone = models.BooleanField(default=False)
    # By the clock of the place; the last day still belongs to it.
    first_day = models.DateField()
    last_day = models.DateField()
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    event_kind = models.CharField(max_length=20)
    country = models.CharField(max_length=2, blank=True)
    mode = models.CharField(max_length=10)
    partner_id = models.IntegerField(null=True)
    # Codes and slugs, each between two blanks.
    spoken = models.TextField(blank=True)
    audiences = models.TextField(blank=True)
    # As calendar programs count: how often any date of the thing was changed, and when.
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "date of an event"
        verbose_name_plural = "dates of events"
        constraints = [models.UniqueConstraint(fields=["thing", "key"], name="event_date_once")]
        indexes = [
            models.Index(fields=["ends_at", "starts_at"], name="event_date_ends"),
            models.Index(fields=["first_day", "last_day"], name="event_date_days"),
        ]

    def __str__(self):
        return f"{self.thing_id} {self.key or self.first_day}"

    @property
    def when(self) -> KnownDate:
        """As exactly as it is known, in the time of the place."""
        zone = ZoneInfo(self.time_zone)
        return KnownDate(
            self.starts_at.astimezone(zone), self.ends_at.astimezone(zone), self.precision
        )
