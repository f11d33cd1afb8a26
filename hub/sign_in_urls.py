"""The doors of `/account/`: signing in and out, the password, the second factor. There is no sign-up."""

from allauth.account import views
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.shortcuts import redirect, render
from django.urls import include, path, re_path, reverse_lazy
from django.views.generic import RedirectView


def sign_in(request):
    """allauth's page; whoever is signed in already was sent here because they may not go on.

    allauth would send them straight back, and so on without end.
    """
    if not request.user.is_authenticated:
        return views.login(request)
    has_role = request.user.has_perm("wagtailadmin.access_admin")
    if has_role and not request.GET.get(REDIRECT_FIELD_NAME):
        return redirect("wagtailadmin_home")
    return render(request, "account/already_in.html", {"has_role": has_role}, status=403)


def sign_out(request):
    """Wagtail's button posts to Wagtail's address; whoever types that address is asked first."""
    return views.logout(request) if request.method == "POST" else redirect("account_logout")


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="mfa_index")),
    path("login/", sign_in, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    # Somebody without a password makes one as somebody who forgot theirs.
    path(
        "password/set/",
        RedirectView.as_view(url=reverse_lazy("account_reset_password")),
        name="account_set_password",
    ),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/sent/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
]
