from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from events.models import EventCountry
from events.registrations.forms import cleaned_name
from events.registrations.models import Registration, State
from hub.languages import LANGUAGES
from hub.mail_queue import one_line

from .bulk_mail import ATTENDED, MOST_CHARACTERS, MOST_OF_A_SUBJECT

FIELD = Registration._meta.get_field


class WalkInForm(forms.Form):
    """Somebody at the door who did not sign up."""

    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    organisation = forms.CharField(
        label=_("Organisation"), required=False, max_length=FIELD("organisation").max_length
    )
    country = forms.ChoiceField(
        label=_("Country"), required=False, choices=[("", "–"), *EventCountry.choices]
    )
    email = forms.EmailField(
        label=_("E-mail, if they want a certificate"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"), choices=[(one.code, one.name) for one in LANGUAGES]
    )

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("initial", {"language": get_language()})
        super().__init__(*args, **kwargs)

    def clean_name(self):
        return cleaned_name(one_line(self.cleaned_data["name"]))

    def clean_organisation(self):
        return one_line(self.cleaned_data["organisation"])

    def clean_email(self):
        return self.cleaned_data["email"].lower()


class MailForm(forms.Form):
    """One mail to many; each gets it alone."""

    to = forms.MultipleChoiceField(
        label=_("To people who"),
        choices=[
            (State.SEATED.value, _("have a seat")),
            (State.OFFERED.value, _("are offered a seat")),
            (State.WAITING.value, _("are in line for a seat")),
            (State.ASKED.value, _("wait for your answer")),
            (ATTENDED, _("were here")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one.")},
    )
    subject = forms.CharField(label=_("Subject"), max_length=MOST_OF_A_SUBJECT)
    text = forms.CharField(
        label=_("Text"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Plain text. Your name, the event and each person's own link are put below it."
        ),
    )
    # One mail that is looked at is sent once, however often the button is pressed.
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean_subject(self):
        return one_line(self.cleaned_data["subject"])

    def clean_text(self):
        return self.cleaned_data["text"].replace("\r\n", "\n").replace("\x00", "")
