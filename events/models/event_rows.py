"""What an event has several of: languages, materials, kept seats, dates that differ."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable, TranslatableMixin
from wagtail_localize.fields import SynchronizedField

from ..series import Deed
from .choices import EventCountry, spoken_languages
from .event_page import EventPage


class EventChange(TranslatableMixin, Orderable):
    """What is different about one date of a series; its words are translated with the page."""

    page = ParentalKey(EventPage, related_name="changes", on_delete=models.CASCADE)
    day = models.DateField(_("day of the series"))
    what = models.CharField(_("what is different"), max_length=10, choices=Deed)
    moved_to = models.DateField(_("another day"), null=True, blank=True)
    from_time = models.TimeField(_("From"), null=True, blank=True)
    to_time = models.TimeField(_("To"), null=True, blank=True)
    note = models.CharField(
        _("own words"), max_length=200, blank=True, help_text=_("Such as what happens on this day.")
    )

    panels = [
        FieldRowPanel([FieldPanel("day"), FieldPanel("what")]),
        FieldRowPanel([FieldPanel("moved_to"), FieldPanel("from_time"), FieldPanel("to_time")]),
        FieldPanel("note"),
    ]
    # The date differs in every language.
    override_translatable_fields = [
        SynchronizedField("day", overridable=False),
        SynchronizedField("what", overridable=False),
        SynchronizedField("moved_to", overridable=False),
        SynchronizedField("from_time", overridable=False),
        SynchronizedField("to_time", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("Other date of the series")

    def __str__(self):
        return f"{self.day} {self.get_what_display()}"


class EventLanguage(Orderable):
    """A language spoken at an event."""

    page = ParentalKey(EventPage, related_name="spoken", on_delete=models.CASCADE)
    language = models.CharField(_("language"), max_length=12, choices=spoken_languages)

    panels = [FieldPanel("language")]

    class Meta(Orderable.Meta):
        verbose_name = _("language spoken")

    def __str__(self):
        return self.language


class KeptSeats(Orderable):
    """Seats of each date that are for the people of one partner, or of one country."""

    page = ParentalKey(EventPage, related_name="kept_seats", on_delete=models.CASCADE)
    partner = models.ForeignKey(
        "partners.Partner",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("partner"),
    )
    country = models.CharField(_("or country"), max_length=2, choices=EventCountry, blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])

    panels = [FieldRowPanel([FieldPanel("partner"), FieldPanel("country"), FieldPanel("seats")])]

    class Meta(Orderable.Meta):
        verbose_name = _("kept seats")

    def __str__(self):
        return f"{self.pool}: {self.seats}"

    def clean(self):
        super().clean()
        if bool(self.partner_id) == bool(self.country):
            raise ValidationError(_("Seats are kept for a partner or for a country: choose one."))

    @property
    def pool(self) -> str:
        return f"partner:{self.partner_id}" if self.partner_id else f"country:{self.country}"


class EventMaterial(Orderable):
    """A resource that belongs to an event, by its thing: the rooms do not know each other."""

    page = ParentalKey(EventPage, related_name="materials", on_delete=models.CASCADE)
    thing = models.ForeignKey(
        "hub.Thing", on_delete=models.CASCADE, related_name="+", verbose_name=_("material")
    )

    panels = [FieldPanel("thing")]

    class Meta(Orderable.Meta):
        verbose_name = _("material of an event")

    def __str__(self):
        return str(self.thing)
