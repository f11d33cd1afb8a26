"""What stands in a partner's private collection is read by its own people and coordinators."""

from django.contrib.auth.models import Group
from wagtail.models import CollectionViewRestriction

COORDINATORS = "Coordinators"


def close_private_collection(partner) -> None:
    """Wagtail's own restriction on the collection, for these groups. Safe to repeat."""
    restriction, _made = CollectionViewRestriction.objects.get_or_create(
        collection=partner.private_collection,
        defaults={"restriction_type": CollectionViewRestriction.GROUPS},
    )
    coordinators, _made = Group.objects.get_or_create(name=COORDINATORS)
    restriction.groups.set([partner.authors, partner.publishers, coordinators])
