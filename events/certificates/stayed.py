""" "What stayed with you?": asked by mail after a date, answered without a name."""

import hashlib
import time
from datetime import timedelta

from django import forms
from django.core.cache import cache
from django.core.validators import MaxLengthValidator
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hub.mailed import answers
from hub.models import Message
from hub.say import SignedForm, TextField, signed

from .links import GOOD_FOR, STAYED, event_of, page_of_link, registration_of

MOST_OF_AN_ANSWER = 2000
# By one link: a contact may answer for a group.
MOST_A_DAY = 10
DAY_SECONDS = 24 * 3600


class StayedForm(SignedForm):
    text = TextField(
        label=_("What stayed with you?"),
        help_text=_("A thought, a face, something you will do differently. Please name nobody."),
        validators=[MaxLengthValidator(MOST_OF_AN_ANSWER)],
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write a few words.")},
    )


@answers(STAYED, GOOD_FOR)
def stayed(request, registration, key):
    """The form; its words become a message about the event, with nothing of who wrote them."""
    found = registration_of(registration, key)
    if found is None:
        return render(request, "events/registration_gone.html", status=410)
    thing = found.date.thing
    context = {"page": page_of_link(request.path), **event_of(thing, get_language())}
    if request.method != "POST":
        name = "stayed_sent" if "sent" in request.GET else "stayed"
        form = StayedForm(initial={"began": signed(time.time())})
        return render(request, f"events/certificates/{name}.html", {**context, "form": form})
    form = StayedForm(request.POST)
    if form.is_valid():
        if _keep(thing, key, form.cleaned_data["text"]):
            return HttpResponseRedirect("?sent=1")
        form.add_error(None, _("Many answers came by this link. Please send yours tomorrow."))
    context["form"] = form.to_send_again()
    return render(request, "events/certificates/stayed.html", context, status=422)


def _keep(thing, key: str, text: str) -> bool:
    """Keep an answer; a second press on the button changes nothing. False: too many came."""
    said = {"thing": thing, "kind": Message.Kind.STAYED, "text": text}
    lately = timezone.now() - timedelta(hours=1)
    if Message.objects.filter(**said, created_at__gt=lately).exists():
        return True
    # By the link and not by its person; the mark is gone with the day.
    link = hashlib.sha256(key.encode()).hexdigest()
    day = int(time.time() // DAY_SECONDS)
    free = (
        cache.add(f"stayed:{link}:{day}:{number}", True, DAY_SECONDS)
        for number in range(MOST_A_DAY)
    )
    if not any(free):
        return False
    Message.objects.create(**said, language=get_language())
    return True
