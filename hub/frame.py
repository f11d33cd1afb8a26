"""The page frame: menu, languages, footer, shelves and restricted paths of one language, in memory.

Built by a handful of queries when the structure changed, kept in each process under its token of
`Generation`, so a request pays one small query for all of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.signals import request_finished, request_started
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from wagtail.models import Locale, Page, PageViewRestriction

from hub.languages import LANGUAGES, Language, language
from hub.private import closed_paths

HOME_PREFIX = "home-"
# Homes stand on level 2, sections and plain pages on 3, shelves and partner pages on 4.
STRUCTURE_DEPTH = 4


def home_slug(code: str) -> str:
    """The slug of the home of language `code`; paths and addresses are read from it."""
    return HOME_PREFIX + code


def language_of_path(url_path: str) -> str:
    """The language code of the tree that `url_path` ("/home-lv/resources/") lies in, else ""."""
    first = url_path.split("/", 2)[1] if url_path.startswith("/") else ""
    return first.removeprefix(HOME_PREFIX) if first.startswith(HOME_PREFIX) else ""


def address_of(url_path: str) -> str:
    """The public address of the page at `url_path`, "" outside the homes: no query."""
    code = language_of_path(url_path)
    if not code:
        return ""
    return f"/{code}/" + url_path.split("/", 2)[2]


@dataclass(frozen=True)
class Entry:
    """A page of the structure. `lang` is set where its words are another language's."""

    pk: int
    path: str
    depth: int
    url: str
    title: str
    slug: str
    lang: str
    section: str
    model: str
    partner_id: int | None
    in_menus: bool
    translation_key: object
    code: str
    # The language its thing was first written in.
    original: str

    @property
    def own_language(self) -> Language:
        """The language of the tree it stands in."""
        return language(self.url.split("/")[1])


@dataclass(frozen=True)
class Tie:
    """That a page of the structure names a thing elsewhere: `word` says as what."""

    word: str
    entry: Entry


