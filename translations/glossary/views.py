"""The screens of the glossary, `/admin/desk/glossary/`: everybody reads, each writes their languages."""

import re

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Locale

from hub.languages import LANGUAGES, language

from ..models import GlossaryTerm, GlossaryText
from ..rights import coordinates, languages_of
from ..stems import fold

TERMS_A_PAGE = 50
# A field of a language: its prefix is the language's code.
OF_A_LANGUAGE = re.compile(r"(.+)-(?:text|note|forbidden)$")


def glossary_urls() -> list:
    """Addresses of the glossary; they stand before those that take any code."""
    return [
        path("desk/glossary/", index, name="translation_glossary"),
        path("desk/glossary/new/", add_term, name="translation_glossary_new"),
        path("desk/glossary/terms/<slug:key>/", edit_term, name="translation_term"),
        path("desk/glossary/terms/<slug:key>/delete/", delete_term, name="translation_term_delete"),
    ]


def codes_of(request) -> set[str]:
    """The languages of this person. Raises PermissionDenied for who has none."""
    mine = {locale.language_code for locale in languages_of(request.user)}
    if not mine:
        raise PermissionDenied
    return mine


def _term_or_404(key: str) -> GlossaryTerm:
    term = GlossaryTerm.objects.prefetch_related("texts__locale").filter(key=key).first()
    if term is None:
        raise Http404
    return term


def locales_by_code() -> dict[str, Locale]:
    """The languages of the hub by code, in their usual order."""
    found = {locale.language_code: locale for locale in Locale.objects.all()}
    return {one.code: found[one.code] for one in LANGUAGES if one.code in found}


# --- the list ---------------------------------------------------------------------------------


@require_safe
def index(request):
    """All terms with their words in all languages; `?q=` and `?missing=` narrow it."""
    mine = codes_of(request)
    # One's own languages stand beside the key.
    codes = sorted((one.code for one in LANGUAGES), key=lambda code: code not in mine)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    missing = request.GET.get("missing", "")
    found = _search(words, missing if missing in codes else "")
    page = Paginator(found, TERMS_A_PAGE).get_page(request.GET.get("page"))
    filters = request.GET.copy()
    filters.pop("page", None)
    context = {
        "title": _("Glossary"),
        "nothing": _("Nothing was found"),
        "rows": [
            {"term": term, "cells": [(language(code), texts.get(code)) for code in codes]}
            for term, texts in page.object_list
        ],
        "page_obj": page,
        "query": filters.urlencode(),
        "columns": [language(code) for code in codes],
        "languages": LANGUAGES,
        "mine": mine,
        "words": words,
        "missing": missing,
        "number": len(found),
        "may_add": coordinates(request.user),
    }
    return render(request, "translations/glossary.html", context)


def _search(words: str, missing: str) -> list[tuple[GlossaryTerm, dict[str, GlossaryText]]]:
    """Terms with their texts by language; letters small and large alike, on either database."""
    wanted = fold(words)
    found = []
    for term in GlossaryTerm.objects.prefetch_related("texts__locale"):
        texts = {text.locale.language_code: text for text in term.texts.all()}
        said = [term.key, term.note, *(f"{one.text} {one.forbidden}" for one in texts.values())]
        if missing not in texts and (not wanted or any(wanted in fold(one) for one in said)):
            found.append((term, texts))
    return found


# --- one term ---------------------------------------------------------------------------------


class TermForm(forms.ModelForm):
    class Meta:
        model = GlossaryTerm
        fields = ["key", "note"]


class NoteForm(forms.ModelForm):
    class Meta:
        model = GlossaryTerm
        fields = ["note"]


class TextForm(forms.ModelForm):
    """A term in one language; without words it is taken away."""

    class Meta:
        model = GlossaryText
        fields = ["text", "note", "forbidden"]
        widgets = {"forbidden": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, code: str, is_open: bool, **more):
        super().__init__(prefix=code, **more)
        self.language = language(code)
        self.is_open = is_open
        self.fields["text"].required = False
        for field in self.fields.values():
            field.widget.attrs |= {"lang": code, "dir": self.language.dir, "class": "desk-field"}

    def clean(self):
        data = super().clean()
        if not data.get("text") and (data.get("note") or data.get("forbidden")):
            self.add_error("text", _("Give the term its words first."))
        return data

    def keep(self, term: GlossaryTerm, locale: Locale) -> None:
        if not self.has_changed():
            return
        if self.cleaned_data["text"]:
            # A colleague may give the term its first words at this moment.
            GlossaryText.objects.update_or_create(
                term=term, locale=locale, defaults=self.cleaned_data
            )
        elif self.instance.pk:
            self.instance.delete()


