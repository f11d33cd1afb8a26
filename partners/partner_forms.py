"""What coordinators say about a partner: to make one, to rename it, to merge it into another."""

import re

from anyascii import anyascii
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import SlugInput

from hub.languages import LANGUAGES

from .make import PartnerWords, make_partner
from .models import Country, Partner, PartnerPage
from .time_zones import USUAL, time_zones

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
SLUG_LENGTH = Partner._meta.get_field("slug").max_length
# Wagtail's own script proposes the address while one types; without it, the form does so when saved.
PROPOSES_SLUG = {
    "data-controller": "w-sync",
    "data-action": "focus->w-sync#check blur->w-sync#apply change->w-sync#apply keyup->w-sync#apply",
    "data-w-sync-target-value": "#id_slug",
}


def slug_of(name: str) -> str:
    """ASCII letters, digits and hyphens that can stand in an address; "" when `name` has none."""
    return slugify(anyascii(name))[:SLUG_LENGTH].strip("-")


class NameField(forms.CharField):
    """One line: what was pasted with line breaks or double blanks is put right."""

    def __init__(self, **kwargs):
        super().__init__(max_length=Partner._meta.get_field("name").max_length, **kwargs)

    def to_python(self, value):
        return " ".join(CONTROL.sub(" ", super().to_python(value)).split())


class PartnerSlugField(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(max_length=SLUG_LENGTH, widget=SlugInput, **kwargs)

    def clean(self, value):
        value = super().clean(value).lower()
        if value and not SLUG.fullmatch(value):
            raise ValidationError(
                _("Only the letters a to z, digits, and single hyphens between them.")
            )
        return value


class DeedForm(forms.Form):
    def refuse(self, error: ValidationError) -> None:
        """Show what the deed refused at the field that it is about."""
        known = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
        for name, reasons in known.items():
            self.add_error(name if name in self.fields else None, reasons)


class PartnerForm(DeedForm):
    """Everything that a new partner needs; the command takes the same."""

    name = NameField(
        label=_("Name"),
        help_text=_("Its own name for itself, in its own language."),
        widget=forms.TextInput(attrs={"autofocus": True, **PROPOSES_SLUG}),
    )
    slug = PartnerSlugField(
        label=_("Address"),
        required=False,
        help_text=_("Its part of every address: a to z, digits, hyphens. Empty: from the name."),
    )
    country = forms.ChoiceField(label=_("Country"), choices=[("", "—"), *Country.choices])
    town = forms.CharField(
        label=_("Town"),
        required=False,
        max_length=Partner._meta.get_field("town").max_length,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=lambda: [
            ("", _("The usual one of the country")),
            *[(name, name) for name in time_zones()],
        ],
    )
    language = forms.ChoiceField(
        label=_("Language it writes in"),
        choices=[("", "—"), *[(one.code, one.name) for one in LANGUAGES]],
    )
    summary = forms.CharField(
        label=_("What it does"),
        required=False,
        max_length=PartnerPage._meta.get_field("summary").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences in its language, for its page. They can come later."),
    )

    def clean(self):
        data = super().clean()
        if not data.get("slug") and data.get("name") and "slug" not in self.errors:
            data["slug"] = slug_of(data["name"])
            if not data["slug"]:
                self.add_error("slug", _("No address can be made from this name. Write one here."))
        data["time_zone"] = data.get("time_zone") or USUAL.get(data.get("country"))
        return data

    def save(self, user=None) -> Partner | None:
        """Make the partner, or find it as the same words made it before; None with new errors."""
        data = dict(self.cleaned_data)
        words = PartnerWords(title=data["name"], summary=data.pop("summary"))
        try:
            return make_partner(**data, words=words, user=user)
        except ValidationError as error:
            self.refuse(error)
            return None


class RenameForm(DeedForm):
    name = NameField(label=_("Name"))
    slug = PartnerSlugField(
        label=_("Address"),
        help_text=_("If you change it, the old addresses lead to the new ones."),
    )


class MergeForm(DeedForm):
    """Into whom; shown first, then confirmed."""

    into = forms.ModelChoiceField(
        label=_("Merge into"),
        queryset=Partner.objects.none(),
        empty_label="—",
        help_text=_("This partner keeps its name and its addresses, and gets everything."),
    )

    def __init__(self, *args, partner: Partner, **kwargs):
        super().__init__(*args, **kwargs)
        others = Partner.objects.standing().filter(paused_at=None).exclude(pk=partner.pk)
        self.fields["into"].queryset = others.order_by("name")
