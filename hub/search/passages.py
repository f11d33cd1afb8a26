"""The place in a text that shows best why it was found."""

from dataclasses import dataclass

from hub.search.tokens import WORD, folded

PASSAGE = 200


@dataclass(frozen=True)
class Passage:
    """A piece of a text as (words, is found) in turn; `page` where it stands in a file, from 1."""

    parts: tuple[tuple[str, bool], ...]
    page: int | None = None


def passage(text: str, forms: set[str], page: int | None = None) -> Passage | None:
    """About 200 characters around the most different words of `forms` that stand close together."""
    spans = [
        (match.start(), match.end(), form)
        for match in WORD.finditer(text)
        if (form := folded(match.group())) in forms
    ]
    if not spans:
        return None
    begin = max(range(len(spans)), key=lambda place: (_variety(spans, place), -place))
    return Passage(_parts(text, spans, spans[begin][0]), page)


def standing(text: str, forms_by_word: list[set[str]]) -> set[int]:
    """Which of the wanted words stand in a text, by their places in the list."""
    here = {folded(word) for word in WORD.findall(text)}
    return {place for place, forms in enumerate(forms_by_word) if not forms.isdisjoint(here)}


def _variety(spans, place: int) -> int:
    first = spans[place][0]
    return len({form for start, _end, form in spans[place:] if start < first + PASSAGE})


def _parts(text: str, spans, first: int) -> tuple[tuple[str, bool], ...]:
    begin = max(0, first - PASSAGE // 3)
    begin = text.find(" ", begin, first) + 1 if begin else 0
    end = min(len(text), begin + PASSAGE)
    if end < len(text):
        end = max(text.rfind(" ", first, end), first)
    parts = []
    at = begin
    for start, stop, _form in spans:
        if begin <= start and stop <= max(end, first + 1) or start == first:
            parts += [(text[at:start], False), (text[start:stop], True)]
            at = stop
    end = max(end, at)
    parts.append((text[at:end], False))
    if begin:
        parts.insert(0, ("… ", False))
    if end < len(text):
        parts.append((" …", False))
    return tuple(part for part in parts if part[0])
