"""The second factor of people in tests: an authenticator app whose code can be computed."""

import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

from hub.second_factor import has_second_factor, needs_second_factor

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_factor(user) -> None:
    """An authenticator app for `user`, as after the first sign-in."""
    TOTP.activate(user, SECRET)


def give_factor_where_needed(user) -> None:
    if needs_second_factor(user) and not has_second_factor(user):
        give_factor(user)


def code_now(secret: str = SECRET, steps: int = 0) -> str:
    """What the app shows now; `steps` half minutes later or (negative) earlier."""
    counter = int(time.time()) // app_settings.TOTP_PERIOD + steps
    return format_hotp_value(hotp_value(secret, counter))


_shown: set[tuple[str, str]] = set()


def unused_code(name: str) -> str:
    """A code that opens now and that `name` has not used here: each opens once."""
    while True:
        for steps in (0, 1, -1):
            code = (name, code_now(steps=steps))
            if code not in _shown:
                _shown.add(code)
                return code[1]
        time.sleep(1)
