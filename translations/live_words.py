"""What readers of a translation are told of its words, and which of them are not translated.

One query for each page in its own words; mirrors say what they are by themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bs4 import BeautifulSoup, NavigableString

from hub.languages import Language, language
from hub.models import HubPage
from hub.prepared import Prepared

from .models import TranslationState
from .plain import plain


@dataclass(frozen=True)
class LiveWords:
    """Of a published translation. `changed_at`: when its original changed away from it, else None."""

    source: Language
    changed_at: datetime | None
    # Strings (HTML) that are still the source's.
    untranslated: list[str]
    has_machine_words: bool
    # Places (see TranslationState) that the source has changed since, and that are still in its words.
    older_places: list[str]
    untranslated_places: list[str]

    @property
    def need_a_word(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.changed_at or self.untranslated or self.has_machine_words)


_live_words = Prepared(
    lambda key, locales: (
        TranslationState.objects.filter(thing__translation_key=key, locale__in=locales)
        .exclude(source_hash="")
        .values_list(
            "locale_id",
            "thing__original_locale__language_code",
            "source_changed_at",
            "untranslated",
            "live_machine",
            "older_places",
            "untranslated_places",
        )
    )
)


def live_words_of(page) -> LiveWords | None:
    """None for originals, mirrors, drafts and pages of other kinds; asked once for each page object."""
    if not isinstance(page, HubPage) or page.kind == "home" or page.is_mirror or not page.pk:
        return None
    if "_live_words" not in page.__dict__:
        ask_live_words([page])
    return page._live_words


def ask_live_words(pages: Iterable[HubPage]) -> None:
    """Ask for the words of several pages of one thing by one query; `live_words_of` then asks no more."""
    pages = list(pages)
    found = _live_words(pages[0].translation_key, [page.locale_id for page in pages])
    by_locale = {
        locale: LiveWords(language(code), changed_at, untranslated, machine > 0, *places)
        for locale, code, changed_at, untranslated, machine, *places in found
    }
    for page in pages:
        page._live_words = by_locale.get(page.locale_id)


def mark_what_is_not_translated(serve):
    """Wagtail's `on_serve_page`: parts of a page published partly carry the language they are in."""

    def serve_marked(page, request, args, kwargs):
        response = serve(page, request, args, kwargs)
        mark_words_of(page, response)
        return response

    return serve_marked


def mark_words_of(page, response) -> None:
    """Have the parts of `response` that show what of `page` is not translated carry their language."""
    words = live_words_of(page)
    if words and words.untranslated and hasattr(response, "add_post_render_callback"):
        response.add_post_render_callback(lambda rendered: _mark(rendered, words))


def _mark(response, words: LiveWords) -> None:
    response.content = marked(response.content.decode(), words.untranslated, words.source)


def marked(html: str, strings: list[str], source: Language) -> str:
    """`html` (a whole page) with `lang` on what in its <main> is one of `strings` (of the source)."""
    begin, end = html.find("<main"), html.rfind("</main>")
    if begin < 0 or end < 0:
        return html
    wanted = {plain(one) for one in strings} - {""}
    soup = BeautifulSoup(html[begin:end] + "</main>", "html.parser")
    for text in soup.find_all(string=True):
        # An earlier one may have taken it along.
        if text.parent is None or text.parent.get("lang") == source.code:
            continue
        _mark_around(soup, text, wanted, source)
    return html[:begin] + str(soup) + html[end + len("</main>") :]


def _mark_around(soup, text: NavigableString, wanted: set[str], source: Language) -> None:
    """Mark the smallest element around `text` that says one of `wanted`, or the text alone."""
    if " ".join(text.split()) in wanted and _says(text.parent) not in wanted:
        text.wrap(soup.new_tag("span", attrs=_language(source)))
        return
    element = text.parent
    while element is not None and element.name != "main":
        said = _says(element)
        if said in wanted:
            element.attrs.update(_language(source))
            return
        if not any(one.startswith(said) or said in one for one in wanted):
            return
        element = element.parent


def _says(element) -> str:
    return " ".join(element.get_text().split())


def _language(source: Language) -> dict[str, str]:
    return {"lang": source.code} | ({"dir": "rtl"} if source.dir == "rtl" else {})
