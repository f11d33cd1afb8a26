"""Controlled words that pages share: topics, audiences and the texts of the page frame."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField


class ControlledWord(TranslatableMixin, index.Indexed, models.Model):
    """A word of a controlled list: the slug is the same in all languages, the title is not."""

    slug = models.SlugField(_("slug"), max_length=60, help_text=_("The same in every language."))
    title = models.CharField(_("title"), max_length=80)
    sentence = models.CharField(
        _("sentence"), max_length=200, blank=True, help_text=_("What belongs here, in a sentence.")
    )

    panels = [FieldPanel("title"), FieldPanel("sentence"), FieldPanel("slug")]
    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]
    override_translatable_fields = [SynchronizedField("slug", overridable=False)]

    class Meta(TranslatableMixin.Meta):
        abstract = True

    def __str__(self):
        return self.title


class Topic(ControlledWord):
    """What a resource is about."""

    class Meta(ControlledWord.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "slug"], name="topic_once_a_language")
        ]


class Audience(ControlledWord):
    """Whom a resource is for."""

    class Meta(ControlledWord.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "slug"], name="audience_once_a_language")
        ]


class SiteText(TranslatableMixin, models.Model):
    """The words at the foot of every page, one row a language."""

    network = models.CharField(_("who we are"), max_length=300)
    statement = models.CharField(_("statement beside the EU emblem"), max_length=200)
    disclaimer = models.TextField(_("disclaimer"))

    panels = [FieldPanel("network"), FieldPanel("statement"), FieldPanel("disclaimer")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("text at the foot of the page")
        verbose_name_plural = _("texts at the foot of the page")
        constraints = [models.UniqueConstraint(fields=["locale"], name="one_site_text_a_language")]

    def __str__(self):
        return self.statement
