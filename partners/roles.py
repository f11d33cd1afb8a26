"""The roles people have: which there are, who has which, who may give and end them.

A role travels as a key: "author:12" and "publisher:12" (a partner's id), "translator:uk",
"trusted:uk" and "reviewer:uk", "exporter", "coordinator", "administrator".
"""

from collections import defaultdict
from dataclasses import asdict, dataclass

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale

from hub.languages import language
from translations.models import LanguageRole

from .groups import COORDINATORS, EXPORTERS, coordinators, exporters
from .invitations import Invitation, withdraw
from .models import Partner
from .review import publishes_for, steps_in

AUTHOR, PUBLISHER = "author", "publisher"
TRANSLATOR, TRUSTED, REVIEWER = LanguageRole.Role.values
EXPORTER, COORDINATOR, ADMINISTRATOR = "exporter", "coordinator", "administrator"
# Each is membership in one group of the whole hub.
WITH_A_GROUP = {EXPORTER: exporters, COORDINATOR: coordinators}
AT_PARTNERS, IN_LANGUAGES = (AUTHOR, PUBLISHER), (TRANSLATOR, TRUSTED, REVIEWER)


@dataclass(frozen=True)
class Role:
    """`of` is a partner's id or a language code, as text; `name` what people call it."""

    kind: str
    of: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.of}" if self.of else self.kind

    def __str__(self):
        words = {
            AUTHOR: _("author: %(of)s"),
            PUBLISHER: _("publisher: %(of)s"),
            TRANSLATOR: _("translator: %(of)s"),
            TRUSTED: _("translator who publishes: %(of)s"),
            REVIEWER: _("reviewer: %(of)s"),
            EXPORTER: _("takes lists of registrations away"),
            COORDINATOR: _("coordinator"),
            ADMINISTRATOR: _("administrator"),
        }
        return words[self.kind] % {"of": self.name}


def all_roles() -> dict[str, Role]:
    """Every role there is to give but the administrator's, by key, in the order of screens."""
    partners = Partner.objects.standing().values_list("pk", "name")
    found = [Role(kind, str(pk), name) for pk, name in partners for kind in AT_PARTNERS]
    codes = Locale.objects.order_by("pk").values_list("language_code", flat=True)
    found += [Role(kind, code, language(code).name) for code in codes for kind in IN_LANGUAGES]
    return {role.key: role for role in [*found, Role(EXPORTER), Role(COORDINATOR)]}


def named(keys, known: dict[str, Role] | None = None) -> list[Role]:
    """The roles with these keys, in the order of screens; what is not there any more is left out.

    `known`: what `all_roles` gave, where many are named.
    """
    known = {**(known or all_roles()), ADMINISTRATOR: Role(ADMINISTRATOR)}
    return [role for key, role in known.items() if key in keys]


def may_look_after(user) -> bool:
    """Whether the screen of people is for `user` at all."""
    return user.is_active and (steps_in(user) or bool(publishes_for(user)))


def grantable_by(user) -> dict[str, Role]:
    """The roles `user` may give and end, by key.

    Publishers: those at their own partners. Coordinators: all but their own kind. Administrators: all.
    """
    if user.is_active and user.is_superuser:
        return all_roles()
    if steps_in(user):
        return {key: role for key, role in all_roles().items() if role.kind != COORDINATOR}
    own = {str(pk) for pk in publishes_for(user)}
    return {k: r for k, r in all_roles().items() if r.kind in AT_PARTNERS and r.of in own}


def people_seen_by(user):
    """The accounts `user` may know of: all, or the people of the partners they publish for."""
    people = get_user_model().objects.all()
    if steps_in(user):
        return people
    own = publishes_for(user)
    members = people.filter(groups__authors_of__in=own) | people.filter(
        groups__publishers_of__in=own
    )
    return people.filter(pk__in=members.values("pk"))


