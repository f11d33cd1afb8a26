"""Terms of the glossary for tests."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.builders import locale, make_translator
from tests.editing import signed_in
from translations.models import GlossaryTerm, GlossaryText


def term(key="volunteer", note="", avoid=None, notes=None, **texts):
    """A term with its words by language code."""
    made = GlossaryTerm.objects.create(key=key, note=note)
    for code, text in texts.items():
        GlossaryText.objects.create(
            term=made,
            locale=locale(code),
            text=text,
            note=(notes or {}).get(code, ""),
            forbidden="\n".join((avoid or {}).get(code, [])),
        )
    return made


def said(key, code):
    return GlossaryText.objects.get(term__key=key, locale__language_code=code).text


def a_translator(code="uk"):
    return signed_in(make_translator(code))


def sent(text, name="glossary.csv", encoding="utf-8"):
    return {"file": SimpleUploadedFile(name, text.encode(encoding))}
