from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from hub.blocks import BodyBlock
from hub.models import HubPage
from hub.structured_data import about_entity
from partners.shelf_item import ShelfItemPage

from ..opening import Hours, spans_of_rows, zone_of
from ..service_check import ServiceCheck
from .choices import HIDDEN_AFTER, WITHOUT_PLACE, Accessibility, CircleCountry, OnHolidays


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
        from ..directory import service_context

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
