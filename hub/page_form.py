from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel
from wagtail.admin.widgets import AdminDateInput


class FormFieldPanel(FieldPanel):
    """A field of the form alone: no version of the page has it, so none is compared by it."""

    def get_comparison_class(self):
        return None


class HubPageForm(WagtailAdminPageForm):
    """The editor's form. The address follows the title until the page was first published."""

    # Kept by the room of the workflow: it belongs to the decision, not to the page.
    wanted_by = forms.DateField(
        label=_("Wanted by"),
        required=False,
        widget=AdminDateInput,
        help_text=_("The publishers see this day, and get a mail the day before."),
    )

    # Kept with the thing, whose next publication it is about.
    small_change = forms.BooleanField(
        label=_("Small change: translations stay as they are"),
        required=False,
        help_text=_(
            "A typing mistake, a comma: nothing that a translator would word differently. "
            "Without the tick, translations of what you changed are marked as out of date."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        deadline = getattr(self.instance, "deadline", None) if self.instance.pk else None
        self.initial["wanted_by"] = deadline.wanted_by if deadline else None
        if self.instance.first_published_at is None:
            # A panel whose field is gone is not shown.
            self.fields.pop("slug", None)
        if self.instance.first_published_at is None or self.instance.is_structure:
            self.fields.pop("small_change", None)
        else:
            self.initial["small_change"] = self.instance.thing.small_change

    def clean_wanted_by(self):
        day = self.cleaned_data["wanted_by"]
        if day and day < timezone.localdate() and day != self.initial["wanted_by"]:
            raise forms.ValidationError(_("This day is over. Choose a coming one, or none."))
        return day

    def save(self, commit=True):
        if self.instance.first_published_at is None and not self.instance.is_structure:
            self.instance.slug = ""
        if "small_change" in self.fields:
            self.instance.is_small_change = self.cleaned_data["small_change"]
        return super().save(commit=commit)
