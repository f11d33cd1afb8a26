"""The demo: the real project, loaded from readable files through the mechanisms of the hub.

Originals are written and published, mirrors follow by themselves, and each translation goes
through wagtail-localize's strings and the desk's publishing, as a person's work does.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models.signals import post_save
from modelsearch import index as search_index
from modelsearch import signal_handlers as search_signals
from wagtail.models import Locale, Page, ReferenceIndex, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from circle import directory_rows
from events import event_dates
from hub import public_records, search
from hub.frame import home_slug
from hub.languages import LANGUAGES, language
from hub.models import Audience, SiteText, Thing, Topic
from partners.make import PartnerWords, make_partner
from partners.models import Partner, PartnerPage, ShelfPage
from partners.review import ensure_workflow
from resources import catalogue_rows
from translations import work
from translations.models import TranslationState
from translations.state import recount
from translations.structure import plant

from .content_files import CONTENT, KINDS, Item, Words, read_item, read_kind, read_yaml
from .demo_glossary import load_glossary
from .demo_pages import MENU, Filler, known_times, model_of
from .demo_people import load_people
from .demo_strings import say_strings
from .markdown_blocks import ContentError
from .models import HomePage

SECTIONS = ("resources", "events", "support-circle", "partners")
SECTION_OF_KIND = {
    "guides": "resources",
    "materials": "resources",
    "stories": "resources",
    "kits": "resources",
    "events": "events",
    "services": "support-circle",
}
Say = Callable[[str], None]


class NotEmptyError(Exception):
    """The database has pages of its own; the demo would mix with somebody's work."""


def load(say: Say = lambda _line: None) -> int:
    """Build the demo in an empty database; returns the number of things.

    Raises NotEmptyError, and ContentError for a file that is not right.
    """
    if has_pages():
        raise NotEmptyError
    with quiet_indexes():
        loader = Loader(say)
        loader.run()
    return Thing.objects.count()


def has_pages() -> bool:
    """Whether there are pages besides the one that Wagtail's own first migration makes."""
    return Page.objects.filter(depth__gte=2).exclude(slug="home", depth=2).exists()


@contextmanager
def quiet_indexes() -> Iterator[None]:
    """Keep Wagtail's own search and reference indexes still; write them once at the end."""
    for model in search_index.get_indexed_models():
        post_save.disconnect(search_signals.post_save_signal_handler, sender=model)
    # Millions of short-lived objects and no rings among them: looking for some takes a tenth.
    gc.disable()
    try:
        with (
            disable_reference_index_auto_update(),
            search.written_at_the_end(),
            catalogue_rows.written_at_the_end(),
            event_dates.written_at_the_end(),
            public_records.written_at_the_end(),
            directory_rows.written_at_the_end(),
        ):
            yield
    finally:
        gc.enable()
        search_signals.register_signal_handlers()
    _write_indexes()


def _write_indexes() -> None:
    call_command("update_index", verbosity=0)
    for page in Page.objects.filter(alias_of=None).specific().iterator():
        ReferenceIndex.create_or_update_for_object(page)


