from django.apps import apps
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Collection, Task
from wagtail.search import index

from hub.blocks import BodyBlock
from hub.facts import Fact, known
from hub.frame import address_of, get_frame
from hub.models import HubPage
from hub.pages_of import pages_below

from .newest import newest_below
from .shelf_rights import ShelfPermissionTester


class Country(models.TextChoices):
    ESTONIA = "EE", _("Estonia")
    LATVIA = "LV", _("Latvia")
    FINLAND = "FI", _("Finland")
    DENMARK = "DK", _("Denmark")


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
    authors = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="authors_of")
    publishers = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="publishers_of")
    collection = models.OneToOneField(Collection, on_delete=models.PROTECT, related_name="+")
    private_collection = models.OneToOneField(
        Collection, on_delete=models.PROTECT, related_name="+"
    )

    panels = [FieldPanel("name"), FieldPanel("country"), FieldPanel("time_zone")]

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]
        permissions = [("step_in", "Can step in on every shelf")]

    def __str__(self):
        return self.name


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
        context = super().get_context(request, *args, **kwargs)
        pages = pages_below(PartnerPage, self, whole=True).order_by("partner__country", "title")
        here = self.own_language.code
        context["partners"] = [
            {
                "url": address_of(path),
                "title": title,
                "lang": "" if words == here else words,
                "summary": summary,
                "place": Country(country).label,
                "role": _("Example") if is_example else "",
            }
            for path, title, words, summary, country, is_example in pages.values_list(
                *("url_path", "title", "words_language", "summary"),
                *("partner__country", "partner__is_example"),
            )
        ]
        return context


class PartnerPage(HubPage):
    """What a partner does, in its words."""

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

    @classmethod
    def can_create_at(cls, parent):
        """Made with the partner, in every language at once."""
        return False

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["shelves"] = self.shelves()
        writes_in = get_language_info(self.partner.language)["name_translated"]
        context["facts"] = known(
            Fact(_("Country"), self.partner.get_country_display()),
            Fact(_("Writes in"), writes_in),
        )
        context["newest"] = newest_below(context["shelves"], get_frame(self.own_language.code))
        return context

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
