"""The screen at which somebody asks for what is known of a person, and has it erased.

The address travels in forms alone: in no log, no history of a browser.
"""

from django import forms
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from hub.erase import CannotErase

from .forget import erase, find, who

PERMISSION = "hub.forget_people"
# What the names in the data say to people.
LABELS = {
    "about": _("About"),
    "action": _("Deed"),
    "confirmed": _("Confirmed"),
    "country": _("Country"),
    "email": _("E-mail"),
    "event": _("Event"),
    "joined": _("Here since"),
    "language": _("Language"),
    "last_login": _("Last signed in"),
    "name": _("Name"),
    "needs": _("Needs"),
    "organisation": _("Organisation"),
    "partner": _("Partner"),
    "people": _("People"),
    "reply_to": _("Answer to"),
    "role": _("Role"),
    "roles": _("Roles"),
    "second_step": _("Second step"),
    "sent": _("Sent"),
    "starts": _("Begins"),
    "subject": _("Subject"),
    "text": _("Text"),
    "to": pgettext_lazy("mail", "To"),
    "username": _("User name"),
    "what": _("What"),
    "when": _("When"),
    "written": _("Written"),
}


class PersonForm(forms.Form):
    address = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write a whole e-mail address.")},
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_(
            "Only where somebody else wrote this person down: whoever has this name at an event is erased too."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    sure = forms.BooleanField(
        label=_("I have made sure that this person asks for it. It cannot be taken back."),
        required=False,
    )

    def clean(self):
        data = super().clean()
        if "address" in data:
            try:
                self.sought = who(data["address"], [data.get("name", "")])
            except ValueError as error:
                self.add_error("address", str(error))
        return data


@require_http_methods(["GET", "HEAD", "POST"])
def forget(request):
    if not request.user.has_perm(PERMISSION):
        raise Http404
    form = PersonForm(request.POST or None)
    context = {"form": form}
    if request.method != "POST":
        return _screen(request, context)
    if not form.is_valid():
        return _screen(request, context, 422)
    deed = request.POST.get("deed")
    if deed == "export":
        return _export(find(form.sought))
    if deed == "erase" and form.cleaned_data["sure"]:
        try:
            context["number"], context["places"] = erase(form.sought, by=request.user)
        except CannotErase as error:
            form.add_error(None, str(error))
            return _screen(request, {**context, **_shown(find(form.sought))}, 403)
        else:
            return _screen(request, {**context, "form": PersonForm(), "is_done": True})
    elif deed == "erase":
        form.add_error("sure", _("Tick this first."))
    context |= _shown(find(form.sought))
    return _screen(request, context, 422 if form.errors else 200)


def _shown(found) -> dict:
    """Template context: each kind of rows that there is, with words and values."""
    parts = [
        {
            "what": one.what,
            "rows": [
                [(LABELS.get(name, name), _said(row[name])) for name in row] for row in one.rows
            ],
        }
        for one in found.held
        if one.rows
    ]
    return {"found": found, "parts": parts}


def _said(value) -> str:
    if isinstance(value, dict):
        return ", ".join(filter(None, map(_said, value.values())))
    if isinstance(value, list):
        return "\n".join(map(_said, value))
    return str(value)


def _export(found):
    day = timezone.localdate().isoformat()
    return JsonResponse(
        found.as_data(),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={
            "Content-Disposition": f'attachment; filename="person-{day}.json"',
            "Cache-Control": "private, no-store",
        },
    )


def _screen(request, context, status=200):
    return render(request, "home/admin/forget.html", context, status=status)
