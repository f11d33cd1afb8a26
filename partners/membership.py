"""For which partners somebody writes."""

from django.apps import apps
from django.db.models import Q


def partners_of(user) -> list:
    """The partners (rows) whose author or publisher `user` is, by name; asked once for each user object."""
    if not hasattr(user, "_partners"):
        groups = user.groups.values("pk")
        partners = apps.get_model("partners", "Partner").objects
        theirs = partners.filter(Q(authors__in=groups) | Q(publishers__in=groups))
        user._partners = list(theirs)
    return user._partners


def writes_for(user) -> frozenset[int]:
    """Ids of the partners whose author or publisher `user` is; of nobody who was shut out."""
    return frozenset(one.pk for one in partners_of(user)) if user.is_active else frozenset()
