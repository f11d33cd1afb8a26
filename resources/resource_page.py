"""What a resource's page shows beside its text: files in all languages, words, adaptations."""

from dataclasses import dataclass, field

from django.db.models import IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localtime
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.rich_text import RichText

from hub.facts import Fact, known
from hub.file_notes import file_note, files_label
from hub.first_pages import FirstPage, first_page_of
from hub.frame import address_of, get_frame, language_of_path
from hub.languages import LANGUAGES
from hub.models import Audience, Document, DocumentVersion, Thing, Topic
from hub.models.documents import file_languages
from hub.prepared import Prepared
from hub.recordings import SOUND, Player, is_recording, tracks_of
from partners.partner_links import partner_facts, partner_name
from translations.files.overrides import is_older

from .bundles.offer import bundle_offer
from .models import ResourceFile, ResourcePage
from .related import related

NO_WORDS = "zxx"
# Not one language of the site: said in words, never as a chip.
SPECIAL = {NO_WORDS, "mul"}
# Events that a page says it comes from.
MOST_NAMED = 5


@dataclass
class OlderVersion:
    """Bytes that stood at a file's address before."""

    url: str
    number: int
    note: str
    what_changed: str


@dataclass
class FileChoice:
    """One language of a file, and where its bytes are."""

    url: str
    code: str
    name: str
    is_own: bool
    document: Document
    note: str = ""
    what_changed: str = ""
    older: list[OlderVersion] = field(default_factory=list)
    # The original's, where its bytes are newer than these.
    newer: "FileChoice | None" = None

    @property
    def version(self) -> int:
        return self.document.version

    @property
    def language_here(self) -> str:
        """Its language as the reader calls it."""
        if self.code in SPECIAL:
            return self.name
        return str(get_language_info(self.code)["name_translated"])


@dataclass
class FileRow:
    """A titled place for a file: the reader's own language first; `choices` are all it has."""

    title: str
    lang: str
    note: str
    choices: list[FileChoice]
    player: Player | None = None

    @property
    def best(self) -> FileChoice:
        return self.choices[0]

    @property
    def url(self) -> str:
        return self.best.url

    @property
    def size_bytes(self) -> int:
        return self.best.document.size_bytes or 0

    @property
    def languages(self) -> list[FileChoice]:
        return [one for one in self.choices if one.code not in SPECIAL]

    @property
    def has_more(self) -> bool:
        """Whether there is more to say than the row itself does."""
        return len(self.choices) > 1 or bool(self.best.older)

    @property
    def first_page(self) -> FirstPage | None:
        return first_page_of(self.best.document)

    @property
    def text_alternative(self) -> str:
        """For those who cannot see the file, in the language `alternative_lang`."""
        return self.best.document.text_alternative

    @property
    def alternative_lang(self) -> str:
        return "" if self.best.is_own or self.best.code in SPECIAL else self.best.code


_files = Prepared(
    lambda key: (
        ResourceFile.objects.filter(page__translation_key=key, page__live=True, page__alias_of=None)
        .select_related("document__text_inside", "document__collection", "captions", "page")
        .only(
            *("title", "number", "sort_order", "file_language", "transcript", "page__url_path"),
            *("document__file", "document__file_size", "document__page_count"),
            *("document__language", "document__version", "document__file_changed_at"),
            *("document__sha256", "document__text_alternative", "captions__file"),
            *("captions__language", "document__text_inside__sha256"),
            *("document__text_inside__first_page", "document__collection__path"),
            "document__text_inside__first_page_width",
            "document__text_inside__first_page_height",
        )
        .order_by("sort_order", "pk")
    )
)


