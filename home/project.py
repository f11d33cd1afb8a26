"""The project page: partners in their roles, activities with their events, results with resources."""

from functools import cache

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from events.models import EventPage
from hub.facts import Fact, known
from hub.frame import get_frame
from hub.models import Thing
from hub.prepared import Prepared
from partners.partner_links import partner_name, partner_url
from partners.standing import standing_words
from resources.models import ResourcePage


def project_context(page) -> dict:
    """Template context; activities and results in order, each with what it is tied to.

    The streams are read as they are stored: as blocks, each would ask for its things by itself.
    """
    frame = get_frame(page.own_language.code)
    activities = [block["value"] for block in page.activities.raw_data]
    results = [block["value"] for block in page.results.raw_data]
    keys = _keys(
        [said.get("event") for said in activities], [said.get("resource") for said in results]
    )
    events = _events(page, keys) if activities else {}
    resources = _resources(page, keys) if results else {}
    return {
        "facts": known(
            Fact(_("Programme"), page.programme),
            Fact(_("Kind of project"), page.action),
            Fact(_("Call for proposals"), page.call),
            Fact(_("Planned period"), _period(page)),
        ),
        "partners": [
            {
                "title": partner_name(frame, row.partner_id),
                "url": partner_url(frame, row.partner_id),
                "role": _role(row),
                "place": row.partner.get_country_display(),
            }
            for row in page.roles.select_related("partner")
        ],
        "activities": [
            {
                "title": said["title"],
                "text": said.get("text", ""),
                "event": events.get(keys.get(said.get("event"))),
            }
            for said in activities
        ],
        "results": [
            {"text": said["text"], "resource": resources.get(keys.get(said.get("resource")))}
            for said in results
        ],
    }


def _keys(*ids: list) -> dict:
    """Translation keys by thing, of all that is named: one query."""
    wanted = {pk for some in ids for pk in some if pk}
    if not wanted:
        return {}
    return dict(Thing.objects.filter(pk__in=wanted).values_list("pk", "translation_key"))


@cache
def _pages_of(model) -> Prepared:
    return Prepared(
        lambda keys, locale: model.objects.defer_streamfields().filter(
            translation_key__in=keys, locale=locale, live=True
        )
    )


def _events(page, keys: dict) -> dict:
    """Cards of the events that carried the project out, by translation key."""
    events = _pages_of(EventPage)(sorted(keys.values()), page.locale_id)
    frame = get_frame(page.own_language.code)
    return {
        event.translation_key: event.card()
        for event in events
        if not frame.is_restricted(event.path)
    }


def _resources(page, keys: dict) -> dict:
    """Title, address and kind of the resources that came out of it, by translation key."""
    pages = _pages_of(ResourcePage)(sorted(keys.values()), page.locale_id)
    frame = get_frame(page.own_language.code)
    return {
        found.translation_key: {
            "url": found.get_url(),
            "title": found.title,
            "lang": found.words_language,
            "kind": str(found.kind_label),
        }
        for found in pages
        if not frame.is_restricted(found.path)
    }


def _role(row) -> str:
    """The role, and whether the partner is an example that stands in for the real one."""
    words = standing_words(row.partner.is_example)
    return f"{row.get_role_display()} · {words}" if words else row.get_role_display()


def _period(page) -> str:
    ends = [date_format(day, "DATE_FORMAT") for day in (page.starts_on, page.ends_on) if day]
    return " – ".join(ends)
