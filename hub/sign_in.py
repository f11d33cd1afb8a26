"""Signing in is django-allauth's; here are its manners: no open door, our words, mail through the queue.

`ACCOUNT_ADAPTER` and `MFA_ADAPTER` of the settings name the two classes.
"""

import time
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from hub.mail_queue import queue

# What allauth tells the owner of an account, by the name of its template.
CHANGES = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_set": _("Your password was changed."),
    "account/email/password_reset": _("Your password was set anew by a mailed link."),
    "mfa/email/totp_activated": _("An authenticator app was added to your sign-in."),
    "mfa/email/totp_deactivated": _("The authenticator app was taken away from your sign-in."),
    "mfa/email/webauthn_added": _("A passkey was added to your sign-in."),
    "mfa/email/webauthn_removed": _("A passkey was taken away from your sign-in."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made for your sign-in."),
}


class SignInAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """Queue the mail, in the language of the person it is for (`user` of `context`)."""
        person = context["user"]
        with override(person.reads_in):
            words = {**context, "address": settings.HUB_ADDRESS}
            subject = render_to_string(f"{template_prefix}_subject.txt", words)
            body = render_to_string(f"{template_prefix}_message.txt", words)
        queue(person.email, " ".join(subject.split()), body.strip() + "\n", person.reads_in)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        if not user.email:
            return
        words = {"user": user, "what": CHANGES[template_prefix], "security": reverse("mfa_index")}
        self.send_mail("account/email/changed", user.email, words)

    def get_reset_password_from_key_url(self, key):
        # Never from the Host header: a mail goes further than the request that asked for it.
        url = super().get_reset_password_from_key_url(key)
        return settings.HUB_ADDRESS + urlsplit(url).path

    def get_password_change_redirect_url(self, request):
        return reverse("mfa_index")

    def is_reauthentication_required(self, *, app, **kwargs):
        """Not of somebody who has just signed in: the first set-up would ask everything twice."""
        request = allauth_context.request
        records = get_authentication_records(request, request.user)
        if records and time.time() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT:
            return False
        return not did_recently_reauthenticate(request)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. An app shows a new one each half minute."),
    }

    def get_public_key_credential_rp_entity(self):
        return {**super().get_public_key_credential_rp_entity(), "name": settings.WAGTAIL_SITE_NAME}

    def generate_authenticator_name(self, user, type):
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}
