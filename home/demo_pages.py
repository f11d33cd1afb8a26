"""How a content item becomes the fields of a page, in any of its languages."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import repeat
from zoneinfo import ZoneInfo

from django.core.files import File
from django.utils import timezone

from circle.models import (
    CirclePage,
    ServiceGroup,
    ServiceHours,
    ServiceLanguage,
    ServiceNeed,
    ServicePage,
)
from events.models import CalendarPage, EventChange, EventLanguage, EventMaterial, EventPage
from hub.models import Audience, Document, Thing, Topic
from partners.models import Partner, PartnerPage, PartnersPage, ShelfPage
from resources.models import (
    CataloguePage,
    KitPage,
    MethodGuidePage,
    PracticeStoryPage,
    ResourceFile,
    TrainingMaterialPage,
)

from .content_files import Item, Words
from .markdown_blocks import NAMESPACE, block_id, body, items, rich_text
from .models import ContactPage, HomePage, PlainPage, ProjectPage, ProjectRole

MODELS = {
    "guides": MethodGuidePage,
    "materials": TrainingMaterialPage,
    "stories": PracticeStoryPage,
    "kits": KitPage,
    "events": EventPage,
    "services": ServicePage,
    "partners": PartnerPage,
    "shelves": ShelfPage,
}
PAGES = {
    "home": HomePage,
    "resources": CataloguePage,
    "events": CalendarPage,
    "partners": PartnersPage,
    "support-circle": CirclePage,
    "contact": ContactPage,
    "project": ProjectPage,
}
MENU = ("resources", "events", "partners", "support-circle", "about")


def model_of(item: Item):
    """The page class of an item."""
    return MODELS.get(item.kind) or PAGES.get(item.slug, PlainPage)


def row_key(item: Item, *place) -> uuid.UUID:
    """The same translation key for the same row of an item, in every language."""
    return uuid.uuid5(NAMESPACE, "/".join([item.slug, *map(str, place)]))


class Filler:
    """Fills pages from items; knows the pages and documents that others point to."""

    def __init__(self):
        self.page_ids: dict[str, int] = {}
        self.keys: dict[str, uuid.UUID] = {}
        self.documents: dict[tuple[str, str, str], Document] = {}

    def remember(self, item: Item, page) -> None:
        """Have links to `item` lead to `page`."""
        self.page_ids[item.slug] = page.pk
        self.keys[item.slug] = page.translation_key

    def fill(self, page, item: Item, lang: str):
        """Set every field of `page` to what `item` says in `lang`; returns the page, unsaved."""
        words = item.words[lang]
        page.title = page.draft_title = words["title"]
        page.summary = words.get("summary")
        page.search_description = words.get("search_description")
        page.checked_on = known_day(item.facts.get("checked_on"))
        if hasattr(page, "body"):
            page.body = body(item.slug, words.body, self.page_ids)
        elif hasattr(page, "introduction") and item.slug != "home":
            page.introduction = body(item.slug, words.body, self.page_ids)
        special = getattr(self, f"_{type(page).__name__.lower()}", None)
        if special:
            special(page, item, words, lang)
        return page

    # --- resources ----------------------------------------------------------------------------

    def _resource(self, page, item: Item, words: Words, lang: str) -> None:
        facts = item.facts
        page.licence = facts.get("licence", "CC-BY-4.0")
        page.minutes = facts.get("minutes")
        page.group_from = facts.get("group_from")
        page.group_to = facts.get("group_to")
        page.needs_shared_language = facts.get("shared_language")
        locale = page.locale_id
        page.topics = list(Topic.objects.filter(locale=locale, slug__in=facts["topics"]))
        page.audiences = list(Audience.objects.filter(locale=locale, slug__in=facts["audiences"]))
        if facts.get("adapted_from"):
            key = self.keys[facts["adapted_from"]]
            page.adapted_from = Thing.objects.get(translation_key=key)
        page.files = [
            ResourceFile(
                page=page,
                sort_order=place,
                locale_id=page.locale_id,
                translation_key=row_key(item, "file", row["key"]),
                title=words["files"][row["key"]],
                document=self.document(item, row["key"], self._file_language(row, lang)),
            )
            for place, row in enumerate(facts.get("files", []))
        ]

    @staticmethod
    def _file_language(row: dict, lang: str) -> str:
        return lang if lang in row["formats"] else next(iter(row["formats"]))

    def document(self, item: Item, key: str, lang: str) -> Document:
        """The document of one file row in one language; made from the committed file at need."""
        place = (item.slug, key, lang)
        if place not in self.documents:
            row = next(one for one in item.facts["files"] if one["key"] == key)
            path = item.folder / "files" / row["formats"][lang]
            partner = Partner.objects.get(slug=item.facts["partner"])
            with path.open("rb") as stream:
                self.documents[place] = Document.objects.create(
                    title=f"{item.words.get(lang, item.words[item.source])['files'][key]} ({lang})",
                    file=File(stream, name=path.name),
                    language=lang,
                    licence=item.facts.get("licence", "CC-BY-4.0"),
                    collection=partner.collection,
                )
        return self.documents[place]

    def _trainingmaterialpage(self, page, item, words, lang):
        self._resource(page, item, words, lang)
        page.purpose = words.get("purpose")

    def _practicestorypage(self, page, item, words, lang):
        self._resource(page, item, words, lang)

    def _kitpage(self, page, item, words, lang):
        self._resource(page, item, words, lang)
        slugs = item.facts["members"]
        page.members = [
            {
                "type": "member",
                "value": {
                    "thing": Thing.objects.get(translation_key=self.keys[slug]).pk,
                    "sentence": sentence,
                },
                "id": block_id(item.slug, "members", slug),
            }
            for slug, sentence in zip(slugs, words["members"], strict=True)
        ]

    def _methodguidepage(self, page, item, words, lang):
        self._resource(page, item, words, lang)
        slug = item.slug

        def stream(place: str, kind: str, values: list) -> list[dict]:
            return [{**row, "type": kind} for row in items(slug, place, values)]

        def text(markdown: str) -> str:
            return rich_text(markdown or "", self.page_ids)

        page.aim = words.get("aim")
        page.room = stream("room", "thing", words["room"])
        page.steps = stream(
            "steps",
            "step",
            [
                {
                    "title": step["title"],
                    "minutes": minutes,
                    "text": text(step["text"]),
                    "note": text(step.get("note")),
                }
                for step, minutes in zip(words["steps"], item.facts["step_minutes"], strict=True)
            ],
        )
        page.goes_wrong = stream("goes_wrong", "case", words["goes_wrong"])
        page.care = [
            {
                "type": who,
                "value": text(words[f"care_{who}"]),
                "id": block_id(slug, "care", who),
            }
            for who in ("participants", "helper")
        ]
        page.debrief = stream("debrief", "question", words["debrief"])

    # --- events -------------------------------------------------------------------------------

    def _eventpage(self, page, item, words, lang):
        facts = item.facts
        page.event_kind = facts["kind"]
        page.precision = facts["precision"]
        page.time_zone = facts["time_zone"]
        page.starts_at, page.ends_at = known_times(facts)
        if series := facts.get("series"):
            zone = ZoneInfo(page.time_zone)
            first = page.starts_at.astimezone(zone).date()
            page.repeats = series["repeats"]
            page.repeats_until = first + timedelta(weeks=series["weeks"] - 1)
            page.changes = [
                EventChange(
                    page=page,
                    sort_order=place,
                    locale_id=page.locale_id,
                    translation_key=row_key(item, "change", place),
                    day=first + timedelta(weeks=change["week"] - 1),
                    what=change["what"],
                    note=(words.get("changes") or {}).get(change["key"], ""),
                )
                for place, change in enumerate(series.get("changes", []))
            ]
        page.seats = facts.get("seats")
        page.takes_registrations = bool(page.seats)
        locale = page.locale_id
        page.audiences = list(Audience.objects.filter(locale=locale, slug__in=facts["audiences"]))
        page.mode = facts.get("mode", "onsite")
        page.country = facts.get("country", "")
        page.place = words.get("place")
        page.programme = [
            {
                "type": "session",
                "value": {
                    "title": session["title"],
                    "starts": hours[0],
                    "ends": hours[1],
                    "text": rich_text(session.get("text", ""), self.page_ids),
                },
                "id": block_id(item.slug, "programme", place),
            }
            for place, (session, hours) in enumerate(
                zip(words.get("programme") or [], session_hours(facts), strict=False)
            )
        ]
        page.spoken = [
            EventLanguage(page=page, sort_order=place, language=code)
            for place, code in enumerate(facts.get("languages", []))
        ]
        page.materials = [
            EventMaterial(
                page=page,
                sort_order=place,
                thing=Thing.objects.get(translation_key=self.keys[slug]),
            )
            for place, slug in enumerate(facts.get("materials", []))
        ]

    # --- services -----------------------------------------------------------------------------

    def _servicepage(self, page, item, words, lang):
        facts = item.facts
        for name in ("country", "town", "time_zone", "phone", "email", "website", "messenger"):
            setattr(page, name, facts.get(name) or "")
        page.is_free = facts.get("free", True)
        page.accessibility = facts.get("accessibility", "")
        for name in ("for_whom", "cost", "get_in", "bring", "place"):
            setattr(page, name, words.get(name))
        notes = words.get("language_notes") or {}
        page.needs = [
            ServiceNeed(page=page, sort_order=place, need=need)
            for place, need in enumerate(facts["needs"])
        ]
        page.groups = [
            ServiceGroup(page=page, sort_order=place, group=group)
            for place, group in enumerate(facts.get("groups", []))
        ]
        page.spoken = [
            ServiceLanguage(
                page=page,
                sort_order=place,
                locale_id=page.locale_id,
                translation_key=row_key(item, "spoken", row["code"]),
                language=row["code"],
                by_interpreter=row.get("interpreter", False),
                note=notes.get(row["code"], ""),
            )
            for place, row in enumerate(facts.get("languages", []))
        ]
        page.hours = [
            ServiceHours(
                page=page,
                sort_order=place,
                day=row["day"],
                opens=time.fromisoformat(row["opens"]),
                closes=time.fromisoformat(row["closes"]),
            )
            for place, row in enumerate(facts.get("hours", []))
        ]

    # --- front of the house -------------------------------------------------------------------

    def _homepage(self, page, item, words, lang):
        for name in ("heading", "introduction", "search_hint", "help_heading", "help_text"):
            setattr(page, name, words.get(name))
        shortcuts = [self._shortcut(row) for row in words["shortcuts"]]
        page.shortcuts = [
            {**row, "type": "shortcut"} for row in items("home", "shortcuts", shortcuts)
        ]
        page.doors = [{**row, "type": "door"} for row in items("home", "doors", words["doors"])]

    def _shortcut(self, row: dict) -> dict:
        """A shortcut's value; before the kits are there, one to a kit is its words alone."""
        if "kit" not in row:
            return row
        key = self.keys.get(row["kit"])
        kit = Thing.objects.get(translation_key=key).pk if key else None
        return {"label": row["label"], "kit": kit, "query": ""}

    def _projectpage(self, page, item, words, lang):
        facts = item.facts
        page.programme, page.action = facts["programme"], facts["action"]
        page.call = str(facts["call"])
        page.starts_on, page.ends_on = facts["starts_on"], facts["ends_on"]
        page.roles = [
            ProjectRole(
                page=page,
                sort_order=place,
                partner=Partner.objects.get(slug=row["partner"]),
                role=row["role"],
            )
            for place, row in enumerate(facts["partners"])
        ]
        things = {
            slug: Thing.objects.get(translation_key=self.keys[slug]).pk
            for slug in (
                *(row["event"] for row in facts["activities"]),
                *(row["resource"] for row in facts["results"]),
            )
        }
        page.activities = [
            {
                "type": "activity",
                "value": {**said, "event": things[row["event"]]},
                "id": block_id("project", "activities", row["key"]),
            }
            for row, said in zip(facts["activities"], words["activities"], strict=True)
        ]
        page.results = [
            {
                "type": "result",
                "value": {**said, "resource": things[row["resource"]]},
                "id": block_id("project", "results", row["resource"]),
            }
            for row, said in zip(facts["results"], words["results"], strict=True)
        ]


