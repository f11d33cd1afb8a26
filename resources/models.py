from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from hub.blocks import PLAIN_RICH_TEXT, TRANSCRIPT, BodyBlock
from hub.covers import ring_cover
from hub.models import HubPage, Thing
from hub.models.documents import Licence, file_languages
from hub.private import is_private
from hub.recordings import has_words, recording_errors
from partners.shelf_item import ShelfItemForm, ShelfItemPage
from translations.live_words import mark_words_of

from .blocks import GoesWrongBlock, GuideStepBlock, KitMembersBlock
from .catalogue_row import CatalogueRow  # noqa: F401  its table

LICENCE_ADDRESSES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
LICENCE_SHORT = {"CC-BY-4.0": "CC BY 4.0", "CC-BY-SA-4.0": "CC BY-SA 4.0", "CC0-1.0": "CC0 1.0"}


class CataloguePage(HubPage):
    """All resources, found by what they are, what they are about and for whom."""

    section = "resources"
    kind = "section"
    takes_searches = True
    is_structure = True
    max_count_per_parent = 1

    introduction = StreamField(BodyBlock(), verbose_name=_("introduction"), blank=True)

    content_panels = [*HubPage.content_panels, FieldPanel("introduction")]
    promote_panels = []

    parent_page_types = ["home.HomePage"]
    subpage_types = ["partners.ShelfPage"]

    class Meta:
        verbose_name = _("catalogue")

    def listing(self, request, below) -> dict:
        """Template context of the resources under `below` (the catalogue or one shelf)."""
        from .catalogue import listing

        return listing(request, below)

    @staticmethod
    def newest(shelf, number: int) -> list:
        """Cards of at most `number` resources on a shelf (of the frame), the newest first: one query."""
        from .catalogue import newest

        return newest(shelf, number)

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), **self.listing(request, self)}