class Loader:
    """One run of the demo, step by step; each page is a transaction of its own."""

    def __init__(self, say: Say):
        self.say = say
        self.filler = Filler()
        self.pages = {item.slug: item for item in read_kind_pages()}
        self.partners = read_partners()
        self.items = [item for kind in KINDS for item in read_kind(kind)]

    def run(self) -> None:
        self.say("Languages, words and front pages")
        self.languages()
        self.words()
        load_glossary(self.locales)
        self.structure()
        self.say("Partners and their shelves")
        self.make_partners()
        self.say(f"{len(self.items)} things and their mirrors")
        self.originals()
        load_people()
        self.translations()
        ensure_workflow()

    # --- the frame ----------------------------------------------------------------------------

    def languages(self) -> None:
        Page.objects.filter(depth=2).delete()
        Site.objects.all().delete()
        for one in LANGUAGES:
            Locale.objects.get_or_create(language_code=one.code)
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}

    def words(self) -> None:
        for name, model in (("topics", Topic), ("audiences", Audience)):
            for slug, by_language in read_yaml(CONTENT / f"{name}.yaml").items():
                key = None
                for code, said in by_language.items():
                    word = model(slug=slug, locale=self.locales[code], **said)
                    word.translation_key = key or word.translation_key
                    key = word.translation_key
                    word.save()
        key = None
        for code, said in read_yaml(CONTENT / "site_text.yaml").items():
            text = SiteText(locale=self.locales[code], **said)
            text.translation_key = key or text.translation_key
            key = text.translation_key
            text.save()

    def structure(self) -> None:
        root = Page.get_first_root_node()
        # Above the homes, where authors meet it, Wagtail says "Root".
        Page.objects.filter(pk=root.pk).update(
            title=settings.WAGTAIL_SITE_NAME, draft_title=settings.WAGTAIL_SITE_NAME
        )
        item = self.pages["home"]
        default = settings.LANGUAGE_CODE
        home = HomePage(slug=home_slug(default), locale=self.locales[default])
        plant(root, self.filler.fill(home, item, default))
        self.filler.remember(item, home)
        Site.objects.create(
            hostname="localhost",
            root_page=home,
            is_default_site=True,
            site_name=settings.WAGTAIL_SITE_NAME,
        )
        for slug in SECTIONS:
            section = self.pages[slug]
            parent = self.home(section.source)
            page = model_of(section)(slug=slug, locale=self.locales[section.source])
            page.show_in_menus = True
            page.title = section.words[section.source]["title"]
            self.filler.remember(section, plant(parent, page))

    def home(self, code: str) -> Page:
        return Page.objects.get(depth=2, slug=home_slug(code))

    def make_partners(self) -> None:
        for slug, (facts, item) in self.partners.items():
            words = item.words[item.source]
            make_partner(
                slug=slug,
                name=words["title"],
                country=facts["country"],
                time_zone=facts["time_zone"],
                language=item.source,
                is_example=facts["example"],
                town=facts.get("town", ""),
                latitude=facts.get("latitude"),
                longitude=facts.get("longitude"),
                words=PartnerWords(
                    title=words["title"],
                    summary=words.get("summary"),
                    search_description=words.get("search_description"),
                    shelves={
                        name: (said["title"], said["summary"])
                        for name, said in words["shelves"].items()
                    },
                ),
            )
            page = PartnerPage.objects.get(partner__slug=slug, locale__language_code=item.source)
            self.filler.remember(item, page)

    # --- originals ----------------------------------------------------------------------------

    def originals(self) -> None:
        """First every page as a draft with its title, so that links have somewhere to lead."""
        drafts = []
        plain = [item for slug, item in self.pages.items() if slug not in ("home", *SECTIONS)]
        for item in [*plain, *self.items]:
            parent = self.parent_of(item)
            page = model_of(item)(
                slug=item.slug,
                locale=self.locales[item.source],
                title=item.words[item.source]["title"],
                live=False,
                show_in_menus=item.slug in MENU,
                partner=getattr(parent.specific, "partner", None),
                **_needed(item),
            )
            parent.add_child(instance=page)
            self.filler.remember(item, page)
            drafts.append((item, page.pk))
        for item, pk in drafts:
            with transaction.atomic():
                first = as_first_published(item)
                page = self.filler.fill(Page.objects.get(pk=pk).specific, first, item.source)
                page.save()
                page.save_revision().publish()
        # Now that everything stands, the texts of sections and partners may link to it.
        for item in [
            *(self.pages[slug] for slug in ("home", *SECTIONS)),
            *(item for _facts, item in self.partners.values()),
        ]:
            self.publish_anew(item)

    def publish_anew(self, item: Item) -> None:
        """Publish the original once more, as its file says it now."""
        page = Page.objects.get(pk=self.filler.page_ids[item.slug]).specific
        self.filler.fill(page, item, item.source).save_revision().publish()

    def parent_of(self, item: Item) -> Page:
        if item.kind == "pages":
            return self.home(item.source)
        section = SECTION_OF_KIND[item.kind]
        return ShelfPage.objects.get(
            partner__slug=item.facts["partner"],
            locale=self.locales[item.source],
            url_path__contains=f"/{section}/",
        )

    # --- translations -------------------------------------------------------------------------

    def translations(self) -> None:
        todo = [*self.pages.values(), *(item for _facts, item in self.partners.values())]
        todo += [shelf for _facts, item in self.partners.values() for shelf in shelf_items(item)]
        todo += self.items
        for number, item in enumerate(todo, start=1):
            codes = [code for code in item.words if code != item.source and code in self.locales]
            outdated = [code for code in codes if code in item.facts.get("outdated", ())]
            for code in outdated:
                self.translate(item, code)
            if outdated:
                self.publish_anew(item)
            for code in codes:
                if code not in outdated:
                    self.translate(item, code)
            self.say(f"Translations {number} of {len(todo)}")

    def translate(self, item: Item, code: str) -> None:
        """One language of one thing: strings, files, first publication; one transaction."""
        locale = self.locales[code]
        original = self.original_of(item)
        thing = original.thing if item.slug != "home" else None
        if thing is None:
            self.word_home(item, code)
            return
        with transaction.atomic():
            job = work.begin(thing, locale)
            target = type(original).objects.get(pk=original.pk)
            target = self.filler.fill(target, item, code)
            left_open = item.facts.get("left_open", {}).get(code, 0)
            say_strings(item, job, target, left_open)
            if left_open:
                # Something for translators to go on with; it becomes no page yet.
                recount(thing, locale)
                state = TranslationState.State.IN_PROGRESS
                thing.states.filter(locale=locale).update(state=state)
            elif code in item.facts.get("ready", ()):
                work.mark_ready(job)
            else:
                work.publish(job, user=None)

    def original_of(self, item: Item) -> Page:
        if item.kind == "shelves":
            return ShelfPage.objects.get(
                partner__slug=item.facts["partner"],
                locale=self.locales[item.source],
                url_path__contains=f"/{item.facts['section']}/",
            )
        return Page.objects.get(pk=self.filler.page_ids[item.slug]).specific

    def word_home(self, item: Item, code: str) -> None:
        """The homes have no thing and are worded directly: each is the root of its language."""
        home = self.home(code).specific
        self.filler.fill(home, item, code)
        home.title = home.draft_title = language(code).name
        home.words_language = code
        home.save_revision().publish()


