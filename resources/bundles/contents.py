"""What goes into a ZIP: resources in one language with the files that a reader of it would take."""

from dataclasses import dataclass, field
from datetime import datetime

from hub.file_notes import file_note
from hub.frame import get_frame, language_of_path
from hub.languages import language
from hub.models import Document, Thing
from hub.models.documents import file_languages
from hub.private import open_to_all
from partners.partner_links import partner_name

from ..kits import Member, members_of
from ..models import LICENCE_SHORT, KitPage, ResourceFile, ResourcePage
from .names import plain_name

# Files of several languages and of none say so on their own.
SAID_IN_WORDS = ("mul", "zxx")


@dataclass
class TakenFile:
    """A file under its name in the folder of its resource."""

    title: str
    lang: str
    name: str
    note: str
    licence: str
    document: Document


@dataclass
class Part:
    """One thing of a ZIP. An event of a kit is only named: it has no folder and no files."""

    title: str
    lang: str
    kind_label: str
    facts: list[str]
    summary: str
    partner: str
    code: str
    changed_at: datetime
    sentence: str = ""
    folder: str = ""
    page: ResourcePage | None = None
    licence: str = ""
    licence_url: str = ""
    grew_from: tuple[str, str] | None = None
    files: list[TakenFile] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)

    def everything(self) -> list["Part"]:
        """This part and all below it, in order."""
        return [self, *(one for part in self.parts for one in part.everything())]


def parts_of(pages: list[ResourcePage], code: str) -> list[Part]:
    """The resources `pages` of language tree `code`, kits with what is in them.

    The same number of queries for one resource as for fifty.
    """
    frame = get_frame(code)
    specific = {
        page.pk: page
        for page in ResourcePage.objects.filter(pk__in=[page.pk for page in pages]).specific()
    }
    kits = [page for page in specific.values() if isinstance(page, KitPage)]
    members = members_of(kits) if kits else {}
    below = {
        member.page.pk
        for some in members.values()
        for member in some
        if isinstance(member.page, ResourcePage)
    }
    if missing := below - specific.keys():
        inside = ResourcePage.objects.filter(pk__in=missing).specific()
        specific.update({page.pk: page for page in inside})
    things = _things(specific.values(), members)
    files = _files(specific.values(), things, code)

    def part_of(page, sentence="") -> Part:
        page = specific.get(page.pk, page)
        part = _part(page, things, frame)
        part.sentence = sentence
        part.files = files.get(page.translation_key, [])
        part.parts = [part_of(one.page, one.sentence) for one in members.get(page.pk, [])]
        _give_folders(part.parts)
        return part

    found = [part_of(page) for page in pages]
    _give_folders(found)
    return found


def _give_folders(parts: list[Part]) -> None:
    """Numbered, so that they stand in order and no two are called the same."""
    for place, part in enumerate(parts, start=1):
        if part.page is not None:
            part.folder = f"{place:02d}-{plain_name(part.title, part.code)}"


def _things(pages, members: dict[int, list[Member]]) -> dict:
    """The things of all that is taken, and of what it grew from, by translation key: two queries."""
    keys = {page.translation_key for page in pages}
    keys |= {one.page.translation_key for some in members.values() for one in some}
    origins = {page.adapted_from_id for page in pages if page.adapted_from_id}
    things = Thing.objects.select_related("original_locale")
    found = {one.translation_key: one for one in things.filter(translation_key__in=keys)}
    for one in things.to_be_named().filter(pk__in=origins, withdrawn_at=None) if origins else ():
        found[one.pk] = one
    return found


def _part(page, things: dict, frame) -> Part:
    card = page.card()
    part = Part(
        title=card.title,
        lang=card.lang,
        kind_label=card.kind_label,
        facts=[*card.facts, *([card.date_label] if card.date_label else [])],
        summary=card.summary,
        partner=partner_name(frame, page.partner_id),
        code=things[page.translation_key].code,
        changed_at=page.last_published_at or page.latest_revision_created_at,
    )
    if isinstance(page, ResourcePage):
        part.page = page
        part.licence, part.licence_url = page.licence_short, page.licence_url
        origin = things.get(page.adapted_from_id)
        if origin:
            part.grew_from = (origin.title_in(frame.language.code), f"/r/{origin.code}/")
    return part


def _files(pages, things: dict, code: str) -> dict[object, list[TakenFile]]:
    """By translation key: of each number the reader's own file, else the original's; two queries.

    What lies in a private collection, or is not there, is left out.
    """
    keys = [page.translation_key for page in pages]
    rows = (
        open_to_all(
            ResourceFile.objects.filter(
                page__translation_key__in=keys, page__live=True, page__alias_of=None
            ),
            "document__collection",
        )
        .select_related("document", "page")
        .defer("page__body")
        .order_by("sort_order", "pk")
    )
    chosen: dict[object, dict[int, tuple[int, ResourceFile]]] = {}
    for row in rows:
        key = row.page.translation_key
        tree = language_of_path(row.page.url_path)
        wanted = (code, things[key].original_locale.language_code)
        rank = wanted.index(tree) if tree in wanted else len(wanted)
        of_thing = chosen.setdefault(key, {})
        if row.number not in of_thing or rank < of_thing[row.number][0]:
            of_thing[row.number] = (rank, row)
    return {
        key: _named(
            [
                row
                for _rank, row in sorted(
                    of_thing.values(), key=lambda one: (one[1].sort_order or 0, one[1].number)
                )
                if row.document.file.storage.exists(row.document.file.name)
            ],
            code,
        )
        for key, of_thing in chosen.items()
    }


def _named(rows: list[ResourceFile], code: str) -> list[TakenFile]:
    words = dict(file_languages())
    taken = []
    for place, row in enumerate(rows, start=1):
        document = row.document
        written_in = document.language or row.file_language
        tail = "" if written_in in SAID_IN_WORDS else f"-{written_in}"
        name = f"{place:02d}-{plain_name(row.title, 'file')}{tail}.{document.file_extension}"
        said = "" if written_in == code else str(words.get(written_in, written_in))
        taken.append(
            TakenFile(
                title=row.title,
                lang=language(row.page.words_language).code,
                name=f"files/{name}",
                note=file_note(document.format, document.page_count, document.size_bytes, said),
                licence=LICENCE_SHORT.get(document.licence) or document.get_licence_display(),
                document=document,
            )
        )
    return taken
