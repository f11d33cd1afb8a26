"""Behind the mailed link: everybody of a registration who attended, and a button for each."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hub.mailed import answers
from hub.paper import PaperError
from hub.sending import disposition, fit_name

from .key import KeyIsMissing
from .links import CERTIFICATE, GOOD_FOR, event_of, page_of_link, registration_of
from .paper import Busy, certificate_pdf, logger

AGAIN_AFTER_SECONDS = 20


@answers(CERTIFICATE, GOOD_FOR)
def take(request, registration, key):
    """The page; by its button the certificate of one person as a PDF."""
    found = registration_of(registration, key)
    if found is None:
        return render(request, "events/registration_gone.html", status=410)
    people = list(
        found.participants.filter(attended_at__isnull=False)
        .select_related("registration", "date__thing__original_locale")
        .order_by("pk")
    )
    if request.method != "POST":
        return _page(request, found, people)
    person = next((one for one in people if str(one.pk) == request.POST.get("person")), None)
    if person is None:
        return _page(request, found, people, _("Choose whose certificate you want."), 422)
    try:
        data = certificate_pdf(person, get_language())
    except Busy:
        words = _("Many certificates are being made at this moment. Press again in half a minute.")
    except KeyIsMissing:
        logger.error("HUB_DATA/certificate-key is missing: no certificate can be given")
        words = _("No certificate can be made today. The people of the hub know; try again later.")
    except PaperError as error:
        logger.error("no certificate for participant %s: %s", person.pk, error)
        words = _("The certificate could not be made. Try again later, or write to the organiser.")
    else:
        return _pdf(data, person)
    response = _page(request, found, people, words, 503)
    response.headers["Retry-After"] = str(AGAIN_AFTER_SECONDS)
    # Django would write the address into the log, and it is a key.
    response._has_been_logged = True
    return response


def _pdf(data: bytes, person) -> HttpResponse:
    title = person.date.thing.title_in(get_language())
    name = fit_name(f"{_('Certificate of attendance')} · {person.name} · {title}"[:120])
    return HttpResponse(
        data,
        content_type="application/pdf",
        headers={"Content-Disposition": disposition("attachment", f"{name}.pdf")},
    )


def _page(request, found, people, problem="", status=200):
    context = {
        "page": page_of_link(request.path),
        **event_of(found.date.thing, get_language()),
        "people": people,
        "problem": problem,
    }
    return render(request, "events/certificates/take.html", context, status=status)
