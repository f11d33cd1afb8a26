"""Accounts for trying the hub on one's own machine: one of each role, with random passwords."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from partners.groups import coordinators
from partners.models import Partner
from translations.models import LanguageRole

FILE_NAME = "demo-accounts.txt"


@dataclass
class Account:
    """Somebody who can sign in. `role` says in English what they are here for."""

    username: str
    role: str
    first_name: str
    language: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(9))

    @property
    def email(self) -> str:
        return f"{self.username}@example.org"

    def __str__(self):
        return f"{self.email:32} {self.password:14} {self.role}"


ROLES = (
    ("administrator", "administrator", "Administrator", "en"),
    ("coordinator", "coordinator of all partners", "Coordinator", "en"),
    ("valmiera-author", "author of Valmiera Library", "Autore", "lv"),
    ("valmiera-publisher", "publisher of Valmiera Library", "Redaktore", "lv"),
    ("kardla-author", "author of Kärdla Town Library", "Autor", "et"),
    ("kardla-publisher", "publisher of Kärdla Town Library", "Toimetaja", "et"),
    ("uk-translator", "translator into Ukrainian", "Перекладачка", "uk"),
    ("uk-reviewer", "reviewer of Ukrainian", "Редакторка", "uk"),
)


def make_accounts() -> list[Account]:
    """Make the accounts, or give them new passwords, and keep these in HUB_DATA.

    Refuses outside the demo. The partners must exist.
    """
    if not settings.HUB_DEMO:
        raise ImproperlyConfigured("Demo accounts are made only where HUB_DEMO=1.")
    accounts = [Account(*role) for role in ROLES]
    with transaction.atomic():
        users = {account.username: _user(account) for account in accounts}
        users["coordinator"].groups.set([coordinators()])
        for town, slug in (("valmiera", "valmiera-library"), ("kardla", "kardla-town-library")):
            partner = Partner.objects.get(slug=slug)
            users[f"{town}-author"].groups.set([partner.authors])
            users[f"{town}-publisher"].groups.set([partner.publishers])
        ukrainian = Locale.objects.get(language_code="uk")
        for role in (LanguageRole.Role.TRANSLATOR, LanguageRole.Role.REVIEWER):
            LanguageRole.objects.get_or_create(
                user=users[f"uk-{role}"], locale=ukrainian, role=role
            )
    _keep(accounts, settings.HUB_DATA / FILE_NAME)
    return accounts


def _user(account: Account):
    is_administrator = account.username == "administrator"
    user, _made = get_user_model().objects.update_or_create(
        username=account.username,
        defaults={
            "email": account.email,
            "first_name": account.first_name,
            "is_active": True,
            "is_superuser": is_administrator,
            "is_staff": is_administrator,
        },
    )
    user.set_password(account.password)
    user.save()
    UserProfile.objects.update_or_create(
        user=user, defaults={"preferred_language": account.language}
    )
    return user


def _keep(accounts: list[Account], path: Path) -> None:
    """Write the passwords to `path`, which nobody but its owner can read at any moment."""
    lines = [str(one) for one in accounts]
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
