"""What a service has several of: needs, languages, groups, hours, special days."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable, TranslatableMixin
from wagtail_localize.fields import SynchronizedField

from hub.languages import language

from .choices import ForWhom, Need, Weekday, season_days, spoken_languages
from .service_page import ServicePage


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
