"""What the page of one event shows beside its text: its dates, its programme, what belongs to it."""

from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hub.facts import Fact, known
from hub.frame import get_frame
from hub.languages import language
from hub.models import Thing
from partners.partner_links import partner_facts

from .models import EventPage, Precision
from .subscribing import webcal
from .two_clocks import city, clocks_label

# Dates of a series that stand in sight; the rest is folded away.
DATES_IN_SIGHT = 8


def event_context(page: EventPage) -> dict:
    """Template context of one event."""
    frame = get_frame(page.own_language.code)
    words = page.source_language
    lang = {"lang": words.code, "dir": words.dir} if page.is_mirror else {}
    country = page.get_country_display()
    now = timezone.now()
    next_date = page.next_date(now)
    rows = list(page.materials.all())
    materials = _materials(page, rows)
    is_dated = page.precision == Precision.DAY
    return {
        "when": next_date.when,
        "when_label": clocks_label(next_date.when, page.time_zone, page.partner_id, frame),
        "is_next_cancelled": next_date.is_cancelled,
        "is_coming": next_date.ends > now,
        "rhythm": page.rhythm_label,
        "dates": _dates(page, now),
        "facts": known(
            Fact(_("Place"), page.place, **lang),
            Fact(_("Country"), "" if page.place == country else country),
            Fact(_("On site or online"), page.get_mode_display()),
            Fact(_("Time of the place"), city(page.time_zone) if is_dated else ""),
            *partner_facts(_("Held by"), frame, page),
            *(
                Fact(_("Project activity"), tie.entry.title, tie.entry.lang, url=tie.entry.url)
                for tie in frame.ties.get(page.translation_key, [])
                if tie.word == "event"
            ),
        ),
        "spoken": [language(row.language) for row in page.spoken.all()],
        "programme": programme_of(page, materials),
        "materials": [materials[row.thing_id] for row in rows if row.thing_id in materials],
        "ics_url": f"/r/{page.code}/{frame.language.code}.ics" if is_dated else "",
        "ics_webcal": webcal(f"/r/{page.code}/{frame.language.code}.ics") if is_dated else "",
        "sign_up": _sign_up(page, next_date, now),
        "say_url": f"/{page.own_language.code}/say/{page.code}/",
    }


def _sign_up(page: EventPage, next_date, now) -> dict | None:
    """Where one signs up, or from when on; None where one does not. The seats stand behind the link:
    this page is the same for everybody and kept.
    """
    # Of a series some date may be open while the next is not.
    is_coming = page.is_series or not next_date.is_cancelled
    last = page.dates[-1].starts
    if not page.takes_registrations or not is_coming or last <= now:
        return None
    opens, closes = page.registration_opens_at, page.registration_closes_at
    if closes and closes <= now:
        return {"url": "", "words": _("Registration is closed.")}
    if opens and opens > now:
        local = opens.astimezone(ZoneInfo(page.time_zone))
        return {
            "url": "",
            "words": _("Registration opens on %(day)s at %(time)s.")
            % {
                "day": date_format(local, "DATE_FORMAT"),
                "time": date_format(local, "TIME_FORMAT"),
            },
        }
    return {"url": f"/{page.own_language.code}/register/{page.code}/", "words": ""}


def _dates(page: EventPage, now) -> list[dict]:
    """The dates of a series under their names: what is coming, the rest of it, what has been."""
    if not page.is_series:
        return []
    coming = [one for one in page.dates if one.ends > now]
    past = [one for one in reversed(page.dates) if one.ends <= now]
    parts = [
        ("", coming[:DATES_IN_SIGHT]),
        (_("Later dates"), coming[DATES_IN_SIGHT:]),
        (_("What has been"), past),
    ]
    return [
        {
            "label": label,
            "dates": [
                {
                    "iso": one.when.iso,
                    "label": one.when.label,
                    "is_cancelled": one.is_cancelled,
                    "instead_of": date_format(one.original, "DATE_FORMAT")
                    if one.original.date() != one.starts.date()
                    else "",
                    "note": one.note,
                }
                for one in dates
            ],
        }
        for label, dates in parts
        if dates
    ]


def programme_of(page: EventPage, materials: dict) -> list[dict]:
    """The parts of the programme by day; a day without a date is the only one."""
    sessions = [
        (block.value, _material_ids(raw))
        for block, raw in zip(page.programme, page.programme.raw_data, strict=True)
    ]
    return [
        {
            "day": date_format(day, "DATE_FORMAT") if day else "",
            "sessions": [_session(value, ids, materials) for value, ids in some],
        }
        for day, some in groupby(sessions, key=lambda session: session[0].get("day"))
    ]


def _session(value, ids: list[int], materials: dict) -> dict:
    starts, ends = value.get("starts"), value.get("ends")
    hours = [date_format(at, "TIME_FORMAT") for at in (starts, ends) if at]
    return {
        "title": value["title"],
        "time": "–".join(hours),
        "room": value.get("room") or "",
        "text": value.get("text"),
        # Nobody is named who did not agree, whichever way the name came here.
        "speakers": [
            {
                "name": one["name"] if one.get("may_be_named") else "",
                "what": one.get("what") or "",
            }
            for one in value.get("speakers") or ()
            if one.get("may_be_named") or one.get("what")
        ],
        "materials": [materials[pk] for pk in ids if pk in materials],
    }


def _material_ids(raw: dict) -> list[int]:
    """The things that one part of the programme names, as they are stored."""
    return [
        one["value"] if isinstance(one, dict) else one
        for one in raw["value"].get("materials") or ()
    ]


def named_in_programme(programme) -> set[int]:
    """The things that parts of a programme name as their materials."""
    return {pk for raw in programme.raw_data for pk in _material_ids(raw)}


def _materials(page: EventPage, rows: list) -> dict[int, dict]:
    """The things that belong to an event or to a part of its programme, by id: one query."""
    ids = {row.thing_id for row in rows} | named_in_programme(page.programme)
    if not ids:
        return {}
    here = page.own_language.code
    things = Thing.objects.select_related("original_locale").filter(pk__in=ids, withdrawn_at=None)
    return {
        thing.pk: {
            "url": f"/r/{thing.code}/",
            "title": thing.title_in(here),
            "lang": here if here in thing.titles else thing.original_locale.language_code,
        }
        for thing in things
    }
