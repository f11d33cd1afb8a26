"""What a person is asked who signs up: as little as a seat needs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import EventCountry
from hub.frame import Frame
from hub.languages import LANGUAGES
from hub.say import SignedForm, TextField

from .models import Needs, Participant, Registration, name_key

# One contact and those they bring.
MOST_PEOPLE = 20
NAME_LENGTH = Participant._meta.get_field("name").max_length


def cleaned_name(words: str) -> str:
    """A name on one line. Raises ValidationError for one without a letter, or too long."""
    name = " ".join(words.split())
    if not name_key(name):
        raise forms.ValidationError(_("Write a name."))
    if len(name) > NAME_LENGTH:
        raise forms.ValidationError(
            _("A name has %(number)d letters at most.") % {"number": NAME_LENGTH}
        )
    return name


class NeedsFields(forms.Form):
    """What somebody may ask to be thought of; kept with their consent alone."""

    food = TextField(
        label=_("Food: what do you not eat?"),
        required=False,
        max_length=Needs._meta.get_field("food").max_length,
    )
    access = TextField(
        label=_("What do you need to take part, such as a ramp or an interpreter?"),
        required=False,
        max_length=Needs._meta.get_field("access").max_length,
    )
    agreed = forms.BooleanField(
        label=_("The organiser may read this. It is erased 14 days after the meeting."),
        required=False,
    )

    def clean(self):
        data = super().clean()
        if (data.get("food") or data.get("access")) and not data.get("agreed"):
            self.add_error("agreed", _("Tick this, or leave the two fields above empty."))
        return data

    @property
    def needs_are_open(self) -> bool:
        """Whether there is something in them to look at."""
        return any(self[name].value() or self[name].errors for name in ("food", "access", "agreed"))


class PersonalFields(NeedsFields):
    """What may be changed later too."""

    organisation = forms.CharField(
        label=_("Library or organisation"),
        required=False,
        max_length=Registration._meta.get_field("organisation").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    audience = forms.ChoiceField(label=_("You are"), required=False)
    language = forms.ChoiceField(
        label=_("Language of our mails"), choices=[(one.code, one.name) for one in LANGUAGES]
    )

    def __init__(self, *args, frame: Frame, **kwargs):
        super().__init__(*args, **kwargs)
        choices = sorted(frame.audiences.items(), key=lambda choice: choice[1].casefold())
        self.fields["audience"].choices = [("", "–"), *choices]


class RegisterForm(SignedForm, PersonalFields):
    """`dates`: (key, label) of those that can be chosen; `partners`: (id, name) of those for whom
    seats are kept.
    """

    date = forms.ChoiceField(label=_("Date"), required=False)
    name = forms.CharField(
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=Registration._meta.get_field("email").max_length,
        help_text=_("We send a link there. Your seat is given when you open it and confirm."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address.")},
    )
    others = TextField(
        label=_("Who comes with you?"),
        required=False,
        help_text=_("One name on each line."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        choices=[("", _("another country")), *EventCountry.choices],
    )
    partner = forms.TypedChoiceField(
        label=_("Partner library"), required=False, coerce=int, empty_value=None
    )

    field_order = [
        *("date", "name", "email", "others", "organisation", "country", "partner", "audience"),
        *("language", "food", "access", "agreed", "website", "began"),
    ]

    def __init__(self, *args, dates, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["date"].choices = dates
        if len(dates) == 1:
            self.fields["date"].widget = forms.HiddenInput()
            self.fields["date"].initial = dates[0][0]
        self.fields["partner"].choices = [("", "–"), *partners]
        if not partners:
            del self.fields["partner"]

    def clean_name(self):
        return cleaned_name(self.cleaned_data["name"])

    def clean_others(self):
        lines = [line for line in self.cleaned_data["others"].splitlines() if line.strip()]
        if len(lines) >= MOST_PEOPLE:
            raise forms.ValidationError(
                _("At most %(number)d people in one registration. Send the others in another one.")
                % {"number": MOST_PEOPLE}
            )
        return [cleaned_name(line) for line in lines]

    @property
    def names(self) -> list[str]:
        """Of all people, once each."""
        names = [self.cleaned_data["name"], *self.cleaned_data["others"]]
        return list({name_key(name): name for name in names}.values())


class ChangeForm(PersonalFields):
    """What the link lets somebody change: the names of its people too."""

    def __init__(self, *args, people: list[Participant], **kwargs):
        super().__init__(*args, **kwargs)
        self.people = people
        names = {
            f"name_{one.pk}": forms.CharField(
                label=_("Name"),
                initial=one.name,
                error_messages={"required": _("Write a name.")},
            )
            for one in people
        }
        self.fields = {**names, **self.fields}

    def clean(self):
        data = super().clean()
        for one in self.people:
            try:
                if written := data.get(f"name_{one.pk}"):
                    data[f"name_{one.pk}"] = cleaned_name(written)
            except forms.ValidationError as error:
                self.add_error(f"name_{one.pk}", error)
        return data
