"""A large site for measuring: made-up things on the shelves of a site that stands already.

The tables are written directly, in batches, without a signal: what the signals would have done
(mirrors, things, states, search rows) is written here too. `Page.find_problems()` and
`mirror_pages` find nothing to do afterwards. The words are meant for machines: they have the
length, the letters, the forms and the spread of real ones, and little sense.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import cycle, islice
from random import Random

from anyascii import anyascii
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Locale, Page, TranslatableMixin

from circle import directory_rows
from circle.models import Need, ServiceHours, ServiceLanguage, ServiceNeed, ServicePage
from circle.towns import all_towns
from events import event_dates
from events.models import EventKind, EventLanguage, EventMaterial, EventPage, Mode
from hub import public_records, search
from hub.changes import touched
from hub.frame import language_of_path
from hub.models import Audience, Document, Thing, Topic
from hub.models.things import new_code
from partners.models import Partner, ShelfPage
from resources import catalogue_rows
from resources.models import (
    FileNumber,
    MethodGuidePage,
    PracticeStoryPage,
    ResourceFile,
    ResourcePage,
    TrainingMaterialPage,
)
from translations.models import TranslationState
from translations.state import fingerprint, strings_of, word_count

from .bulk_files import make_documents
from .bulk_words import SAY, Voice

Say = Callable[[str], None]
# Things a transaction: small enough for the memory, large enough for the disk.
BATCH = 100
# A thing that is translated at all is so into one to five languages more.
TRANSLATED = 0.4
BORN_IN_ENGLISH = 0.15


class NoShelvesError(Exception):
    """The site has no partner with a shelf in every language; nothing can be put anywhere."""


SECTIONS = {EventPage: "events", ServicePage: "support-circle"}


@dataclass
class Row:
    """A row below a page, the same in every language but for its words."""

    model: type
    facts: dict
    # The field that holds words, and how many.
    words: dict[str, int] = field(default_factory=dict)
    key: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass
class Draft:
    """One thing before it is written: its facts, its rows, and where it stands."""

    model: type
    thing: Thing
    slug: str
    partner: Partner
    original: str
    languages: list[str]
    facts: dict
    rows: list[Row]
    topics: list[str]
    audiences: list[str]
    published_at: datetime
    # Pages with words of their own, by language code.
    pages: dict[str, Page] = field(default_factory=dict)
    # The original's strings, as translators meet them.
    strings: list = field(default_factory=list)


@dataclass
class Place:
    """A shelf of one language, and the next free step below it."""

    pk: int
    path: str
    depth: int
    url_path: str
    next_step: int
    added: int = 0


# --- making -----------------------------------------------------------------------------------


class Bulk:
    """One run: reads the shelves once, then writes batch after batch.

    `for_lists`: without what no list asks for (search rows, records, states), in a third of the time.
    """

    def __init__(self, seed: int = 1, for_lists: bool = False):
        self.for_lists = for_lists
        self.chance = Random(seed)  # noqa: S311, nothing here is secret
        self.locales = {one.language_code: one for one in Locale.objects.all()}
        self.voices = {code: Voice(code, self.chance) for code in self.locales}
        self.places = _places(set(self.locales))
        self.partners = [
            partner
            for partner in Partner.objects.order_by("pk")
            if all(
                (section, partner.pk) in self.places
                for section in ("resources", "events", "support-circle")
            )
        ]
        if not self.partners:
            raise NoShelvesError
        self.types = ContentType.objects.get_for_models(*SAY)
        self.topics = _words_by_language(Topic)
        self.audiences = _words_by_language(Audience)
        # By language; files of its own, so that the words of a person's file stay where they are.
        self.documents: dict[str, list[Document]] = {}
        # Grows with each batch, so that few words are offered to the database twice.
        self.known_words: set = set()
        self.codes = set(Thing.objects.values_list("code", flat=True))
        self.things = list(
            Thing.objects.filter(kind__in=("guide", "material"), withdrawn_at=None)
            .order_by("pk")
            .values_list("pk", flat=True)[:200]
        )
        self.now = timezone.now().replace(minute=0, second=0, microsecond=0)

    def run(self, resources: int, events: int, services: int, say: Say = lambda _line: None) -> int:
        """Write so many things in all languages; returns the number of pages."""
        kinds = cycle([MethodGuidePage, TrainingMaterialPage, MethodGuidePage, PracticeStoryPage])
        models = [*islice(kinds, resources), *[EventPage] * events, *[ServicePage] * services]
        owners = cycle(self.partners)
        if resources:
            self.documents = make_documents(self.voices, self.chance, resources)
        pages = 0
        for begin in range(0, len(models), BATCH):
            some = models[begin : begin + BATCH]
            with transaction.atomic():
                drafts = [self.draft(model, next(owners)) for model in some]
                pages += self.write(drafts)
            say(f"{begin + len(some)} of {len(models)} things, {pages} pages")
        with transaction.atomic():
            touched()
        if connection.vendor == "postgresql":
            # What the server would find out by itself within some minutes.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        return pages

    # --- one thing ----------------------------------------------------------------------------

    def draft(self, model, partner: Partner) -> Draft:
        chance = self.chance
        original = partner.language
        if original not in self.locales or chance.random() < BORN_IN_ENGLISH:
            original = "en" if "en" in self.locales else next(iter(self.locales))
        others = [code for code in self.locales if code != original]
        number = chance.randint(1, len(others)) if others and chance.random() < TRANSLATED else 0
        facts, rows = self.facts(model, partner, original)
        thing = Thing(
            translation_key=uuid.uuid4(),
            code=self.free_code(),
            kind=model.kind,
            original_locale=self.locales[original],
            last_file_number=sum(row.model is ResourceFile for row in rows),
        )
        title = self.voices[original].phrase(chance.randint(3, 6))
        is_resource = issubclass(model, ResourcePage)
        return Draft(
            model=model,
            thing=thing,
            slug=f"{slugify(anyascii(title))[:60].strip('-')}-{thing.code.lower()}",
            partner=partner,
            original=original,
            languages=[original, *chance.sample(others, number)],
            facts={**facts, "title": title},
            rows=rows,
            topics=self.some(self.topics.get(original, {}), 2) if is_resource else [],
            audiences=self.some(self.audiences.get(original, {}), 2) if is_resource else [],
            published_at=self.now - timedelta(hours=chance.randint(1, 24 * 900)),
        )

    def free_code(self) -> str:
        code = new_code()
        while code in self.codes:
            code = new_code()
        self.codes.add(code)
        return code

    def some(self, words: dict, most: int) -> list[str]:
        """One to `most` of the slugs."""
        return self.chance.sample(sorted(words), min(len(words), self.chance.randint(1, most)))

    def facts(self, model, partner: Partner, original: str) -> tuple[dict, list[Row]]:
        """Fields that are the same in every language, and the rows below the page."""
        if model is EventPage:
            return self.event_facts(partner)
        if model is ServicePage:
            return self.service_facts(partner)
        chance = self.chance
        low = chance.randint(4, 8)
        facts = {
            "licence": chance.choice(["CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"]),
            "minutes": chance.choice([20, 30, 45, 60, 90, 120, 240]),
            "group_from": low,
            "group_to": low + chance.randint(2, 14),
            "needs_shared_language": chance.choice([True, False, None]),
            "step_minutes": [chance.choice([5, 10, 15, 20]) for _unused in "1234"],
        }
        rows = []
        if model is not PracticeStoryPage:
            for number in range(1, chance.randint(1, 3) + 1):
                document = chance.choice(self.documents[original])
                known = {
                    "document": document,
                    "file_language": document.language,
                    "number": number,
                }
                rows.append(Row(ResourceFile, known, {"title": 3}))
        return facts, rows

    def event_facts(self, partner: Partner) -> tuple[dict, list[Row]]:
        chance = self.chance
        starts = self.now + timedelta(days=chance.randint(-600, 200), hours=chance.randint(0, 9))
        facts = {
            "event_kind": chance.choice(EventKind.values),
            "precision": "day",
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=chance.choice([1, 2, 3, 6, 30])),
            "time_zone": partner.time_zone,
            "country": partner.country,
            "mode": chance.choice(Mode.values),
        }
        spoken = sorted({partner.language, chance.choice(["en", "uk"])})
        rows = [Row(EventLanguage, {"language": code}) for code in spoken]
        rows += [
            Row(EventMaterial, {"thing_id": pk})
            for pk in chance.sample(self.things, min(len(self.things), chance.randint(0, 2)))
        ]
        return facts, rows

    def service_facts(self, partner: Partner) -> tuple[dict, list[Row]]:
        chance = self.chance
        towns = [town.name for town in all_towns().values() if town.country == partner.country]
        facts = {
            "country": partner.country,
            "town": chance.choice(towns or ["Tuvumā"]),
            "time_zone": partner.time_zone,
            "is_free": chance.random() < 0.8,
            "phone": f"+000 000 {chance.randint(10000, 99999)}",
            "email": f"desk{chance.randint(100, 999)}@example.org",
            "website": "https://example.org/",
            "checked_on": self.now.date() - timedelta(days=chance.randint(1, 300)),
        }
        rows = [Row(ServiceNeed, {"need": need}) for need in chance.sample(Need.values, 2)]
        rows += [
            Row(ServiceLanguage, {"language": code, "by_interpreter": code == "uk"}, {"note": 2})
            for code in sorted({partner.language, "uk"})
        ]
        rows += [
            Row(ServiceHours, {"day": day, "opens": time(9), "closes": time(17)})
            for day in range(1, chance.randint(4, 7))
        ]
        return facts, rows

    # --- one batch ----------------------------------------------------------------------------

    def write(self, drafts: list[Draft]) -> int:
        """Things, pages in their own words, mirrors, and what stands beside them."""
        own = [self.own_page(draft, code) for draft in drafts for code in draft.languages]
        _insert_pages(own)
        mirrors = [
            self.mirror_page(draft, code)
            for draft in drafts
            for code in self.locales
            if code not in draft.pages
        ]
        _insert_pages(mirrors)
        Thing.objects.bulk_create([draft.thing for draft in drafts])
        self.write_rows(own, mirrors)
        self.write_words([*own, *mirrors])
        keys = [draft.thing.translation_key for draft in drafts]
        for rows in (catalogue_rows, event_dates, directory_rows):
            rows.write(keys)
        if not self.for_lists:
            public_records.write(keys)
            for draft in drafts:
                draft.strings = strings_of(draft.pages[draft.original])
            self.write_states(drafts)
            self.write_search(drafts, mirrors)
        for place in (place for shelf in self.places.values() for place in shelf.values()):
            if place.added:
                Page.objects.filter(pk=place.pk).update(numchild=F("numchild") + place.added)
                place.added = 0
        return len(own) + len(mirrors)

    def own_page(self, draft: Draft, code: str) -> Page:
        """The page of `draft` in words of its own: the original, or a translation."""
        voice = self.voices[code]
        known = {name: value for name, value in draft.facts.items() if name != "step_minutes"}
        if code != draft.original:
            known["title"] = voice.phrase(4)
        said = SAY[draft.model](voice, draft.facts)
        page = self.page(draft, code, {**known, **said, "summary": voice.sentences(18)})
        page.words_language = code
        page.known_code = draft.thing.code
        draft.pages[code] = page
        draft.thing.titles[code] = page.title
        self.give_rows(
            page,
            [
                (row, {name: voice.phrase(number) for name, number in row.words.items()})
                for row in draft.rows
            ],
        )
        return page

    def mirror_page(self, draft: Draft, code: str) -> Page:
        """An alias of the original with its very values, as Wagtail copies them."""
        source = draft.pages[draft.original]
        page = self.page(draft, code, source.bulk_values)
        page.alias_of_id = source.pk
        page.words_language = draft.original
        self.give_rows(page, source.bulk_rows)
        page.bulk_source = source
        return page

    def page(self, draft: Draft, code: str, values: dict) -> Page:
        place = self.places[SECTIONS.get(draft.model, "resources"), draft.partner.pk][code]
        page = draft.model(
            **values,
            draft_title=values["title"],
            slug=draft.slug,
            path=Page._get_path(place.path, place.depth + 1, place.next_step),
            depth=place.depth + 1,
            url_path=f"{place.url_path}{draft.slug}/",
            content_type=self.types[draft.model],
            locale=self.locales[code],
            translation_key=draft.thing.translation_key,
            partner=draft.partner,
            live=True,
            first_published_at=draft.published_at,
            last_published_at=draft.published_at,
        )
        place.next_step += 1
        place.added += 1
        if isinstance(page, ResourcePage):
            page.kind_slug = page.kind
            # The words of the page's own language; a mirror has those of its source.
            said_in = code if code in draft.languages else draft.original
            page.bulk_topics = [self.topics[said_in].get(slug) for slug in draft.topics]
            page.bulk_audiences = [self.audiences[said_in].get(slug) for slug in draft.audiences]
        page.bulk_values = values
        return page

    def give_rows(self, page: Page, rows: list[tuple[Row, dict]]) -> None:
        """Set the rows below `page` in memory, as an editor's form would."""
        page.bulk_rows = rows
        by_name: dict[str, list] = {}
        for place, (row, words) in enumerate(rows):
            known = {**row.facts, **words, "sort_order": place, "page": page}
            if issubclass(row.model, TranslatableMixin):
                known |= {"translation_key": row.key, "locale": page.locale}
            name = row.model._meta.get_field("page").remote_field.related_name
            by_name.setdefault(name, []).append(row.model(**known))
        for name, made in by_name.items():
            setattr(page, name, made)

    def write_rows(self, own: list[Page], mirrors: list[Page]) -> None:
        by_model: dict[type, list] = {}
        for page in (*own, *mirrors):
            for name in {
                row.model._meta.get_field("page").remote_field.related_name
                for row, _words in page.bulk_rows
            }:
                made = getattr(page, name).all()
                by_model.setdefault(type(made[0]), []).extend(made)
        for model, made in by_model.items():
            for row in made:
                row.page_id = row.page.pk
            model.objects.bulk_create(made, batch_size=500)

    def write_words(self, pages: list[Page]) -> None:
        """The topics and audiences of resources."""
        pages = [page for page in pages if isinstance(page, ResourcePage)]
        for name in ("topic", "audience"):
            through = ResourcePage._meta.get_field(f"{name}s").remote_field.through
            rows = [
                through(**{"resourcepage_id": page.pk, f"{name}_id": word})
                for page in pages
                for word in getattr(page, f"bulk_{name}s")
                if word is not None
            ]
            through.objects.bulk_create(rows, batch_size=500)

    def write_states(self, drafts: list[Draft]) -> None:
        """How far each language is, and the numbers of the files."""
        states, numbers = [], []
        for draft in drafts:
            total, words = len(draft.strings), word_count(draft.strings)
            now = fingerprint(draft.strings)
            for code, locale in self.locales.items():
                if code == draft.original:
                    continue
                is_done = code in draft.pages
                state = TranslationState(thing=draft.thing, locale=locale, total=total, words=words)
                if is_done:
                    state.state, state.done = TranslationState.State.PUBLISHED, total
                    state.source_hash, state.words_done = now, words
                    state.published_at = draft.published_at
                states.append(state)
            numbers += [
                FileNumber(thing=draft.thing, row_key=row.key, number=row.facts["number"])
                for row in draft.rows
                if row.model is ResourceFile
            ]
        TranslationState.objects.bulk_create(states, batch_size=500)
        FileNumber.objects.bulk_create(numbers, batch_size=500)

    def write_search(self, drafts: list[Draft], mirrors: list[Page]) -> None:
        rows = {}
        for draft in drafts:
            for code, page in draft.pages.items():
                known = draft.strings if code == draft.original else None
                row = rows[page.pk] = search.draft_of(page, search.text_of(page, known))
                row.pages.append((page.pk, code))
        for page in mirrors:
            tree = language_of_path(page.url_path)
            rows[page.bulk_source.pk].pages.append((page.pk, tree))
        search.read_files(rows.values())
        search.add(list(rows.values()), self.known_words)


