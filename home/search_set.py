"""The search set: what people type in six languages, and what they must find among the first three."""

from dataclasses import dataclass
from pathlib import Path

import yaml
from wagtail.models import Page

from hub import search
from hub.models import DocumentText, SearchPlace
from hub.search.tokens import words_in

FILE = Path(__file__).with_name("search_set.yaml")
FIRST = 3
MUST = 86


@dataclass(frozen=True)
class Asked:
    """A query: `how` is inflected, folded, mistaken or inside; `finds` is the slug of a page."""

    language: str
    how: str
    typed: str
    finds: str

    @property
    def page(self) -> Page:
        return Page.objects.get(
            slug=self.finds, url_path__startswith=f"/home-{self.language}/", live=True
        )

    def rank(self) -> int | None:
        """The place of the page among the results, from 1; None when it is not there."""
        ids = search.find_ids(self.typed, self.language)
        pk = self.page.pk
        return ids.index(pk) + 1 if pk in ids else None

    def is_found(self) -> bool:
        rank = self.rank()
        return rank is not None and rank <= FIRST

    def words_as_typed(self) -> set[str]:
        """The words of the query that stand, letter by letter, on the page or in its files."""
        entry = SearchPlace.objects.select_related("entry").get(page=self.page).entry
        texts = DocumentText.pages_of([file["document"] for file in entry.files]).values()
        said = " ".join([entry.title, entry.summary, entry.text, *map(" ".join, texts)])
        return set(words_in(self.typed)) & set(words_in(said))


def search_set() -> list[Asked]:
    said = yaml.safe_load(FILE.read_text())
    return [
        Asked(language, how, row["asked"], row["finds"])
        for language, kinds in said.items()
        for how, rows in kinds.items()
        for row in rows
    ]
