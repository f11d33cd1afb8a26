"""The page behind an invitation's link: a new account, or more roles for one that is there already."""

import re

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.users.models import UserProfile

from hub.languages import LANGUAGES
from hub.mailed import answers

from .invitations import GOOD_FOR, PURPOSE, Invitation
from .roles import give, named

User = get_user_model()


class JoinForm(forms.Form):
    first_name = forms.CharField(
        label=_("First name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": _("Write your name: your colleagues see it.")},
    )
    last_name = forms.CharField(
        label=_("Family name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": _("Write your name: your colleagues see it.")},
    )
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )
    password2 = forms.CharField(
        label=_("Password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Write the password a second time.")},
    )
    language = forms.ChoiceField(
        label=_("Language you work in"), choices=[(one.code, one.name) for one in LANGUAGES]
    )

    def __init__(self, email, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())

    def clean(self):
        data = super().clean()
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords are not the same."))
        elif first:
            try:
                names = {name: data.get(name, "") for name in ("first_name", "last_name")}
                validate_password(first, User(email=self.email, **names))
            except ValidationError as error:
                self.add_error("password1", error)
        return data


@answers(PURPOSE, GOOD_FOR)
def accept(request, invitation, times_sent):
    invitation = Invitation.objects.filter(pk=invitation).select_related("invited_by").first()
    if invitation is None or times_sent != invitation.times_sent or not invitation.is_open:
        return _too_late(request, invitation)
    account = User.objects.filter(email=invitation.email, is_active=True).first()
    if account:
        return _take_more_roles(request, invitation, account)
    first, _blank, last = invitation.name.rpartition(" ")
    initial = {"first_name": first or last, "last_name": last if first else ""}
    initial["language"] = get_language()
    form = JoinForm(invitation.email, request.POST or None, initial=initial)
    if form.is_valid():
        person = _join(invitation, form.cleaned_data)
        if person is None:
            # A second click: the first one has made the account.
            return HttpResponseRedirect(request.get_full_path())
        record_authentication(request, person, method="invitation")
        return perform_login(request, Login(user=person, redirect_url=reverse("wagtailadmin_home")))
    context = {"invitation": invitation, "roles": named(invitation.roles), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "partners/invitation.html", context, status=status)


def _too_late(request, invitation):
    used = bool(invitation and invitation.accepted_at)
    if used and request.person.is_authenticated and request.person.pk == invitation.accepted_by_id:
        return HttpResponseRedirect(reverse("wagtailadmin_home"))
    return render(request, "partners/invitation_over.html", {"is_used": used}, status=410)


def _take_more_roles(request, invitation, account):
    """Whoever has the link shows first that the account is theirs too, by signing in to it."""
    person = request.person if request.person.is_authenticated else None
    is_it = person is not None and person.pk == account.pk
    if request.method == "POST":
        if is_it:
            _give_once(invitation, account)
            return HttpResponseRedirect(reverse("wagtailadmin_home"))
        if person is None:
            way = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{settings.LOGIN_URL}?{way}")
    context = {
        "invitation": invitation,
        "roles": named(invitation.roles),
        "is_it": is_it,
        "somebody_else": person if person is not None and not is_it else None,
    }
    return render(request, "partners/invitation_more.html", context)


@transaction.atomic
def _give_once(invitation: Invitation, person) -> bool:
    """Give the roles of the invitation unless somebody did so a moment ago."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not locked.is_open:
        return False
    for role in named(locked.roles):
        give(person, role, by=locked.invited_by)
    locked.accepted_at, locked.accepted_by = timezone.now(), person
    locked.save(update_fields=["accepted_at", "accepted_by"])
    log(person, "people.joined", user=person)
    return True


def _join(invitation: Invitation, data: dict):
    """The new account with its roles; None when the invitation was accepted meanwhile."""
    try:
        with transaction.atomic():
            # Held by one of two clicks until its account is there.
            Invitation.objects.select_for_update().get(pk=invitation.pk)
            person = _account(invitation.email, data)
            return person if person and _give_once(invitation, person) else None
    except IntegrityError:
        # Two invitations to one address, accepted in the same moment.
        return None


def _account(email: str, data: dict):
    """Made, or opened again after its owner had left; None if it is open."""
    person = User.objects.filter(email=email).first() or User(email=email)
    if person.pk and person.is_active:
        return None
    person.is_active, person.is_superuser, person.is_staff = True, False, False
    person.username = person.username or re.sub(r"[^\w.@+-]", "_", email)[:150]
    person.first_name, person.last_name = data["first_name"], data["last_name"]
    person.set_password(data["password1"])
    person.save()
    # What an account that was shut in Wagtail's own screen still had.
    person.groups.clear()
    person.user_permissions.clear()
    person.language_roles.all().delete()
    UserProfile.objects.update_or_create(
        user=person, defaults={"preferred_language": data["language"]}
    )
    return person
