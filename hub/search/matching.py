"""Asking the index: which entries hold all that is wanted, in what order.

Ranks are made of questions with yes or no for an answer (is it in the title, is the text about
it?), never of a database's own formula, so both databases give the same list.
"""

from collections import Counter

from django.db import connection

from hub.search.query import Query
from hub.search.tokens import ABOUT, ANYWHERE, OWN_TEXT, TITLE, folded, token
from hub.search.vocabulary import Wanted

IN_TITLE, IN_ABOUT, IN_OWN_TEXT, SIDE_BY_SIDE = 6, 2, 3, 4


def matching(query: Query, wanted: list[Wanted], without: list[Wanted], language: str) -> list[int]:
    """Ids of the pages of `language` that hold everything wanted, best first; one query.

    Pages in their own words come before mirrors.
    """
    sql, values = _statement(query, wanted, without)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{sql}
            SELECT place.page_id FROM scores
            JOIN hub_searchplace AS place ON place.entry_id = scores.id AND place.language = %s
            ORDER BY place.is_mirror, scores.score DESC, place.length, place.page_id
            """,  # noqa: S608, no values
            [*values, language],
        )
        return [row[0] for row in cursor.fetchall()]


def languages_matching(query: Query, wanted: list[Wanted], without: list[Wanted]) -> dict[str, int]:
    """How many things hold everything wanted in their own words, by language."""
    sql, values = _statement(query, wanted, without)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{sql}
            SELECT place.language, count(*) FROM scores
            JOIN hub_searchplace AS place ON place.entry_id = scores.id AND NOT place.is_mirror
            GROUP BY place.language
            """,  # noqa: S608, no values
            values,
        )
        return dict(cursor.fetchall())


def _statement(query, wanted, without) -> tuple[str, list]:
    """The beginning of a statement that finds `scores` (id, score), and its values."""
    say = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    anywhere = [say.any_of(one.all, ANYWHERE) for one in wanted]
    phrases = [say.phrase(words) for words in query.phrases]
    unwanted = [say.any_of(one.all, ANYWHERE) for one in without]
    # Each match is asked once, for all the marks it gives.
    marks: Counter[str] = Counter()

    def mark(parts: list[str], worth: int) -> None:
        marks[say.without(say.every([*parts, *phrases]), unwanted)] += worth

    mark(anywhere, 0)
    for number, one in enumerate(wanted):
        # What stands in the title stands somewhere: the word need not be asked for twice.
        others = [*anywhere[:number], *anywhere[number + 1 :]]
        for place, worth in ((TITLE, IN_TITLE), (ABOUT, IN_ABOUT)):
            mark([*others, say.any_of(one.all, place)], worth)
            # What is meant for certain counts twice.
            if one.exact:
                mark([*others, say.any_of(one.exact, place)], worth)
    if wanted:
        mark([say.any_of(one.exact or one.all, OWN_TEXT) for one in wanted], IN_OWN_TEXT)
    if len(wanted) > 1:
        mark([*anywhere, say.phrase([folded(one.word) for one in wanted])], SIDE_BY_SIDE)
    union = " UNION ALL ".join(say.select for _match in marks)
    scores = "SELECT id, sum(mark) AS score FROM marks GROUP BY id"
    sql = f"WITH marks(id, mark) AS ({union}), scores AS ({scores})"
    return sql, [value for match, worth in marks.items() for value in (worth, match)]


class SQLITE:
    """FTS5's language."""

    select = "SELECT rowid, %s FROM hub_search_fts WHERE hub_search_fts MATCH %s"

    @staticmethod
    def any_of(lemmas, place):
        tokens = sorted(token(code, place, reduced) for code, reduced in lemmas)
        return "(" + " OR ".join(f'"{one}"' for one in tokens) + ")"

    @staticmethod
    def phrase(words):
        return '"' + " ".join(words) + '"'

    @staticmethod
    def every(parts):
        return "(" + " AND ".join(parts) + ")"

    @staticmethod
    def without(base, parts):
        return f"({base} NOT ({' OR '.join(parts)}))" if parts else base


class POSTGRESQL:
    """The language of tsquery, past its parser: the tokens are whole already."""

    # A function of our own (migration 0009), which goes by the index.
    select = "SELECT id, %s FROM hub_search_entries(%s::tsquery)"

    @staticmethod
    def any_of(lemmas, place):
        tokens = sorted(token(code, place, reduced) for code, reduced in lemmas)
        return "(" + " | ".join(f"'{one}'" for one in tokens) + ")"

    @staticmethod
    def phrase(words):
        return "(" + " <-> ".join(f"'{word}'" for word in words) + ")"

    @staticmethod
    def every(parts):
        return "(" + " & ".join(parts) + ")"

    @staticmethod
    def without(base, parts):
        return f"({base} & !({' | '.join(parts)}))" if parts else base
