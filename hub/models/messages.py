from django.db import models
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """What a reader sent from a page: feedback, a report of an error, a question to pass on."""

    class Kind(models.TextChoices):
        FEEDBACK = "feedback", _("feedback")
        REPORT = "report", _("report of an error")
        RELAY = "relay", _("message to pass on")
        WORDING = "wording", _("better wording")
        LOOKED_FOR = "looked_for", _("what I looked for")
        # A sentence beside an answer to "did this help?".
        HELPED = "helped", _("it helped")
        PARTLY = "partly", _("it helped partly")
        NO_HELP = "no_help", _("it did not help")
        # After an event, by those who were there.
        STAYED = "stayed", _("what stayed")

    # What concerns translators, not the people who look after the page.
    OF_THE_DESK = (Kind.WORDING, Kind.LOOKED_FOR)
    ANSWERS = (Kind.HELPED, Kind.PARTLY, Kind.NO_HELP)

    thing = models.ForeignKey("hub.Thing", null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    language = models.CharField(max_length=12)
    text = models.TextField(_("message"), max_length=4000)
    reply_to = models.EmailField(_("e-mail for an answer"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # When the people concerned got it by mail, alone or in the digest of an hour.
    told_at = models.DateTimeField(null=True, blank=True, db_index=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at"]

    def __str__(self):
        return self.text[:60]


class Helped(models.Model):
    """How many readers of a thing in one language said that it helped: numbers, and no person."""

    thing = models.ForeignKey("hub.Thing", on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=12)
    helped = models.PositiveIntegerField(default=0)
    partly = models.PositiveIntegerField(default=0)
    no_help = models.PositiveIntegerField(default=0)
    # Of the hour that began then, so that a program cannot count on.
    hour_began_at = models.DateTimeField()
    in_this_hour = models.PositiveIntegerField(default=0)
    answered_on = models.DateField()

    class Meta:
        verbose_name = _("answer to “did this help?”")
        verbose_name_plural = _("answers to “did this help?”")
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "language"], name="helped_once_a_thing_and_language"
            )
        ]

    def __str__(self):
        return f"{self.thing} {self.language}: {self.helped}, {self.partly}, {self.no_help}"
