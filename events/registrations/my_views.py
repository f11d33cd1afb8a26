"""Behind the link of a mail: how it stands, and what can be done about it."""

import hmac

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hub.frame import get_frame
from hub.languages import LANGUAGES
from hub.mailed import answers
from hub.page_links import LanguageLink
from hub.say import FormPage

from . import deeds
from .forms import ChangeForm
from .letters import GOOD_FOR, PURPOSE, lines_of, link_of, moment_label, online_link, when_label
from .models import OUT, Needs, Registration, State
from .terms import terms_of


@answers(PURPOSE, GOOD_FOR)
def mine(request, registration, key):
    """Opening shows; a button does. Mail scanners open links, and press no buttons."""
    found = Registration.objects.select_related("date__thing__original_locale").filter(
        pk=registration
    )
    registration = found.first()
    if registration is None or not hmac.compare_digest(registration.key, key):
        return render(request, "events/registration_gone.html", status=410)
    problem, form = "", None
    if request.method == "POST":
        form = _change_form(registration, request.POST) if "change" in request.POST else None
        try:
            if form is None:
                _do(request.POST, registration)
            elif form.is_valid():
                _change(registration, form)
            if form is None or form.is_valid():
                return HttpResponseRedirect(f"{request.path}?done=1")
        except deeds.Refused as refused:
            problem = str(refused)
            registration = found.first()
            if registration is None:
                return render(request, "events/registration_gone.html", status=410)
    context = _context(request, registration, form or _change_form(registration))
    context |= {"problem": problem, "is_wrong": form is not None}
    status = 409 if problem else 422 if form is not None else 200
    return render(request, "events/registration.html", context, status=status)


def _do(data, registration: Registration) -> None:
    """The deed that a button names; one for a person who is not of this registration does nothing."""
    if "confirm" in data:
        deeds.confirm(registration)
    for name, deed in (("take", deeds.take), ("cancel", deeds.cancel)):
        wanted = data.get(name, "")
        person = registration.participants.filter(pk=wanted).first() if wanted.isdecimal() else None
        if person:
            deed(person)


def _change_form(registration: Registration, data=None) -> ChangeForm:
    people = [one for one in registration.participants.order_by("pk") if one.state not in OUT]
    needs = Needs.objects.filter(registration=registration).first()
    initial = {
        "organisation": registration.organisation,
        "audience": registration.audience,
        "language": registration.language,
        "food": needs.food if needs else "",
        "access": needs.access if needs else "",
        "agreed": bool(needs),
    }
    frame = get_frame(translation.get_language())
    return ChangeForm(data, initial=initial, frame=frame, people=people)


def _change(registration: Registration, form: ChangeForm) -> None:
    data = form.cleaned_data
    for person in form.people:
        name = data[f"name_{person.pk}"]
        if name != person.name:
            deeds.rename(person, name)
    for name in ("organisation", "audience", "language"):
        setattr(registration, name, data[name])
    registration.save(update_fields=["organisation", "audience", "language"])
    if data["agreed"] and (data["food"] or data["access"]):
        Needs.objects.update_or_create(
            registration=registration,
            defaults={
                "food": data["food"],
                "access": data["access"],
                "agreed_at": timezone.now(),
            },
        )
    else:
        Needs.objects.filter(registration=registration).delete()


def _context(request, registration: Registration, form: ChangeForm) -> dict:
    """Template context of the page. Takes: registration."""
    here = translation.get_language()
    date, now = registration.date, timezone.now()
    terms = terms_of(date)
    page = terms.page if terms else None
    people = list(registration.participants.order_by("pk"))
    states = [one.state for one in people]
    is_coming = date.starts_at > now and not (date.is_cancelled or date.is_gone)
    return {
        "page": FormPage([], _language_links(registration, here)),
        "title": date.thing.title_in(here),
        "title_lang": here
        if here in date.thing.titles
        else date.thing.original_locale.language_code,
        "about_url": f"/r/{date.thing.code}/",
        "when": when_label(date, page, here),
        "when_iso": date.when.iso,
        "place": page.place if page else "",
        "place_lang": page.words_language if page else "",
        "online_link": online_link(page, states) if is_coming else "",
        "is_off": date.is_cancelled or date.is_gone,
        "is_over": date.ends_at <= now,
        "is_coming": is_coming and terms is not None,
        "to_confirm": State.UNCONFIRMED in states,
        "people": [
            {
                "line": line,
                "may_take": is_coming
                and line.state == State.OFFERED
                and line.person.offered_until > now,
                "until": moment_label(line.person.offered_until, date)
                if line.person.offered_until
                else "",
                "may_cancel": is_coming and line.state not in (*OUT, State.UNCONFIRMED),
            }
            for line in lines_of(people)
        ],
        "form": form,
        "is_done": "done" in request.GET,
        "done": _("Done. This is how it stands now."),
    }


def _language_links(registration: Registration, here: str) -> list[LanguageLink]:
    token = link_of(registration).split("/")[3]
    return [
        LanguageLink(one.code, one.name, f"/{one.code}/m/{token}/", one.code == here, True)
        for one in LANGUAGES
    ]