@dataclass
class Frame:
    """What surrounds every page of one language."""

    language: Language
    languages: list[Language]
    locale: Locale | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    by_key: dict[object, Entry] = field(default_factory=dict)
    others: dict[str, "Frame"] = field(default_factory=dict, repr=False)
    home: Entry | None = None
    menu: list[Entry] = field(default_factory=list)
    footer_links: list[Entry] = field(default_factory=list)
    text: object = None
    restricted: tuple[str, ...] = ()
    # Of the collections whose files not everybody may have.
    closed_collections: tuple[str, ...] = ()
    partners: dict[int, str] = field(default_factory=dict)
    partner_slugs: dict[int, str] = field(default_factory=dict)
    partner_countries: dict[int, str] = field(default_factory=dict)
    # Time zone and town of each that keeps shelves of its own.
    partner_clocks: dict[int, tuple[str, str]] = field(default_factory=dict)
    paused: frozenset[int] = frozenset()
    topics: dict[str, str] = field(default_factory=dict)
    audiences: dict[str, str] = field(default_factory=dict)
    ties: dict[object, list[Tie]] = field(default_factory=dict)
    address: str = ""
    search_url: str = ""
    sign_in_url: str = ""

    @property
    def home_url(self) -> str:
        return f"/{self.language.code}/"

    @property
    def exit_url(self) -> str:
        """A page elsewhere that gives nothing away."""
        return settings.HUB_EXIT.replace("{code}", self.language.code)

    def section_url(self, slug: str) -> str:
        """The address of a section of this language, "" when it is not there."""
        entry = self.section(slug)
        return entry.url if entry else ""

    def section(self, slug: str) -> Entry | None:
        return next((e for e in self.entries.values() if e.depth == 3 and e.slug == slug), None)

    def shelves(self, section: str) -> list[Entry]:
        """The shelves (or partner pages) below a section, by title."""
        below = [e for e in self.entries.values() if e.depth == 4 and e.section == section]
        return sorted(below, key=lambda e: e.title.casefold())

    def siblings(self, translation_key) -> list[tuple[str, str, str]]:
        """(code, address, language of the words) of a page of the structure, per language."""
        found = []
        for code, frame in self.others.items():
            entry = frame.by_key.get(translation_key)
            if entry is not None:
                found.append((code, entry.url, entry.lang or code))
        return found

    def crumbs(self, path: str) -> list:
        """The entries above the page at tree path `path`, from the section down."""
        step = Page.steplen
        above = (path[: level * step] for level in range(3, len(path) // step))
        return [self.entries[part] for part in above if part in self.entries]

    def is_restricted(self, path: str) -> bool:
        return any(path.startswith(prefix) for prefix in self.restricted)


# What this process holds: the token it was built under, and the frame of each language.
_kept: tuple = (None, {})
# The tokens read for the request under way: asked once a request, and outside requests each time.
_request: ContextVar[dict | None] = ContextVar("hub_frame_request", default=None)


def begin_request(**_signal) -> None:
    _request.set({})


def end_request(**_signal) -> None:
    _request.set(None)


request_started.connect(begin_request, dispatch_uid="hub_frame_begin")
request_finished.connect(end_request, dispatch_uid="hub_frame_end")


def forget_token() -> None:
    """Ask again, even within this request: something was published just now."""
    state = _request.get()
    if state is not None:
        state.clear()


@contextmanager
def asked_once() -> Iterator[None]:
    """Ask for the tokens anew, and then no more: for what looks at many pages in one transaction."""
    before = _request.set({})
    try:
        yield
    finally:
        _request.reset(before)


def renew_now() -> None:
    """Build the frames anew, where a person has just changed the structure: no reader waits for it.

    Outside requests (commands, imports) the next one who asks does so.
    """
    if _request.get() is not None:
        get_frame(settings.LANGUAGE_CODE)


def token_of(row: int):
    """The token of a row of `Generation`, None without one; asked once a request for all rows."""
    state = _request.get()
    if state is None:
        return apps.get_model("hub.Generation").current(row)
    if "tokens" not in state:
        state["tokens"] = apps.get_model("hub.Generation").tokens()
    return state["tokens"].get(row)


def tokens_are(tokens: dict[int, object]) -> None:
    """What `Generation.tokens()` would read now, from who has read it already for this request."""
    state = _request.get()
    if state is not None:
        state["tokens"] = tokens


def get_frame(code: str) -> Frame:
    """The frame of language `code`: from memory while nothing was published since."""
    global _kept
    token = token_of(apps.get_model("hub.Generation").STRUCTURE)
    kept_token, frames = _kept
    if token is None or kept_token != token:
        frames = _build_all()
        _kept = (token, frames)
    return frames.get(code) or frames[settings.LANGUAGE_CODE]


def _entry(page: dict, things: dict) -> Entry:
    """`page`: values of `_structure`; `things`: code and original's language by translation key."""
    path, depth = page["url_path"], page["depth"]
    code, original = things.get(page["translation_key"], ("", language_of_path(path)))
    here = language_of_path(path)
    words = page["words_language"] or here
    return Entry(
        pk=page["pk"],
        path=page["path"],
        depth=depth,
        url=address_of(path),
        title=page["title"],
        slug=page["slug"],
        lang="" if words == here else words,
        section=page["slug"] if depth == 3 else path.split("/")[2],
        model=page["model"],
        partner_id=page["partner_id"],
        in_menus=page["show_in_menus"],
        translation_key=page["translation_key"],
        code=code,
        original=original,
    )


CORE = ("pk", "path", "depth", "url_path", "title", "slug", "show_in_menus", "translation_key")


def _structure() -> list[dict]:
    """Values of the live pages of the structure, in tree order.

    Wagtail's table is read once from end to end: depth has no index. The classes' own tables are
    then asked for these pages only.
    """
    shallow = Page.objects.filter(depth__range=(2, STRUCTURE_DEPTH), live=True).order_by()
    by_type: dict[int, dict] = {}
    for page in shallow.values(*CORE, "content_type"):
        by_type.setdefault(page["content_type"], {})[page["pk"]] = page
    found = []
    for type_id, pages in by_type.items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        # Wagtail's first migration makes a page that is none of ours.
        if model is None or not hasattr(model, "words_language"):
            continue
        own = (
            model.objects.filter(pk__in=pages)
            .order_by()
            .values("pk", "words_language", "partner_id")
        )
        found += [{**pages[row["pk"]], **row, "model": model._meta.label} for row in own]
    return sorted(found, key=lambda page: page["path"])


def _closed_paths() -> tuple[str, ...]:
    """Tree paths of the pages that only some may see, and of their mirrors."""
    closed = PageViewRestriction.objects.values_list("page_id", "page__path")
    by_id = dict(closed)
    # Two steps: joined, the database would look at every mirror of the site.
    mirrors = Page.objects.filter(alias_of__in=by_id).order_by() if by_id else Page.objects.none()
    return tuple({*by_id.values(), *mirrors.values_list("path", flat=True)})


PARTNER_FACTS = ("name", "slug", "country", "paused_at")
CLOCK = ("time_zone", "town", "merged_into")


def _build_all() -> dict[str, Frame]:
    """The frames of all languages, by code."""
    pages = _structure()
    things = apps.get_model("hub.Thing").objects.filter(
        translation_key__in={page["translation_key"] for page in pages}
    )
    rows = things.values_list("translation_key", "code", "original_locale__language_code")
    known = {key: (code, original) for key, code, original in rows}
    closed, closed_collections = _closed_paths(), closed_paths()
    texts = apps.get_model("hub.SiteText").objects.select_related("locale")
    text_in = {text.locale.language_code: text for text in texts}
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    rows = list(apps.get_model("partners.Partner").objects.values("pk", *PARTNER_FACTS, *CLOCK))
    names, slugs, countries, paused = (
        {row["pk"]: row[fact] for row in rows} for fact in PARTNER_FACTS
    )
    clocks = {
        row["pk"]: (row["time_zone"], row["town"]) for row in rows if row["merged_into"] is None
    }
    topics = _titles("hub.Topic")
    audiences = _titles("hub.Audience")
    frames = {
        one.code: Frame(
            language=one,
            languages=LANGUAGES,
            locale=locales.get(one.code),
            text=text_in.get(one.code) or text_in.get(settings.LANGUAGE_CODE),
            restricted=closed,
            closed_collections=closed_collections,
            partners=names,
            partner_slugs=slugs,
            partner_countries=countries,
            partner_clocks=clocks,
            paused=frozenset(pk for pk, since in paused.items() if since),
            topics=topics.get(one.code, {}),
            audiences=audiences.get(one.code, {}),
            address=settings.HUB_ADDRESS,
            search_url=f"/{one.code}/search/",
            sign_in_url=reverse("account_login"),
        )
        for one in LANGUAGES
    }
    for page in pages:
        frame = frames.get(language_of_path(page["url_path"]))
        if frame is None:
            continue
        entry = _entry(page, known)
        frame.entries[entry.path] = entry
        frame.by_key[entry.translation_key] = entry
        if entry.depth == 2:
            frame.home = entry
        elif entry.depth == 3 and not entry.path.startswith(closed):
            (frame.menu if entry.in_menus else frame.footer_links).append(entry)
    for frame in frames.values():
        frame.others = frames
    _tie(pages, frames)
    return frames


def _tie(pages: list[dict], frames: dict[str, Frame]) -> None:
    """Note in each frame which things its pages name; a thing's page then need not ask."""
    by_model: dict[str, list[int]] = {}
    for page in pages:
        by_model.setdefault(page["model"], []).append(page["pk"])
    named = [row for label, ids in by_model.items() for row in apps.get_model(label).ties(ids)]
    if not named:
        return
    things = apps.get_model("hub.Thing").objects.filter(pk__in={thing for _pk, thing, _w in named})
    keys = dict(things.values_list("pk", "translation_key"))
    entries = {
        entry.pk: (frame, entry) for frame in frames.values() for entry in frame.by_key.values()
    }
    for pk, thing, word in named:
        if pk in entries and thing in keys:
            frame, entry = entries[pk]
            if not frame.is_restricted(entry.path):
                frame.ties.setdefault(keys[thing], []).append(Tie(word, entry))


def _titles(label: str) -> dict[str, dict[str, str]]:
    """Titles of a controlled list: language code -> slug -> title."""
    found: dict[str, dict[str, str]] = {}
    rows = apps.get_model(label).objects.values_list("locale__language_code", "slug", "title")
    for code, slug, title in rows:
        found.setdefault(code, {})[slug] = title
    return found


def frame_context(request) -> dict:
    """Template context: the frame of the reader's language, built only when a template asks."""
    return {"frame": SimpleLazyObject(lambda: get_frame(translation.get_language()))}
