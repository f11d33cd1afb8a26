from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.search import index
from wagtail_localize.fields import BaseTranslatableField, SynchronizedField

from hub.blocks import BodyBlock
from hub.models import HubPage, Thing
from hub.page_form import HubPageForm
from hub.structured_data import website

from .blocks import ActivityBlock, DoorBlock, ResultBlock, ShortcutBlock


class HomePageForm(HubPageForm):
    """A home that somebody has edited is worded in its own language from then on."""

    def save(self, commit=True):
        self.instance.words_language = self.instance.locale.language_code
        return super().save(commit)


class HomePage(HubPage):
    """The front page of one language, and the root of its tree."""

    base_form_class = HomePageForm
    kind = "home"
    is_structure = True

    heading = models.CharField(_("promise"), max_length=120, blank=True)
    introduction = models.TextField(_("introduction"), max_length=400, blank=True)
    search_hint = models.CharField(_("hint in the search field"), max_length=80, blank=True)
    shortcuts = StreamField(
        [("shortcut", ShortcutBlock())], verbose_name=_("shortcuts"), blank=True
    )
    doors = StreamField([("door", DoorBlock())], verbose_name=_("doors"), blank=True, max_num=3)
    help_heading = models.CharField(_("heading of the help box"), max_length=120, blank=True)
    help_text = models.TextField(_("text of the help box"), max_length=400, blank=True)

    content_panels = [
        *HubPage.content_panels,
        MultiFieldPanel(
            [FieldPanel("heading"), FieldPanel("introduction"), FieldPanel("search_hint")],
            heading=_("At the top"),
        ),
        FieldPanel("shortcuts"),
        FieldPanel("doors"),
        MultiFieldPanel(
            [FieldPanel("help_heading"), FieldPanel("help_text")], heading=_("Help box")
        ),
    ]
    promote_panels = [FieldPanel("search_description")]
    # A home's path names its language: its slug and its title are its own.
    override_translatable_fields = [
        *(f for f in HubPage.override_translatable_fields if f.field_name != "slug"),
        BaseTranslatableField("slug"),
        BaseTranslatableField("title"),
    ]

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "home.PlainPage",
        "home.ContactPage",
        "home.ProjectPage",
        "resources.CataloguePage",
        "events.CalendarPage",
        "circle.CirclePage",
        "partners.PartnersPage",
    ]

    class Meta:
        verbose_name = _("front page")

    @property
    def permanent_url(self):
        return "/"

    def get_context(self, request, *args, **kwargs):
        from .front_page import front_page_context

        return {**super().get_context(request, *args, **kwargs), **front_page_context(self)}

    def structured_data(self, context):
        return website(self)

    def record(self):
        return {
            "code": "",
            "kind": self.kind,
            "title": self.heading or self.title,
            "language": self.words_language,
            "summary": self.summary,
            "url": self.canonical_url,
        }


class PlainPage(HubPage):
    """A page of text: about, privacy, accessibility, licences."""

    kind = "page"

    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*HubPage.content_panels, FieldPanel("body")]
    search_fields = [*HubPage.search_fields, index.SearchField("body")]

    parent_page_types = ["home.HomePage"]
    subpage_types = []

    class Meta:
        verbose_name = _("plain page")


class ContactPage(HubPage):
    """How to reach the network: words and the way to the message form."""

    kind = "page"

    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*HubPage.content_panels, FieldPanel("body")]

    parent_page_types = ["home.HomePage"]
    subpage_types = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("contact page")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["form_url"] = f"/{self.own_language.code}/say/{self.code}/"
        return context


class ProjectPage(HubPage):
    """The funded project: what it is, who takes part, what it has done."""

    kind = "page"

    programme = models.CharField(_("programme"), max_length=120, blank=True)
    action = models.CharField(_("action"), max_length=120, blank=True)
    call = models.CharField(_("call"), max_length=40, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    activities = StreamField(
        [("activity", ActivityBlock())], verbose_name=_("activities"), blank=True
    )
    results = StreamField([("result", ResultBlock())], verbose_name=_("results"), blank=True)

    content_panels = [
        *HubPage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("programme"),
                FieldRowPanel([FieldPanel("action"), FieldPanel("call")]),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            ],
            heading=_("Funding"),
        ),
        InlinePanel("roles", label=_("Partner")),
        FieldPanel("body"),
        FieldPanel("activities"),
        FieldPanel("results"),
    ]
    search_fields = [
        *HubPage.search_fields,
        index.SearchField("body"),
        index.SearchField("activities"),
        index.SearchField("results"),
    ]
    override_translatable_fields = [
        *HubPage.override_translatable_fields,
        SynchronizedField("programme", overridable=False),
        SynchronizedField("action", overridable=False),
        SynchronizedField("call", overridable=False),
        SynchronizedField("starts_on", overridable=False),
        SynchronizedField("ends_on", overridable=False),
    ]

    parent_page_types = ["home.HomePage"]
    subpage_types = []

    class Meta:
        verbose_name = _("project page")

    def get_context(self, request, *args, **kwargs):
        from .project import project_context

        return {**super().get_context(request, *args, **kwargs), **project_context(self)}

    @classmethod
    def ties(cls, ids):
        return [
            (page.pk, block["value"][name], name)
            for page in cls.objects.filter(pk__in=ids).only("pk", "activities", "results")
            for stream, name in ((page.activities, "event"), (page.results, "resource"))
            for block in stream.raw_data
            if block["value"].get(name)
        ]

    @classmethod
    def bring_for_records(cls, pages):
        super().bring_for_records(pages)
        models.prefetch_related_objects(pages, "roles__partner")
        tied = {pk for _page, pk, _word in cls.ties([page.pk for page in pages])}
        codes = dict(Thing.objects.filter(pk__in=tied).values_list("pk", "code"))
        for page in pages:
            page.known_codes = codes

    @cached_property
    def known_codes(self) -> dict[int, str]:
        """The codes of the things that it names, by their ids."""
        things = Thing.objects.filter(pk__in=[pk for _page, pk, _word in self.ties([self.pk])])
        return dict(things.values_list("pk", "code"))

    def record(self):
        return {
            **super().record(),
            "programme": self.programme,
            "action": self.action,
            "call": self.call,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
            "partners": [{"slug": row.partner.slug, "role": row.role} for row in self.roles.all()],
            "activities": [
                {
                    "title": block["value"].get("title", ""),
                    "event": self.known_codes.get(block["value"].get("event")),
                }
                for block in self.activities.raw_data
            ],
            "results": [
                {
                    "text": block["value"].get("text", ""),
                    "resource": self.known_codes.get(block["value"].get("resource")),
                }
                for block in self.results.raw_data
            ],
        }


class ProjectRole(Orderable):
    """What a partner is in the project."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead partner")
        INITIATOR = "initiator", _("Initiator")
        PARTNER = "partner", _("Partner")

    page = ParentalKey(ProjectPage, related_name="roles", on_delete=models.CASCADE)
    partner = models.ForeignKey(
        "partners.Partner",
        on_delete=models.CASCADE,
        related_name="project_roles",
        verbose_name=_("partner"),
        limit_choices_to={"merged_into": None},
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)

    panels = [FieldRowPanel([FieldPanel("partner"), FieldPanel("role")])]

    class Meta(Orderable.Meta):
        verbose_name = _("partner in the project")

    def __str__(self):
        return f"{self.partner}: {self.get_role_display()}"
