"""What is known of somebody as a colleague: account, roles, invitations; and taking it away."""

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from hub.erase import CannotErase, Held, Sought

from .invitations import Invitation
from .roles import leave, may_change, roles_of


def names_of(address: str) -> set[str]:
    """The names that an account or an invitation gives to an address."""
    names = {person.get_full_name() for person in _accounts(address)}
    names |= set(_invitations(address).values_list("name", flat=True))
    return {one for one in names if one}


def held(sought: Sought) -> list[Held]:
    people = list(_accounts(sought.address))
    roles = roles_of(people)
    accounts = [
        {
            "username": person.username,
            "name": person.get_full_name(),
            "email": person.email,
            "joined": person.date_joined.isoformat(),
            "last_login": person.last_login.isoformat() if person.last_login else "",
            "language": person.reads_in,
            "roles": [str(role) for role in roles[person.pk]],
            "second_step": sorted(set(person.authenticator_set.values_list("type", flat=True))),
        }
        for person in people
    ]
    invitations = [
        {"email": one.email, "name": one.name, "sent": one.sent_at.isoformat(), "roles": one.roles}
        for one in _invitations(sought.address)
    ]
    return [Held(_("Account"), accounts), Held(_("Invitations"), invitations)]


def erase(sought: Sought, by=None) -> int:
    """The account becomes nobody's: what the person wrote for the network stays, without a name.

    Raises CannotErase where `by` may not end that person's roles, or nobody could administer the hub.
    """
    number = _invitations(sought.address).delete()[0]
    for person in _accounts(sought.address):
        if by is not None and not may_change(by, person):
            raise CannotErase(_("Only an administrator, and never oneself, erases this account."))
        _make_nobody(person, by)
        number += 1
    return number


def _make_nobody(person, by) -> None:
    nobody = f"erased-{person.pk}"
    if person.is_active:
        try:
            leave(person, by=by)
        except PermissionDenied:
            raise CannotErase(_("The hub needs at least one administrator.")) from None
    person.username = nobody
    person.email = person.first_name = person.last_name = ""
    person.last_login = None
    person.is_active = False
    person.set_unusable_password()
    person.save()
    person.authenticator_set.all().delete()
    EmailAddress.objects.filter(user=person).delete()
    # By which name somebody signed in stands there.
    ModelLogEntry.objects.for_instance(person).update(label=nobody)
    profile = UserProfile.objects.filter(user=person).first()
    if profile and profile.avatar:
        name = profile.avatar.name
        UserProfile.objects.filter(pk=profile.pk).update(avatar="")
        default_storage.delete(name)


def _accounts(address: str):
    """By the address one signs in with; a name for signing in may be an address too."""
    people = get_user_model().objects.filter(Q(email__iexact=address) | Q(username__iexact=address))
    return people.order_by("pk")


def _invitations(address: str):
    return Invitation.objects.filter(email__iexact=address)
