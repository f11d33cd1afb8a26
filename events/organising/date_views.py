"""`/admin/registrations/<date>/`: who takes part in one date, and what the organiser does about it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages

from events.event_date import EventDate
from events.registrations.deeds import Refused, answer, cancel
from events.registrations.letters import when_label
from events.registrations.models import OUT, Participant, State
from events.registrations.terms import terms_of
from hub.private import keep_to_oneself

from .by_hand import Full, give_seats, has_begun, of_this_name, tick, untick, walk_in
from .dates import numbers_of
from .forms import WalkInForm
from .log import OVER, note
from .people import SHOWS, listed, page_of_people, rows_of
from .rights import date_or_404, may_export, sees_needs

MOST_AT_ONCE = 1000


class Question(Exception):
    """A deed that wants a second press; `sentence` says what would happen."""

    def __init__(self, sentence: str, button: str):
        super().__init__(sentence)
        self.sentence, self.button = sentence, button


@require_http_methods(["GET", "HEAD", "POST"])
def date(request, pk):
    """The list; a POST is a deed on the people that are ticked, or on one by their own button."""
    about = date_or_404(request.user, pk)
    if request.method == "POST":
        return _do(request, about)
    return keep_to_oneself(_list(request, about, WalkInForm()))


def _asked(query) -> tuple[str, str]:
    show = query.get("show", "")
    return (
        show if show in SHOWS else "",
        query.get("q", "").replace("\0", "").strip()[:100],
    )


def _list(request, about: EventDate, form: WalkInForm, status=200):
    show, words = _asked(request.GET)
    needs = sees_needs(request.user, about)
    page, rows = page_of_people(about, listed(about, show, words), request.GET.get("page"), needs)
    query = request.GET.copy()
    query.pop("page", None)
    numbers = numbers_of([about])[about.pk]
    terms = terms_of(about)
    context = {
        **head_of(about, terms),
        "rows": rows,
        "page_obj": page,
        "query": query.urlencode(),
        "show": show,
        "shows": SHOWS.items(),
        "words": words,
        "numbers": numbers,
        "asks": bool(numbers.asked),
        "has_begun": has_begun(about),
        "sees_needs": needs,
        "may_export": may_export(request.user),
        "form": form,
        "minutes": terms.page.certificate_minutes if terms else None,
    }
    return render(request, "events/admin/date.html", context, status=status)


def head_of(about: EventDate, terms=None) -> dict:
    """What stands at the top of each screen of one date."""
    code = get_language()
    return {
        "date": about,
        "title": about.thing.title_in(code) or about.thing.code,
        "when": when_label(about, terms.page if terms else None, code),
        "is_off": about.is_cancelled or about.is_gone,
        "page_id": terms.page.pk if terms else None,
    }


def _back(request, about: EventDate):
    """The list as it was: its filters, its page."""
    show, words = _asked(request.GET)
    number = request.GET.get("page", "")
    kept = {"show": show, "q": words, "page": number if number.isdigit() else ""}
    query = urlencode({name: value for name, value in kept.items() if value})
    return redirect(
        reverse("events_registrations_date", args=[about.pk]) + (f"?{query}" if query else "")
    )


def _do(request, about: EventDate):
    deed = request.POST.get("deed", "")
    ids = _numbers(request.POST.getlist("people"))
    # The button of one line names its person itself.
    for one in ("here", "not-here"):
        if one in request.POST:
            deed, ids = one, _numbers([request.POST[one]])
    if deed not in DEEDS:
        raise Http404
    ids = list(Participant.objects.filter(date=about, pk__in=ids).values_list("pk", flat=True))
    if not ids:
        messages.error(request, _("Tick the people first."))
        return _back(request, about)
    try:
        said = DEEDS[deed](request, about, ids, "confirm" in request.POST)
    except Question as question:
        return keep_to_oneself(_ask(request, about, deed, ids, question))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return _back(request, about)


def _ask(request, about: EventDate, deed: str, ids: list[int], question: Question):
    context = {
        **head_of(about),
        "rows": rows_of(about, ids, with_needs=False),
        "deed": deed,
        "question": question,
        "back": request.get_full_path(),
    }
    return render(request, "events/admin/question.html", context)


def _numbers(raw: list[str]) -> list[int]:
    if len(raw) > MOST_AT_ONCE or not all(one.isdigit() and len(one) < 19 for one in raw):
        raise Http404
    return [int(one) for one in raw]


def _accept(request, about, ids, confirmed) -> str:
    if terms_of(about) is None:
        raise Refused(_("Nobody signs up for this event here."))
    number = answer(ids, about.pk, accepted=True)
    return ngettext(
        "%(number)d person was told yes. Who found no free seat is in line.",
        "%(number)d people were told yes. Who found no free seat is in line.",
        number,
    ) % {"number": number}


def _decline(request, about, ids, confirmed) -> str:
    asked = Participant.objects.filter(pk__in=ids, state=State.ASKED).count()
    if not confirmed and asked:
        sentence = ngettext(
            "%(number)d person gets a mail that says no.",
            "%(number)d people get a mail that says no.",
            asked,
        )
        raise Question(sentence % {"number": asked}, _("Say no"))
    number = answer(ids, about.pk, accepted=False)
    words = ngettext("%(number)d person was told no.", "%(number)d people were told no.", number)
    return words % {"number": number}


def _cancel(request, about, ids, confirmed) -> str:
    people = Participant.objects.filter(pk__in=ids, attended_at=None).exclude(state__in=OUT)
    people = list(people.order_by("pk"))
    if not confirmed and people:
        sentence = ngettext(
            "%(number)d person loses seat or place in line and gets a mail. What becomes free is offered to the next.",
            "%(number)d people lose seat or place in line and get a mail. What becomes free is offered to the next.",
            len(people),
        )
        raise Question(sentence % {"number": len(people)}, _("Cancel for them"))
    for person in people:
        cancel(person)
    words = ngettext(
        "Cancelled for %(number)d person.", "Cancelled for %(number)d people.", len(people)
    )
    return words % {"number": len(people)}


def _seat(request, about, ids, confirmed) -> str:
    try:
        people = give_seats(ids, about.pk)
    except Full as full:
        if not confirmed:
            sentence = ngettext(
                "For %(number)d of these people no seat is free. Give it all the same? Then more people hold a seat than there are, or one that is kept for others.",
                "For %(number)d of these people no seat is free. Give them all the same? Then more people hold seats than there are, or some that are kept for others.",
                full.number,
            )
            sentence %= {"number": full.number}
            raise Question(sentence, _("Give the seats all the same")) from full
        with transaction.atomic():
            people = give_seats(ids, about.pk, over=True)
            note(about, OVER, request.user, number=full.number)
    words = ngettext(
        "%(number)d person has a seat now and gets a mail.",
        "%(number)d people have a seat now and get a mail.",
        len(people),
    )
    return words % {"number": len(people)}


def _here(request, about, ids, confirmed) -> str:
    number = tick(ids, about.pk)
    if not number:
        return _("That was noted already.")
    words = ngettext("%(number)d person is here.", "%(number)d people are here.", number)
    return words % {"number": number}


def _not_here(request, about, ids, confirmed) -> str:
    number = untick(ids, about.pk)
    words = ngettext(
        "Taken back for %(number)d person.", "Taken back for %(number)d people.", number
    )
    return words % {"number": number}


DEEDS: dict[str, Callable] = {
    "yes": _accept,
    "no": _decline,
    "cancel": _cancel,
    "seat": _seat,
    "here": _here,
    "not-here": _not_here,
}


@require_POST
def add_walk_in(request, pk):
    about = date_or_404(request.user, pk)
    form = WalkInForm(request.POST)
    if not form.is_valid():
        return keep_to_oneself(_list(request, about, form, status=422))
    said = form.cleaned_data
    same = of_this_name(about, said["name"], said["email"])
    if same and "confirm" not in request.POST:
        context = {
            **head_of(about),
            "rows": rows_of(about, [one.pk for one in same], with_needs=False),
            "form": form,
            "date_url": reverse("events_registrations_date", args=[pk]),
        }
        return keep_to_oneself(render(request, "events/admin/same_name.html", context))
    try:
        person, is_new = walk_in(pk, **said)
    except Refused as refused:
        messages.error(request, str(refused))
        return _back(request, about)
    words = (
        _("%(name)s is in the list, and here.")
        if is_new
        else _("%(name)s is in the list already, and here.")
    )
    messages.success(request, words % {"name": person.name})
    return _back(request, about)
