"""Words of the site in one language, `/admin/desk/words/<lang>/`: topics, audiences, the foot.

They belong to no page and have no original: each language is worded on its own, beside another.
"""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import escape
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.models import Locale

from hub.languages import LANGUAGES, language
from hub.models import Audience, SiteText, Topic

from .checks.pairs import Pair, check
from .editor.form import mark
from .glossary.terms import Glossary, terms_for
from .rights import languages_of

# What may be worded, and which of its fields; a slug is the same in every language.
WORDS = {
    Topic: ("title", "sentence"),
    Audience: ("title", "sentence"),
    SiteText: ("network", "statement", "disclaimer"),
}
LONG_TEXT = 80


def site_words_urls() -> list:
    """The address stands before those that take any code."""
    return [path("desk/words/<lang:lang>/", site_words, name="translation_site_words")]


@dataclass
class Field:
    """One field of one row: what is kept, what the other language says, what is typed and wrong."""

    name: str
    label: str
    source: str
    kept: str
    most_characters: int | None
    words: str = ""
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.words = self.kept
        self.lines = 1 + max(len(self.source), len(self.kept)) // LONG_TEXT

    @property
    def was(self) -> str:
        return mark(self.kept)


@dataclass
class Entry:
    """A topic, an audience or the foot, with its fields by name."""

    row: Topic | Audience | SiteText
    heading: str
    fields: dict[str, Field]


@require_http_methods(["GET", "HEAD", "POST"])
def site_words(request, lang):
    """Fields for the words of one language, beside those of another (`?from=`)."""
    mine = languages_of(request.user)
    target = next((locale for locale in mine if locale.language_code == lang), None)
    if target is None:
        raise Http404
    source = _source(request.GET.get("from", ""), target)
    glossary = terms_for(source, target)
    entries = _entries(source, target)
    here = reverse("translation_site_words", args=[lang]) + f"?from={source.language_code}"
    if request.method == "POST":
        _refuse_foreign_fields(request, entries)
        touched = [entry for entry in entries if _read(entry, request.POST)]
        for entry in touched:
            _try(entry, source.language_code, lang, glossary)
        wrong = _save(touched)
        if not wrong:
            messages.success(request, _("Saved."))
            return redirect(here)
        sentence = _("Some words could not be saved; they stand below with the reason.")
        messages.error(request, sentence)
    for entry in entries:
        for one in entry.fields.values():
            one.warnings = [
                finding.sentence
                for finding in _findings(one, source.language_code, lang, glossary)
                if not finding.blocks
            ]
    context = {
        "parts": _parts(entries),
        "source": language(source.language_code),
        "target": language(lang),
        "others": [one for one in LANGUAGES if one.code != lang],
        "mine": [language(locale.language_code) for locale in mine],
        "here": here,
    }
    return render(request, "translations/site_words.html", context)


def _source(wanted: str, target: Locale) -> Locale:
    """The language to stand beside: the one asked for, else English, else any other."""
    others = {one.language_code: one for one in Locale.objects.exclude(pk=target.pk).order_by("pk")}
    return others.get(wanted) or others.get("en") or next(iter(others.values()))


def _entries(source: Locale, target: Locale) -> list[Entry]:
    """All rows of the language with their counterparts; one query a model."""
    entries = []
    for model, names in WORDS.items():
        rows = list(model.objects.filter(locale__in=[source.pk, target.pk]))
        beside = {row.translation_key: row for row in rows if row.locale_id == source.pk}
        for row in rows:
            if row.locale_id != target.pk:
                continue
            other = beside.get(row.translation_key)
            fields = {name: _field(row, other, name) for name in names}
            entries.append(Entry(row, getattr(other or row, "title", ""), fields))
    return entries


def _field(row, other, name: str) -> Field:
    found = row._meta.get_field(name)
    return Field(
        name=f"{row._meta.model_name}-{row.pk}-{name}",
        label=capfirst(str(found.verbose_name)),
        source=getattr(other, name, ""),
        kept=getattr(row, name),
        most_characters=found.max_length,
    )


def _parts(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    """Entries by kind, under the kind's name."""
    return [
        (
            capfirst(str(model._meta.verbose_name_plural)),
            [entry for entry in entries if isinstance(entry.row, model)],
        )
        for model in WORDS
    ]


# --- saving -----------------------------------------------------------------------------------


def _refuse_foreign_fields(request, entries: list[Entry]) -> None:
    """Raises Http404 when words for a row are sent that is not of this language, or no field of it."""
    known = {one.name for entry in entries for one in entry.fields.values()}
    kinds = tuple(f"{model._meta.model_name}-" for model in WORDS)
    if any(name.startswith(kinds) and name not in known for name in request.POST):
        raise Http404


def _read(entry: Entry, data) -> bool:
    """Take what was typed; whether any field differs from what it had shown."""
    touched = False
    for one in entry.fields.values():
        words = data.get(one.name)
        was = data.get(f"was-{one.name}", one.was)
        if words is None or mark(words) == was:
            continue
        one.words = words.replace("\r\n", "\n").replace("\0", "").strip()
        if mark(one.words) == one.was:
            continue
        touched = True
        if was != one.was:
            one.errors.append(
                _("A colleague saved other words here meanwhile: “%(words)s”") % {"words": one.kept}
            )
    return touched


def _try(entry: Entry, source_code: str, target_code: str, glossary: Glossary) -> None:
    """Put the typed words into the row and note what is wrong with them; nothing is saved."""
    for name, one in entry.fields.items():
        setattr(entry.row, name, one.words)
        one.errors += [
            finding.sentence
            for finding in _findings(one, source_code, target_code, glossary)
            if finding.blocks
        ]
    try:
        entry.row.full_clean()
    except ValidationError as refused:
        for name, sentences in refused.message_dict.items():
            shown = entry.fields.get(name) or next(iter(entry.fields.values()))
            # Too long is told already.
            if not shown.errors:
                shown.errors += sentences


def _save(touched: list[Entry]) -> bool:
    """Save the entries without errors, through the model, so that readers see them; whether some had any."""
    right = [entry for entry in touched if not any(f.errors for f in entry.fields.values())]
    with transaction.atomic():
        for entry in right:
            entry.row.save()
    return len(right) < len(touched)


def _findings(one: Field, source_code: str, target_code: str, glossary: Glossary) -> list:
    return check(
        Pair(
            escape(one.source),
            escape(one.words),
            source_code,
            target_code,
            one.most_characters,
            glossary,
        )
    )
