"""Which lemmas a typed word may mean: itself, its forms without diacritics, the nearest words.

Everything is looked up among the words that stand somewhere in the texts, so the index itself is
asked for whole lemmas only, on both databases alike.
"""

from dataclasses import dataclass, field

from django.db import connection

from hub.languages import LANGUAGES
from hub.models import SearchWord
from hub.prepared import Prepared
from hub.search.endings import stem
from hub.search.lemmas import lemma
from hub.search.tokens import folded

# Words that a database may give for one question about unknown ones.
MOST_NEAR = 4000
# Lemmas that an unknown word is taken for.
MOST_MEANT = 40
SHORTEST_BEGINNING = 3
SHORTEST_MISTAKE = 4


@dataclass
class Wanted:
    """A typed word and the lemmas it may mean, as (language, lemma).

    `near` are those that its letters without diacritics, its beginning or a typing mistake lead
    to; they rank lower. `meant` are the words it was taken for when it is written nowhere.
    """

    word: str
    exact: set[tuple[str, str]] = field(default_factory=set)
    near: set[tuple[str, str]] = field(default_factory=set)
    meant: list[str] = field(default_factory=list)

    @property
    def all(self) -> set[tuple[str, str]]:
        return self.exact | self.near


def understand(words: list[str], language: str) -> list[Wanted]:
    """The meanings of each word, for a reader of `language`; two queries, one when all are known."""
    wanted = [Wanted(word) for word in words]
    if not wanted:
        return []
    codes = [one.code for one in LANGUAGES]
    reduced = {word: {(code, lemma(word, code)) for code in codes} for word in words}
    known = _known(
        {folded(word) for word in words}, {one for pairs in reduced.values() for one in pairs}
    )
    lemmas = {(code, reduced_) for _form, code, reduced_ in known}
    unknown = []
    for one in wanted:
        one.exact = reduced[one.word] & lemmas
        same_letters = {
            (code, reduced_) for form, code, reduced_ in known if form == folded(one.word)
        }
        one.near = same_letters - one.exact
        if not any(code == language for code, _lemma in one.all):
            unknown.append(one)
    if unknown:
        _guess(unknown, language)
    for one in wanted:
        # Found nowhere, it still must be asked for, or the other words alone would decide.
        if not one.all:
            one.exact = {(language, lemma(one.word, language))}
    return wanted


def forms_of(lemmas: set[tuple[str, str]], languages: set[str]) -> dict[tuple[str, str], set[str]]:
    """The forms, without diacritics, in which each lemma stands in texts of `languages`."""
    lemmas = {pair for pair in lemmas if pair[0] in languages}
    rows = _by_lemma(sorted({reduced for _code, reduced in lemmas}), sorted(languages))
    found: dict[tuple[str, str], set[str]] = {}
    for form, code, reduced in rows:
        if (code, reduced) in lemmas:
            found.setdefault((code, reduced), set()).add(form)
    return found


FIELDS = ("form", "language", "lemma")
_by_form_or_lemma = Prepared(
    lambda forms, lemmas, languages: (
        SearchWord.objects.filter(form__in=forms)
        .order_by()
        .values_list(*FIELDS)
        .union(
            SearchWord.objects.filter(lemma__in=lemmas, language__in=languages)
            .order_by()
            .values_list(*FIELDS)
        )
    )
)
_by_lemma = Prepared(
    lambda lemmas, languages: SearchWord.objects.filter(
        language__in=languages, lemma__in=lemmas
    ).values_list(*FIELDS)
)


def _known(forms: set[str], lemmas: set[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(form, language, lemma) of words with these forms or lemmas."""
    return _by_form_or_lemma(
        sorted(forms),
        sorted({reduced for _code, reduced in lemmas}),
        sorted({code for code, _reduced in lemmas}),
    )


def _guess(unknown: list[Wanted], language: str) -> None:
    """Take words that `language` does not know for those that begin like them, or nearly are them."""
    candidates = _candidates([folded(one.word) for one in unknown], language)
    for one in unknown:
        word = folded(one.word)
        found = [row for row in candidates if _is_begun_by(row[0], word)]
        found = found or [row for row in candidates if _is_form_of(row[0], word, language)]
        found = found or [row for row in candidates if _is_nearly_begun_by(row[0], word)]
        if not found and not one.all:
            found = _least_mistaken(candidates, word)
            one.meant = list(dict.fromkeys(written for _form, _lemma, written in found))[:3]
        one.near |= {(language, reduced) for _form, reduced, _written in found[:MOST_MEANT]}


def _candidates(words: list[str], language: str) -> list[tuple[str, str, str]]:
    """(form, lemma, as written) of words that share their first or their last half with one of `words`.

    Whoever makes one mistake leaves one half of the word whole.
    """
    operator, wildcard = ("GLOB", "*") if connection.vendor == "sqlite" else ("LIKE", "%")
    conditions, values = [], []
    for word in words:
        if len(word) < SHORTEST_BEGINNING:
            continue
        # Two letters that changed places may stand in the middle.
        half = max((len(word) - 1) // 2, 2)
        for column, part in (("form", word[:half]), ("reversed_form", word[::-1][:half])):
            conditions.append(f"{column} {operator} %s")
            values.append(part + wildcard)
    if not conditions:
        return []
    sql = (
        "SELECT form, lemma, written FROM hub_searchword WHERE language = %s"  # noqa: S608, no values
        f" AND ({' OR '.join(conditions)}) ORDER BY form, lemma LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [language, *values, MOST_NEAR])
        return cursor.fetchall()


def _is_begun_by(form: str, word: str) -> bool:
    return len(word) >= SHORTEST_BEGINNING and form.startswith(word)


def _is_form_of(form: str, word: str, language: str) -> bool:
    """Whether only their endings differ."""
    return stem(form, language, is_folded=True) == stem(word, language, is_folded=True)


def _is_nearly_begun_by(form: str, word: str) -> bool:
    """Whether all but the end is the same: stems change too, in Finnish and Estonian above all."""
    same = max(6, len(word) * 2 // 3)
    return len(word) >= same and form.startswith(word[:same]) and len(form) <= len(word) + 3


def _least_mistaken(candidates: list[tuple[str, str, str]], word: str) -> list:
    """The candidates with the fewest letters wrong: one, in long words two."""
    if len(word) < SHORTEST_MISTAKE:
        return []
    most = 1 if len(word) < 8 else 2
    by_mistakes: dict[int, list] = {}
    for row in candidates:
        number = mistakes(word, row[0], most)
        if number <= most:
            by_mistakes.setdefault(number, []).append(row)
    return by_mistakes[min(by_mistakes)] if by_mistakes else []


def mistakes(one: str, other: str, most: int) -> int:
    """Letters left out, added, changed or swapped with their neighbour; more than `most` is most + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before, row = before, row, [i]
        for j, theirs in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
