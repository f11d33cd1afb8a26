"""Who can do much harm signs in with two things: a password and a code or passkey.

`HUB_SECOND_FACTOR_PERMISSIONS` of the settings names the permissions that ask for it.
"""

from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

SIGN_IN_PATH = "/account/"
# Some of Wagtail's answers know its own door alone, which leads on to ours.
SIGN_IN_DOORS = (SIGN_IN_PATH, "/admin/login/")
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def needs_second_factor(user) -> bool:
    return user.is_active and (
        user.is_superuser
        or any(user.has_perm(name) for name in settings.HUB_SECOND_FACTOR_PERMISSIONS)
    )


def has_second_factor(user) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def way_to_second_factor(request, user) -> str:
    """The address at which `user` gives what this session still lacks, "" when it lacks nothing."""
    if not user.is_authenticated or not needs_second_factor(user):
        return ""
    if not has_second_factor(user):
        return reverse("mfa_index")
    # A session that began with the password alone, before there was a second thing to ask for.
    methods = {record["method"] for record in get_authentication_records(request, user)}
    return reverse("mfa_reauthenticate") if methods and "mfa" not in methods else ""


@receiver(authenticator_added)
def count_as_given(sender, request, user, authenticator, **kwargs):
    """Whoever has just set it up has it: this session, and no other one, is asked no more."""
    if authenticator.type in FACTORS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


class SecondFactorMiddleware:
    """Whoever still owes the second factor is nobody, except at the sign-in pages.

    So no door need know the rule: public pages answer as to anybody, and whatever would send
    somebody unknown to the sign-in sends them to the second factor. `request.person` is who it is
    all the same.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Readers have no session: not even looked at, for a look makes the page depend on a cookie.
        request.person = request.user
        if request.path_info.startswith(SIGN_IN_PATH):
            # Browsers give passkeys to names alone, and to these over a safe line.
            request.allows_passkeys = request.is_secure() or _host(request) == "localhost"
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        if request.path_info.startswith(SIGN_IN_PATH):
            if request.user.is_authenticated:
                translation.activate(request.user.reads_in)
                request.LANGUAGE_CODE = request.user.reads_in
                request.owes_second_factor = bool(way_to_second_factor(request, request.user))
            return self.get_response(request)
        request.user = SimpleLazyObject(lambda: self._known(request))
        return self._lead_on(request, self.get_response(request))

    def _known(self, request):
        user = get_user(request)
        request._way_to_second_factor = way_to_second_factor(request, user)
        return AnonymousUser() if request._way_to_second_factor else user

    def _lead_on(self, request, response):
        way = getattr(request, "_way_to_second_factor", "")
        if not way or not response.get("Location", "").startswith(SIGN_IN_DOORS):
            return response
        if not _is_for_eyes(request):
            raise PermissionDenied
        back = {"next": request.get_full_path()} if request.method == "GET" else {}
        return HttpResponseRedirect(f"{way}?{urlencode(back)}" if back else way)


def _host(request) -> str:
    return request.get_host().partition(":")[0]


def _is_for_eyes(request) -> bool:
    """Whether a person would see the answer, and not a script of some page."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode == "navigate" and request.accepts("text/html")
