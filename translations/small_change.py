"""A change that the author calls small: finished translations stay, their words move along."""

from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, TranslationSource

from .former import former_of
from .words import marks_of


def carry_over(source: TranslationSource, locale: Locale) -> int:
    """Give each changed string of `source` the words that stood there before; returns how many.

    What has no former words, or other marks than these, stays open: nobody has translated it.
    """
    segments = list(
        StringSegment.objects.filter(source=source)
        .annotate_translation(locale)
        .select_related("string", "context")
    )
    carried = 0
    former = former_of(locale, segments)
    for segment in segments:
        words = former.get(segment.pk)
        if words is None or marks_of(words.target_html) != marks_of(segment.string.data):
            continue
        _row, made = StringTranslation.objects.get_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=locale,
            defaults={
                "data": words.target_html,
                "translation_type": words.translation_type,
                "tool_name": words.tool_name,
            },
        )
        carried += made
    return carried
