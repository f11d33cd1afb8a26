"""`/<lang>/phrases/?with=<lang>`: the glossary for everybody, in two languages side by side."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from hub.alphabets import place_in_alphabet
from hub.languages import LANGUAGES, language
from hub.page_links import LanguageLink
from hub.say import FormPage

from ..models import GlossaryText


@require_safe
def phrase_list(request):
    """All terms that one of the two languages has words for, in the reader's alphabet."""
    here = translation.get_language()
    beside = request.GET.get("with", "")
    others = [one for one in LANGUAGES if one.code != here]
    if beside not in [one.code for one in others]:
        beside = others[0].code
    context = {
        "rows": _rows(here, beside),
        "reader_language": language(here),
        "beside": language(beside),
        "others": others,
        "section": "phrases",
        "page": FormPage([], _language_links(here, beside)),
    }
    return render(request, "translations/phrase_list.html", context)


def _rows(here: str, beside: str) -> list[dict[str, GlossaryText | None]]:
    """Pairs of words, by the reader's language; one query."""
    by_term: dict[int, dict[str, GlossaryText]] = {}
    texts = GlossaryText.objects.filter(locale__language_code__in=[here, beside])
    for text in texts.select_related("locale", "term"):
        by_term.setdefault(text.term_id, {})[text.locale.language_code] = text
    rows = [{"own": said.get(here), "other": said.get(beside)} for said in by_term.values()]
    # What the reader's language has no word for comes last.
    rows.sort(key=lambda row: (row["own"] is None, place_in_alphabet(_first(row).text, here)))
    return rows


def _first(row: dict) -> GlossaryText:
    return row["own"] or row["other"]


def _language_links(here: str, beside: str) -> list[LanguageLink]:
    """The same list for readers of the other languages."""
    links = []
    for one in LANGUAGES:
        with translation.override(one.code):
            address = reverse("phrases")
        wanted = here if one.code == beside else beside
        links.append(
            LanguageLink(one.code, one.name, f"{address}?with={wanted}", one.code == here, True)
        )
    return links
