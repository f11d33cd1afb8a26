"""Another language's finished translation as a second reference beside the source."""

from wagtail.models import Page
from wagtail_localize.models import StringTranslation

from hub.languages import Language, language

from ..models import TranslationState
from .published import published_words

State = TranslationState.State


def languages_beside(job) -> list[Language]:
    """The other languages in which readers have the thing in words of its own."""
    return [
        language(code)
        for code, state in sorted(job.states.items())
        if state.published_at and code != job.locale.language_code
    ]


def words_beside(job, code: str, segments) -> dict[int, str]:
    """What the published translation into `code` says at each of `segments`, by their ids, as HTML.

    One query while the kept words are the published ones; drafts of colleagues are not shown, so
    otherwise the words are taken from the page.
    """
    state = job.states.get(code)
    if state is None or not state.published_at or code == job.locale.language_code:
        return {}
    if state.state in (State.PUBLISHED, State.OUTDATED):
        kept = StringTranslation.objects.filter(
            locale=state.locale_id, context__object=job.thing.translation_key, has_error=False
        ).values_list("translation_of", "context", "data")
        words = {(string, context): data for string, context, data in kept}
        found = {
            segment.pk: words.get((segment.string_id, segment.context_id)) for segment in segments
        }
        return {pk: data for pk, data in found.items() if data}
    page = Page.objects.filter(
        translation_key=job.thing.translation_key, locale=state.locale_id
    ).first()
    return published_words(page, segments) if page else {}
