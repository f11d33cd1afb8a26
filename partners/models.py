from django import forms
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import Collection, Task
from wagtail.search import index

from hub.blocks import BodyBlock
from hub.frame import get_frame
from hub.models import HubPage
from hub.structured_data import about_entity

from .invitations import Invitation  # noqa: F401  its table
from .pausing import lock_of
from .shelf_rights import ShelfPermissionTester
from .time_zones import time_zones


class Country(models.TextChoices):
    ESTONIA = "EE", _("Estonia")
    LATVIA = "LV", _("Latvia")
    FINLAND = "FI", _("Finland")
    DENMARK = "DK", _("Denmark")


class PartnerQuerySet(models.QuerySet):
    def standing(self):
        """Those with shelves of their own: one that was merged into another lives on only as a name
        in older versions of pages."""
        return self.filter(merged_into=None)


class Partner(models.Model):
    """A partner organisation as a row: what permissions and lists need. Its words are on its page."""

    slug = models.SlugField(_("slug"), unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=120, help_text=_("Its own name for itself."))
    country = models.CharField(_("country"), max_length=2, choices=Country)
    time_zone = models.CharField(_("time zone"), max_length=40)
    language = models.CharField(
        _("language it writes in"), max_length=12, help_text=_("Code, such as lv.")
    )
    is_example = models.BooleanField(_("is an example"), default=False)
    town = models.CharField(_("town"), max_length=80, blank=True)
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Degrees north of the equator, such as 57.54. For the dot on the map."),
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Degrees east of Greenwich, such as 25.43."),
    )
    contact_email = models.EmailField(
        _("e-mail for readers' messages"),
        blank=True,
        help_text=_("Never shown. Without one, messages go to the partner's publishers."),
    )
    logo = models.ForeignKey(
        "hub.Picture",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("logo"),
        help_text=_("It stands on certificates of attendance."),
    )
    # A partner that was merged has none of the four any more.
    authors = models.OneToOneField(
        Group, null=True, on_delete=models.PROTECT, related_name="authors_of"
    )
    publishers = models.OneToOneField(
        Group, null=True, on_delete=models.PROTECT, related_name="publishers_of"
    )
    collection = models.OneToOneField(
        Collection, null=True, on_delete=models.PROTECT, related_name="+"
    )
    private_collection = models.OneToOneField(
        Collection, null=True, on_delete=models.PROTECT, related_name="+"
    )
    paused_at = models.DateTimeField(_("paused since"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged",
    )

    objects = PartnerQuerySet.as_manager()

    # Its name and its address are changed with all that carries them: partners/rename_partner.py.
    panels = [
        FieldRowPanel([FieldPanel("country"), FieldPanel("town")]),
        FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
        FieldPanel(
            "time_zone",
            widget=forms.Select(choices=lambda: [(name, name) for name in time_zones()]),
        ),
        FieldPanel("contact_email"),
        FieldPanel("logo"),
    ]

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]
        permissions = [("step_in", "Can step in on every shelf")]

    def __str__(self):
        return self.name

    @property
    def state(self) -> str:
        """Whether it takes part, in the reader's language."""
        if self.merged_into_id:
            return gettext("Merged into %(name)s") % {"name": self.merged_into.name}
        return gettext("Paused") if self.paused_at else gettext("Takes part")

    def clean(self):
        super().clean()
        if self.time_zone not in time_zones():
            raise ValidationError({"time_zone": _("There is no time zone of this name.")})
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            raise ValidationError({missing: _("A place on the map needs both numbers, or none.")})


class ShelfPage(HubPage):
    """One partner's part of a section, in one language; also a public page of what stands there."""

    kind = "shelf"
    is_structure = True

    content_panels = HubPage.content_panels
    promote_panels = []
    search_fields = HubPage.search_fields

    parent_page_types = ["resources.CataloguePage", "events.CalendarPage", "circle.CirclePage"]
    subpage_types = [
        "resources.TrainingMaterialPage",
        "resources.MethodGuidePage",
        "resources.PracticeStoryPage",
        "resources.KitPage",
        "events.EventPage",
        "circle.ServicePage",
    ]

    class Meta:
        verbose_name = _("shelf")
        verbose_name_plural = _("shelves")

    @property
    def section(self) -> str:
        """The slug of the section it stands in: the third part of its path."""
        return self.url_path.split("/")[2] if self.url_path else ""

    @property
    def shelf_section(self) -> str:
        return self.section

    def permissions_for_user(self, user):
        return ShelfPermissionTester(user, self)

    def get_lock(self):
        return lock_of(self, super().get_lock())

    def get_context(self, request, *args, **kwargs):
        # What stands here is listed by the section's own class, which knows its kind of item.
        context = super().get_context(request, *args, **kwargs)
        section = get_frame(self.own_language.code).section(self.section)
        listing = apps.get_model(section.model)(pk=section.pk).listing
        return {**context, **listing(request, below=self)}

    @classmethod
    def can_create_at(cls, parent):
        """Shelves are made with a partner, in every language at once, never one by one."""
        return False


