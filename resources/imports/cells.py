"""One row of a table, cell by cell: what it says, and a sentence for each cell that says nothing sound."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.html import linebreaks
from django.utils.translation import gettext as _

from hub.models.documents import Licence, file_languages
from hub.recordings import CAPTIONS

from ..models import ResourceFile, ResourcePage, TrainingMaterialPage
from .columns import (
    BETWEEN_WORDS,
    FIELDS,
    KINDS,
    MOST_FILES_A_ROW,
    longest,
    names_of_file,
)

MOST_NUMBER = 32767
# In all languages of the hub, as people write them in a table.
YES = ("yes", "true", "1", "jā", "jah", "kyllä", "ja", "так")
NO = ("no", "false", "0", "nē", "ei", "nej", "ні")
YES_NO = {"": None, **dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
# The others are filled in when the page gets its place.
CHECKED = {
    "title",
    "summary",
    "purpose",
    "licence",
    "minutes",
    "group_from",
    "group_to",
    "needs_shared_language",
    "body",
}


@dataclass
class Words:
    """What cells are looked up in: the words of all languages, and things by their code."""

    language: str
    topics: list
    audiences: list
    locale_id: int
    things: dict


class Cells:
    """The cells of a row by column. What is wrong is gathered in `problems`, as (column, sentence)."""

    def __init__(self, said: dict[str, str], words: Words):
        self._said = said
        self._words = words
        self.problems: list[tuple[str, str]] = []

    def page(self, **more) -> ResourcePage:
        """A page, not saved, with everything that stands in it by itself."""
        model = self._kind()
        page = model(
            title=self._line("title"),
            summary=self._line("summary"),
            licence=self._licence(),
            minutes=self._number("minutes"),
            group_from=self._number("group_from"),
            group_to=self._number("group_to"),
            needs_shared_language=self._yes_no("shared_language"),
            adapted_from=self._thing("adapted_from"),
            **more,
        )
        # What is plain text in a cell is plain text on the page.
        if text := self._said.get("text", ""):
            page.body = [("text", linebreaks(text, autoescape=True))]
        if purpose := self._said.get("purpose", ""):
            if model is TrainingMaterialPage:
                page.purpose = purpose
            else:
                self._refuse("purpose", _("Only a training material has this. Empty the cell."))
        return page

    def refusals_of(self, page: ResourcePage) -> Iterator[tuple[str, str]]:
        """What the models themselves find wrong with the page."""
        columns = {field: column for column, field in FIELDS.items()}
        others = {one.name for one in page._meta.fields} - CHECKED
        for check in (lambda: page.clean_fields(exclude=others), page.clean):
            try:
                check()
            except ValidationError as error:
                for name, sentences in error.message_dict.items():
                    for sentence in sentences:
                        yield columns.get(name, name), sentence
        for column in ("summary", "purpose"):
            # Of long texts only forms look at this.
            most = longest(type(page), column) if hasattr(page, column) else None
            if most and len(getattr(page, column)) > most:
                yield column, _too_long(getattr(page, column), most)

    def topics(self) -> list:
        return self._from_list("topics", self._words.topics)

    def audiences(self) -> list:
        return self._from_list("audiences", self._words.audiences)

    def files(self, refuse: Callable) -> Iterator[tuple[str, str, str, str, str]]:
        """Of each file of the row: column, name, title, language, text alternative."""
        for number in range(1, MOST_FILES_A_ROW + 1):
            column, of_title, of_language, of_alternative = names_of_file(number)
            name = self._line(column)
            if not name:
                if any(self._line(other) for other in (of_title, of_language, of_alternative)):
                    refuse(column, _("The name of the file is missing."))
                continue
            if name.upper().endswith(f".{CAPTIONS}"):
                refuse(column, _("Captions are added in the editor, in the row of their film."))
                continue
            title = self._line(of_title) or PurePosixPath(name).stem.replace("_", " ")
            if len(title) > (most := longest(ResourceFile, "title")):
                refuse(of_title, _too_long(title, most))
            language = self._language(of_language, refuse)
            yield column, name, title, language, self._said.get(of_alternative, "")

    # --- one cell ------------------------------------------------------------------------------

    def _refuse(self, column: str, sentence: str) -> None:
        self.problems.append((column, sentence))

    def _line(self, column: str) -> str:
        """Without line breaks and signs that nobody sees."""
        words = " ".join(self._said.get(column, "").split())
        return "".join(letter for letter in words if letter.isprintable())

    def _kind(self) -> type[ResourcePage]:
        asked = self._line("kind").casefold()
        if not asked:
            return TrainingMaterialPage
        for kind, model in KINDS.items():
            if asked in (kind, str(model._meta.verbose_name).casefold()):
                return model
        self._refuse(
            "kind",
            _("Write %(kinds)s. Everything else is begun in the editor.")
            % {"kinds": " / ".join(KINDS)},
        )
        return TrainingMaterialPage

    def _licence(self) -> str:
        asked = _letters(self._line("licence"))
        for licence in Licence:
            whole = _letters(licence.value)
            # Also without its version.
            if asked in (whole, whole.removesuffix("40").removesuffix("10")):
                return licence.value
        choices = "; ".join(f"{one.value} = {one.label}" for one in Licence)
        if asked:
            sentence = _("No such licence. Write one of these: %(choices)s")
        else:
            sentence = _("Say what others may do with it, by one of these: %(choices)s")
        self._refuse("licence", sentence % {"choices": choices})
        return ""

    def _number(self, column: str) -> int | None:
        asked = self._line(column)
        if not asked:
            return None
        if re.fullmatch("[0-9]{1,5}", asked) and int(asked) <= MOST_NUMBER:
            return int(asked)
        self._refuse(column, _("Write a whole number, such as 45."))
        return None

    def _yes_no(self, column: str) -> bool | None:
        asked = self._line(column).casefold()
        if asked not in YES_NO:
            self._refuse(column, _("Write yes or no, or nothing."))
        return YES_NO.get(asked)

    def _thing(self, column: str):
        code = self._line(column).strip("/").rpartition("/")[2].upper()
        if code and code not in self._words.things:
            self._refuse(column, _("The hub has nothing public of this code."))
        return self._words.things.get(code)

    def _language(self, column: str, refuse: Callable) -> str:
        asked = self._line(column).casefold()
        if not asked:
            return self._words.language
        for code, name in file_languages():
            if asked in (code, str(name).casefold()):
                return code
        codes = ", ".join(code for code, _name in file_languages())
        refuse(column, _("No such language. Write one of these: %(codes)s") % {"codes": codes})
        return ""

    def _from_list(self, column: str, rows: list) -> list:
        """The words that a cell names by their slug, or their title in any language."""
        here = {row.slug: row for row in rows if row.locale_id == self._words.locale_id}
        by_name = {row.title.casefold(): row.slug for row in rows} | {slug: slug for slug in here}
        found = []
        for asked in re.split(r"[|;\n]", self._said.get(column, "")):
            asked = " ".join(asked.split())
            row = here.get(by_name.get(asked.casefold(), ""))
            if row is not None and row not in found:
                found.append(row)
            elif asked and row is None:
                names = [*(row.title.casefold() for row in here.values()), *here]
                near = get_close_matches(asked.casefold(), names, n=3, cutoff=0.5)
                nearest = [here[by_name[name]].slug for name in near] or list(here)
                self._refuse(
                    column,
                    _("The hub has no “%(word)s” here. The nearest: %(nearest)s.")
                    % {"word": asked, "nearest": f" {BETWEEN_WORDS} ".join(dict.fromkeys(nearest))},
                )
        return found


def _too_long(words: str, most: int) -> str:
    return _("Too long: %(number)d letters, %(most)d at most.") % {
        "number": len(words),
        "most": most,
    }


def _letters(words: str) -> str:
    """CC BY 4.0, cc-by-4.0: the same."""
    return re.sub(r"[^a-z0-9]", "", words.casefold())
