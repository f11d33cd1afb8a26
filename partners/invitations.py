"""People are invited by mail: a link that makes an account, or gives an account more roles, once."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.log_actions import log

from hub.links import make_token
from hub.mail_queue import queue

PURPOSE = "invitation"
GOOD_FOR = timedelta(days=14)


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Neither accepted nor withdrawn; those that have run out too, for they can be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """Somebody asked to take part. `roles` are keys of `partners.roles`."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language of the mail"), max_length=12)
    roles = models.JSONField(default=list)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # A mail sent again makes the links of earlier ones worthless.
    sent_at = models.DateTimeField(default=timezone.now)
    times_sent = models.PositiveSmallIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at", "-pk"]

    def __str__(self):
        # It stands in the log, which is no place for addresses.
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def good_until(self):
        return self.sent_at + GOOD_FOR

    @property
    def has_run_out(self) -> bool:
        return timezone.now() > self.good_until

    @property
    def is_open(self) -> bool:
        return not (self.accepted_at or self.withdrawn_at or self.has_run_out)

    def link(self) -> str:
        """The address to accept at, in the language of the mail."""
        token = make_token(PURPOSE, invitation=self.pk, times_sent=self.times_sent)
        with override(self.language):
            return settings.HUB_ADDRESS + reverse("mailed", args=[token])


def invite(*, email, roles, language, name="", by=None) -> Invitation:
    """Ask somebody to take these roles (keys), by a mail in `language`.

    Raises ValueError for an address that is none.
    """
    with transaction.atomic():
        invitation = Invitation.objects.create(
            email=email.lower(), name=name, roles=list(roles), language=language, invited_by=by
        )
        log(invitation, "people.invited", user=by)
        send(invitation)
    return invitation


@transaction.atomic
def send(invitation: Invitation) -> None:
    """Mail the link, and start its two weeks anew."""
    from .roles import named

    invitation.times_sent += 1
    invitation.sent_at = timezone.now()
    invitation.save(update_fields=["times_sent", "sent_at"])
    by = invitation.invited_by
    with override(invitation.language):
        words = {
            "invitation": invitation,
            "by": (by.get_full_name() or by.email) if by else "",
            "roles": [str(role) for role in named(invitation.roles)],
            "link": invitation.link(),
        }
        subject = render_to_string("partners/mails/invitation_subject.txt", words)
        body = render_to_string("partners/mails/invitation.txt", words)
    queue(
        invitation.email,
        " ".join(subject.split()),
        body.strip() + "\n",
        language=invitation.language,
    )


def withdraw(invitation: Invitation, by=None) -> None:
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
        withdrawn_at=timezone.now()
    )
    log(invitation, "people.withdrawn", user=by)
