"""A translation of the demo, as strings of the desk: paired with the original's place by place."""

import json

from wagtail.models import Page
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
)
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from translations import work

from .content_files import Item
from .markdown_blocks import ContentError


def say_strings(item: Item, job: work.Work, target: Page, left_open: int = 0) -> None:
    """Pair the texts of both languages place by place and keep the target's as translations.

    The last `left_open` of them stay without.
    """
    places = f"{item.kind}/{item.slug} in {job.locale.language_code}"
    theirs = _by_path(extract_segments(target), StringSegmentValue)
    segments: dict[str, list[StringSegment]] = {}
    for segment in (
        StringSegment.objects.filter(source=job.source)
        .select_related("context", "string")
        .order_by("order")
    ):
        segments.setdefault(segment.context.path, []).append(segment)
    rows = []
    for path, ours in segments.items():
        said = theirs.get(path, [])
        if len(said) != len(ours):
            raise ContentError(
                f"{places}: {len(said)} texts instead of {len(ours)} at {path}: {ours[0].string.data}"
            )
        for segment, value in zip(ours, said, strict=True):
            rows.append(
                StringTranslation(
                    translation_of_id=segment.string_id,
                    locale=job.locale,
                    context_id=segment.context_id,
                    data=_with_ids_of(segment, value),
                    translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
                )
            )
    rows = rows[: len(rows) - left_open]
    StringTranslation.objects.bulk_create(rows, ignore_conflicts=True)
    _say_overrides(job, target)


def _by_path(segments, kind) -> dict[str, list]:
    found: dict[str, list] = {}
    for segment in segments:
        if isinstance(segment, kind):
            found.setdefault(segment.path, []).append(segment)
    return found


def _with_ids_of(segment: StringSegment, value: StringSegmentValue) -> str:
    """The target's text, its links renamed to the ids that the same links have in the source."""
    source = json.loads(segment.attrs or "{}")
    data = value.string.data
    for their_id, attrs in (value.attrs or {}).items():
        our_id = next((key for key, known in source.items() if known == attrs), their_id)
        data = data.replace(f'id="{their_id}"', f'id="@{our_id}"')
    return data.replace('id="@', 'id="')


def _say_overrides(job: work.Work, target: Page) -> None:
    """Files that are another document in the target's language."""
    said = _by_path(extract_segments(target), OverridableSegmentValue)
    for segment in OverridableSegment.objects.filter(source=job.source).select_related("context"):
        path = segment.context.path
        if not path.startswith("files.") or path not in said:
            continue
        value = said[path][0].data
        if value != json.loads(segment.data_json):
            SegmentOverride.objects.update_or_create(
                locale=job.locale,
                context=segment.context,
                defaults={"data_json": json.dumps(value)},
            )