def files_of(page: ResourcePage) -> list[FileRow]:
    """The files of the thing, one row a number, whichever language's page names them.

    One query, and one more where a file was ever replaced.
    """
    by_number: dict[int, list[ResourceFile]] = {}
    closed = get_frame(page.own_language.code).closed_collections
    for row in _files(page.translation_key):
        if not row.document.collection.path.startswith(closed):
            by_number.setdefault(row.number, []).append(row)
    if "files" in getattr(page, "_cluster_related_objects", {}):
        # A draft in the preview: its own rows are in memory, and may not have a number yet.
        rows = [row for row in page.files.all() if row.document_id]
        by_number = {row.number or -place: [row] for place, row in enumerate(rows)}
    versions = _versions_of(row.document for named in by_number.values() for row in named)
    return [
        _file_row(page, number, named, versions)
        for number, named in sorted(
            by_number.items(), key=lambda item: (item[1][0].sort_order or 0, item[0])
        )
    ]


def _versions_of(documents) -> dict[int, dict[int, DocumentVersion]]:
    """Older versions by document and number; the newest first, no query where there are none."""
    replaced = {document.pk for document in documents if document.version > 1}
    found: dict = {}
    if replaced:
        for one in DocumentVersion.objects.filter(document__in=replaced).order_by("-number"):
            found.setdefault(one.document_id, {})[one.number] = one
    return found


def _file_row(page, number: int, named: list[ResourceFile], versions: dict) -> FileRow:
    here = page.own_language.code
    titles = {language_of_path(row.page.url_path): row.title for row in named}
    lang = here if here in titles else page.words_language
    choices: dict[tuple, FileChoice] = {}
    source = None
    for row in named:
        tree = language_of_path(row.page.url_path)
        choice = _choice(row, f"/r/{page.code}/{tree}/{number}", here, versions)
        key = (row.document_id, choice.code)
        # The address names the language tree whose row this is; the same file is offered once.
        if key not in choices or tree == here:
            choices[key] = choice
        if tree == page.original_code:
            source = key
    order = {one.code: place for place, one in enumerate(LANGUAGES)}
    found = sorted(
        choices.values(),
        key=lambda one: (not one.is_own, one.code != page.words_language, order.get(one.code, 99)),
    )
    original = choices.get(source)
    for one in found:
        if original and is_older(one.document, original.document):
            one.newer = original
    best = found[0]
    return FileRow(
        title=titles.get(lang) or next(iter(titles.values())),
        lang="" if lang == here else lang,
        note=_note(best.document, _language_note(best)),
        choices=found,
        player=_player(best, [row for row in named if row.document_id == best.document.pk], lang),
    )


def _choice(row: ResourceFile, url: str, here: str, versions: dict) -> FileChoice:
    document = row.document
    kept = versions.get(document.pk, {})
    # The document knows what it is written in, whoever chose it for this row.
    code = document.language or row.file_language
    return FileChoice(
        url=url,
        code=code,
        name=str(dict(file_languages()).get(code, code)),
        is_own=code in (here, NO_WORDS),
        document=document,
        note=_note(document),
        what_changed=_what_changed(kept, document.version),
        older=[
            OlderVersion(
                url=f"{url}/v{one.number}",
                number=one.number,
                note=file_note("", None, one.size_bytes, _day(one.file_changed_at)),
                what_changed=_what_changed(kept, one.number),
            )
            for one in kept.values()
        ],
    )


def _what_changed(kept: dict[int, DocumentVersion], number: int) -> str:
    """In version `number`; said of the bytes that it put aside."""
    before = kept.get(number - 1)
    return before.what_changed if before else ""


def _note(document: Document, *more: str) -> str:
    size = document.size_bytes
    day = _day(document.file_changed_at)
    return file_note(document.format, document.page_count, size, *more, day)


def _day(at) -> str:
    return date_format(localtime(at), "DATE_FORMAT") if at else ""


