"""`/export/hsds.json`: the directory as the Human Services Data Specification, version 3, says it."""

import json
from uuid import UUID, uuid5

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from hub.frame import get_frame
from hub.languages import language
from hub.models import Thing

from .directory_filters import still_right
from .models import Accessibility, Need, OnHolidays, ServicePage, ServiceRow
from .towns import all_towns, town_key

VERSION = "3.0"
DAYS = ("", "MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Ours, so that the same place has the same identifiers in every export.
NAMESPACE = UUID("6f6f1f1e-7a1b-5c3a-9c43-6d6e0c1f6b1d")


@require_safe
def hsds(request):
    services = [_service(thing, page) for thing, page in _public()]
    data = {
        "version": VERSION,
        "publisher": settings.HUB_ADDRESS,
        "organizations": [service["organization"] for service in services],
        "locations": [
            place["location"] for service in services for place in service["service_at_locations"]
        ],
        "services": services,
    }
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, content_type="application/json")


def _public() -> list[tuple[Thing, ServicePage]]:
    """The originals of the entries that lists show: a fixed number of queries."""
    rows = still_right(ServiceRow.objects.all()).select_related("thing__original_locale")
    things = {row.thing.translation_key: row.thing for row in rows}
    pages = ServicePage.objects.filter(translation_key__in=things, live=True, alias_of=None)
    restricted = get_frame(settings.LANGUAGE_CODE).restricted
    related = ("needs", "spoken", "groups", "hours", "special_days")
    found = []
    for page in pages.order_by("pk").defer_streamfields().prefetch_related(*related):
        thing = things[page.translation_key]
        if page.locale_id == thing.original_locale_id and not page.path.startswith(restricted):
            found.append((thing, page))
    return found


def _service(thing: Thing, page: ServicePage) -> dict:
    key = page.translation_key
    spoken = list(page.spoken.all())
    through = [language(row.language).english_name for row in spoken if row.by_interpreter]
    service = {
        "id": str(key),
        "organization_id": _id(key, "organization"),
        "name": page.title,
        "description": page.summary,
        "url": f"{settings.HUB_ADDRESS}/r/{thing.code}/",
        "email": page.email,
        "status": "active",
        "interpretation_services": ", ".join(through),
        "application_process": page.get_in,
        "fees_description": page.cost or ("Free of charge" if page.is_free else ""),
        "eligibility_description": page.for_whom,
        "assured_date": f"{page.checked_on}" if page.checked_on else "",
        "organization": _organization(page),
        "phones": [{"id": _id(key, "phone"), "service_id": str(key), "number": page.phone}]
        if page.phone
        else [],
        "languages": [
            {
                "id": _id(key, f"language {row.language}"),
                "service_id": str(key),
                "name": language(row.language).english_name,
                "code": row.language,
                "note": row.note,
            }
            for row in spoken
            if not row.by_interpreter
        ],
        "schedules": _schedules(page),
        "required_documents": [
            {"id": _id(key, "bring"), "service_id": str(key), "document": page.bring}
        ]
        if page.bring
        else [],
        "service_at_locations": _places(page),
        "attributes": [_attribute(page, row.need) for row in page.needs.all()],
    }
    return {name: value for name, value in service.items() if value != ""}


def _id(key: UUID, name: str) -> str:
    return str(uuid5(NAMESPACE, f"{key} {name}"))


def _organization(page: ServicePage) -> dict:
    """An entry is an organisation's offer under its own name."""
    found = {
        "id": _id(page.translation_key, "organization"),
        "name": page.title,
        "description": page.summary or page.title,
    }
    known = {"email": page.email, "website": page.website}
    return found | {name: value for name, value in known.items() if value}


def _places(page: ServicePage) -> list[dict]:
    """Where it is, as exactly as readers may know: the middle of the town, never more of a shelter."""
    if not page.town:
        return []
    key = page.translation_key
    location = {
        "id": _id(key, "location"),
        "location_type": "physical",
        "name": ", ".join(filter(None, (page.town, page.country))),
    }
    if page.public_place:
        location["description"] = page.public_place
    town = all_towns().get(town_key(page.town, page.country))
    if town:
        location |= {"latitude": town.latitude, "longitude": town.longitude}
    if page.accessibility:
        location["accessibility"] = [
            {
                "id": _id(key, "accessibility"),
                "location_id": location["id"],
                "description": str(Accessibility(page.accessibility).label),
            }
        ]
    return [
        {
            "id": _id(key, "service at location"),
            "service_id": str(key),
            "location_id": location["id"],
            "location": location,
        }
    ]


def _schedules(page: ServicePage) -> list[dict]:
    key, hours = page.translation_key, page.known_hours
    notes = {
        OnHolidays.USUAL: "Public holidays as usual.",
        OnHolidays.CLOSED: "Closed on public holidays.",
    }
    found = []
    for number, span in enumerate(hours.spans):
        schedule = {"id": _id(key, f"schedule {number}"), "service_id": str(key)}
        if not span.is_closed:
            schedule |= {"opens_at": _clock(span.opens), "closes_at": _clock(span.closes)}
        if span.first_on:
            schedule |= {"valid_from": span.first_on, "valid_to": span.last_on}
            schedule["notes"] = "Closed." if span.is_closed else "These days only."
        else:
            schedule |= {"freq": "WEEKLY", "byday": DAYS[span.day]}
            season = f"Each year from {_day(span.season_from)} to {_day(span.season_to)}. "
            is_seasonal = (span.season_from, span.season_to) != (101, 1231)
            said = (season if is_seasonal else "") + notes.get(
                page.on_holidays, "Holidays not known."
            )
            schedule["notes"] = f"{said} Clock of {hours.time_zone}."
        found.append(schedule)
    return found


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _day(month_and_day: int) -> str:
    return f"{month_and_day // 100:02}-{month_and_day % 100:02}"


def _attribute(page: ServicePage, need: str) -> dict:
    term = str(uuid5(NAMESPACE, f"need {need}"))
    return {
        "id": _id(page.translation_key, f"need {need}"),
        "link_id": str(page.translation_key),
        "link_entity": "service",
        "taxonomy_term_id": term,
        "taxonomy_term": {
            "id": term,
            "code": need,
            "name": str(Need(need).label),
            "description": "What is needed, in plain words",
        },
    }
