from django.db import models

from .opening import WHOLE_YEAR, Hours


class ServiceRow(models.Model):
    """What the directory asks of a service, the same in all languages; narrow. Follows its page."""

    thing = models.OneToOneField("hub.Thing", on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=255)
    country = models.CharField(max_length=2, blank=True)
    town = models.CharField(max_length=80, blank=True)
    # Of circle/towns.py: the country, and the name in one spelling.
    town_key = models.CharField(max_length=90, blank=True, db_index=True)
    time_zone = models.CharField(max_length=40)
    holidays = models.CharField(max_length=10)
    hours = models.JSONField(default=dict)
    is_free = models.BooleanField()
    accessibility = models.CharField(max_length=10, blank=True)
    # Codes, each between two blanks.
    needs = models.TextField(blank=True)
    spoken = models.TextField(blank=True)
    groups = models.TextField(blank=True)
    # The last day on which a person found it right; of one that nobody checked, its first day.
    right_on = models.DateField(db_index=True)
    is_closed = models.BooleanField(default=False)

    class Meta:
        verbose_name = "row of the directory"
        verbose_name_plural = "rows of the directory"

    def __str__(self):
        return self.title

    @property
    def known_hours(self) -> Hours:
        return Hours.of_plain(self.hours)


class ServiceSpan(models.Model):
    """Hours of a service as numbers, for the question who is open now (see `opening.Span`)."""

    row = models.ForeignKey(ServiceRow, on_delete=models.CASCADE, related_name="spans")
    day = models.PositiveSmallIntegerField(default=0)
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()
    season_from = models.PositiveSmallIntegerField(default=WHOLE_YEAR[0])
    season_to = models.PositiveSmallIntegerField(default=WHOLE_YEAR[1])
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)

    class Meta:
        verbose_name = "hours in the directory"
        verbose_name_plural = "hours in the directory"

    def __str__(self):
        return f"{self.day or self.first_on} {self.opens}-{self.closes}"