def _player(best: FileChoice, rows: list[ResourceFile], lang: str) -> Player | None:
    """For a film or sound: captions in all languages, the transcript in one, `lang` before others."""
    if not is_recording(best.document):
        return None
    by_tree = {language_of_path(row.page.url_path): row for row in rows}
    first = {code: by_tree[code] for code in (lang, *by_tree) if code in by_tree}
    written = next((code for code, row in first.items() if row.transcript), lang)
    return Player(
        url=best.url,
        title=next(iter(first.values())).title,
        is_sound=best.document.format == SOUND,
        tracks=tracks_of(row.captions for row in first.values()),
        transcript=RichText(first[written].transcript) if written in first else None,
        lang=written,
    )


def _language_note(choice: FileChoice) -> str:
    """What a reader must know before the download: the language, where it is not their own."""
    return "" if choice.is_own and choice.code not in SPECIAL else choice.language_here


def resource_context(page: ResourcePage) -> dict:
    """Template context of one resource; every list in it is asked for once."""
    frame = get_frame(page.own_language.code)
    catalogue_url = frame.section_url("resources")
    # A kit has neither: what it names has files, and nothing is adapted from a list.
    is_kit = page.kind_slug == "kit"
    files = [] if is_kit else files_of(page)
    topics, audiences = _words(page, frame)
    connected = _connections(page, frame)
    return {
        "files": files,
        "files_label": files_label(len(files), sum(row.size_bytes for row in files)),
        "facts": _facts(page, frame, audiences, connected.named_by),
        "topics": [(title, f"{catalogue_url}?topic={slug}") for slug, title in topics],
        "adaptations": connected.adaptations,
        "audiences": audiences,
        "grew_from": _grew_from(page, frame),
        # Asked for where it is shown: not beside a second language, not in a kit.
        "related": SimpleLazyObject(lambda: related(page, frame)),
        "cite_url": f"/{page.own_language.code}/cite/{page.code}/",
        "bundle": bundle_offer(page, sum(row.size_bytes for row in files)),
    }


_word_slugs = Prepared(
    lambda pk: (
        Topic.objects.filter(resourcepage=pk)
        .order_by()
        .values_list("slug", Value("topic"))
        .union(
            Audience.objects.filter(resourcepage=pk)
            .order_by()
            .values_list("slug", Value("audience"))
        )
    )
)


def _words(page: ResourcePage, frame) -> tuple[list[tuple[str, str]], list[str]]:
    """Topics (slug and title) and audiences, in the reader's language: one query for both.

    A mirror names the words of its source's language; their slugs are the same in all.
    """
    if "topics" in getattr(page, "_cluster_related_objects", {}):
        topics = [topic.slug for topic in page.topics.all()]
        audiences = [audience.slug for audience in page.audiences.all()]
    else:
        rows = sorted(_word_slugs(page.pk))
        topics = [slug for slug, of in rows if of == "topic"]
        audiences = [slug for slug, of in rows if of == "audience"]
    return (
        [(slug, frame.topics.get(slug, slug)) for slug in topics],
        [frame.audiences.get(slug, slug) for slug in audiences],
    )


def _facts(page: ResourcePage, frame, audiences: list[str], named_by=()) -> list[Fact]:
    shared = {True: _("Needed"), False: _("Not needed"), None: ""}
    return known(
        Fact(
            _("Time needed"), _("%(number)s min") % {"number": page.minutes} if page.minutes else ""
        ),
        Fact(_("Group size"), page.group_label if page.group_from or page.group_to else ""),
        Fact(_("Shared language"), shared[page.needs_shared_language]),
        Fact(_("For"), ", ".join(audiences)),
        *partner_facts(_("Made by"), frame, page),
        *(
            Fact(
                _("Event"),
                one["title"],
                "" if one["lang"] == page.own_language.code else one["lang"],
                url=one["url"],
            )
            for one in named_by
        ),
        *(
            Fact(_("Project result"), tie.entry.title, tie.entry.lang, url=tie.entry.url)
            for tie in frame.ties.get(page.translation_key, [])
            if tie.word == "resource"
        ),
        Fact(_("Licence"), page.licence_short, url=page.licence_url, rel="license"),
    )


