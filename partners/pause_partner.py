"""Pause a partner and let it go on."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import GroupCollectionPermission

from .make import give_rights, lock_partners
from .models import Partner


def pause(partner: Partner, user=None) -> Partner:
    """From the next request on its people only look. Safe to repeat.

    Wagtail asks for rights to files in many places and always looks at these rows; to the pages
    the rows stay, since the explorer goes by them, and partners/pausing.py refuses.
    """
    with transaction.atomic():
        partner = _standing(partner)
        if partner.paused_at is None:
            partner.paused_at = timezone.now()
            partner.save(update_fields=["paused_at"])
            log(partner, "partners.pause", user=user)
        GroupCollectionPermission.objects.filter(
            group__in=[partner.authors, partner.publishers],
            collection__in=[partner.collection, partner.private_collection],
        ).exclude(permission__codename__startswith="choose_").delete()
    return partner


def resume(partner: Partner, user=None) -> Partner:
    """Its people may again do what they could. Safe to repeat."""
    with transaction.atomic():
        partner = _standing(partner)
        if partner.paused_at is not None:
            partner.paused_at = None
            partner.save(update_fields=["paused_at"])
            log(partner, "partners.resume", user=user)
        give_rights(partner)
    return partner


def _standing(partner: Partner) -> Partner:
    lock_partners()
    partner = Partner.objects.get(pk=partner.pk)
    if partner.merged_into_id:
        raise ValidationError(_("%(name)s was merged into another.") % {"name": partner.name})
    return partner
