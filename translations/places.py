"""Where the words of a page stand: field, block, heading or paragraph, and how long they may be."""

from dataclasses import dataclass, field
from functools import cache, lru_cache

from bs4 import BeautifulSoup
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail_localize.models import StringSegment, TemplateSegment

TAGS = {
    "h2": gettext_lazy("Heading"),
    "h3": gettext_lazy("Heading"),
    "h4": gettext_lazy("Heading"),
    "li": gettext_lazy("List item"),
}


@dataclass(frozen=True)
class Place:
    """The names of a place as lazy words; `block` is the outermost block, "" outside of any."""

    heading: object
    block: object = ""
    label: object = ""
    most_characters: int | None = None


@cache
def place_of(model, field_path: str) -> Place:
    """The place of `field_path` ("steps.step.title", as wagtail-localize writes it) on `model`."""
    name, *rest = field_path.split(".")
    found = model._meta.get_field(name)
    if isinstance(found, StreamField):
        return _in_blocks(found, rest)
    if found.one_to_many:
        inner = found.related_model._meta.get_field(rest[0])
        heading = found.related_model._meta.verbose_name_plural
        return Place(heading, "", inner.verbose_name, inner.max_length)
    return Place(found.verbose_name, "", "", found.max_length)


def _in_blocks(found: StreamField, names: list[str]) -> Place:
    block, outermost = found.stream_block, ""
    for name in names:
        block = (
            block.child_block if isinstance(block, blocks.ListBlock) else block.child_blocks[name]
        )
        outermost = outermost or block.label
    label = "" if len(names) == 1 else block.label
    most = getattr(getattr(block, "field", None), "max_length", None)
    return Place(found.verbose_name, outermost, label, most)


@dataclass
class Row:
    """A segment as the desk shows it."""

    segment: StringSegment
    label: str
    most_characters: int | None


@dataclass
class Block:
    """Rows of one block (or of no block), under its name and number."""

    name: str
    rows: list[Row] = field(default_factory=list)


@dataclass
class Part:
    """Blocks of one field of the page."""

    heading: str
    blocks: list[Block] = field(default_factory=list)


def parts_of(model, segments, source=None) -> list[Part]:
    """`segments` (in reading order, one source's) by field and block of `model`.

    Whoever has the `source` at hand gives it: what it says of headings and lists is then read and
    taken apart once for each of its versions.
    """
    parts: list[Part] = []
    tags = _tags_of(segments, source)
    here = None
    for segment in segments:
        place = place_of(model, segment.context.field_path)
        name, *inside = segment.context.path.split(".")
        if here is None or here[0] != name:
            parts.append(Part(capfirst(str(place.heading))))
            numbers: dict[str, int] = {}
        spot = (name, inside[0] if inside else "")
        if here != spot:
            parts[-1].blocks.append(Block(_numbered(place, numbers)))
        here = spot
        label = " · ".join(str(one) for one in (place.label, tags.get(segment.pk)) if one)
        parts[-1].blocks[-1].rows.append(Row(segment, label, place.most_characters))
    return parts


def _numbered(place: Place, numbers: dict[str, int]) -> str:
    """The block's name with its number among those of its kind: "Step 2"."""
    if not place.block:
        return ""
    name = str(place.block)
    numbers[name] = numbers.get(name, 0) + 1
    return _("%(block)s %(number)d") % {"block": name, "number": numbers[name]}


def _tags_of(segments, source=None) -> dict[int, str]:
    """What a running text makes of each segment (heading, list item), by its id."""
    if source is not None:
        tags = _tags_of_version(source.pk, source.last_updated_at)
    else:
        tags = _tags_in({segment.source_id for segment in segments})
    numbers: dict[int, int] = {}
    found = {}
    for segment in segments:
        number = numbers.get(segment.context_id, 0)
        numbers[segment.context_id] = number + 1
        if tag := tags.get((segment.context_id, number)):
            found[segment.pk] = TAGS[tag]
    return found


@lru_cache(maxsize=128)
def _tags_of_version(source_pk: int, _version) -> dict[tuple[int, int], str]:
    return _tags_in([source_pk])


def _tags_in(sources) -> dict[tuple[int, int], str]:
    """Tags of `TAGS` around the strings of running texts, by context and place there; one query."""
    found = {}
    templates = TemplateSegment.objects.filter(source__in=sources).select_related("template")
    for template in templates:
        soup = BeautifulSoup(template.template.template, "html.parser")
        for number, element in enumerate(soup.find_all("text")):
            if element.parent.name in TAGS:
                found[template.context_id, number] = element.parent.name
    return found
