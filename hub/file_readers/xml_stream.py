"""XML of strangers, read piece by piece: memory stays the same however long it is."""

from collections.abc import Callable
from xml.parsers import expat

PIECE_BYTES = 64 * 1024
# A tag, a comment: whatever must be held as a whole.
MOST_BYTES_OF_ONE = 4 * 1024 * 1024


class UnsafeXmlError(ValueError):
    """The XML is broken, or made to exhaust who reads it."""


def read_xml(
    source,
    start: Callable[[str, dict], None] | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call these for what `source` (open for reading bytes) holds, in its order.

    Names of elements are "namespace name", those of attributes too; `local` takes the last word.
    Document types and entities belong in no office file: UnsafeXmlError.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text

    def refuse(*_declaration):
        raise UnsafeXmlError("a document type or an entity")

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    given = 0
    try:
        while piece := source.read(PIECE_BYTES):
            parser.Parse(piece)
            given += len(piece)
            if given - max(0, parser.CurrentByteIndex) > MOST_BYTES_OF_ONE:
                raise UnsafeXmlError("a tag too long to hold")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnsafeXmlError(str(error)) from error


def local(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition(" ")[2]
