"""Builders for tests: plain functions with defaults, on top of the demo that every test finds."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Locale, Page

from circle.models import ServiceLanguage, ServiceNeed, ServicePage
from events.models import EventPage
from hub.models import Document, Thing
from partners.make import PartnerWords, make_partner
from partners.models import Partner, ShelfPage
from resources.models import KitPage, MethodGuidePage, ResourceFile
from tests.second_factor import give_factor_where_needed
from translations import work
from translations.models import LanguageRole, TranslationState

STEP = {"title": "Atver durvis", "minutes": 5, "text": "<p>Sasveicinies ar katru.</p>", "note": ""}


def locale(code: str) -> Locale:
    return Locale.objects.get(language_code=code)


def shelf(partner="valmiera-library", code="lv", section="resources") -> ShelfPage:
    """A partner's shelf in a section and a language."""
    return ShelfPage.objects.get(
        partner__slug=partner,
        locale__language_code=code,
        url_path__startswith=f"/home-{code}/{section}/",
    )


def new_partner(name="Cēsu bibliotēka", slug="cesu-biblioteka", language="lv", **more) -> Partner:
    """A partner with its page, shelves, groups and collections."""
    facts = {"slug": slug, "name": name, "country": "LV", "time_zone": "Europe/Riga"}
    words = PartnerWords(title=name)
    return make_partner(**{**facts, "language": language, "words": words, **more})


def make_guide(title="Tējas vakars", on=None, publish=True, **fields) -> MethodGuidePage:
    """A method guide on a shelf (Valmiera's, Latvian, unless told): title, summary, aim, one step."""
    fields.setdefault("summary", "Vakars ar tēju & sarunām.")
    fields.setdefault("aim", "Iepazīties.")
    fields.setdefault("steps", [("step", STEP)])
    fields.setdefault("body", [("text", '<p>Lasi <a href="https://example.org/">šo</a>.</p>')])
    parent = on or shelf()
    guide = MethodGuidePage(title=title, locale=parent.locale, live=False, **fields)
    parent.add_child(instance=guide)
    revision = guide.save_revision()
    if publish:
        revision.publish()
    return MethodGuidePage.objects.get(pk=guide.pk)


def in_language(page: Page, code: str) -> Page:
    """The counterpart of `page` in a language, fresh from the database."""
    return Page.objects.get(
        translation_key=page.translation_key, locale__language_code=code
    ).specific


def counterparts(page: Page) -> list[Page]:
    """All other languages of `page`, by language code."""
    others = Page.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    return list(others.order_by("locale__language_code").specific())


def thing_of(page: Page) -> Thing:
    return Thing.objects.get(translation_key=page.translation_key)


def state_of(page: Page, code: str) -> TranslationState:
    return TranslationState.objects.get(thing=thing_of(page), locale__language_code=code)


def make_user(username="user", *permissions, groups=(), **fields):
    """Somebody who may sign in to the admin, with these further permissions ("app.codename")."""
    user = get_user_model().objects.create_user(username, f"{username}@example.org", **fields)
    for name in ("wagtailadmin.access_admin", *permissions):
        app_label, codename = name.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app_label, codename=codename)
        )
    user.groups.add(*groups)
    give_factor_where_needed(user)
    return user


def make_translator(code="uk", role=LanguageRole.Role.TRANSLATOR, username=""):
    user = make_user(username or f"{code}-{role}-of-test")
    LanguageRole.objects.create(user=user, locale=locale(code), role=role)
    return user


def make_reviewer(code="uk"):
    return make_translator(code, LanguageRole.Role.REVIEWER)


def make_coordinator():
    return make_user("coordinator-of-test", "translations.change_translationstate")


def say(segment, mark="Щ") -> str:
    """A made-up translation of a segment that keeps its marks."""
    data = segment.string.data
    if work.has_marks(segment):
        return data
    return f"{mark} {data}".replace("&amp;", "&")


def translate(page: Page, code="uk", publish=True, but=0, user=None) -> work.Work:
    """Put words on every segment of `page` (all but the last `but`), and publish them."""
    job = work.begin(thing_of(page), locale(code))
    segments = list(job.segments())
    words = {one.pk: say(one) for one in segments[: len(segments) - but]}
    assert work.save_strings(job, words, user) == {}
    if publish:
        work.publish(job, user)
    return job


def make_kit(title="Pirmais komplekts", things=(), on=None, publish=True, **fields) -> KitPage:
    """A kit on a shelf (Valmiera's, Latvian, unless told) of pages, in this order."""
    fields.setdefault("summary", "Kas vajadzīgs, lai sāktu.")
    parent = on or shelf()
    members = [
        ("member", {"thing": thing_of(page), "sentence": f"Ņem {place}. vietā."})
        for place, page in enumerate(things, start=1)
    ]
    kit = KitPage(title=title, locale=parent.locale, live=False, members=members, **fields)
    parent.add_child(instance=kit)
    revision = kit.save_revision()
    if publish:
        revision.publish()
    return KitPage.objects.get(pk=kit.pk)


def add_file(page: Page, title: str, data: bytes, name="x.txt", **fields) -> ResourceFile:
    """A file row of a live original, with a new document in the partner's public collection."""
    fields.setdefault("collection", page.partner.collection)
    fields.setdefault("language", page.words_language)
    document = Document.objects.create(
        title=title, file=ContentFile(data, name=name), licence="CC-BY-4.0", **fields
    )
    place = page.files.count()
    row = ResourceFile(page=page, title=title, document=document, sort_order=place)
    row.locale = page.locale
    row.save()
    return row


def make_event(
    title="Saruna pie tējas",
    starts="2027-03-03 17:30",
    hours=1.5,
    on=None,
    publish=True,
    **fields,
) -> EventPage:
    """An event on a shelf (Valmiera's, Latvian, unless told); `starts` by the clock of its place."""
    fields.setdefault("time_zone", "Europe/Riga")
    begins = datetime.fromisoformat(starts).replace(tzinfo=ZoneInfo(fields["time_zone"]))
    fields.setdefault("starts_at", begins)
    fields.setdefault("ends_at", fields["starts_at"] + timedelta(hours=hours))
    fields = {"event_kind": "workshop", "country": "LV", "place": "Bibliotēka", **fields}
    parent = on or shelf(section="events")
    children = {
        name: fields.pop(name) for name in ("changes", "spoken", "audiences") if name in fields
    }
    event = EventPage(title=title, locale=parent.locale, live=False, **fields)
    for name, rows in children.items():
        setattr(event, name, rows)
    parent.add_child(instance=event)
    revision = event.save_revision()
    if publish:
        revision.publish()
    return EventPage.objects.get(pk=event.pk)


def make_service(
    title="Silta istaba", needs=("talk",), spoken=("lv",), on=None, publish=True, **fields
) -> ServicePage:
    """A service on a shelf (Valmiera's, Latvian, unless told), checked today."""
    parent = on or shelf(section="support-circle")
    facts = {
        "summary": "Tēja un saruna.",
        "country": "LV",
        "town": "Valmiera",
        "time_zone": "Europe/Riga",
        "phone": "+371 0000 0007",
        "checked_on": timezone.localdate(),
    }
    page = ServicePage(title=title, locale=parent.locale, live=False)
    for name, value in {**facts, **fields}.items():
        setattr(page, name, value)
    page.needs = [ServiceNeed(need=one) for one in needs]
    page.spoken = [ServiceLanguage(language=one, locale=parent.locale) for one in spoken]
    parent.add_child(instance=page)
    revision = page.save_revision()
    if publish:
        revision.publish()
    return ServicePage.objects.get(pk=page.pk)
