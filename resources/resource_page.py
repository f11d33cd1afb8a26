"""What a resource's page shows beside its text: files in all languages, words, adaptations."""

from dataclasses import dataclass, field

from django.db.models import Value
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from hub.facts import Fact, known
from hub.file_notes import file_note, files_label
from hub.frame import address_of, get_frame, language_of_path
from hub.languages import LANGUAGES
from hub.models import Audience, Topic
from hub.models.documents import file_languages
from partners.partner_links import partner_facts, partner_name

from .citation import citation_of
from .models import ResourceFile, ResourcePage
from .related import related

NO_WORDS = "zxx"
# Not one language of the site: said in words, never as a chip.
SPECIAL = {NO_WORDS, "mul"}


@dataclass
class FileChoice:
    """One language of a file, and where its bytes are."""

    url: str
    code: str
    name: str
    is_own: bool
    form: str
    pages: int | None
    size_bytes: int


@dataclass
class FileRow:
    """A titled place for a file: the reader's own language first; `languages` are all it has."""

    title: str
    lang: str
    url: str
    note: str
    size_bytes: int
    languages: list[FileChoice] = field(default_factory=list)


def files_of(page: ResourcePage) -> list[FileRow]:
    """The files of the thing, one row a number, whichever language's page names them; one query."""
    rows = (
        ResourceFile.objects.filter(
            page__translation_key=page.translation_key, page__live=True, page__alias_of=None
        )
        .select_related("document", "page")
        .only(
            *("title", "number", "sort_order", "file_language", "page__url_path"),
            *("document__file", "document__file_size", "document__page_count"),
            "document__language",
        )
        .order_by("sort_order", "pk")
    )
    by_number: dict[int, list[ResourceFile]] = {}
    for row in rows:
        by_number.setdefault(row.number, []).append(row)
    if "files" in getattr(page, "_cluster_related_objects", {}):
        # A draft in the preview: its own rows are in memory, and may not have a number yet.
        by_number = {row.number or -place: [row] for place, row in enumerate(page.files.all())}
    return [
        _file_row(page, number, named)
        for number, named in sorted(
            by_number.items(), key=lambda item: (item[1][0].sort_order or 0, item[0])
        )
    ]


def _file_row(page, number: int, named: list[ResourceFile]) -> FileRow:
    here = page.own_language.code
    titles = {language_of_path(row.page.url_path): row.title for row in named}
    lang = here if here in titles else page.words_language
    names = dict(file_languages())
    choices: dict[tuple, FileChoice] = {}
    for row in named:
        tree = language_of_path(row.page.url_path)
        # The document knows what it is written in, whoever chose it for this row.
        code = row.document.language or row.file_language
        key = (row.document_id, code)
        # The address names the language tree whose row this is; the same file is offered once.
        if key in choices and tree != here:
            continue
        choices[key] = FileChoice(
            url=f"/r/{page.code}/{tree}/{number}",
            code=code,
            name=str(names.get(code, code)),
            is_own=code in (here, NO_WORDS),
            form=row.document.format,
            pages=row.document.page_count,
            size_bytes=row.document.size_bytes or 0,
        )
    order = {one.code: place for place, one in enumerate(LANGUAGES)}
    found = sorted(
        choices.values(),
        key=lambda one: (not one.is_own, one.code != page.words_language, order.get(one.code, 99)),
    )
    best = found[0]
    return FileRow(
        title=titles.get(lang) or next(iter(titles.values())),
        lang="" if lang == here else lang,
        url=best.url,
        note=file_note(best.form, best.pages, best.size_bytes, _language_note(best)),
        size_bytes=best.size_bytes,
        languages=[one for one in found if one.code not in SPECIAL],
    )


def _language_note(choice: FileChoice) -> str:
    """What a reader must know before the download: the language, where it is not their own."""
    if choice.code in SPECIAL:
        return choice.name
    return "" if choice.is_own else str(get_language_info(choice.code)["name_translated"])


