from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hub.languages import LANGUAGES

from .invitations import Invitation
from .models import Partner
from .roles import AT_PARTNERS, IN_LANGUAGES, Role, grantable_by, people_seen_by, roles_of


class RolesField(forms.MultipleChoiceField):
    """Roles as tick boxes, in a table of two columns: one row for each partner and language."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, roles: dict[str, Role]) -> None:
        self.roles = roles
        self.choices = [(key, str(role)) for key, role in roles.items()]


def rows_of(bound_field, kinds: tuple[str, str]) -> list[dict]:
    """The tick boxes of a RolesField for `kinds`, one row for each partner or language."""
    boxes = {box.data["value"]: box for box in bound_field}
    rows: dict[str, dict] = {}
    for key, role in bound_field.field.roles.items():
        if role.kind in kinds:
            row = rows.setdefault(role.of, {"of": role.of, "name": role.name, "boxes": []})
            row["boxes"].append(boxes[key])
    return list(rows.values())


class RolesForm(forms.Form):
    """What somebody is here; `offered` are the roles that whoever fills it in may give and end."""

    roles = RolesField(label=_("Roles"), required=False)

    def __init__(self, offered: dict[str, Role], *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["roles"].offer(offered)

    def at_partners(self):
        return rows_of(self["roles"], AT_PARTNERS)

    def in_languages(self):
        return rows_of(self["roles"], IN_LANGUAGES)

    def elsewhere(self):
        """Tick boxes of roles that are neither a partner's nor a language's."""
        plain = {key for key, role in self.fields["roles"].roles.items() if not role.of}
        return [box for box in self["roles"] if box.data["value"] in plain]


class InviteForm(RolesForm):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"), max_length=150, required=False
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"), choices=[(one.code, one.name) for one in LANGUAGES]
    )

    field_order = ["email", "name", "language", "roles"]

    def __init__(self, user, *args, **kwargs):
        super().__init__(grantable_by(user), *args, **kwargs)
        self.user = user
        self.fields["roles"].required = True
        self.fields["roles"].error_messages["required"] = _("Tick at least one role.")

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        waiting = Invitation.objects.open().filter(email=email, invited_by=self.user)
        if any(not one.has_run_out for one in waiting):
            raise forms.ValidationError(
                _("You have invited this address already. You can send that mail again.")
            )
        person = people_seen_by(self.user).filter(email=email, is_active=True).first()
        if person and set(self.data.getlist("roles")) <= {
            r.key for r in roles_of([person])[person.pk]
        }:
            raise forms.ValidationError(_("This person has these roles already."))
        return email


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=100)
    partner = forms.ModelChoiceField(
        label=_("Partner"),
        required=False,
        queryset=Partner.objects.none(),
        to_field_name="slug",
        empty_label=_("All"),
    )

    def __init__(self, partners, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners
