"""Things that are rows and never pages: their short codes and the forms about them work all the same.

A room that keeps such things says here where a code leads, and to whom a message goes.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class RowKind:
    """`label`: what people call it. The functions take the thing.

    `title` gives its public name, "" when it is not public (any more); `address` takes the language
    too; `mailboxes` gives (address, language) of who gets a message that is to be passed on.
    """

    label: str
    title: Callable
    address: Callable
    mailboxes: Callable
    partner_id: Callable


_kinds: dict[str, RowKind] = {}


def register(kind: str, row_kind: RowKind) -> None:
    _kinds[kind] = row_kind


def row_kind(kind: str) -> RowKind | None:
    return _kinds.get(kind)
