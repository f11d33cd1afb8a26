from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from hub.blocks import BodyBlock
from hub.covers import ring_cover
from hub.models import HubPage
from partners.shelf_item import ShelfItemPage

from ..blocks import SessionBlock
from ..event_date import EventDate
from ..event_form import EventPageForm
from ..known_dates import KnownDate
from ..series import MOST_DATES, Occurrence, Rhythm, dates_of, rhythm_label, rule_days
from .choices import EventCountry, EventKind, Mode, Precision, time_zones

# Whose event is nearer than this needs the words now.
SOON = timedelta(days=14)


SAME_IN_ALL_LANGUAGES = (
    "event_kind",
    "precision",
    "starts_at",
    "ends_at",
    "time_zone",
    "country",
    "mode",
    "is_cancelled",
    "repeats",
    "repeats_every",
    "repeats_until",
    "takes_registrations",
    "seats",
    "registration_opens_at",
    "registration_closes_at",
    "needs_approval",
    "hours_to_answer",
    "kept_until",
    "online_link",
    "certificate_minutes",
)


class EventPage(ShelfItemPage):
    """A seminar, workshop or outing with a beginning and an end, known to the day or less."""

    base_form_class = EventPageForm
    section = "events"
    kind = "event"

    event_kind = models.CharField(_("kind"), max_length=20, choices=EventKind)
    precision = models.CharField(
        _("how exactly the date is known"),
        max_length=5,
        choices=Precision,
        default=Precision.DAY,
        help_text=_("With month or year only that is shown, and nothing goes into calendars."),
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    time_zone = models.CharField(
        _("time zone of the place"), max_length=40, choices=time_zones, default="Europe/Riga"
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, choices=EventCountry, blank=True)
    mode = models.CharField(_("how"), max_length=10, choices=Mode, default=Mode.ONSITE)
    is_cancelled = models.BooleanField(
        _("Cancelled"),
        default=False,
        help_text=_("The page and calendars say so. Better than to unpublish it."),
    )
    repeats = models.CharField(_("repeats"), max_length=16, choices=Rhythm, blank=True)
    repeats_every = models.PositiveSmallIntegerField(
        _("each so many weeks or months"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(52)],
        help_text=_("1 for each week or month, 2 for every second one."),
    )
    repeats_until = models.DateField(_("last day of the series"), null=True, blank=True)
    takes_registrations = models.BooleanField(
        _("People sign up here"),
        default=False,
        help_text=_("Without an account, by mail. Each date of a series has its own seats."),
    )
    seats = models.PositiveSmallIntegerField(
        _("seats"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Of each date, in all languages together. Empty: as many as come."),
    )
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    needs_approval = models.BooleanField(
        _("You say yes or no to each person"),
        default=False,
        help_text=_("Nobody has a seat before you gave it."),
    )
    hours_to_answer = models.PositiveSmallIntegerField(
        _("hours to answer"),
        default=48,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 14)],
        help_text=_("How long a seat that becomes free is offered to the next in line."),
    )
    kept_until = models.DateTimeField(
        _("seats are kept until"),
        null=True,
        blank=True,
        help_text=_("From then on kept seats are for everybody."),
    )
    online_link = models.URLField(
        _("link to the online meeting"),
        blank=True,
        help_text=_("Never shown on the page: only those with a seat get it, by mail."),
    )
    certificate_minutes = models.PositiveSmallIntegerField(
        _("minutes on the certificate"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: the length of the programme, else of the event."),
    )
    audiences = ParentalManyToManyField("hub.Audience", blank=True, verbose_name=_("audiences"))
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    programme = StreamField([("session", SessionBlock())], verbose_name=_("programme"), blank=True)

    content_panels = [
        *HubPage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("event_kind"), FieldPanel("mode")]),
                FieldPanel("precision"),
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldRowPanel([FieldPanel("time_zone"), FieldPanel("country")]),
                FieldPanel("place"),
                FieldPanel("is_cancelled"),
            ],
            heading=_("When and where"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("repeats"),
                FieldRowPanel([FieldPanel("repeats_every"), FieldPanel("repeats_until")]),
                InlinePanel("changes", label=_("Other date of the series")),
            ],
            heading=_("Series"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("takes_registrations"),
                FieldRowPanel([FieldPanel("seats"), FieldPanel("needs_approval")]),
                FieldRowPanel(
                    [FieldPanel("registration_opens_at"), FieldPanel("registration_closes_at")]
                ),
                InlinePanel("kept_seats", label=_("Kept seats")),
                FieldRowPanel([FieldPanel("kept_until"), FieldPanel("hours_to_answer")]),
                FieldPanel("online_link"),
                FieldPanel("certificate_minutes"),
            ],
            heading=_("Registration"),
        ),
        InlinePanel("spoken", label=_("Language spoken")),
        FieldPanel("audiences", widget=forms.CheckboxSelectMultiple),
        FieldPanel("body"),
        FieldPanel("programme"),
        InlinePanel("materials", label=_("Material")),
    ]
    search_fields = [
        *HubPage.search_fields,
        index.SearchField("body"),
        index.SearchField("place"),
        index.FilterField("starts_at"),
    ]
    # The hour of an event is the same in every language. A list of its own would replace the base's.
    override_translatable_fields = [
        *HubPage.override_translatable_fields,
        *(SynchronizedField(name, overridable=False) for name in SAME_IN_ALL_LANGUAGES),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="event_dates")]
        permissions = [("export_registrations", "Can take lists of registrations away")]

    def clean(self):
        super().clean()
        if not (self.starts_at and self.ends_at):
            return
        if self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("An event ends after it starts.")})
        if self.repeats:
            self._clean_series()
        if self.takes_registrations and self.precision != Precision.DAY:
            raise ValidationError(
                {
                    "takes_registrations": _(
                        "People can sign up once the day and the hour are known."
                    )
                }
            )
        self._clean_programme()

    def _clean_series(self):
        if self.precision != Precision.DAY:
            raise ValidationError({"repeats": _("Only what has a day and an hour can repeat.")})
        first = self.when.starts.date()
        if not self.repeats_until or self.repeats_until < first:
            raise ValidationError(
                {"repeats_until": _("A series needs a last day, not before its first date.")}
            )
        days = rule_days(self.repeats, self.repeats_every or 1, first, self.repeats_until)
        if len(days) > MOST_DATES:
            raise ValidationError(
                {
                    "repeats_until": _("A series has %(number)d dates at most. End it earlier.")
                    % {"number": MOST_DATES}
                }
            )

    def _clean_programme(self):
        first, last = self.when.days
        for block in self.programme:
            day = block.value.get("day")
            if day and (self.is_series or not first <= day <= last):
                raise ValidationError(
                    {"programme": _("A day of the programme is not a day of the event.")}
                )

    @property
    def when(self) -> KnownDate:
        """The date as exactly as it is known, in the time of the place; of a series the first."""
        zone = ZoneInfo(self.time_zone)
        return KnownDate(
            self.starts_at.astimezone(zone), self.ends_at.astimezone(zone), self.precision
        )

    @property
    def is_series(self) -> bool:
        return bool(self.repeats and self.repeats_until and self.precision == Precision.DAY)

    @cached_property
    def dates(self) -> list[Occurrence]:
        """All its dates, the soonest first; one query for a series, none for other events."""
        return dates_of(self, self.changes.all() if self.is_series else ())

    def next_date(self, at, dates=None) -> Occurrence:
        """The first date that is not over at `at` and takes place; else the last of all."""
        dates = self.dates if dates is None else dates
        coming = [one for one in dates if one.ends > at]
        return next((one for one in coming if not one.is_cancelled), (coming or dates[-1:])[0])

    @property
    def cover_kind(self):
        return self.event_kind

    @property
    def rhythm_label(self) -> str:
        return rhythm_label(self)

    # Django's get_…_display() goes through all choices each time, which a list of events feels.
    @property
    def kind_label(self):
        return EventKind(self.event_kind).label

    def facts(self):
        facts = [
            _("Cancelled") if self.is_cancelled else "",
            capfirst(self.rhythm_label),
            self.place,
            EventCountry(self.country).label if self.country else "",
        ]
        if self.mode != Mode.ONSITE:
            facts.append(Mode(self.mode).label)
        return [fact for fact in facts if fact]

    def card(self, languages=(), cover="", when=None):
        """`when`: the date that is shown; who gives it says it in words too."""
        card = super().card(
            languages, cover or ring_cover(str(self.translation_key), self.event_kind)
        )
        card.kind = self.event_kind
        if when is None:
            # Of a series the next date by the rule alone: lists ask many pages.
            when = self.next_date(timezone.now(), dates_of(self, ())).when
            card.date_label = when.label
        card.date_iso, card.day, card.month = when.iso, when.day, when.month_short
        return card

    def get_context(self, request, *args, **kwargs):
        from ..event_page import event_context

        return {**super().get_context(request, *args, **kwargs), **event_context(self)}

    def structured_data(self, context):
        from ..structured_data import event

        return event(self, context)

    def why_translate_now(self):
        now = timezone.now()
        # Lists ask many pages: by the rule alone, without the rows that differ from it.
        coming = self.next_date(now, dates_of(self, ()))
        if coming.is_cancelled or coming.ends <= now:
            return ""
        days = (timezone.localdate(coming.starts) - timezone.localdate(now)).days
        if self.precision != Precision.DAY or not 0 < days <= SOON.days:
            return _("The event is coming")
        return ngettext("Event in %(number)d day", "Event in %(number)d days", days) % {
            "number": days
        }

    @classmethod
    def to_translate_soon(cls, at):
        near = EventDate.objects.filter(
            is_gone=False, is_cancelled=False, ends_at__gt=at, starts_at__lte=at + SOON
        )
        return cls.objects.filter(translation_key__in=near.values("thing__translation_key"))

    @classmethod
    def bring_for_records(cls, pages):
        super().bring_for_records(pages)
        models.prefetch_related_objects(pages, "spoken", "audiences", "changes", "materials__thing")

    def record(self):
        record = {
            **super().record(),
            "event_kind": self.event_kind,
            "date": self.when.iso,
            "ends": self.when.iso_end,
            "precision": self.precision,
            "time_zone": self.time_zone,
            "place": self.place,
            "country": self.country,
            "mode": self.mode,
            "cancelled": self.is_cancelled,
            "spoken": [row.language for row in self.spoken.all()],
            "audiences": sorted(audience.slug for audience in self.audiences.all()),
            "materials": [row.thing.code for row in self.materials.all()],
        }
        if self.is_series:
            record["dates"] = [
                {
                    "key": one.key,
                    "date": one.when.iso,
                    "ends": one.when.iso_end,
                    "cancelled": one.is_cancelled,
                    "note": one.note,
                }
                for one in self.dates
            ]
        return record
