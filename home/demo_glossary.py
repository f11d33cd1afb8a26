"""The first words of the glossary, from `content/glossary.yaml`."""

from wagtail.models import Locale

from translations.models import GlossaryTerm, GlossaryText

from .content_files import CONTENT, read_yaml


def load_glossary(locales: dict[str, Locale]) -> None:
    """Add the terms that are not there yet; `locales` by language code."""
    for key, said in read_yaml(CONTENT / "glossary.yaml").items():
        term, made = GlossaryTerm.objects.get_or_create(
            key=key, defaults={"note": said.pop("note", "")}
        )
        if made:
            GlossaryText.objects.bulk_create(
                _text(term, locales[code], words) for code, words in said.items() if code in locales
            )


def _text(term: GlossaryTerm, locale: Locale, words: str | dict) -> GlossaryText:
    if isinstance(words, str):
        words = {"text": words}
    return GlossaryText(
        term=term,
        locale=locale,
        text=words["text"],
        note=words.get("note", ""),
        forbidden="\n".join(words.get("avoid", [])),
    )