def _needed(item: Item) -> dict:
    """Fields without which not even a draft of this kind can stand."""
    if item.kind == "events":
        starts, ends = known_times(item.facts)
        return {"starts_at": starts, "ends_at": ends, "event_kind": item.facts["kind"]}
    return {}


def as_first_published(item: Item) -> Item:
    """The item without the sentence that its original got after the outdated translations were made."""
    added = item.facts.get("added_since")
    if not added:
        return item
    words = item.words[item.source]
    if added not in words.body:
        raise ContentError(f"{item.kind}/{item.slug}: nowhere does it say {added}")
    earlier = Words(words.fields, words.body.replace(added, ""))
    return replace(item, words={**item.words, item.source: earlier})


def read_kind_pages() -> list[Item]:
    """The structural pages, home first."""
    items = read_kind("pages")
    return sorted(items, key=lambda item: item.slug != "home")


def read_partners() -> dict[str, tuple[dict, Item]]:
    """Facts and words of each partner, by slug."""
    return {
        slug: (facts, read_item(CONTENT / "partners" / slug, "partners", source=facts["language"]))
        for slug, facts in read_yaml(CONTENT / "partners.yaml").items()
    }


def shelf_items(partner: Item) -> list[Item]:
    """The three shelves of a partner, as items of their own."""
    return [
        Item(
            slug=f"{partner.slug}-{section}",
            kind="shelves",
            folder=partner.folder,
            facts={"source": partner.source, "partner": partner.slug, "section": section},
            words={
                code: Words(words["shelves"][section], "") for code, words in partner.words.items()
            },
        )
        for section in partner.words[partner.source]["shelves"]
    ]


def is_loaded() -> bool:
    """Whether the demo's partners are there."""
    return Partner.objects.filter(slug="valmiera-library").exists()
