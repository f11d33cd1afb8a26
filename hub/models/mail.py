from django.db import models
from django.utils.translation import gettext_lazy as _


class Mail(models.Model):
    """A mail that waits to be sent, written in the transaction of the deed that causes it."""

    to = models.EmailField()
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    language = models.CharField(max_length=12)
    # An iCalendar file to go with it, "" for none.
    calendar = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["pk"]

    def __str__(self):
        return self.subject