class ResourcePageForm(ShelfItemForm):
    """Topics and audiences are offered in the language in which the author writes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("topics", "audiences"):
            words = self.fields[name].queryset.filter(locale=self.instance.locale_id)
            self.fields[name].queryset = words.order_by("title")
        is_chosen = self.instance.pk is not None and self.instance.licence
        if "licence" in self.fields and not is_chosen:
            # Nobody gives anything away by a choice that the form has made for them.
            self.fields["licence"].choices = [("", "---------"), *Licence.choices]
            self.initial["licence"] = ""


class ResourcePage(ShelfItemPage):
    """What all resources have, in one table, so that lists and facets ask one table."""

    base_form_class = ResourcePageForm
    section = "resources"
    kind = "resource"
    asks_if_it_helped = True
    is_creatable = False

    # The class's own `kind`, stored, so that lists need not look into three tables.
    kind_slug = models.CharField(max_length=20, editable=False, db_index=True)
    topics = ParentalManyToManyField("hub.Topic", blank=True, verbose_name=_("topics"))
    audiences = ParentalManyToManyField("hub.Audience", blank=True, verbose_name=_("audiences"))
    licence = models.CharField(
        _("licence"),
        max_length=20,
        choices=Licence,
        default=Licence.CC_BY,
        help_text=_("What others may do with it. CC BY lets colleagues translate and adapt it."),
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    group_from = models.PositiveSmallIntegerField(_("group from"), null=True, blank=True)
    group_to = models.PositiveSmallIntegerField(_("group to"), null=True, blank=True)
    needs_shared_language = models.BooleanField(
        _("needs a shared language"),
        null=True,
        blank=True,
        help_text=_("Whether the people in the room must share a language."),
    )
    adapted_from = models.ForeignKey(
        "hub.Thing",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("adapted from"),
        help_text=_("The thing of this hub that it grew out of."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    about_panel = MultiFieldPanel(
        [
            FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
            FieldPanel("audiences", widget=forms.CheckboxSelectMultiple),
            FieldPanel("licence"),
        ],
        heading=_("About and for whom"),
    )
    session_panel = MultiFieldPanel(
        [
            FieldRowPanel(
                [FieldPanel("minutes"), FieldPanel("group_from"), FieldPanel("group_to")]
            ),
            FieldPanel("needs_shared_language"),
        ],
        heading=_("Time and group"),
    )
    files_panel = MultiFieldPanel(
        [
            HelpPanel(
                _(
                    "Replace a document inside its row: a row that is removed and added again "
                    "loses its number and its translations."
                )
            ),
            InlinePanel("files", label=_("File")),
        ],
        heading=_("Files"),
    )
    search_fields = [
        *HubPage.search_fields,
        index.SearchField("body"),
        index.FilterField("kind_slug"),
    ]
    override_translatable_fields = [
        *HubPage.override_translatable_fields,
        SynchronizedField("licence", overridable=False),
        SynchronizedField("minutes", overridable=False),
        SynchronizedField("group_from", overridable=False),
        SynchronizedField("group_to", overridable=False),
        SynchronizedField("needs_shared_language", overridable=False),
        SynchronizedField("adapted_from", overridable=False),
    ]

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        indexes = [models.Index(fields=["words_language", "kind_slug"], name="resource_words_kind")]

    def save(self, *args, **kwargs):
        self.kind_slug = type(self).kind
        return super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        if self.group_from and self.group_to and self.group_from > self.group_to:
            raise ValidationError({"group_to": _("The largest group is not below the smallest.")})

    @property
    def kind_label(self):
        return KIND_LABELS[self.kind_slug or self.kind]

    def facts(self):
        facts = []
        if self.minutes:
            facts.append(_("%(number)s min") % {"number": self.minutes})
        if self.group_from or self.group_to:
            facts.append(self.group_label)
        if self.needs_shared_language is False:
            facts.append(_("No shared language"))
        return facts

    def card(self, languages=(), cover=""):
        # Lists ask the common table, whose class does not know what kind each row is.
        cover = cover or ring_cover(str(self.translation_key), self.kind_slug)
        card = super().card(languages, cover)
        card.kind = self.kind_slug
        return card

    @cached_property
    def source_thing(self) -> Thing | None:
        """What it was adapted from, with the language of its original, where that may be named: one query."""
        if self.adapted_from_id is None:
            return None
        things = Thing.objects.to_be_named().select_related("original_locale")
        return things.filter(pk=self.adapted_from_id).first()

    @property
    def group_label(self) -> str:
        """6–12 people, in the reader's language."""
        low, high = self.group_from or self.group_to, self.group_to or self.group_from
        number = str(low) if low == high else f"{low}–{high}"
        return ngettext("%(number)s person", "%(number)s people", high) % {"number": number}

    @property
    def licence_short(self) -> str:
        return LICENCE_SHORT.get(self.licence) or self.get_licence_display()

    @property
    def licence_url(self) -> str:
        return LICENCE_ADDRESSES.get(self.licence, "")

    def get_context(self, request, *args, **kwargs):
        from .resource_page import resource_context

        return {**super().get_context(request, *args, **kwargs), **resource_context(self)}

    def structured_data(self, context):
        from .structured_data import learning_resource

        return learning_resource(self, context)

    def searched_files(self):
        return [
            {
                "document": row.document_id,
                "title": row.title,
                "url": f"/r/{self.code}/{self.words_language}/{row.number}",
            }
            for row in self.files.all()
            if row.number
        ]

    def checks(self):
        from .checklist import resource_checks

        return [*super().checks(), *resource_checks(self)]

    def text_context(self) -> dict:
        """What the block `text` of its template needs besides the page, wherever it is shown."""
        return {}

    @classmethod
    def bring_for_records(cls, pages):
        from .resource_records import bring

        super().bring_for_records(pages)
        bring(pages)

    def record(self):
        from .resource_records import adaptation_codes, file_records

        return {
            **super().record(),
            "topics": sorted(topic.slug for topic in self.topics.all()),
            "audiences": sorted(audience.slug for audience in self.audiences.all()),
            "licence": self.licence,
            "licence_url": self.licence_url,
            "minutes": self.minutes,
            "group_from": self.group_from,
            "group_to": self.group_to,
            "needs_shared_language": self.needs_shared_language,
            "adapted_from": self.adapted_from.code if self.adapted_from else None,
            "adaptations": adaptation_codes(self),
            "files": file_records(self),
        }


class FileNumber(models.Model):
    """The number a file row got once; it outlives the row, so an address is never reused."""

    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="file_numbers")
    row_key = models.UUIDField()
    number = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("file number")
        constraints = [
            models.UniqueConstraint(fields=["thing", "row_key"], name="one_number_a_row"),
            models.UniqueConstraint(fields=["thing", "number"], name="one_row_a_number"),
        ]

    def __str__(self):
        return f"{self.thing_id}/{self.number}"

    @classmethod
    def of(cls, thing: Thing, row_key) -> int:
        """The number of the row with this translation key; given now if it has none."""
        known = cls.objects.filter(thing=thing, row_key=row_key).first()
        if known is None:
            known = cls.objects.create(
                thing=thing, row_key=row_key, number=thing.next_file_number()
            )
        return known.number


