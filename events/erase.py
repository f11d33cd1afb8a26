"""What is known of somebody who signed up for events, and taking it away."""

from django.utils.translation import gettext as _

from hub.erase import Held, Sought

from .registrations.deeds import lapse
from .registrations.evidence import Evidence
from .registrations.keeping import count_in
from .registrations.models import Participant, Registration, name_key
from .registrations.seats import locked


def names_of(address: str) -> set[str]:
    """The names under which people signed up with an address."""
    return set(Participant.objects.filter(email__iexact=address).values_list("name", flat=True))


def held(sought: Sought) -> list[Held]:
    registrations = _registrations(sought).select_related(
        "date__thing__original_locale", "partner", "needs"
    )
    return [
        Held(_("Registrations"), [_as_data(one) for one in registrations]),
        Held(
            _("Evidence of attendance"),
            [
                {"event": one.date.thing.title, "name": one.name, "organisation": one.organisation}
                for one in _evidence(sought)
            ],
        ),
    ]


def _as_data(one: Registration) -> dict:
    needs = getattr(one, "needs", None)
    return {
        "event": one.date.thing.title,
        "starts": one.date.when.iso,
        "email": one.email,
        "organisation": one.organisation,
        "country": one.country,
        "role": one.audience,
        "partner": one.partner.name if one.partner else "",
        "language": one.language,
        "written": one.created_at.isoformat(),
        "confirmed": one.confirmed_at.isoformat() if one.confirmed_at else "",
        "needs": {"food": needs.food, "access": needs.access} if needs else {},
        "people": [
            {
                "name": person.name,
                "state": person.state,
                "attended": person.attended_at.isoformat() if person.attended_at else "",
            }
            for person in one.participants.order_by("pk")
        ],
    }


def erase(sought: Sought, by=None) -> int:
    """Registrations go with all their people, for whom there is no other address; those who attended
    stay in the numbers of the date. What becomes free is offered to the next in line.
    """
    number = _evidence(sought).delete()[0]
    registrations = _registrations(sought)
    for date_id in list(registrations.order_by("date").values_list("date", flat=True).distinct()):
        date = locked(date_id)
        mine = Participant.objects.filter(
            registration__in=_of_address(sought).filter(date=date)
        ) | _named(sought).filter(date=date)
        people = Participant.objects.filter(pk__in=mine.values("pk"))
        number += people.count()
        count_in(date, people)
        touched = list(people.values_list("registration", flat=True))
        people.delete()
        # One who was written down by somebody else goes alone.
        Registration.objects.filter(pk__in=touched, participants=None).delete()
        _of_address(sought).filter(date=date).delete()
        lapse(date_id)
    return number


def _registrations(sought: Sought):
    ids = {*_of_address(sought).values_list("pk", flat=True)}
    ids.update(_named(sought).values_list("registration", flat=True))
    return Registration.objects.filter(pk__in=ids)


def _of_address(sought: Sought):
    return Registration.objects.filter(email__iexact=sought.address)


def _named(sought: Sought):
    return Participant.objects.filter(name_key__in=[name_key(one) for one in sought.named])


def _evidence(sought: Sought):
    """Names without an address: by the names that belong to it too."""
    wanted = {name_key(one) for one in (*sought.names, *sought.named)}
    rows = Evidence.objects.select_related("date__thing__original_locale")
    ids = [one.pk for one in rows if name_key(one.name) in wanted] if wanted else []
    return rows.filter(pk__in=ids)
