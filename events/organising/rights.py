"""Who may see who takes part: the keeper's own people and coordinators, never another partner's.

A co-owner writes on the page and sees nobody: people signed up with the partner that holds the event.
"""

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404

from events.event_date import EventDate
from events.models import EventPage
from events.registrations.models import Participant
from partners.membership import writes_for
from partners.pausing import paused_partners
from partners.review import publishes_for, steps_in

EXPORT = "events.export_registrations"


def dates_of(user):
    """The dates of events whose people `user` may know of."""
    dates = EventDate.objects.select_related("thing__original_locale")
    if steps_in(user):
        return dates
    return dates.filter(partner_id__in=writes_for(user) - paused_partners())


def organised_by(user):
    """Those of `dates_of` for which people sign up, or did."""
    taking = EventPage.objects.filter(live=True, alias_of=None, takes_registrations=True)
    somebody = Participant.objects.filter(date=OuterRef("pk"))
    return dates_of(user).filter(
        Exists(somebody)
        | Q(is_gone=False, thing__translation_key__in=taking.values("translation_key"))
    )


def date_or_404(user, pk: int) -> EventDate:
    """Whoever may not know of it learns nothing of it."""
    return get_object_or_404(dates_of(user), pk=pk)


def sees_needs(user, date: EventDate) -> bool:
    """What people eat and which access they need is about their health: for as few as possible."""
    return steps_in(user) or date.partner_id in publishes_for(user)


def may_export(user) -> bool:
    """Of what they see at all. It asks for a second factor (HUB_SECOND_FACTOR_PERMISSIONS)."""
    return user.is_active and user.has_perm(EXPORT)