def may_change(user, person) -> bool:
    """Whether `user` may give and end roles of `person`: nobody their own, only administrators an
    administrator's or a coordinator's.
    """
    if user.pk == person.pk:
        return False
    return user.is_superuser or not (person.is_superuser or steps_in(person))


def roles_of(people) -> dict[int, list[Role]]:
    """The roles of each of `people` (users), by their id: four queries, however many they are."""
    ids = [person.pk for person in people]
    found = defaultdict(list)
    for person in people:
        if person.is_superuser:
            found[person.pk].append(Role(ADMINISTRATOR))
    known, of_group = all_roles(), {}
    for pk, authors, publishers in Partner.objects.standing().values_list(
        "pk", "authors", "publishers"
    ):
        of_group[authors] = known[f"{AUTHOR}:{pk}"]
        of_group[publishers] = known[f"{PUBLISHER}:{pk}"]
    membership = get_user_model().groups.through.objects.filter(user__in=ids)
    for user_id, group_id, name in membership.order_by("group__name").values_list(
        "user", "group", "group__name"
    ):
        if name in (COORDINATORS, EXPORTERS):
            found[user_id].append(known[COORDINATOR if name == COORDINATORS else EXPORTER])
        elif group_id in of_group:
            found[user_id].append(of_group[group_id])
    for user_id, code, kind in LanguageRole.objects.filter(user__in=ids).values_list(
        "user", "locale__language_code", "role"
    ):
        found[user_id].append(known[f"{kind}:{code}"])
    return found


@transaction.atomic
def give(person, role: Role, by=None) -> None:
    """Safe to repeat. A role at a partner that was merged meanwhile is given at the other one."""
    if role.kind == ADMINISTRATOR:
        person.is_superuser = person.is_staff = True
        person.save(update_fields=["is_superuser", "is_staff"])
    elif role.kind in WITH_A_GROUP:
        person.groups.add(WITH_A_GROUP[role.kind]())
    elif role.kind in IN_LANGUAGES:
        locale = Locale.objects.get(language_code=role.of)
        LanguageRole.objects.get_or_create(user=person, locale=locale, role=role.kind)
    else:
        person.groups.add(_group(role))
    log(person, "people.role_given", user=by, data=asdict(role))


@transaction.atomic
def end(person, role: Role, by=None) -> None:
    """Acts on the person's next request: rights are asked of the database each time."""
    if role.kind in WITH_A_GROUP:
        person.groups.remove(WITH_A_GROUP[role.kind]())
    elif role.kind in IN_LANGUAGES:
        # One by one: a signal takes the desk away with the last.
        roles = LanguageRole.objects.filter(locale__language_code=role.of, role=role.kind)
        for one in roles.filter(user=person):
            one.delete()
    else:
        person.groups.remove(_group(role))
    log(person, "people.role_ended", user=by, data=asdict(role))


def _group(role: Role):
    partner = Partner.objects.get(pk=role.of)
    while partner.merged_into_id:
        partner = partner.merged_into
    return partner.authors if role.kind == AUTHOR else partner.publishers


@transaction.atomic
def leave(person, by=None) -> None:
    """End all that `person` is here: roles, account, open sessions, second factor, invitations that
    nobody has accepted yet; works stay.

    Raises PermissionDenied where nobody could administer the hub any more.
    """
    people = get_user_model().objects
    # Locked: of two administrators who send each other away only one is quick enough.
    administrators = people.select_for_update().filter(is_superuser=True, is_active=True)
    if person.is_superuser and not [one for one in administrators if one.pk != person.pk]:
        raise PermissionDenied
    for one in LanguageRole.objects.filter(user=person):
        one.delete()
    person.groups.clear()
    person.user_permissions.clear()
    person.is_active = person.is_superuser = person.is_staff = False
    # The hash of the password is part of every session: without it they all end.
    person.set_unusable_password()
    person.save()
    person.authenticator_set.all().delete()
    for invitation in Invitation.objects.open().filter(invited_by=person):
        withdraw(invitation, by=by)
    log(person, "people.left", user=by)
