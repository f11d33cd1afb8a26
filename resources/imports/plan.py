"""What a table of resources would make, row by row. Nothing is written here."""

import hashlib
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hub.file_notes import file_note
from hub.models import Audience, HubPage, Thing, Topic
from hub.page_lists import with_originals
from hub.upload_notices import same_bytes_among
from hub.upload_rules import obey
from partners.models import ShelfPage
from translations.csv_cells import rows_of

from ..models import ResourcePage
from .cells import Cells, Words
from .columns import EXAMPLE, REQUIRED, all_names, is_known
from .packed import PackedFiles
from .shelves import collection_for

# With the head. All of them are made in one transaction, while which nobody else saves.
MOST_ROWS = 100
MOST_FILES = 200
NEW, AGAIN, ERROR = "new", "again", "error"
VERDICTS = {
    NEW: gettext_lazy("new"),
    AGAIN: gettext_lazy("here already"),
    ERROR: gettext_lazy("error"),
}


@dataclass
class PlannedFile:
    """A file of a row. `name` is the one in the ZIP; the facts are of the bytes that would be kept."""

    column: str
    name: str
    title: str
    language: str
    alternative: str
    licence: str = ""
    sha256: str = ""
    size_bytes: int = 0

    @property
    def words(self) -> tuple:
        """Rows that say the same of a file share it."""
        return self.language, self.alternative, self.licence

    @property
    def note(self) -> str:
        ending = self.name.rpartition(".")[2].upper()
        return file_note(ending, None, self.size_bytes)


@dataclass
class Problem:
    """`column` is empty where it is about the whole row."""

    column: str
    sentence: str


