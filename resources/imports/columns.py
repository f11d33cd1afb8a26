"""The columns of a table of resources: their names, what may stand in them, and a template to fill in."""

import re
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hub.models import Document
from hub.models.documents import Licence, file_languages

from ..models import PracticeStoryPage, ResourcePage, TrainingMaterialPage

KINDS = {model.kind: model for model in (TrainingMaterialPage, PracticeStoryPage)}
# Within a cell; no topic has it in its name.
BETWEEN_WORDS = "|"
MOST_FILES_A_ROW = 9
FILE_COLUMN = re.compile(r"file([1-9])(_title|_language|_alternative)?")
TEMPLATE_FILES = 2
# Rows that begin so are not made.
EXAMPLE = "[EXAMPLE]"

OF_ROW = (
    "title",
    "kind",
    "summary",
    "purpose",
    "text",
    "licence",
    "topics",
    "audiences",
    "minutes",
    "group_from",
    "group_to",
    "shared_language",
    "adapted_from",
)
REQUIRED = ("title", "licence")
# Where a column and a field of the model do not share their name.
FIELDS = {"shared_language": "needs_shared_language", "text": "body"}


@dataclass(frozen=True)
class Column:
    """`choices`: what may stand there, with what it means."""

    name: str
    label: str
    about: str = ""
    is_required: bool = False
    choices: tuple[tuple[str, str], ...] = ()


def is_known(name: str) -> bool:
    return name in OF_ROW or bool(FILE_COLUMN.fullmatch(name))


def names_of_file(number: int) -> list[str]:
    return [f"file{number}{part}" for part in ("", "_title", "_language", "_alternative")]


def all_names(files: int) -> list[str]:
    return [*OF_ROW, *(name for number in range(1, files + 1) for name in names_of_file(number))]


def explained(topics, audiences) -> list[Column]:
    """All columns for people; `topics` and `audiences` in the language of the shelf, or of the reader."""
    several = _("Several with “%(sign)s” between them.") % {"sign": BETWEEN_WORDS}
    about = {
        "text": _("Plain text; an empty line begins a new paragraph."),
        "kind": _(
            "Empty: a training material. Method guides have steps: write them in the editor."
        ),
        "topics": several,
        "audiences": several,
        "adapted_from": _("The short code of that thing, as in its permanent address."),
    }
    choices = {
        "kind": tuple((kind, model._meta.verbose_name) for kind, model in KINDS.items()),
        "licence": tuple(Licence.choices),
        "topics": tuple((topic.slug, topic.title) for topic in topics),
        "audiences": tuple((audience.slug, audience.title) for audience in audiences),
        "shared_language": (("yes", ""), ("no", "")),
    }
    columns = []
    for name in OF_ROW:
        field = _field(name)
        help_text = field.help_text if field else ""
        columns.append(
            Column(
                name,
                capfirst(field.verbose_name if field else _("kind")),
                " ".join(part for part in (str(help_text), about.get(name, "")) if part),
                name in REQUIRED,
                choices.get(name, ()),
            )
        )
    return [*columns, *_columns_of_file()]


def _columns_of_file() -> list[Column]:
    title, language, alternative = names_of_file(1)[1:]
    of_document = Document._meta.get_field
    return [
        Column(
            "file1",
            capfirst(_("file")),
            _(
                "Its name in the ZIP. More files of this row: file2 up to file9, with their columns."
            ),
        ),
        Column(title, _("Title"), _("Empty: the name of the file.")),
        Column(
            language,
            capfirst(of_document("language").verbose_name),
            _("Empty: the language of the shelf."),
            choices=tuple(file_languages()),
        ),
        Column(
            alternative,
            capfirst(of_document("text_alternative").verbose_name),
            str(of_document("text_alternative").help_text),
        ),
    ]


def _field(name: str):
    if name == "kind":
        return None
    model = TrainingMaterialPage if name == "purpose" else ResourcePage
    return model._meta.get_field(FIELDS.get(name, name))


def longest(model, name: str) -> int | None:
    """How many letters a field may have."""
    return model._meta.get_field(name).max_length


def template_rows() -> list[list[str]]:
    """The head, and two rows to be written over."""
    head = all_names(TEMPLATE_FILES)
    first = {
        "title": f"{EXAMPLE} {_('Write over this row, or delete it')}",
        "kind": "material",
        "summary": "…",
        "licence": Licence.CC_BY.value,
        "minutes": "45",
        "group_from": "6",
        "group_to": "12",
        "shared_language": "no",
        "file1": "handout.pdf",
        "file2": "slides.pptx",
        "file2_language": "en",
    }
    second = {
        "title": f"{EXAMPLE} {_('Write over this row, or delete it')} 2",
        "kind": "story",
        "text": "…",
        "licence": Licence.CC_BY_SA.value,
    }
    return [head, *([row.get(name, "") for name in head] for row in (first, second))]
