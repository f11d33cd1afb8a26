"""The questions beside the catalogue: their answers in the reader's words, and how many things each has."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.alphabets import place_in_alphabet
from hub.languages import KNOWN
from hub.models.documents import file_languages
from partners.models import Country
from partners.partner_links import partner_name

from .catalogue_index import CatalogueIndex
from .models import KIND_LABELS, LICENCE_SHORT

KINDS = ("kit", "guide", "material", "story")
# A longer list of answers is folded after so many.
SHOWN = 8


@dataclass
class Choice:
    """One answer of a facet; `lang` where it is not in the reader's language."""

    value: str
    label: str
    count: int
    chosen: bool
    lang: str = ""


@dataclass
class Facet:
    """One question. `more` are the answers that wait folded; so does the whole of a folded one."""

    name: str
    legend: str
    choices: list[Choice]
    more: list[Choice] = field(default_factory=list)
    is_folded: bool = False

    @property
    def all_choices(self) -> list[Choice]:
        return [*self.choices, *self.more]

    @property
    def is_open(self) -> bool:
        return any(choice.chosen for choice in self.all_choices)

    @property
    def more_is_open(self) -> bool:
        return any(choice.chosen for choice in self.more)


# An answer and its words: (value, label) or (value, label, language of the label).
Answers = list[tuple]


def _fixed(*answers: tuple) -> Callable:
    return lambda _frame, _bits: list(answers)


def _words(name: str) -> Callable:
    """A controlled list, by title in the reader's language.

    A mirror names the words of its source's language; the slug is the same in all.
    """

    def answers(frame, bits: dict) -> Answers:
        titles = getattr(frame, name)
        found = [(slug, titles.get(slug, slug)) for slug in {*titles, *bits}]
        return _sorted(found, frame)

    return answers


def _sorted(answers: Answers, frame) -> Answers:
    code = frame.language.code
    return sorted(answers, key=lambda answer: place_in_alphabet(answer[1], code))


def _languages(_frame, _bits) -> Answers:
    # A language is named in itself.
    return [(code, str(name), code if code in KNOWN else "") for code, name in file_languages()]


def _partners(frame, _bits) -> Answers:
    return _sorted([(s, partner_name(frame, pk)) for pk, s in frame.partner_slugs.items()], frame)


def _countries(frame, _bits) -> Answers:
    return _sorted([(value, str(label)) for value, label in Country.choices], frame)


def _licences(_frame, _bits) -> Answers:
    return [*LICENCE_SHORT.items(), ("other", _("Only reading and printing"))]


# Name in the address -> legend, answers, whether it waits folded.
QUESTIONS: dict[str, tuple[str, Callable, bool]] = {
    "kind": (
        gettext_lazy("Kind"),
        lambda _frame, _bits: [(kind, capfirst(KIND_LABELS[kind])) for kind in KINDS],
        False,
    ),
    "minutes": (
        gettext_lazy("Time you have"),
        _fixed(
            ("30", gettext_lazy("up to 30 min")),
            ("60", gettext_lazy("31 to 60 min")),
            ("120", gettext_lazy("1 to 2 hours")),
            ("day", gettext_lazy("half a day or more")),
        ),
        False,
    ),
    "shared": (
        gettext_lazy("Language in the room"),
        _fixed(
            ("no", gettext_lazy("No shared language needed")),
            ("yes", gettext_lazy("A shared language needed")),
        ),
        False,
    ),
    "topic": (gettext_lazy("About"), _words("topics"), False),
    "audience": (gettext_lazy("For"), _words("audiences"), False),
    "language": (gettext_lazy("Files in"), _languages, False),
    "group": (
        gettext_lazy("Group size"),
        _fixed(
            ("2", gettext_lazy("1 or 2 people")),
            ("6", gettext_lazy("3 to 6 people")),
            ("12", gettext_lazy("7 to 12 people")),
            ("20", gettext_lazy("13 to 20 people")),
            ("more", gettext_lazy("more than 20 people")),
        ),
        True,
    ),
    "country": (gettext_lazy("Country"), _countries, True),
    "partner": (gettext_lazy("Partner"), _partners, True),
    "format": (
        gettext_lazy("Format"),
        lambda _frame, bits: [(ending, ending.upper()) for ending in sorted(bits)],
        True,
    ),
    "licence": (gettext_lazy("Licence"), _licences, True),
    "year": (
        gettext_lazy("Year"),
        lambda _frame, bits: [(year, year) for year in sorted(bits, reverse=True)],
        True,
    ),
}


def ask(params: QueryDict, index: CatalogueIndex, frame, found: int) -> tuple[list[Facet], int]:
    """The facets of the things `found`, counted, and what of these the chosen answers leave.

    "Or" within a facet, "and" between them; a facet's own choice does not hide its siblings.
    Answers that nobody offers are passed over.
    """
    known = _bits_by_answer(index, frame)
    answers = _offered(frame, known)
    chosen: dict[str, set[str]] = {}
    for name, offered in answers.items():
        wanted = {answer[0] for answer in offered}.intersection(params.getlist(name))
        if wanted:
            chosen[name] = wanted
    allowed = {
        name: reduce(or_, (known[name].get(value, 0) for value in values))
        for name, values in chosen.items()
    }
    facets = []
    for name, offered in answers.items():
        things = found
        for other, those in allowed.items():
            if other != name:
                things &= those
        facets.append(_facet(name, offered, known[name], things, chosen.get(name, ())))
    for those in allowed.values():
        found &= those
    return [facet for facet in facets if facet.choices], found


def answers_of(index: CatalogueIndex, frame) -> dict[str, set[str]]:
    """The values that each facet knows."""
    offered = _offered(frame, _bits_by_answer(index, frame))
    return {name: {answer[0] for answer in answers} for name, answers in offered.items()}


def _offered(frame, known: dict) -> dict[str, Answers]:
    return {name: offer(frame, known[name]) for name, (_l, offer, _f) in QUESTIONS.items()}


def _bits_by_answer(index: CatalogueIndex, frame) -> dict[str, dict[str, int]]:
    """Facet -> value in the address -> things. Partners are known by number, and their countries."""
    by_partner: dict[str, int] = {}
    by_country: dict[str, int] = {}
    for pk, things in index.facets["partner"].items():
        if pk in frame.partner_slugs:
            by_partner[frame.partner_slugs[pk]] = things
            country = frame.partner_countries[pk]
            by_country[country] = by_country.get(country, 0) | things
    return {**index.facets, "partner": by_partner, "country": by_country}


def _facet(name: str, offered: Answers, known: dict, things: int, chosen) -> Facet:
    choices = []
    for value, label, *lang in offered:
        number = (known.get(value, 0) & things).bit_count()
        if number or value in chosen:
            choices.append(Choice(value, str(label), number, value in chosen, *lang))
    legend, _offer, is_folded = QUESTIONS[name]
    return Facet(name, str(legend), choices[:SHOWN], choices[SHOWN:], is_folded)