@dataclass
class Line:
    """One row of the table: what would be made of it, and why it cannot be."""

    number: int
    page: ResourcePage
    topics: list[Topic] = field(default_factory=list)
    audiences: list[Audience] = field(default_factory=list)
    files: list[PlannedFile] = field(default_factory=list)
    verdict: str = NEW
    problems: list[Problem] = field(default_factory=list)
    notices: list[SafeString | str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return VERDICTS[self.verdict]

    @property
    def tick(self) -> str:
        """The field that says: make it all the same."""
        return f"take-{self.number}"

    def refuse(self, column: str, sentence: str) -> None:
        self.verdict = ERROR
        self.problems.append(Problem(column, sentence))


@dataclass
class Plan:
    """`errors` are about the whole; `loose` are files of the ZIP that no row names."""

    lines: list[Line]
    errors: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or any(line.verdict == ERROR for line in self.lines)

    @property
    def numbers(self) -> list[tuple[str, int]]:
        found = dict.fromkeys(VERDICTS, 0)
        for line in self.lines:
            found[line.verdict] += 1
        return [(VERDICTS[verdict], number) for verdict, number in found.items() if number]

    @property
    def mark(self) -> str:
        """Differs as soon as anything would come out otherwise than it was shown."""
        said = [
            (line.number, line.page.title, line.verdict, line.problems, line.notices, line.files)
            for line in self.lines
        ]
        return hashlib.sha256(repr((said, self.errors)).encode()).hexdigest()

    def wanted(self, ticks) -> list[Line]:
        """The lines to make: the new ones, and of those that are here already the ticked."""
        return [one for one in self.lines if one.verdict == NEW or one.tick in ticks]


def make_plan(text: str, packed: PackedFiles | None, shelf: ShelfPage, user) -> Plan:
    """What the table `text` and the files of the ZIP would make on `shelf`.

    The number of queries does not depend on the number of rows. Raises ValidationError where there is no table
    to look at: no CSV, wrong columns, too many rows.
    """
    rows = rows_of(text, MOST_ROWS + 1)
    _check_head(rows[0])
    words = _words(rows, shelf)
    lines, seen = [], {}
    standing = titles_on(shelf)
    for number, cells in enumerate(rows[1:], start=2):
        if any(cells):
            lines.append(_line(number, cells, rows[0], words, shelf, user))
            _compare(lines[-1], seen, standing)
    if not lines:
        raise ValidationError(_("There is no line below the first one."))
    plan = Plan(lines)
    _look_at_files(plan, packed, shelf, user)
    return plan


def titles_on(shelf: ShelfPage) -> dict[str, HubPage]:
    """What was first written on this shelf, by its title in small letters; one query."""
    pages = with_originals(ResourcePage.objects.child_of(shelf).filter(alias_of=None))
    return {
        title.casefold(): page
        for page in pages
        if page.is_original
        for title in (page.draft_title, page.title)
    }


def _check_head(head: list[str]) -> None:
    known = {name for name in head if is_known(name)}
    if missing := [name for name in REQUIRED if name not in known]:
        raise ValidationError(
            _(
                "The first row must name the columns, as in the template. These are missing: %(names)s."
            )
            % {"names": ", ".join(missing)}
        )
    if unknown := [name for name in head if name and name not in known]:
        raise ValidationError(
            _("No such column: %(names)s. There are: %(known)s, and more of those for files.")
            % {"names": ", ".join(unknown), "known": ", ".join(all_names(1))}
        )


def _words(rows: list[list[str]], shelf: ShelfPage) -> Words:
    """The lists that cells are looked up in, each asked for once."""
    place = rows[0].index("adapted_from") if "adapted_from" in rows[0] else None
    codes = {row[place] for row in rows[1:] if place is not None and len(row) > place}
    codes = {code.strip("/").rpartition("/")[2].upper() for code in codes}
    things = Thing.objects.filter(code__in=codes, withdrawn_at=None)
    return Words(
        language=shelf.locale.language_code,
        topics=list(Topic.objects.order_by("slug")),
        audiences=list(Audience.objects.order_by("slug")),
        locale_id=shelf.locale_id,
        # A draft's code nobody has to know.
        things={thing.code: thing for thing in things if thing.titles},
    )


def _line(number: int, row: list[str], head: list[str], words: Words, shelf, user) -> Line:
    said = dict(zip(head, row, strict=False))
    cells = Cells(said, words)
    page = cells.page(locale=shelf.locale, owner=user, live=False)
    line = Line(number, page, cells.topics(), cells.audiences())
    for column, sentence in cells.problems:
        line.refuse(column, sentence)
    if any(row[len(head) :]):
        line.refuse("", _("The line has more cells than the first one."))
    if page.title.startswith(EXAMPLE):
        line.refuse("title", _("This is a row of the template. Write over it, or delete it."))
    known = {problem.column for problem in line.problems}
    for column, sentence in cells.refusals_of(page):
        if column not in known:
            line.refuse(column, sentence)
    line.files = [PlannedFile(*one, licence=page.licence) for one in cells.files(line.refuse)]
    return line


def _compare(line: Line, seen: dict[str, int], standing: dict[str, HubPage]) -> None:
    """A title that is there already is no mistake, but nothing to be doubled in silence either."""
    title = line.page.title.casefold()
    notice = None
    if title in standing:
        page = standing[title]
        link = format_html(
            '<a href="{}">{}</a>', reverse("wagtailadmin_pages:edit", args=[page.pk]), page.title
        )
        notice = format_html(_("A resource of this title stands on the shelf: {page}."), page=link)
    elif title in seen:
        notice = _("Row %(number)d has the same title.") % {"number": seen[title]}
    if notice and title:
        line.notices.append(notice)
        line.verdict = AGAIN if line.verdict == NEW else line.verdict
    seen.setdefault(title, line.number)


# --- files ------------------------------------------------------------------------------------


def _look_at_files(plan: Plan, packed: PackedFiles | None, shelf: ShelfPage, user) -> None:
    named = [(line, one) for line in plan.lines for one in line.files]
    if not named:
        plan.loose = packed.names if packed else []
        return
    try:
        collection = collection_for(user, shelf)
    except ValidationError as refused:
        plan.errors += refused.messages
        return
    if len(named) > MOST_FILES:
        plan.errors.append(
            _("The table names %(number)d files; %(most)d are taken at once. Send it in parts.")
            % {"number": len(named), "most": MOST_FILES}
        )
        return
    looked_at: dict[str, PlannedFile | ValidationError] = {}
    for line, one in named:
        try:
            one.name = _found(packed, one.name)
            _look_at(one, packed, looked_at)
            if any(one is not other and one.name == other.name for other in line.files):
                raise ValidationError(_("This row names the file twice."))
        except ValidationError as refused:
            line.refuse(one.column, " ".join(refused.messages))
    _note_doubles(named, user)
    kept = {one.name: one for _line, one in named if one.sha256}
    try:
        obey(collection, sum(one.size_bytes for one in kept.values()))
    except ValidationError as refused:
        plan.errors += refused.messages
    plan.loose = [name for name in packed.names if name not in looked_at] if packed else []


def _found(packed: PackedFiles | None, name: str) -> str:
    if packed is None:
        raise ValidationError(_("Choose the ZIP that holds this file too."))
    return packed.find(name)


def _look_at(one: PlannedFile, packed: PackedFiles, looked_at: dict) -> None:
    """Judge a file, once however many rows name it. Raises ValidationError."""
    known = looked_at.get(one.name)
    if known is None:
        try:
            with packed.checked(one.name) as upload:
                upload.seek(0)
                one.sha256 = hashlib.file_digest(upload, "sha256").hexdigest()
                one.size_bytes = upload.size
            looked_at[one.name] = one
        except ValidationError as refused:
            looked_at[one.name] = refused
            raise
        return
    if isinstance(known, ValidationError):
        raise known
    if known.words != one.words:
        raise ValidationError(
            _("Another row names this file with another language, licence or text alternative.")
        )
    one.sha256, one.size_bytes = known.sha256, known.size_bytes


def _note_doubles(named: list[tuple[Line, PlannedFile]], user) -> None:
    notices = same_bytes_among({one.sha256 for _line, one in named}, user)
    for line, one in named:
        if one.sha256 in notices:
            line.notices.append(format_html("{}: {}", one.name, notices[one.sha256]))


def loose_words(plan: Plan) -> str:
    """A sentence about files of the ZIP that no row names; "" where there is none."""
    if not plan.loose:
        return ""
    return ngettext(
        "%(number)d file of the ZIP is named in no row, and is left out: %(names)s",
        "%(number)d files of the ZIP are named in no row, and are left out: %(names)s",
        len(plan.loose),
    ) % {"number": len(plan.loose), "names": ", ".join(plan.loose[:20])}
