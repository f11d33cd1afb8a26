"""The two links of the mail after a date: to the certificate, and to "what stayed with you?"."""

from datetime import timedelta

from wagtail.models import Page

from events.registrations.models import Registration
from hub.languages import LANGUAGES
from hub.links import make_token
from hub.models import Thing
from hub.page_links import LanguageLink
from hub.say import FormPage

CERTIFICATE, STAYED = "events.certificate", "events.stayed"
# No longer than registrations are kept at most.
GOOD_FOR = timedelta(days=800)


def link_of(registration: Registration, purpose: str) -> str:
    token = make_token(purpose, registration=registration.pk, key=registration.key)
    return f"/{registration.language}/m/{token}/"


def registration_of(registration: int, key: str) -> Registration | None:
    """Whose link it is; None when that was erased, or has got another key since."""
    rows = Registration.objects.select_related("date__thing__original_locale")
    return rows.filter(pk=registration, key=key).first()


def page_of_link(path: str) -> FormPage:
    """What base.html asks of a page: the same link in the other languages."""
    here, rest = path.split("/", 2)[1:]
    return FormPage(
        [],
        [
            LanguageLink(one.code, one.name, f"/{one.code}/{rest}", one.code == here, True)
            for one in LANGUAGES
        ],
    )


def event_of(thing: Thing, code: str) -> dict:
    """Template context of the event, as it was last called; without an address where it is gone."""
    is_there = Page.objects.filter(translation_key=thing.translation_key, live=True).exists()
    return {
        "title": thing.title_in(code),
        "title_lang": code if code in thing.titles else thing.original_locale.language_code,
        "event_url": f"/r/{thing.code}/" if is_there else "",
    }
