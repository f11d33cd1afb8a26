from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from hub.models.things import Thing


class PublicRecordQuerySet(models.QuerySet):
    def named(self):
        """Each with `code` and `kind` of its thing. The thing itself would hold on to its record, and
        both would stay in memory until somebody clears up."""
        return self.annotate(code=models.F("thing__code"), kind=models.F("thing__kind"))


class PublicRecord(models.Model):
    """What is told to machines of one thing: the `record()` of each language with words of its own.

    Only of what is live and public, or once was: what is closed or withdrawn keeps its row without
    any words, so that it can be announced as deleted.
    """

    thing = models.OneToOneField(
        Thing, primary_key=True, on_delete=models.CASCADE, related_name="public_record"
    )
    # To the second: when something that is told last changed.
    datestamp = models.DateTimeField()
    is_deleted = models.BooleanField(default=False)
    partner_id = models.IntegerField(null=True)
    # Words such as language:lv with a blank around each: what harvesters choose by, and other things
    # that the record names.
    sets = models.TextField(blank=True)
    names = models.TextField(blank=True)
    # The original first.
    records = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    objects = PublicRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "public record"
        verbose_name_plural = "public records"
        indexes = [models.Index(fields=["datestamp", "thing"], name="public_records_by_date")]

    def __str__(self):
        return f"{self.thing_id} {self.datestamp}"
