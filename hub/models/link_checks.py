from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LinkReason(models.TextChoices):
    """Why a link does not lead where it should, in words for whoever may mend it."""

    PAGE_GONE = "page-gone", _("The page was deleted.")
    PAGE_HIDDEN = "page-hidden", _("The page is not published.")
    DOCUMENT_GONE = "document-gone", _("The file was deleted.")
    CODE_WITHDRAWN = "code-withdrawn", _("What the short address led to was withdrawn.")
    NOT_HERE = "not-here", _("There is nothing at this address of the hub.")
    BAD_ADDRESS = "bad-address", _("The address is not written correctly.")
    PRIVATE = "private", _("The address leads into a private network.")
    NO_NAME = "no-name", _("There is no website of this name.")
    NO_ANSWER = "no-answer", _("The website does not answer.")
    TOO_SLOW = "too-slow", _("The website takes too long to answer.")
    CERTIFICATE = "certificate", _("The website's certificate is not valid.")
    RING = "ring", _("The website sends its visitors in circles.")
    NOT_FOUND = "not-found", _("The website says that the page is not there.")
    SERVER_ERROR = "server-error", _("The website reports a fault of its own.")


class LinkCheck(models.Model):
    """A link in the text of a page, and what became of it when it was last looked at.

    Links to other sites are kept whether they work or not; of links within the hub, which cost
    nothing to look at, only those that are broken.
    """

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    # As it stands in the text; "page:12" and "document:7" for what was chosen.
    url = models.CharField(max_length=2000)
    is_external = models.BooleanField()
    words = models.CharField(max_length=120, blank=True, help_text=_("the words that are linked"))
    reason = models.CharField(max_length=16, choices=LinkReason, blank=True)
    first_failed_on = models.DateField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    is_broken = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["checked_at"], condition=Q(is_external=True), name="link_due"),
            models.Index(fields=["page"], condition=Q(is_broken=True), name="link_broken"),
        ]

    def __str__(self):
        return self.url