def _places(codes: set[str]) -> dict[tuple[str, int], dict[str, Place]]:
    """The shelves that stand in every language: by section and partner, then by language."""
    found: dict[tuple[str, int], dict[str, Place]] = {}
    for shelf in ShelfPage.objects.filter(live=True):
        last = shelf.get_children().aggregate(last=Max("path"))["last"]
        step = Page._str2int(last[-Page.steplen :]) if last else 0
        place = Place(shelf.pk, shelf.path, shelf.depth, shelf.url_path, step + 1)
        key = (shelf.section, shelf.partner_id)
        found.setdefault(key, {})[language_of_path(shelf.url_path)] = place
    return {key: by_code for key, by_code in found.items() if codes <= by_code.keys()}


def _words_by_language(model) -> dict[str, dict[str, int]]:
    """A controlled list: language code -> slug -> id."""
    found: dict[str, dict[str, int]] = {}
    for code, slug, pk in model.objects.values_list("locale__language_code", "slug", "pk"):
        found.setdefault(code, {})[slug] = pk
    return found


def _insert_pages(pages: list[Page]) -> None:
    """Write each page into the tables of its class and of those above it; sets their ids.

    Django's bulk_create refuses classes that stand on others. What it uses inside does not.
    """
    core = [one for one in Page._meta.local_concrete_fields if not one.primary_key]
    ids = Page._base_manager.all()._batched_insert(pages, core, 200)
    for page, (pk,) in zip(pages, ids, strict=True):
        for model in (type(page), *page._meta.get_parent_list()):
            setattr(page, model._meta.pk.attname, pk)
    for model in _tables_of(pages):
        some = [page for page in pages if isinstance(page, model)]
        model._base_manager.all()._batched_insert(some, model._meta.local_concrete_fields, 200)


def _tables_of(pages: list[Page]) -> Iterator[type]:
    """The classes with a table between Page and those of `pages`, upper ones first."""
    models = {type(page) for page in pages}
    upper = {parent for model in models for parent in model._meta.get_parent_list()} - {Page}
    yield from upper
    yield from models - upper
