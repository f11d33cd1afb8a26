"""What parts of addresses may look like; everything else is a miss before any question is asked."""

from django.urls import register_converter


class CodeConverter:
    """The short code of a thing, in either case."""

    regex = "[0-9A-Za-z]{4,12}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


class LanguageConverter:
    """A language code."""

    regex = "[a-z]{2,3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")
register_converter(LanguageConverter, "lang")
