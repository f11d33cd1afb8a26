from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from hub.blocks import PLAIN_RICH_TEXT, BodyBlock
from hub.covers import ring_cover
from hub.languages import KNOWN
from hub.models import HubPage
from partners.shelf_item import ShelfItemPage

from .known_dates import KnownDate

# Whose event is nearer than this needs the words now.
SOON = timedelta(days=14)


class Precision(models.TextChoices):
    DAY = "day", _("day and hour are known")
    MONTH = "month", _("only the month is known")
    YEAR = "year", _("only the year is known")


class EventKind(models.TextChoices):
    SEMINAR = "seminar", _("International seminar")
    WORKSHOP = "workshop", _("Workshop")
    OUTING = "outing", _("Outing")
    STORY_EVENING = "story-evening", _("Story evening")
    ONLINE = "online", _("Online meeting")
    LANGUAGE_CAFE = "language-cafe", _("Language café")


class Mode(models.TextChoices):
    ONSITE = "onsite", _("On site")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("On site and online")


class EventCountry(models.TextChoices):
    ESTONIA = "EE", _("Estonia")
    LATVIA = "LV", _("Latvia")
    FINLAND = "FI", _("Finland")
    DENMARK = "DK", _("Denmark")


def spoken_languages() -> list[tuple]:
    """Languages that may be spoken at an event. A function: a new language is no migration."""
    return [(one.code, one.name) for one in KNOWN.values()]


@cache
def time_zones() -> list[tuple[str, str]]:
    """All zones, Europe's first."""
    names = sorted(available_timezones(), key=lambda name: (not name.startswith("Europe/"), name))
    return [(name, name) for name in names]


class CalendarPage(HubPage):
    """All events: what is coming, and as easily what has been."""

    section = "events"
    kind = "section"
    is_structure = True
    max_count_per_parent = 1

    introduction = StreamField(BodyBlock(), verbose_name=_("introduction"), blank=True)

    content_panels = [*HubPage.content_panels, FieldPanel("introduction")]
    promote_panels = []

    parent_page_types = ["home.HomePage"]
    subpage_types = ["partners.ShelfPage"]

    class Meta:
        verbose_name = _("calendar")

    def listing(self, request, below) -> dict:
        """Template context of the events under `below` (the calendar or one shelf)."""
        from .calendar import listing

        return listing(request, below)

    @staticmethod
    def newest(shelf, number: int) -> list:
        """Cards of at most `number` events on a shelf (of the frame), what is coming first, then what has been: one query."""
        from .calendar import newest

        return newest(shelf, number)

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), **self.listing(request, self)}


class EventQuerySet(PageQuerySet):
    def upcoming(self, at=None):
        """Not yet ended at `at` (aware datetime, now by default); soonest first."""
        return self.filter(ends_at__gt=at or timezone.now()).order_by("starts_at", "pk")

    def past(self, at=None):
        """Ended at `at`; latest first."""
        return self.filter(ends_at__lte=at or timezone.now()).order_by("-starts_at", "-pk")


class EventPage(ShelfItemPage):
    """A seminar, workshop or outing with a beginning and an end, known to the day or less."""

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
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    programme = StreamField(
        [
            (
                "session",
                blocks.StructBlock(
                    [
                        ("title", blocks.CharBlock(label=_("Title"), max_length=160)),
                        (
                            "text",
                            blocks.RichTextBlock(
                                label=_("Text"), features=PLAIN_RICH_TEXT, required=False
                            ),
                        ),
                    ],
                    label=_("Session"),
                    icon="list-ul",
                ),
            )
        ],
        verbose_name=_("programme"),
        blank=True,
    )

    content_panels = [
        *HubPage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("event_kind"), FieldPanel("mode")]),
                FieldPanel("precision"),
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldRowPanel([FieldPanel("time_zone"), FieldPanel("country")]),
                FieldPanel("place"),
            ],
            heading=_("When and where"),
        ),
        InlinePanel("spoken", label=_("Language spoken")),
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
        SynchronizedField("event_kind", overridable=False),
        SynchronizedField("precision", overridable=False),
        SynchronizedField("starts_at", overridable=False),
        SynchronizedField("ends_at", overridable=False),
        SynchronizedField("time_zone", overridable=False),
        SynchronizedField("country", overridable=False),
        SynchronizedField("mode", overridable=False),
    ]

    objects = PageManager.from_queryset(EventQuerySet)()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="event_dates")]
        permissions = [("export_registrations", "Can take lists of registrations away")]

    def clean(self):
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("An event ends after it starts.")})

    @property
    def when(self) -> KnownDate:
        """The date as exactly as it is known, in the time of the place."""
        zone = ZoneInfo(self.time_zone)
        return KnownDate(
            self.starts_at.astimezone(zone), self.ends_at.astimezone(zone), self.precision
        )

    @property
    def has_ended(self) -> bool:
        return self.ends_at <= timezone.now()

    # Django's get_…_display() goes through all choices each time, which a list of events feels.
    @property
    def kind_label(self):
        return EventKind(self.event_kind).label

    def facts(self):
        facts = [self.place, EventCountry(self.country).label if self.country else ""]
        if self.mode != Mode.ONSITE:
            facts.append(Mode(self.mode).label)
        return [fact for fact in facts if fact]

    def card(self, languages=(), cover=""):
        card = super().card(
            languages, cover or ring_cover(str(self.translation_key), self.event_kind)
        )
        card.kind = self.event_kind
        when = self.when
        card.date_label, card.date_iso = when.label, when.iso
        card.day, card.month = when.day, when.month_short
        return card

    def get_context(self, request, *args, **kwargs):
        from .calendar import event_context

        return {**super().get_context(request, *args, **kwargs), **event_context(self)}

    def why_translate_now(self):
        now = timezone.now()
        if self.ends_at <= now:
            return ""
        days = (timezone.localdate(self.starts_at) - timezone.localdate(now)).days
        if self.precision != Precision.DAY or not 0 < days <= SOON.days:
            return _("The event is coming")
        return ngettext("Event in %(number)d day", "Event in %(number)d days", days) % {
            "number": days
        }

    @classmethod
    def to_translate_soon(cls, at):
        return cls.objects.upcoming(at).filter(starts_at__lte=at + SOON)

    def record(self):
        return {
            **super().record(),
            "event_kind": self.event_kind,
            "date": self.when.iso,
            "ends": self.when.iso_end,
            "precision": self.precision,
            "time_zone": self.time_zone,
            "place": self.place,
            "country": self.country,
            "mode": self.mode,
            "spoken": [row.language for row in self.spoken.all()],
            "materials": [row.thing.code for row in self.materials.all()],
        }


class EventLanguage(Orderable):
    """A language spoken at an event."""

    page = ParentalKey(EventPage, related_name="spoken", on_delete=models.CASCADE)
    language = models.CharField(_("language"), max_length=12, choices=spoken_languages)

    panels = [FieldPanel("language")]

    class Meta(Orderable.Meta):
        verbose_name = _("language spoken")

    def __str__(self):
        return self.language


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
