from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale


def lines_of(text: str) -> tuple[str, ...]:
    """What stands on each line, without empty ones."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class GlossaryTerm(models.Model):
    """A word of our field that the network says the same way everywhere."""

    # What all who write in the glossary share.
    NOTE_LANGUAGE = "en"

    key = models.SlugField(
        _("key"), max_length=60, unique=True, help_text=_("Never changes: CSV files name it.")
    )
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("What is meant by it, in English, for everybody."),
    )

    class Meta:
        verbose_name = _("term of the glossary")
        verbose_name_plural = _("glossary")
        ordering = ["key"]

    def __str__(self):
        return self.key


class GlossaryText(models.Model):
    """A term in one language."""

    term = models.ForeignKey(GlossaryTerm, on_delete=models.CASCADE, related_name="texts")
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(_("term"), max_length=120)
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("For translators into this language.")
    )
    # One a line.
    forbidden = models.TextField(
        _("words to avoid"), max_length=500, blank=True, help_text=_("One on each line.")
    )

    class Meta:
        verbose_name = _("term in a language")
        verbose_name_plural = _("terms in languages")
        constraints = [
            models.UniqueConstraint(fields=["term", "locale"], name="one_glossary_text_a_language")
        ]

    def __str__(self):
        return self.text

    @property
    def words_to_avoid(self) -> tuple[str, ...]:
        return lines_of(self.forbidden)