def _text_forms(request, term: GlossaryTerm | None, mine: set[str]) -> list[TextForm]:
    """A form for each language; those of this person's languages take what was sent for them."""
    texts = {one.locale.language_code: one for one in term.texts.all()} if term else {}
    # A language of which nothing came (a script sends as it likes) stays as it is.
    sent = {code for code in mine if f"{code}-text" in request.POST}
    return [
        TextForm(
            code,
            code in mine,
            instance=texts.get(code),
            data=request.POST if code in sent else None,
        )
        for code in locales_by_code()
    ]


def _refuse_foreign_fields(request, mine: set[str]) -> None:
    """Raises Http404 when fields of a language are sent that is not this person's."""
    for name in request.POST:
        found = OF_A_LANGUAGE.fullmatch(name)
        if found and found[1] not in mine:
            raise Http404
        if name in ("key", "note") and not coordinates(request.user):
            raise Http404


def _keep(text_forms: list[TextForm], term_form, term=None) -> GlossaryTerm | None:
    """Save all forms at once; None when one of them is not right."""
    sent = [form for form in text_forms if form.is_bound]
    # Each form is asked, so that each shows what is wrong with it.
    sound = [form.is_valid() for form in ([*sent, term_form] if term_form else sent)]
    if not all(sound):
        return None
    locales = locales_by_code()
    with transaction.atomic():
        if term_form:
            term = term_form.save()
        for form in sent:
            form.keep(term, locales[form.language.code])
    return term


@require_http_methods(["GET", "HEAD", "POST"])
def add_term(request):
    """A new term, in as many languages as one knows; for coordinators."""
    if not coordinates(request.user):
        raise PermissionDenied
    mine = codes_of(request)
    term_form = TermForm(request.POST if request.method == "POST" else None)
    text_forms = _text_forms(request, None, mine)
    if request.method == "POST":
        _refuse_foreign_fields(request, mine)
        if term := _keep(text_forms, term_form):
            messages.success(request, _("“%(term)s” stands in the glossary.") % {"term": term})
            return redirect("translation_glossary")
        messages.error(request, _("Please look at this again"))
    return _show_term(request, None, term_form, text_forms)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_term(request, key):
    """One term in all languages; fields are open for one's own."""
    mine = codes_of(request)
    term = _term_or_404(key)
    sent = request.POST if "note" in request.POST else None
    term_form = NoteForm(sent, instance=term) if coordinates(request.user) else None
    text_forms = _text_forms(request, term, mine)
    if request.method == "POST":
        _refuse_foreign_fields(request, mine)
        if _keep(text_forms, term_form if sent else None, term):
            messages.success(request, _("Saved."))
            return redirect("translation_glossary")
        messages.error(request, _("Please look at this again"))
    return _show_term(request, term, term_form, text_forms)


def _show_term(request, term, term_form, text_forms):
    # One's own languages first: the others are there to look at.
    text_forms.sort(key=lambda form: not form.is_open)
    heading, code = _heading(term)
    context = {
        "term": term,
        "heading": heading,
        "heading_language": language(code),
        "term_form": term_form,
        "text_forms": text_forms,
        "delete_url": reverse("translation_term_delete", args=[term.key])
        if term and coordinates(request.user)
        else "",
    }
    return render(request, "translations/glossary_term.html", context)


def _heading(term: GlossaryTerm | None) -> tuple[str, str]:
    """The term in the reader's language, else in any, else its key; and the language of that."""
    here = get_language()
    if term is None:
        return _("New term"), here
    texts = {text.locale.language_code: text.text for text in term.texts.all()}
    code = here if here in texts else next(iter(texts), "en")
    return texts.get(code, term.key), code


@require_http_methods(["GET", "HEAD", "POST"])
def delete_term(request, key):
    """Ask, then take a term away in all languages; for coordinators."""
    if not coordinates(request.user):
        raise PermissionDenied
    term = _term_or_404(key)
    if request.method == "POST":
        term.delete()
        messages.success(request, _("“%(term)s” is deleted.") % {"term": key})
        return redirect("translation_glossary")
    texts = [(language(one.locale.language_code), one) for one in term.texts.all()]
    context = {"term": term, "texts": texts}
    return render(request, "translations/glossary_delete.html", context)