class PartnersPage(HubPage):
    """All partners, by country."""

    section = "partners"
    kind = "section"
    is_structure = True
    max_count_per_parent = 1

    introduction = StreamField(BodyBlock(), verbose_name=_("introduction"), blank=True)

    content_panels = [*HubPage.content_panels, FieldPanel("introduction")]
    promote_panels = []

    parent_page_types = ["home.HomePage"]
    subpage_types = ["partners.PartnerPage"]

    class Meta:
        verbose_name = _("list of partners")

    def get_context(self, request, *args, **kwargs):
        from .partners_list import partners_context

        return {**super().get_context(request, *args, **kwargs), **partners_context(self)}


class PartnerPage(HubPage):
    """What a partner does, in its words."""

    # Rows that its page always shows (see hub.views.page).
    read_with = ("partner",)

    section = "partners"
    kind = "partner"
    is_structure = True

    body = StreamField(BodyBlock(), verbose_name=_("about the partner"), blank=True)

    content_panels = [*HubPage.content_panels, FieldPanel("body")]
    promote_panels = []
    search_fields = [*HubPage.search_fields, index.SearchField("body")]

    parent_page_types = ["partners.PartnersPage"]
    subpage_types = []

    class Meta:
        verbose_name = _("partner page")

    def permissions_for_user(self, user):
        return ShelfPermissionTester(user, self)

    def get_lock(self):
        return lock_of(self, super().get_lock())

    @classmethod
    def can_create_at(cls, parent):
        """Made with the partner, in every language at once."""
        return False

    def get_context(self, request, *args, **kwargs):
        from .partner_page import partner_context

        return {**super().get_context(request, *args, **kwargs), **partner_context(self)}

    def structured_data(self, context):
        partner = self.partner
        place = {
            "@type": "PostalAddress",
            "addressLocality": partner.town,
            "addressCountry": partner.country,
        }
        said = {name: value for name, value in place.items() if value}
        return about_entity(self, "Organization", address=said)

    def shelves(self):
        """This partner's shelves in this language, one a section, from memory."""
        entries = get_frame(self.own_language.code).entries.values()
        return [
            e
            for e in entries
            if e.model == ShelfPage._meta.label and e.partner_id == self.partner_id
        ]

    def record(self):
        partner = self.partner
        return {
            **super().record(),
            "name": partner.name,
            "country": partner.country,
            "town": partner.town,
            "latitude": partner.latitude,
            "longitude": partner.longitude,
            "time_zone": partner.time_zone,
            "is_example": partner.is_example,
        }


SHELF_SECTIONS = ("resources", "events", "support-circle")


class ShelfPublishersTask(Task):
    """Approval by the publishers of the shelf on which the page stands."""

    class Meta:
        verbose_name = _("approval by the publishers of the shelf")

    def user_can_access_editor(self, obj, user):
        return self._may_decide(obj, user)

    def locked_for_user(self, obj, user):
        return not self._may_decide(obj, user)

    def get_actions(self, obj, user):
        if not self._may_decide(obj, user):
            return []
        return [
            ("reject", _("Send back"), True),
            ("approve", _("Approve and publish"), False),
        ]

    def get_task_states_user_can_moderate(self, user, **kwargs):
        from .review import states_for

        return states_for(self, user)

    @classmethod
    def get_description(cls):
        return _("The publishers of the partner that owns the shelf decide.")

    @staticmethod
    def _may_decide(page, user) -> bool:
        from .review import may_decide

        return may_decide(user, page)


class Deadline(models.Model):
    """The day by which an author wants what they submit to be decided; goes with the publication."""

    page = models.OneToOneField(
        "wagtailcore.Page", on_delete=models.CASCADE, primary_key=True, related_name="deadline"
    )
    wanted_by = models.DateField(_("wanted by"))
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")

    def __str__(self):
        return self.wanted_by.isoformat()
