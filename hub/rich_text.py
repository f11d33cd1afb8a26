"""Links inside texts: to the reader's own language, and all links of a page found by one query."""

import re
from contextvars import ContextVar

from django.core.signals import request_started
from django.utils.html import escape
from django.utils.translation import get_language
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler
from wagtail.rich_text.rewriters import FIND_A_TAG, extract_attrs

from hub.frame import address_of, language_of_path
from hub.models import Document
from hub.prepared import Prepared

# (language, kind of link, id) -> address, "" for what is not there; None outside requests: nothing
# is kept.
_found: ContextVar[dict | None] = ContextVar("hub_rich_text_found", default=None)
DIGITS = re.compile(r"[0-9]+")


def begin_request(**_signal) -> None:
    _found.set({})


request_started.connect(begin_request, dispatch_uid="hub_rich_text_begin")


_counterparts = Prepared(
    lambda ids: (
        Page.objects.filter(
            translation_key__in=Page.objects.filter(pk__in=ids).order_by().values("translation_key")
        )
        .order_by()
        .values_list("pk", "translation_key", "url_path", "live")
    )
)


def _pages(ids: set[int]) -> dict[int, str]:
    """Addresses of the counterparts in the reader's language, else of the pages themselves."""
    here = get_language()
    own, counterpart, key_of = {}, {}, {}
    for pk, key, url_path, live in _counterparts(sorted(ids)):
        key_of[pk] = key
        if live:
            own[pk] = address_of(url_path)
            if language_of_path(url_path) == here:
                counterpart[key] = own[pk]
    return {pk: counterpart.get(key_of.get(pk)) or own.get(pk, "") for pk in ids}


def _documents(ids: set[int]) -> dict[int, str]:
    found = Document.objects.in_bulk(ids)
    return {pk: found[pk].url if pk in found else "" for pk in ids}


FINDERS = {"page": _pages, "document": _documents}


def _addresses(kind: str, ids: set[int]) -> dict[int, str]:
    kept = _found.get()
    if kept is None:
        return FINDERS[kind](ids)
    here = get_language()
    missing = {pk for pk in ids if (here, kind, pk) not in kept}
    if missing:
        kept.update({(here, kind, pk): url for pk, url in FINDERS[kind](missing).items()})
    return {pk: kept[here, kind, pk] for pk in ids}


def _opening_tags(kind: str, attrs_list: list[dict]) -> list[str]:
    """`<a href>` each; a bare `<a>`, which is plain text, for what readers cannot reach."""
    ids = [int(a["id"]) if DIGITS.fullmatch(a.get("id", "")) else 0 for a in attrs_list]
    urls = _addresses(kind, {pk for pk in ids if pk})
    return [f'<a href="{escape(urls[pk])}">' if urls.get(pk) else "<a>" for pk in ids]


class ReaderPageLinkHandler(PageLinkHandler):
    @classmethod
    def expand_db_attributes_many(cls, attrs_list):
        return _opening_tags("page", attrs_list)


class ReaderDocumentLinkHandler(DocumentLinkHandler):
    @classmethod
    def expand_db_attributes_many(cls, attrs_list):
        return _opening_tags("document", attrs_list)


def gather_links(page, request, serve_args, serve_kwargs) -> None:
    """Before a page is served: look up everything that any of its texts links to."""
    gather_links_of(page)


def gather_links_of(page) -> None:
    """Look up everything that any text of `page` links to, for the language that is active."""
    ids: dict[str, set[int]] = {kind: set() for kind in FINDERS}
    for field in page._meta.concrete_fields:
        if isinstance(field, StreamField):
            for text in _texts(list(field.value_from_object(page).raw_data)):
                for match in FIND_A_TAG.finditer(text):
                    attrs = extract_attrs(match.group(1))
                    if attrs.get("linktype") in ids and DIGITS.fullmatch(attrs.get("id", "")):
                        ids[attrs["linktype"]].add(int(attrs["id"]))
    for kind, wanted in ids.items():
        if wanted:
            _addresses(kind, wanted)


def _texts(raw):
    """Every text with a link in stored block values, however deep."""
    if isinstance(raw, str):
        if "linktype" in raw:
            yield raw
    elif isinstance(raw, dict):
        for value in raw.values():
            yield from _texts(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _texts(value)