class ResourceFile(TranslatableMixin, Orderable):
    """A file of a resource: a titled place for one document, which each language may fill anew."""

    page = ParentalKey(ResourcePage, related_name="files", on_delete=models.CASCADE)
    title = models.CharField(_("title"), max_length=120)
    document = models.ForeignKey(
        "hub.Document", on_delete=models.PROTECT, related_name="+", verbose_name=_("document")
    )
    # The document's own, kept with the row for lists and file names.
    file_language = models.CharField(
        _("language of the file"),
        max_length=12,
        choices=file_languages,
        blank=True,
        editable=False,
    )
    number = models.PositiveIntegerField(null=True, editable=False)
    captions = models.ForeignKey(
        "hub.Document",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("captions"),
        help_text=_("For a film: a VTT file with what is said, in the language of this page."),
    )
    transcript = RichTextField(
        _("transcript"),
        blank=True,
        features=TRANSCRIPT,
        help_text=_("For a film or sound: everything that is said, and by whom."),
    )

    panels = [
        FieldPanel("title"),
        FieldPanel("document"),
        FieldPanel("captions"),
        FieldPanel("transcript"),
    ]
    # A language may have captions of its own, as it may have a file of its own.
    override_translatable_fields = [
        SynchronizedField("captions"),
        TranslatableField("transcript"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        document = self.document if self.document_id else None
        if not has_words(self.transcript):
            self.transcript = ""
        if errors := self.errors(document, self.captions, is_private):
            raise ValidationError(errors)

    def errors(self, document, captions, is_closed) -> dict:
        """Why readers could not have these two of it, by field; `is_closed` tells of a collection."""
        errors = recording_errors(document, captions, self.transcript)
        for name, chosen in (("document", document), ("captions", captions)):
            if chosen is not None and is_closed(chosen.collection):
                errors[name] = _(
                    "This file is in a private collection: readers could not have it. "
                    "Move it to the partner's public collection first."
                )
        return errors

    def save(self, *args, **kwargs):
        self.file_language = self.document.language or self.page.words_language
        if not self.number:
            self.number = FileNumber.of(Thing.of(self.page, self.page.kind), self.translation_key)
        return super().save(*args, **kwargs)


class TrainingMaterialPage(ResourcePage):
    """Slides, handouts, sheets: files, and what they are for."""

    kind = "material"

    purpose = models.TextField(
        _("what it is for"), blank=True, help_text=_("When and with whom a colleague would use it.")
    )

    content_panels = [
        *HubPage.content_panels,
        FieldPanel("purpose"),
        ResourcePage.files_panel,
        FieldPanel("body"),
        ResourcePage.about_panel,
        ResourcePage.session_panel,
        FieldPanel("adapted_from"),
    ]
    search_fields = [*ResourcePage.search_fields, index.SearchField("purpose")]

    class Meta:
        verbose_name = _("training material")
        verbose_name_plural = _("training materials")


class MethodGuidePage(ResourcePage):
    """A way of working with a group, step by step, to be done tomorrow."""

    kind = "guide"

    aim = models.TextField(_("aim"), blank=True, help_text=_("What people leave with."))
    room = StreamField(
        [("thing", blocks.CharBlock(label=_("Room or thing"), max_length=200))],
        verbose_name=_("room and materials"),
        blank=True,
    )
    steps = StreamField([("step", GuideStepBlock())], verbose_name=_("steps"), blank=True)
    goes_wrong = StreamField(
        [("case", GoesWrongBlock())], verbose_name=_("what can go wrong"), blank=True
    )
    care = StreamField(
        [
            (
                "participants",
                blocks.RichTextBlock(label=_("Of the participants"), features=PLAIN_RICH_TEXT),
            ),
            ("helper", blocks.RichTextBlock(label=_("Of yourself"), features=PLAIN_RICH_TEXT)),
        ],
        verbose_name=_("taking care"),
        blank=True,
    )
    debrief = StreamField(
        [("question", blocks.CharBlock(label=_("Question"), max_length=250))],
        verbose_name=_("debrief questions"),
        blank=True,
    )

    content_panels = [
        *HubPage.content_panels,
        FieldPanel("aim"),
        ResourcePage.session_panel,
        FieldPanel("room"),
        FieldPanel("body"),
        FieldPanel("steps"),
        FieldPanel("goes_wrong"),
        FieldPanel("care"),
        FieldPanel("debrief"),
        ResourcePage.files_panel,
        ResourcePage.about_panel,
        FieldPanel("adapted_from"),
    ]
    search_fields = [
        *ResourcePage.search_fields,
        index.SearchField("aim"),
        index.SearchField("steps"),
    ]

    class Meta:
        verbose_name = _("method guide")
        verbose_name_plural = _("method guides")

    def get_context(self, request, *args, **kwargs):
        from .side_by_side import guide_context

        asked = request.GET.get("beside", "")
        return {**super().get_context(request, *args, **kwargs), **guide_context(self, asked)}

    def text_context(self):
        from .side_by_side import parts_of

        return {"parts": parts_of(self)}

    def serve(self, request, *args, **kwargs):
        response = super().serve(request, *args, **kwargs)
        second = response.context_data["beside"]
        if second:
            mark_words_of(second.page, response)
        return response

    def record(self):
        return {
            **super().record(),
            "aim": self.aim,
            "steps": [
                {"title": step.value["title"], "minutes": step.value["minutes"]}
                for step in self.steps
            ],
        }


class GuidePdf(models.Model):
    """A method guide on paper in one language, or in two: made by the worker, kept till a newer one is.

    It waits for the worker when it was asked for after it was last `checked_at`.
    """

    thing = models.ForeignKey("hub.Thing", on_delete=models.CASCADE, related_name="guide_pdfs")
    language = models.CharField(max_length=12)
    # The second language; empty: in one alone.
    beside = models.CharField(max_length=12, blank=True)
    file = models.FileField(upload_to="guides", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    file_changed_at = models.DateTimeField(null=True)
    # A hash of the page that the file was made of.
    made_of = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)

    content_type = "application/pdf"

    class Meta:
        verbose_name = _("PDF of a method guide")
        verbose_name_plural = _("PDFs of method guides")
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "language", "beside"], name="one_pdf_a_guide_and_language"
            )
        ]

    def __str__(self):
        return f"{self.thing} {self.language} {self.beside}".strip()


