from datetime import date

from django.db import models
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
from partners.shelf_item import ShelfItemPage


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
    is_free = models.BooleanField(_("free of charge"), default=True)
    cost = models.CharField(_("cost"), max_length=200, blank=True)
    get_in = models.TextField(_("how to get in"), blank=True)
    bring = models.TextField(_("what to bring"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    messenger = models.URLField(_("messenger link"), blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *HubPage.content_panels,
        InlinePanel("needs", label=_("Need"), min_num=1),
        FieldPanel("for_whom"),
        InlinePanel("spoken", label=_("Language spoken")),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("country"), FieldPanel("town")]), FieldPanel("place")],
            heading=_("Where"),
        ),
        InlinePanel("hours", label=_("Opening hours")),
        MultiFieldPanel(
            [FieldPanel("is_free"), FieldPanel("cost"), FieldPanel("get_in"), FieldPanel("bring")],
            heading=_("How to get in"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                FieldRowPanel([FieldPanel("website"), FieldPanel("messenger")]),
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
                "is_free",
                "phone",
                "email",
                "website",
                "messenger",
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

        return {**super().get_context(request, *args, **kwargs), **service_context(self)}

    @property
    def months_since_check(self) -> int | None:
        """Whole months since a person checked it; None if nobody did."""
        if not self.checked_on:
            return None
        today = date.today()
        months = (today.year - self.checked_on.year) * 12 + today.month - self.checked_on.month
        return months - (today.day < self.checked_on.day)

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


class ServiceHours(Orderable):
    """Opening hours of one weekday; a service without any has unknown hours."""

    page = ParentalKey(ServicePage, related_name="hours", on_delete=models.CASCADE)
    day = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    panels = [FieldRowPanel([FieldPanel("day"), FieldPanel("opens"), FieldPanel("closes")])]

    class Meta(Orderable.Meta):
        verbose_name = _("opening hours")

    def __str__(self):
        return f"{self.get_day_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"
