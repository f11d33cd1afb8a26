"""What the checks say to words of the editor, before they are kept and beside those kept."""

from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from .. import work
from ..checks.pairs import Finding, Pair, check
from ..glossary.terms import Glossary
from ..places import place_of
from ..words import value_of

MOST_FOUND = 20_000
_found: dict[tuple, list[Finding]] = {}


def findings_of(job: work.Work, segment, text: str, glossary: Glossary) -> list[Finding]:
    """Findings about words as a translator typed them; none about an empty field."""
    text = text.replace("\0", "").strip()
    if not text:
        return []
    try:
        html = value_of(segment, text).data
    except ValidationError as refused:
        return [Finding("marks", True, sentence) for sentence in refused.messages]
    return findings_of_kept(job, segment, html, glossary)


def findings_of_kept(job: work.Work, segment, html: str, glossary: Glossary) -> list[Finding]:
    """Findings about words as they are kept.

    What was found is remembered: an editor with 500 parts asks about the same words each time it
    is opened.
    """
    most = place_of(type(job.original), segment.context.field_path).most_characters
    if not hasattr(glossary, "signature"):
        # For as long as the object lives, which is a request.
        glossary.signature = hash((*glossary.terms, glossary.source_code, glossary.target_code))
    key = (segment.string.data, html, most, glossary.signature, get_language())
    if key not in _found:
        if len(_found) >= MOST_FOUND:
            _found.clear()
        _found[key] = check(
            Pair(
                source_html=segment.string.data,
                target_html=html,
                source_code=job.thing.original_locale.language_code,
                target_code=job.locale.language_code,
                most_characters=most,
                glossary=glossary,
            )
        )
    return _found[key]


def refusals_of(findings: list[Finding]) -> list[str]:
    """The sentences of those findings with which words are not kept."""
    return [finding.sentence for finding in findings if finding.blocks]


def warnings_of(findings: list[Finding]) -> list[str]:
    """The sentences of those that only ask to look again."""
    return [finding.sentence for finding in findings if not finding.blocks]
