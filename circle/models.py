from calendar import monthrange
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from hub.blocks import BodyBlock
from hub.languages import KNOWN, language
from hub.models import HubPage
from hub.structured_data import about_entity
from partners.shelf_item import ShelfItemPage

from .directory_row import ServiceRow, ServiceSpan
from .helper import Helper, HelperConsent
from .opening import Hours, spans_of_rows, zone_of
from .service_check import ServiceCheck

__all__ = [
    "CircleCountry",
    "CirclePage",
    "ForWhom",
    "Helper",
    "HelperConsent",
    "Need",
    "ServiceCheck",
    "ServiceGroup",
    "ServiceHours",
    "ServiceLanguage",
    "ServiceNeed",
    "ServicePage",
    "ServiceRow",
    "ServiceSpan",
    "SpecialDays",
    "Weekday",
]


class Need(models.TextChoices):
    SHELTER = "shelter", _("A place to sleep")
    FOOD = "food", _("Food")
    HEALTH = "health", _("Health")
    TALK = "talk", _("Someone to talk to")
    PAPERS = "papers", _("Papers and rights")
    CHILDREN = "children", _("Children and school")
    LANGUAGE = "language", _("Learning the language")
    WORK = "work", _("Work")
    MONEY = "money", _("Money")
    SAFETY = "safety", _("Safety")


# What nobody has found right for so long is left out of lists; its address stays.
HIDDEN_AFTER = timedelta(days=365)
# Where a person in danger stays is nobody's business: no place smaller than the town is shown.
WITHOUT_PLACE = {Need.SHELTER, Need.SAFETY}


class ForWhom(models.TextChoices):
    EVERYBODY = "everybody", _("Everybody")
    CHILDREN = "children", _("Children and young people")
    FAMILIES = "families", _("Families")
    WOMEN = "women", _("Women")
    OLDER = "older", _("Older people")
    DISABLED = "disabled", _("People with a disability")
    NEWCOMERS = "newcomers", _("Newcomers and refugees")
    HELPERS = "helpers", _("People who help")


class Accessibility(models.TextChoices):
    STEP_FREE = "step-free", _("Step-free")
    NOT = "not", _("Not step-free")


class OnHolidays(models.TextChoices):
    UNKNOWN = "unknown", _("Not known")
    USUAL = "usual", _("As usual")
    CLOSED = "closed", _("Closed")


class CircleCountry(models.TextChoices):
    ESTONIA = "EE", _("Estonia")
    LATVIA = "LV", _("Latvia")
    FINLAND = "FI", _("Finland")
    DENMARK = "DK", _("Denmark")


class Weekday(models.IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


def spoken_languages() -> list[tuple]:
    """Languages a service may speak. A function: a new language is no migration."""
    return [(one.code, one.name) for one in KNOWN.values()]


class CirclePage(HubPage):
    """The directory: who can help the person in front of me."""

    section = "support-circle"
    kind = "section"
    is_structure = True
    max_count_per_parent = 1

    introduction = StreamField(BodyBlock(), verbose_name=_("introduction"), blank=True)

    content_panels = [*HubPage.content_panels, FieldPanel("introduction")]
    promote_panels = []

    parent_page_types = ["home.HomePage"]
    subpage_types = ["partners.ShelfPage"]

    class Meta:
        verbose_name = _("support circle")

    def listing(self, request, below) -> dict:
        """Template context of the services under `below` (the circle or one shelf)."""
        from .directory import listing

        return listing(request, below)

    @staticmethod
    def newest(shelf, number: int) -> list:
        """Cards of at most `number` services on a shelf (of the frame), the newest first: one query."""
        from .directory import newest

        return newest(shelf, number)

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), **self.listing(request, self)}


