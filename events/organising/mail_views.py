"""Writing to many: a form, then the mail as it will be and how many get it, then it is sent."""

from uuid import uuid4

from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from events.registrations.models import State
from events.registrations.terms import terms_of
from hub.languages import language
from hub.private import keep_to_oneself

from .bulk_mail import Letter, body_of, recipients, send
from .date_views import head_of
from .forms import MailForm
from .rights import date_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request, pk):
    date = date_or_404(request.user, pk)
    if request.method != "POST":
        return _page(request, date, MailForm(initial={"to": [State.SEATED.value]}))
    form = MailForm(request.POST)
    if not form.is_valid():
        return _page(request, date, form, status=422)
    said = form.cleaned_data
    letter = Letter(said["to"], said["subject"], said["text"])
    to = recipients(date, letter.to)
    if not to:
        form.add_error("to", _("Nobody with an address fits."))
        return _page(request, date, form, status=422)
    if request.POST.get("deed") == "change":
        return _page(request, date, form)
    if request.POST.get("deed") != "send" or not said["once"]:
        return _page(request, date, form, to=to, letter=letter)
    number = send(pk, letter, request.user, said["once"])
    if number is None:
        messages.success(request, _("This mail was sent already, once."))
    else:
        words = ngettext(
            "The mail goes to %(number)d address.", "The mail goes to %(number)d addresses.", number
        )
        messages.success(request, words % {"number": number})
    return redirect("events_registrations_date", pk)


def _page(request, date, form: MailForm, to=None, letter=None, status=200):
    context = {**head_of(date), "form": form, "answers_to": request.user.email}
    if to:
        terms = terms_of(date)
        page = terms.page if terms else None
        languages = [one.language for one in to]
        code = get_language() if get_language() in languages else languages[0]
        # The link is each person's own, and is not shown here.
        context |= {
            "number": len(to),
            "letter": letter,
            "body": body_of(code, "…", date, letter, request.user, page),
            "shown": language(code),
            "once": uuid4(),
        }
    return keep_to_oneself(render(request, "events/admin/mail.html", context, status=status))
