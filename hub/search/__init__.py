"""Full-text search: one interface, the same words, ranks and results on SQLite and PostgreSQL.

Words are reduced in Python (`lemmas`), so the databases only look tokens up: FTS5 on SQLite, a GIN
index on PostgreSQL. There is one row a thing and language of its words (`SearchEntry`); a row a
page says where they are shown (`SearchPlace`), so that mirrors cost no second text. Rows are
written in the transaction that tells what changed (`hub.changes.touched`).
"""

from hub.search.asking import Found, Hit, find, find_ids, languages_with
from hub.search.folding import fold
from hub.search.tokens import words_of
from hub.search.writing import (
    add,
    draft_of,
    read_files,
    rebuild,
    refresh_documents,
    text_of,
    update,
    written_at_the_end,
)

__all__ = [
    "Found",
    "Hit",
    "add",
    "draft_of",
    "find",
    "find_ids",
    "fold",
    "languages_with",
    "read_files",
    "rebuild",
    "refresh_documents",
    "text_of",
    "update",
    "words_of",
    "written_at_the_end",
]
