"""What a resource's page shows beside its text: files in all languages, words, adaptations."""

from dataclasses import dataclass, field

from hub.frame import get_frame, language_of_path
from hub.languages import LANGUAGES
from hub.models.documents import file_languages

from .models import ResourceFile, ResourcePage

NO_WORDS = "zxx"


@dataclass
class FileChoice:
    """One language of a file: where its bytes are and what they are."""

    url: str
    lang: str
    lang_name: str
    format: str
    pages: int | None
    size_bytes: int
    is_own: bool


@dataclass
class FileRow:
    """A titled place for a file: the reader's own language first, the others beside it."""

    number: int
    title: str
    lang: str
    best: FileChoice
    others: list[FileChoice] = field(default_factory=list)


def files_of(page: ResourcePage) -> list[FileRow]:
    """The files of the thing, one row a number, whichever language's page names them; one query."""
    rows = (
        ResourceFile.objects.filter(
            page__translation_key=page.translation_key, page__live=True, page__alias_of=None
        )
        .select_related("document", "page")
        .order_by("sort_order", "pk")
    )
    here = page.own_language.code
    by_number: dict[int, list[ResourceFile]] = {}
    for row in rows:
        by_number.setdefault(row.number, []).append(row)
    return [
        _file_row(page, number, named, here)
        for number, named in sorted(
            by_number.items(), key=lambda item: (item[1][0].sort_order, item[0])
        )
    ]


def _file_row(page, number: int, named: list[ResourceFile], here: str) -> FileRow:
    titles = {language_of_path(row.page.url_path): row.title for row in named}
    lang = here if here in titles else page.words_language
    names = dict(file_languages())
    choices: dict[tuple, FileChoice] = {}
    for row in named:
        tree = language_of_path(row.page.url_path)
        key = (row.document_id, row.file_language)
        # The address names the language tree whose row this is; the same file is offered once.
        if key in choices and tree != here:
            continue
        choices[key] = FileChoice(
            url=f"/r/{page.code}/{tree}/{number}",
            lang=row.file_language,
            lang_name=str(names.get(row.file_language, row.file_language)),
            format=row.document.format,
            pages=row.document.page_count,
            size_bytes=row.document.size_bytes or 0,
            is_own=row.file_language in (here, NO_WORDS),
        )
    order = {one.code: place for place, one in enumerate(LANGUAGES)}
    found = sorted(
        choices.values(),
        key=lambda one: (not one.is_own, one.lang != page.words_language, order.get(one.lang, 99)),
    )
    title = titles.get(lang) or next(iter(titles.values()))
    return FileRow(number, title, "" if lang == here else lang, found[0], found[1:])


def resource_context(page: ResourcePage) -> dict:
    """Template context of one resource; every list in it is asked for once."""
    frame = get_frame(page.own_language.code)
    files = files_of(page)
    adaptations = (
        ResourcePage.objects.filter(
            adapted_from__translation_key=page.translation_key, live=True, locale=page.locale_id
        )
        .exclude(translation_key=page.translation_key)
        .order_by("first_published_at")
    )
    return {
        "files": files,
        "topics": [
            (topic.slug, frame.topics.get(topic.slug, topic.title)) for topic in page.topics.all()
        ],
        "audiences": [
            (audience.slug, frame.audiences.get(audience.slug, audience.title))
            for audience in page.audiences.all()
        ],
        "partner_name": frame.partners.get(page.partner_id, ""),
        "partner_url": partner_url(frame, page.partner_id),
        "adaptations": adaptations,
        "catalogue_url": frame.section_url("resources"),
        "say_url": f"/{page.own_language.code}/say/{page.code}/",
    }


def partner_url(frame, partner_id) -> str:
    """The address of the partner's own page in the frame's language, "" when there is none."""
    for entry in frame.shelves("partners"):
        if entry.partner_id == partner_id:
            return entry.url
    return ""


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
