"""Keeping the directory true: organisations are asked by mail, and answer without an account."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.db import transaction
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from hub.changes import touched
from hub.links import make_token
from hub.mail_queue import one_line, queue
from hub.mailed import answers
from hub.models import Message, SearchPlace, Thing
from hub.still_correct import note_still_correct

from .models import HIDDEN_AFTER, ServiceCheck, ServicePage, ServiceRow

PURPOSE = "circle.service-check"
# A person looks at an entry twice a year; who does not answer is asked once more each quarter.
ASKED_AFTER, ASKED_AGAIN_AFTER = timedelta(days=182), timedelta(days=91)
# Nobody is asked for ever: two years after the last good word the mails end.
ASKED_UNTIL = timedelta(days=730)
GOOD_FOR = timedelta(days=200)
CHANGE_ASKED, CLOSED = "circle.change_told", "circle.closed"


def original_of(thing: Thing) -> ServicePage | None:
    """The live page in the language it was first written in."""
    return ServicePage.objects.filter(
        translation_key=thing.translation_key, locale=thing.original_locale_id, live=True
    ).first()


# --- asking ---------------------------------------------------------------------------------------


def ask_due() -> int:
    """Ask the organisations whose entry nobody has looked at for half a year; how many mails."""
    today, now = timezone.localdate(), timezone.now()
    rows = ServiceRow.objects.filter(
        right_on__lte=today - ASKED_AFTER, right_on__gt=today - ASKED_UNTIL, is_closed=False
    )
    lately = ServiceCheck.objects.filter(asked_at__gt=now - ASKED_AGAIN_AFTER).values("thing")
    due = rows.exclude(thing__in=lately).select_related("thing__original_locale").order_by("pk")
    return sum(_ask(row, now) for row in due)


@transaction.atomic
def _ask(row: ServiceRow, now) -> int:
    page = original_of(row.thing)
    address = (page.check_email or page.email) if page else ""
    if not address:
        return 0
    code = page.words_language
    with override(code):
        context = {
            "title": page.title,
            "day": date_format(row.right_on, "DATE_FORMAT"),
            "page_url": f"{settings.HUB_ADDRESS}/r/{row.thing.code}/",
            "answer_url": f"{settings.HUB_ADDRESS}/{code}/m/{token_of(row.thing)}/",
        }
        subject = _("Is this still right? %(title)s") % {"title": page.title}
        body = render_to_string("circle/mails/check.txt", context)
    try:
        queue(address, one_line(subject), body.strip() + "\n", code)
    except ValueError:
        return 0
    ServiceCheck.objects.update_or_create(thing=row.thing, defaults={"asked_at": now})
    return 1


def token_of(thing: Thing) -> str:
    return make_token(PURPOSE, code=thing.code)


# --- answering ------------------------------------------------------------------------------------


class CheckForm(forms.Form):
    """The answer is a button; words are wanted only of what changed."""

    answer = forms.CharField(required=False)
    text = forms.CharField(
        label=gettext_lazy("What has changed?"),
        required=False,
        max_length=Message._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Hours, telephone, languages: in your own words, in any language."),
    )

    def clean(self):
        data = super().clean()
        if data.get("answer") not in ANSWERS:
            raise forms.ValidationError(_("Choose an answer."))
        if data["answer"] == "change" and not data.get("text", "").strip():
            self.add_error("text", _("Write what has changed."))
        return data


@answers(PURPOSE, GOOD_FOR)
def check(request, code):
    """Behind the link of the mail: still right, changed, or closed."""
    thing = Thing.objects.filter(code=code, withdrawn_at=None).first()
    page = original_of(thing) if thing else None
    if page is None:
        return render(request, "hub/bad_link.html", {"has_run_out": True}, status=410)
    form = CheckForm(request.POST if request.method == "POST" else None)
    context = {"service": page, "form": form}
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        ANSWERS[answer](thing, page, form.cleaned_data["text"].strip())
        return render(request, "circle/check_done.html", {**context, "answer": answer})
    return render(request, "circle/check.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _is_right(thing: Thing, page: ServicePage, text: str) -> None:
    ServiceCheck.objects.filter(thing=thing).update(closed_at=None)
    note_still_correct(page, None)


@transaction.atomic
def _has_changed(thing: Thing, page: ServicePage, text: str) -> None:
    """Told to the people who look after the entry; they change it."""
    said = {"thing": thing, "kind": Message.Kind.REPORT, "text": text}
    # A second press on the button changes nothing.
    if not Message.objects.filter(**said, done_at=None).exists():
        Message.objects.create(**said, language=get_language())
        log(instance=page, action=CHANGE_ASKED, content_changed=False)


@transaction.atomic
def _is_closed(thing: Thing, page: ServicePage, text: str) -> None:
    """Out of the lists at once; the people who look after the entry decide what becomes of it."""
    row, _made = ServiceCheck.objects.select_for_update().get_or_create(thing=thing)
    if row.closed_at is None:
        row.closed_at = timezone.now()
        row.save(update_fields=["closed_at"])
        words = text or _("We have closed. Please take the entry away.")
        Message.objects.create(
            thing=thing, kind=Message.Kind.REPORT, text=words, language=get_language()
        )
        log(instance=page, action=CLOSED, content_changed=False)
    touched([page.translation_key])


ANSWERS = {"right": _is_right, "change": _has_changed, "closed": _is_closed}


# --- leaving the search ---------------------------------------------------------------------------


def take_old_from_search() -> int:
    """What nobody confirmed for a year, or what closed, is no longer found; how many things."""
    since = timezone.localdate() - HIDDEN_AFTER
    found = SearchPlace.objects.values("page__translation_key")
    rows = ServiceRow.objects.filter(right_on__lte=since, thing__translation_key__in=found)
    keys = list(rows.values_list("thing__translation_key", flat=True))
    if keys:
        touched(keys)
    return len(keys)
