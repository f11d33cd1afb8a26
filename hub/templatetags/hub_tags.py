"""`{% words_of page %}`, `{% own_words page %}`, `{{ document.file_size|file_size }}`."""

from django import template
from django.utils.html import format_html

from hub import file_notes
from hub.languages import language
from hub.structured_data import script_of

register = template.Library()


@register.simple_tag
def words_of(page):
    """` lang="lv" dir="ltr"` for an element with words of a mirror; nothing where they are own."""
    if not page or not page.is_mirror:
        return ""
    words = page.source_language
    return format_html(' lang="{}" dir="{}"', words.code, words.dir)


@register.simple_tag(takes_context=True)
def structured_data(context):
    """What search engines are told of the page; of a preview nothing, nobody may find it."""
    page = context.get("page")
    if not hasattr(page, "structured_data") or getattr(context.get("request"), "is_preview", False):
        return ""
    return script_of(page, context.flatten())


@register.simple_tag
def own_words(page):
    """The way back: our own words inside an element that carries `words_of` a mirror."""
    if not page or not page.is_mirror:
        return ""
    here = page.own_language
    return format_html(' lang="{}" dir="{}"', here.code, here.dir)


@register.simple_tag
def lang_of(code, here=""):
    """` lang="uk" dir="ltr"` for words in language `code`; nothing without one or if it is `here`."""
    if not code or code == here:
        return ""
    words = language(code)
    return format_html(' lang="{}" dir="{}"', words.code, words.dir)


@register.filter
def file_size(size_bytes):
    return file_notes.file_size(size_bytes) if size_bytes else ""


@register.filter
def file_note(document):
    """Format, pages and size of a document."""
    return file_notes.file_note(document.format, document.page_count, document.size_bytes)