class PracticeStoryPage(ResourcePage):
    """How something went, told by who was there."""

    kind = "story"

    content_panels = [
        *HubPage.content_panels,
        FieldPanel("body"),
        ResourcePage.files_panel,
        ResourcePage.about_panel,
        FieldPanel("adapted_from"),
    ]

    class Meta:
        verbose_name = _("practice story")
        verbose_name_plural = _("practice stories")


class KitPage(ResourcePage):
    """Resources and an event in the order in which somebody needs them, with a sentence each."""

    kind = "kit"

    members = StreamField(
        KitMembersBlock(),
        verbose_name=_("what is in it"),
        blank=True,
        max_num=30,
        help_text=_("In the order in which somebody should take them up."),
    )

    content_panels = [
        *HubPage.content_panels,
        FieldPanel("body"),
        FieldPanel("members"),
        ResourcePage.about_panel,
    ]
    search_fields = [*ResourcePage.search_fields, index.SearchField("members")]

    class Meta:
        verbose_name = _("kit")
        verbose_name_plural = _("kits")

    def get_context(self, request, *args, **kwargs):
        from .kits import kit_context

        return {**super().get_context(request, *args, **kwargs), **kit_context(self)}

    @classmethod
    def bring_for_records(cls, pages):
        super().bring_for_records(pages)
        chosen = {pk for page in pages for pk, _sentence in page._chosen()}
        codes = dict(Thing.objects.filter(pk__in=chosen).values_list("pk", "code"))
        for page in pages:
            page.known_codes = codes

    def _chosen(self) -> list[tuple[int, str]]:
        """The thing (its id) and the sentence of each member, as they are stored."""
        values = [member["value"] for member in self.members.raw_data]
        return [
            (value["thing"], value.get("sentence", "")) for value in values if value.get("thing")
        ]

    @cached_property
    def known_codes(self) -> dict[int, str]:
        things = Thing.objects.filter(pk__in=[pk for pk, _sentence in self._chosen()])
        return dict(things.values_list("pk", "code"))

    def record(self):
        return {
            **super().record(),
            "members": [
                {"code": self.known_codes[pk], "sentence": sentence}
                for pk, sentence in self._chosen()
                if pk in self.known_codes
            ],
        }


KIND_LABELS = {
    model.kind: model._meta.verbose_name
    for model in (TrainingMaterialPage, MethodGuidePage, PracticeStoryPage, KitPage)
}
KIND_LABELS["resource"] = ResourcePage._meta.verbose_name