class ServicePage(ShelfItemPage):
    """An organisation's offer to people in a crisis, as somebody would explain it at the desk."""

    section = "support-circle"
    kind = "service"
    # A wrong word here sends somebody in need to a closed door.
    machine_may_translate = False

    for_whom = models.CharField(_("for whom"), max_length=250, blank=True)
    country = models.CharField(_("country"), max_length=2, choices=CircleCountry, blank=True)
    town = models.CharField(_("town"), max_length=80, blank=True)
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Never the exact place of a shelter.")
    )
    time_zone = models.CharField(max_length=40, default="Europe/Riga", editable=False)
    accessibility = models.CharField(
        _("way in"),
        max_length=10,
        choices=Accessibility,
        blank=True,
        help_text=_("For wheelchairs and prams. Leave it open when nobody has looked."),
    )
    on_holidays = models.CharField(
        _("on public holidays"), max_length=10, choices=OnHolidays, default=OnHolidays.UNKNOWN
    )
    is_free = models.BooleanField(_("free of charge"), default=True)
    cost = models.CharField(_("cost"), max_length=200, blank=True)
    get_in = models.TextField(_("how to get in"), blank=True)
    bring = models.TextField(_("what to bring"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    messenger = models.URLField(_("messenger link"), blank=True)
    check_email = models.EmailField(
        _("e-mail for the yearly question"),
        blank=True,
        help_text=_(
            "Asked whether this is still right. Never shown; else the e-mail above is asked."
        ),
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *HubPage.content_panels,
        InlinePanel("needs", label=_("Need"), min_num=1),
        InlinePanel("groups", label=_("For whom")),
        FieldPanel("for_whom"),
        InlinePanel("spoken", label=_("Language spoken")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("country"), FieldPanel("town")]),
                FieldPanel("place"),
                FieldPanel("accessibility"),
            ],
            heading=_("Where"),
        ),
        InlinePanel("hours", label=_("Opening hours")),
        InlinePanel("special_days", label=_("Special days")),
        FieldPanel("on_holidays"),
        MultiFieldPanel(
            [FieldPanel("is_free"), FieldPanel("cost"), FieldPanel("get_in"), FieldPanel("bring")],
            heading=_("How to get in"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                FieldRowPanel([FieldPanel("website"), FieldPanel("messenger")]),
                FieldPanel("check_email"),
            ],
            heading=_("Contact"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *HubPage.search_fields,
        index.SearchField("body"),
        index.SearchField("for_whom"),
        index.FilterField("country"),
    ]
    # Contact details and facts are no words to translate.
    override_translatable_fields = [
        *HubPage.override_translatable_fields,
        *(
            SynchronizedField(name, overridable=False)
            for name in (
                "country",
                "town",
                "accessibility",
                "on_holidays",
                "is_free",
                "phone",
                "email",
                "website",
                "messenger",
                "check_email",
            )
        ),
    ]

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def facts(self):
        return [fact for fact in (self.town, self.get_country_display()) if fact]

    def get_context(self, request, *args, **kwargs):
        from .directory import service_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **service_context(self, getattr(request, "is_preview", False))}

    def structured_data(self, context):
        spoken = list(dict.fromkeys(one["language"].code for one in context["spoken"]))
        more = {}
        if spoken:
            more["availableChannel"] = {"@type": "ServiceChannel", "availableLanguage": spoken}
        return about_entity(
            self,
            "Service",
            areaServed=", ".join(filter(None, (self.town, self.country))),
            **more,
        )

    @classmethod
    def not_to_be_found(cls, pages):
        """Those that nobody found right for a year, and those that have closed."""
        checks = ServiceCheck.objects.filter(
            thing__translation_key__in={page.translation_key for page in pages}
        )
        closed = dict(checks.values_list("thing__translation_key", "closed_at"))
        return {
            page.pk
            for page in pages
            if page.is_unconfirmed or page.stays_closed(closed.get(page.translation_key))
        }

    def stays_closed(self, closed_at) -> bool:
        """Whether nobody has looked at it since the organisation said that it has closed."""
        published = self.last_published_at or self.first_published_at
        if not closed_at or (published and published >= closed_at):
            return False
        return not self.checked_on or self.checked_on <= timezone.localdate(closed_at)

    @property
    def is_unconfirmed(self) -> bool:
        """Nobody has found it right for a year."""
        first = self.first_published_at or timezone.now()
        right_on = self.checked_on or timezone.localdate(first)
        return right_on <= timezone.localdate() - HIDDEN_AFTER

    @property
    def known_hours(self) -> Hours:
        return Hours(
            zone_of(self.country, self.time_zone),
            self.country,
            self.on_holidays,
            spans_of_rows(self.hours.all(), self.special_days.all()),
        )

    @property
    def public_place(self) -> str:
        """Where it is, as exactly as may be said."""
        hidden = any(row.need in WITHOUT_PLACE for row in self.needs.all())
        return "" if hidden else self.place

    @property
    def months_since_check(self) -> int | None:
        """Whole months since a person checked it; None if nobody did."""
        if not self.checked_on:
            return None
        today = date.today()
        months = (today.year - self.checked_on.year) * 12 + today.month - self.checked_on.month
        return months - (today.day < self.checked_on.day)

    @classmethod
    def bring_for_records(cls, pages):
        super().bring_for_records(pages)
        models.prefetch_related_objects(pages, "needs", "spoken", "hours")

    def record(self):
        return {
            **super().record(),
            "needs": [row.need for row in self.needs.all()],
            "spoken": [row.language for row in self.spoken.all()],
            "hours": [
                {"day": row.day, "opens": f"{row.opens:%H:%M}", "closes": f"{row.closes:%H:%M}"}
                for row in self.hours.all()
            ],
            "country": self.country,
            "town": self.town,
            "is_free": self.is_free,
            "phone": self.phone,
            "email": self.email,
            "website": self.website,
        }


