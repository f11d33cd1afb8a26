"""allauth's forms in the hub's words: labels instead of placeholders, hints as plain sentences."""

import logging

from allauth.account import forms as account
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class Plain:
    """`words`: labels by the name of the field."""

    words: dict = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)
            if field.widget.attrs.get("autocomplete") == "new-password":
                field.help_text = ""
        if "password1" in self.fields:
            self.fields["password1"].help_text = " ".join(password_validators_help_texts())


class SignInForm(Plain, account.LoginForm):
    words = {
        "login": _("E-mail"),
        "password": _("Password"),
        "remember": _("Stay signed in on this computer"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        # The tick box is no question that wants "(optional)" behind it.
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class AskForPasswordForm(Plain, account.ResetPasswordForm):
    words = {"email": _("E-mail")}


NEW_PASSWORD = {"password1": _("New password"), "password2": _("New password once more")}


class NewPasswordForm(Plain, account.ResetPasswordKeyForm):
    words = NEW_PASSWORD


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    words = {"oldpassword": _("Password until now"), **NEW_PASSWORD}


class ConfirmPasswordForm(Plain, account.ReauthenticateForm):
    words = {"password": _("Password")}


class CodeOnce:
    """A code of an app opens once, also while allauth would take it as the one just past."""

    def clean_code(self):
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            steps = 2 * app_settings.TOTP_TOLERANCE + 1
            key = f"hub.code-used:{self.user.pk}:{normalize_user_code(code)}"
            if not cache.add(key, True, timeout=steps * app_settings.TOTP_PERIOD):
                raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(Plain, CodeOnce, codes.AuthenticateForm):
    words = {"code": _("Code")}


class ConfirmCodeForm(Plain, CodeOnce, codes.ReauthenticateForm):
    words = {"code": _("Code")}


class AddAppForm(Plain, totp.ActivateTOTPForm):
    words = {"code": _("Code that the app shows")}


def never_fails(clean):
    """What a broken or hostile browser sends as a key is a wrong key; fido2 raises anything at it."""

    def careful(form, *args):
        try:
            return clean(form, *args)
        except ValidationError:
            raise
        except Exception as error:
            logger.info("a passkey could not be read: %s", type(error).__name__)
            raise ValidationError(
                _("The passkey was not accepted. Try again, or use another way.")
            ) from error

    return careful


class AddPasskeyForm(Plain, passkeys.AddWebAuthnForm):
    words = {"name": _("Name of this passkey"), "passwordless": _("Sign in with it alone")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = 100
        self.fields["passwordless"].help_text = _(
            "Without password and code. The device asks for your finger, face or PIN."
        )

    clean = never_fails(passkeys.AddWebAuthnForm.clean)


class PasskeyForm(passkeys.AuthenticateWebAuthnForm):
    clean_credential = never_fails(passkeys.AuthenticateWebAuthnForm.clean_credential)


class ConfirmPasskeyForm(passkeys.ReauthenticateWebAuthnForm):
    clean_credential = never_fails(passkeys.ReauthenticateWebAuthnForm.clean_credential)


class SignInPasskeyForm(passkeys.LoginWebAuthnForm):
    clean_credential = never_fails(passkeys.LoginWebAuthnForm.clean_credential)


class RenamePasskeyForm(Plain, passkeys.EditWebAuthnForm):
    words = {"name": _("Name of this passkey")}
