"""Who takes part in a date of an event. All of it is erased some time after the date: see due.py."""

import re
import secrets
from unicodedata import normalize

from django.db import models
from django.utils.translation import gettext_lazy as _

# Bytes of chance in the key of a registration's link.
KEY_BYTES = 18


class State(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("not confirmed yet")
    ASKED = "asked", _("waits for the organiser's answer")
    SEATED = "seated", _("has a seat")
    WAITING = "waiting", _("in line for a seat")
    OFFERED = "offered", _("is offered a seat")
    LAPSED = "lapsed", _("the offer ran out")
    CANCELLED = "cancelled", _("cancelled")
    DECLINED = "declined", _("declined by the organiser")


# Whose seat is not free for others.
HOLDING = (State.SEATED, State.OFFERED)
# Who counts on hearing of changes.
TAKING_PART = (State.SEATED, State.OFFERED, State.WAITING, State.ASKED)
# Who may sign up again as if for the first time.
OUT = (State.LAPSED, State.CANCELLED, State.DECLINED)


def new_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


def name_key(name: str) -> str:
    """The same for two spellings of one name: letters alone, small, without marks that stand apart."""
    return re.sub(r"\W+", " ", normalize("NFKC", name)).casefold().strip()


class Registration(models.Model):
    """What one contact sent for one date: themselves, and perhaps others with them."""

    date = models.ForeignKey(
        "events.EventDate", on_delete=models.CASCADE, related_name="registrations"
    )
    # In small letters; "" for somebody who was written down at the door.
    email = models.EmailField(_("e-mail"), blank=True)
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    partner = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Slug of hub.Audience.
    audience = models.CharField(_("role"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=12)
    # Part of its link; with a new one the old link opens nothing.
    key = models.CharField(max_length=40, default=new_key, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    # Hash of what its people were told of the date: another one, and they are told anew.
    told = models.CharField(max_length=32, blank=True)
    reminded_at = models.DateTimeField(null=True)
    thanked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        indexes = [models.Index(fields=["email"], name="registration_email")]

    def __str__(self):
        return f"{self.pk} ({self.date})"


class Participant(models.Model):
    """A person of a registration, with a seat or without."""

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="participants"
    )
    # Those of the registration again: what one person is known by stands once a date.
    date = models.ForeignKey(
        "events.EventDate", on_delete=models.CASCADE, related_name="participants"
    )
    email = models.EmailField(blank=True)
    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(max_length=120, editable=False)
    state = models.CharField(max_length=12, choices=State, default=State.UNCONFIRMED)
    # Out of which seats theirs is: "", "partner:3" or "country:LV".
    pool = models.CharField(max_length=20, blank=True)
    # Who came first; given with the place in line.
    line = models.PositiveIntegerField(null=True)
    offered_until = models.DateTimeField(null=True)
    attended_at = models.DateTimeField(null=True)
    is_walk_in = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["date", "email", "name_key"], name="participant_once_a_date"
            )
        ]
        indexes = [models.Index(fields=["date", "state", "line"], name="participant_line")]

    def __str__(self):
        return f"{self.pk} ({self.state})"

    def save(self, *args, **kwargs):
        self.name_key = name_key(self.name)[:120]
        super().save(*args, **kwargs)

    @property
    def is_holding(self) -> bool:
        return self.state in HOLDING


class Needs(models.Model):
    """What somebody asked to be thought of, kept apart and for a short time, with their consent."""

    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, related_name="needs", primary_key=True
    )
    food = models.CharField(_("food"), max_length=300, blank=True)
    access = models.CharField(_("access"), max_length=300, blank=True)
    agreed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("needs")
        verbose_name_plural = _("needs")

    def __str__(self):
        return f"{self.pk}"


class Attendance(models.Model):
    """What is left of a date when its people are erased: numbers alone."""

    date = models.OneToOneField(
        "events.EventDate", on_delete=models.CASCADE, related_name="attendance", primary_key=True
    )
    # {"registered": 30, "seated": 20, "attended": 18, "walk_ins": 1}
    numbers = models.JSONField(default=dict)
    # Who attended, by country, by audience and by partner's slug: {"country": {"LV": 10}, …}
    attended = models.JSONField(default=dict)
    counted_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")

    def __str__(self):
        return f"{self.pk}"
