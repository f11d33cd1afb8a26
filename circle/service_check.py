from django.db import models


class ServiceCheck(models.Model):
    """How an organisation was last asked whether its entry is right, and what it said."""

    thing = models.OneToOneField("hub.Thing", on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(null=True)
    # Its own word; a person who publishes the entry later takes it back.
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "question to a service"
        verbose_name_plural = "questions to services"

    def __str__(self):
        return str(self.thing_id)