class ServiceNeed(Orderable):
    page = ParentalKey(ServicePage, related_name="needs", on_delete=models.CASCADE)
    need = models.CharField(_("need"), max_length=12, choices=Need, db_index=True)

    panels = [FieldPanel("need")]

    class Meta(Orderable.Meta):
        verbose_name = _("need")

    def __str__(self):
        return self.get_need_display()


class ServiceLanguage(TranslatableMixin, Orderable):
    """A language a service speaks, with a note such as "on Thursdays"."""

    page = ParentalKey(ServicePage, related_name="spoken", on_delete=models.CASCADE)
    language = models.CharField(
        _("language"), max_length=12, choices=spoken_languages, db_index=True
    )
    by_interpreter = models.BooleanField(_("through an interpreter"), default=False)
    note = models.CharField(_("note"), max_length=120, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("language"), FieldPanel("by_interpreter")]),
        FieldPanel("note"),
    ]
    override_translatable_fields = [
        SynchronizedField("language", overridable=False),
        SynchronizedField("by_interpreter", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("language spoken")

    def __str__(self):
        return language(self.language).name


class ServiceGroup(Orderable):
    page = ParentalKey(ServicePage, related_name="groups", on_delete=models.CASCADE)
    group = models.CharField(_("for whom"), max_length=12, choices=ForWhom)

    panels = [FieldPanel("group")]

    class Meta(Orderable.Meta):
        verbose_name = _("for whom")

    def __str__(self):
        return self.get_group_display()


def season_days() -> list[tuple]:
    """The first and the last day of each month, as month times hundred plus day. A function: their
    names are the reader's.
    """
    return [
        (month * 100 + day, date_format(date(2024, month, day), "MONTH_DAY_FORMAT"))
        for month in range(1, 13)
        for day in (1, 15, 16, monthrange(2024, month)[1])
    ]


class ServiceHours(Orderable):
    """Opening hours of one weekday; a service without any has unknown hours."""

    page = ParentalKey(ServicePage, related_name="hours", on_delete=models.CASCADE)
    day = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(
        _("closes"), help_text=_("An hour before the opening is the next day's.")
    )
    season_begins = models.PositiveSmallIntegerField(
        _("season begins"), null=True, blank=True, choices=season_days
    )
    season_ends = models.PositiveSmallIntegerField(
        _("season ends"), null=True, blank=True, choices=season_days
    )

    panels = [
        FieldRowPanel([FieldPanel("day"), FieldPanel("opens"), FieldPanel("closes")]),
        FieldRowPanel([FieldPanel("season_begins"), FieldPanel("season_ends")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("opening hours")

    def __str__(self):
        return f"{self.get_day_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self):
        super().clean()
        if (self.season_begins is None) != (self.season_ends is None):
            raise ValidationError({"season_ends": _("A season has a first day and a last one.")})


class SpecialDays(Orderable):
    """Days with hours of their own: a holiday, a week of works. Without hours it is closed."""

    page = ParentalKey(ServicePage, related_name="special_days", on_delete=models.CASCADE)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"), null=True, blank=True)
    opens = models.TimeField(_("opens"), null=True, blank=True, help_text=_("Empty: closed."))
    closes = models.TimeField(_("closes"), null=True, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("first_on"), FieldPanel("last_on")]),
        FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("special days")

    def __str__(self):
        return f"{self.first_on}–{self.last_on or self.first_on}"

    def clean(self):
        super().clean()
        if self.first_on and self.last_on and self.last_on < self.first_on:
            raise ValidationError({"last_on": _("The last day comes after the first.")})
        if (self.opens is None) != (self.closes is None):
            raise ValidationError({"closes": _("Give both hours, or none where it is closed.")})