def resource_context(page: ResourcePage) -> dict:
    """Template context of one resource; every list in it is asked for once."""
    frame = get_frame(page.own_language.code)
    catalogue_url = frame.section_url("resources")
    files = files_of(page)
    topics, audiences = _words(page, frame)
    return {
        "files": files,
        "files_label": files_label(len(files), sum(row.size_bytes for row in files)),
        "facts": _facts(page, frame, audiences),
        "topics": [(title, f"{catalogue_url}?topic={slug}") for slug, title in topics],
        "adaptations": _adaptations(page, frame),
        "grew_from": _grew_from(page),
        "citation": citation_of(page),
        "related": related(page, frame),
        "say_url": f"/{page.own_language.code}/say/{page.code}/",
    }


def _words(page: ResourcePage, frame) -> tuple[list[tuple[str, str]], list[str]]:
    """Topics (slug and title) and audiences, in the reader's language: one query for both.

    A mirror names the words of its source's language; their slugs are the same in all.
    """
    if "topics" in getattr(page, "_cluster_related_objects", {}):
        topics = [topic.slug for topic in page.topics.all()]
        audiences = [audience.slug for audience in page.audiences.all()]
    else:
        rows = (
            Topic.objects.filter(resourcepage=page).order_by().values_list("slug", Value("topic"))
        )
        rows = rows.union(
            Audience.objects.filter(resourcepage=page)
            .order_by()
            .values_list("slug", Value("audience"))
        )
        rows = sorted(rows)
        topics = [slug for slug, of in rows if of == "topic"]
        audiences = [slug for slug, of in rows if of == "audience"]
    return (
        [(slug, frame.topics.get(slug, slug)) for slug in topics],
        [frame.audiences.get(slug, slug) for slug in audiences],
    )


def _facts(page: ResourcePage, frame, audiences: list[str]) -> list[Fact]:
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
            Fact(_("Project result"), tie.entry.title, tie.entry.lang, url=tie.entry.url)
            for tie in frame.ties.get(page.translation_key, [])
            if tie.word == "resource"
        ),
        Fact(_("Licence"), page.licence_short, url=page.licence_url, rel="license"),
    )


def _adaptations(page: ResourcePage, frame) -> list[dict]:
    """Resources that grew out of this one: how it went elsewhere."""
    # Chosen by language and sorted here: for either, SQLite would read all pages of the language.
    found = (
        ResourcePage.objects.filter(adapted_from__translation_key=page.translation_key, live=True)
        .exclude(translation_key=page.translation_key)
        .order_by()
        .values_list(
            *("first_published_at", "pk", "url_path", "title", "words_language", "partner_id")
        )
    )
    here = page.own_language.code
    return [
        {
            "url": address_of(url_path),
            "title": title,
            "lang": words,
            "partner": partner_name(frame, partner_id),
        }
        for _at, _pk, url_path, title, words, partner_id in sorted(found)
        if language_of_path(url_path) == here
    ]


def _grew_from(page: ResourcePage) -> dict | None:
    """The resource that this one was adapted from."""
    thing = page.source_thing
    if thing is None or thing.withdrawn_at:
        return None
    here = page.own_language.code
    words = here if here in thing.titles else thing.original_locale.language_code
    return {"url": f"/r/{thing.code}/", "title": thing.title_in(here), "lang": words}


def files_labels(pages) -> dict:
    """How many files and how large, in words, by translation key; one query for a whole list.

    Of each file the reader's own language counts where there is one, else the first.
    """
    here = {page.translation_key: page.own_language.code for page in pages}
    rows = (
        ResourceFile.objects.filter(
            page__translation_key__in=here, page__live=True, page__alias_of=None
        )
        .order_by("sort_order", "pk")
        .values_list("page__translation_key", "number", "document__language", "document__file_size")
    )
    sizes: dict = {}
    for key, number, code, size_bytes in rows:
        of_thing = sizes.setdefault(key, {})
        if number not in of_thing or code == here[key]:
            of_thing[number] = size_bytes or 0
    return {key: files_label(len(found), sum(found.values())) for key, found in sizes.items()}


def file_records(page: ResourcePage) -> list[dict]:
    """The files of this page as plain data."""
    return [
        {
            "number": row.number,
            "title": row.title,
            "language": row.file_language,
            "url": f"/r/{page.code}/{page.words_language}/{row.number}",
            "format": row.document.format,
            "size_bytes": row.document.size_bytes,
            "sha256": row.document.sha256,
            "pages": row.document.page_count,
            "licence": row.document.licence,
        }
        for row in page.files.select_related("document")
    ]
