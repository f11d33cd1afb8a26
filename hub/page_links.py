"""Small values that templates read: a link to a language, an alternate."""

from dataclasses import dataclass

from hub.languages import LANGUAGES


@dataclass(frozen=True)
class LanguageLink:
    """The same page in one language; `translated` is False where it shows another's words."""

    code: str
    name: str
    url: str
    current: bool
    translated: bool


@dataclass(frozen=True)
class Alternate:
    code: str
    url: str


@dataclass(frozen=True)
class Sibling:
    """The same thing's page in one language; `words` is the language its words are in."""

    code: str
    name: str
    url: str
    words: str

    @property
    def translated(self) -> bool:
        return self.words == self.code


def language_links_to(address: str, here: str) -> list[LanguageLink]:
    """A page that a view serves in every language: its address in each."""
    rest = address.split("/", 2)[2]
    return [
        LanguageLink(one.code, one.name, f"/{one.code}/{rest}", one.code == here, True)
        for one in LANGUAGES
    ]