def known_day(said: date | dict | None) -> date | None:
    """A date as it stands, or one so many days before the demo is loaded."""
    if isinstance(said, dict):
        return timezone.localdate() - timedelta(days=said["days_ago"])
    return said


def known_times(facts: dict) -> tuple[datetime, datetime]:
    """First moment and the moment after, in the zone of the place, from what the facts know."""
    zone = ZoneInfo(facts["time_zone"])
    starts, precision = facts["starts"], facts["precision"]
    if isinstance(starts, dict):
        return _in_coming_weeks(starts, zone)
    if precision == "day":
        first = datetime.fromisoformat(str(starts)).replace(tzinfo=zone)
        return first, datetime.fromisoformat(str(facts["ends"])).replace(tzinfo=zone)
    last = str(facts.get("ends", starts))
    if precision == "month":
        year, month = map(int, last.split("-"))
        first_year, first_month = map(int, str(starts).split("-"))
        after = (year + month // 12, month % 12 + 1)
        return (
            datetime(first_year, first_month, 1, tzinfo=zone),
            datetime(*after, 1, tzinfo=zone),
        )
    return datetime(int(starts), 1, 1, tzinfo=zone), datetime(int(last) + 1, 1, 1, tzinfo=zone)


def session_hours(facts: dict) -> Iterator[tuple]:
    """From when till when each part of the programme takes; none where the facts do not say."""
    yield from (tuple(hours) for hours in facts.get("programme_hours", ()))
    yield from repeat((None, None))


def _in_coming_weeks(starts: dict, zone: ZoneInfo) -> tuple[datetime, datetime]:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    today: date = timezone.localdate()
    ahead = (days.index(starts["weekday"]) - today.weekday()) % 7
    day = today + timedelta(days=ahead, weeks=starts["weeks_ahead"] - 1)
    if day <= today:
        day += timedelta(weeks=1)
    first = datetime.combine(day, time.fromisoformat(starts["time"]), tzinfo=zone)
    return first, first + timedelta(minutes=starts["minutes"])
