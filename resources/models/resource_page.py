from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from hub.blocks import BodyBlock
from hub.covers import ring_cover
from hub.models import HubPage, Thing
from hub.models.documents import Licence
from partners.shelf_item import ShelfItemForm, ShelfItemPage

from .kinds import KIND_LABELS

LICENCE_ADDRESSES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
LICENCE_SHORT = {"CC-BY-4.0": "CC BY 4.0", "CC-BY-SA-4.0": "CC BY-SA 4.0", "CC0-1.0": "CC0 1.0"}


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
        verbose_name = KIND_LABELS["resource"]
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
        from ..resource_page import resource_context

        return {**super().get_context(request, *args, **kwargs), **resource_context(self)}

    def structured_data(self, context):
        from ..structured_data import learning_resource

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
        from ..checklist import resource_checks

        return [*super().checks(), *resource_checks(self)]

    def text_context(self) -> dict:
        """What the block `text` of its template needs besides the page, wherever it is shown."""
        return {}

    @classmethod
    def bring_for_records(cls, pages):
        from ..resource_records import bring

        super().bring_for_records(pages)
        bring(pages)

    def record(self):
        from ..resource_records import adaptation_codes, file_records

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
