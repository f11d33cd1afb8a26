"""The terms of the glossary in two languages, and where a text holds them."""

from dataclasses import dataclass, field
from itertools import permutations

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Locale

from ..models import GlossaryTerm, GlossaryText
from ..models.glossary import lines_of
from ..stems import LEAST_LETTERS, beginnings, holds_form_of, is_form_of, words_of

Words = tuple[tuple[int, int, str], ...]
# A reader of the old terms may keep them just after they were forgotten: not for long.
KEPT_SECONDS = 60


@dataclass(frozen=True)
class Hit:
    """A term where it stands in the source's plain text, with what the network says for it.

    `note` is in the language `note_code`; `forbidden` are the words to avoid in the target language.
    """

    start: int
    end: int
    term: str
    target: str
    note: str
    note_code: str
    forbidden: tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """One term in both languages; `avoided` are words that the source's language avoids for it."""

    source: str
    target: str
    note: str
    note_code: str
    forbidden: tuple[str, ...]
    avoided: tuple[str, ...]


@dataclass
class Glossary:
    """All terms that have words in both languages."""

    source_code: str
    target_code: str
    terms: list[Term]
    # Terms by how their first word may begin.
    _by_beginning: dict[str, list[tuple[list[str], Term]]] = field(default_factory=dict, repr=False)

    def __post_init__(self):
        for term in self.terms:
            _index(self._by_beginning, _folded(term.source), term, self.source_code)
        self._avoided: dict[str, list[tuple[list[str], Term]]] = {}
        for term in self.terms:
            for word in term.avoided:
                _index(self._avoided, _folded(word), term, self.source_code)

    def in_source(self, text: str) -> list[Hit]:
        """The terms in a plain text, in order; of those that overlap the longest."""
        words = words_of(text)
        return [
            _hit(start, end, term)
            for start, end, term in _find(words, self._by_beginning, self.source_code)
        ]

    def missing_in(self, source_text: str, target_text: str) -> list[Hit]:
        """Terms of the source whose approved words no form of stands in the target, each once."""
        words = [word for _start, _end, word in words_of(target_text)]
        said: dict[str, bool] = {}
        missing = {}
        for hit in self.in_source(source_text):
            name = hit.term.casefold()
            said[name] = (
                said.get(name, False)
                or _says(words, hit.target, self.target_code)
                or _is_kept(source_text[hit.start : hit.end], target_text)
            )
            missing.setdefault(name, hit)
        return [hit for name, hit in missing.items() if not said[name]]

    def forbidden_in(self, source_text: str, target_text: str) -> list[tuple[str, Hit]]:
        """Words of the target that are to be avoided for a term which the source speaks of."""
        source, target = words_of(source_text), words_of(target_text)
        spoken_of = [
            *_find(source, self._by_beginning, self.source_code),
            *_find(source, self._avoided, self.source_code),
        ]
        found = {}
        for start, end, term in spoken_of:
            approved = _spans(target, _folded(term.target), self.target_code)
            for word in term.forbidden:
                for first, last in _spans(target, _folded(word), self.target_code):
                    if not any(a <= first and last <= b for a, b in approved):
                        found.setdefault(
                            target_text[first:last].casefold(), (word, _hit(start, end, term))
                        )
        return list(found.values())


def terms_for(source_locale: Locale, target_locale: Locale) -> Glossary:
    """The glossary from one language into another; one query, none when it was asked lately.

    Each string that is opened, typed or saved asks for all of it.
    """
    key = _key(source_locale.pk, target_locale.pk)
    found = cache.get(key)
    if found is None:
        found = _asked(source_locale, target_locale)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _key(source: int, target: int) -> str:
    return f"glossary-{source}-{target}"


@receiver([post_save, post_delete], sender=GlossaryTerm)
@receiver([post_save, post_delete], sender=GlossaryText)
def note_change(sender, **kwargs):
    transaction.on_commit(forget_terms)


def forget_terms() -> None:
    """What was kept is asked for anew; for changes that send no signal, after their commit."""
    locales = Locale.objects.values_list("pk", flat=True)
    cache.delete_many([_key(*pair) for pair in permutations(locales, 2)])


def _asked(source_locale: Locale, target_locale: Locale) -> Glossary:
    rows = (
        GlossaryText.objects.filter(locale__in=[source_locale.pk, target_locale.pk])
        .order_by("term__key")
        .values_list("term_id", "locale_id", "text", "note", "forbidden", "term__note")
    )
    by_term: dict[int, dict[int, tuple]] = {}
    for term_id, locale_id, *said in rows:
        by_term.setdefault(term_id, {})[locale_id] = said
    terms = []
    for said in by_term.values():
        source, target = said.get(source_locale.pk), said.get(target_locale.pk)
        if source and target:
            (text, _note, avoided, _general), (words, note, forbidden, general) = source, target
            avoided, forbidden = map(lines_of, (avoided, forbidden))
            code = target_locale.language_code if note else GlossaryTerm.NOTE_LANGUAGE
            terms.append(Term(text, words, note or general, code, forbidden, avoided))
    return Glossary(source_locale.language_code, target_locale.language_code, terms)


def _hit(start: int, end: int, term: Term) -> Hit:
    return Hit(start, end, term.source, term.target, term.note, term.note_code, term.forbidden)


def _folded(text: str) -> list[str]:
    return [word for _start, _end, word in words_of(text)]


def _index(index: dict, words: list[str], term: Term, code: str) -> None:
    if words:
        for begun in {begun[:2] for begun in beginnings(words[0], code)}:
            index.setdefault(begun, []).append((words, term))


def _find(words: Words, index: dict, code: str) -> list[tuple[int, int, Term]]:
    found = []
    place = 0
    while place < len(words):
        fitting = [
            (len(wanted), term)
            for wanted, term in index.get(words[place][2][:2], [])
            if _stands_at(words, place, wanted, code)
        ]
        if not fitting:
            place += 1
            continue
        # Of as many words the longest, which fits most tightly; then the first key.
        length, term = max(fitting, key=lambda one: (one[0], len(one[1].source)))
        found.append((words[place][0], words[place + length - 1][1], term))
        place += length
    return found


def _stands_at(words: Words, place: int, wanted: list[str], code: str) -> bool:
    """Whether the words from `place` on are forms of `wanted`, a space or a hyphen between them."""
    here = words[place : place + len(wanted)]
    return (
        len(here) == len(wanted)
        and all(is_form_of(one[2], other, code) for one, other in zip(here, wanted, strict=True))
        and all(one[1] + 1 == following[0] for one, following in zip(here, here[1:], strict=False))
    )


def _spans(words: Words, wanted: list[str], code: str) -> list[tuple[int, int]]:
    if not wanted:
        return []
    return [
        (words[place][0], words[place + len(wanted) - 1][1])
        for place in range(len(words) - len(wanted) + 1)
        if _stands_at(words, place, wanted, code)
    ]


def _says(words: list[str], target: str, code: str) -> bool:
    """Whether each word of `target` stands somewhere among `words`, in any form and order.

    Prepositions of a letter or two may differ: "аркуш із фразами", "аркуш з фразами".
    """
    wanted = _folded(target)
    long = [one for one in wanted if len(one) >= LEAST_LETTERS] or wanted
    return all(any(holds_form_of(word, one, code) for word in words) for one in long)


def _is_kept(term: str, target_text: str) -> bool:
    """Whether a term is part of a name that keeps its words: "War Trauma Foundation"."""
    return term[:1].isupper() and term in target_text