# Chosen by language and sorted later: for either, SQLite would read all pages of the language.
# What grew out of a resource, and the pages of other rooms whose material it is, in one question.
_connected = Prepared(
    lambda key: (
        ResourcePage.objects.filter(adapted_from__translation_key=key, live=True)
        .exclude(translation_key=key)
        .order_by()
        .values_list(
            *("first_published_at", "pk", "url_path", "path", "title"),
            *("words_language", "partner_id", Value("adapted")),
        )
        .union(
            Page.objects.filter(
                live=True,
                translation_key__in=Thing.belongs_to.through.objects.filter(
                    from_thing__translation_key=key
                ).values("to_thing__translation_key"),
            )
            .order_by()
            .values_list(
                *("first_published_at", "pk", "url_path", "path", "title"),
                # A mirror shows the words of the page it follows.
                Coalesce("alias_of__locale__language_code", "locale__language_code"),
                *(Value(None, IntegerField()), Value("named_by")),
            )
        )
    )
)


@dataclass(frozen=True)
class Connected:
    """What a resource is connected with, as links, each for everybody to read."""

    adaptations: list[dict] = field(default_factory=list)
    named_by: list[dict] = field(default_factory=list)


def _connections(page: ResourcePage, frame) -> Connected:
    """How it went elsewhere, and the events it comes from: one query, none for most kits."""
    here = page.own_language.code
    is_kit = page.kind_slug == "kit"
    # Nothing is adapted from a list; whether events name it, what every page asks has said.
    if is_kit and not page.is_named_by_others:
        return Connected()
    found: dict[str, list] = {"adapted": [], "named_by": []}
    for _at, _pk, url_path, path, title, words, partner_id, how in sorted(
        _connected(page.translation_key), key=lambda row: row[:2]
    ):
        if language_of_path(url_path) == here and not frame.is_restricted(path):
            link = {"url": address_of(url_path), "title": title, "lang": words}
            found[how].append({**link, "partner": partner_name(frame, partner_id)})
    return Connected([] if is_kit else found["adapted"], found["named_by"][:MOST_NAMED])


def _grew_from(page: ResourcePage, frame) -> dict | None:
    """What this one was adapted from, where everybody may read that."""
    if page.adapted_from_id is None:
        return None
    here = page.own_language.code
    # Core pages: it may be of any room.
    counterpart = Page.objects.filter(
        translation_key=OuterRef("translation_key"), locale=frame.locale, live=True
    )
    thing = (
        Thing.objects.filter(pk=page.adapted_from_id, withdrawn_at=None)
        .select_related("original_locale")
        .annotate(
            path=Subquery(counterpart.order_by().values("path")[:1]),
            url_path=Subquery(counterpart.order_by().values("url_path")[:1]),
        )
        .first()
    )
    if thing is None or not thing.path or frame.is_restricted(thing.path):
        return None
    words = here if here in thing.titles else thing.original_locale.language_code
    return {"url": address_of(thing.url_path), "title": thing.title_in(here), "lang": words}


def files_labels(pages) -> dict:
    """How many files and how large, in words, by translation key; one query for a whole list."""
    return {key: files_label(*weight) for key, weight in files_weights(pages).items()}


_weights = Prepared(
    lambda keys: (
        ResourceFile.objects.filter(
            page__translation_key__in=keys, page__live=True, page__alias_of=None
        )
        .order_by("sort_order", "pk")
        .values_list("page__translation_key", "number", "document__language", "document__file_size")
    )
)


def files_weights(pages) -> dict:
    """How many files and how many bytes, by translation key; one query for a whole list.

    Of each file the reader's own language counts where there is one, else the first.
    """
    here = {page.translation_key: page.own_language.code for page in pages}
    sizes: dict = {}
    for key, number, code, size_bytes in _weights(sorted(here)):
        of_thing = sizes.setdefault(key, {})
        if number not in of_thing or code == here[key]:
            of_thing[number] = size_bytes or 0
    return {key: (len(found), sum(found.values())) for key, found in sizes.items()}
