"""For which partners somebody writes."""

from django.apps import apps
from django.db.models import Q


def writes_for(user) -> frozenset[int]:
    """Ids of the partners whose author or publisher `user` is; asked once for each user object."""
    if not user.is_active:
        return frozenset()
    if not hasattr(user, "_writes_for"):
        partners = apps.get_model("partners", "Partner").objects
        mine = Q(authors__user=user) | Q(publishers__user=user)
        user._writes_for = frozenset(partners.filter(mine).values_list("pk", flat=True))
    return user._writes_for
