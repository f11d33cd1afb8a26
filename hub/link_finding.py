"""The links in the texts of public pages: which there are, and which of those within the hub are broken."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F
from django.urls import Resolver404, resolve
from django.utils.html import strip_tags
from django.utils.translation import get_language_from_path, override
from wagtail.contrib.redirects.models import Redirect
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text.rewriters import extract_attrs

from hub.changes import listen
from hub.frame import home_slug
from hub.languages import LANGUAGES
from hub.models import Document, HubPage, LinkCheck, LinkReason, Thing

CHUNK = 200
ANCHOR = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
ADDRESS = re.compile(r"https?://\S+")
PERMANENT = re.compile(r"/r/([0-9A-Za-z]{1,12})(?:[/.]|$)")
DOCUMENT = re.compile(r"/documents/([0-9]{1,9})/")
# Neither is a page: whether they work shows elsewhere.
NO_LINKS = ("#", "mailto:", "tel:", "sms:", "/static/", "/media/")
MOST_LETTERS = LinkCheck._meta.get_field("url").max_length


@dataclass(frozen=True)
class FoundLink:
    """A link as it stands in a text; see `LinkCheck` for `url`."""

    url: str
    is_external: bool
    words: str


# --- finding ----------------------------------------------------------------------------------


def links_of(page: HubPage) -> list[FoundLink]:
    """The links in the words of `page` (specific), each address once."""
    found: dict[str, FoundLink] = {}
    for field in page._meta.concrete_fields:
        value = field.value_from_object(page)
        if not value:
            continue
        if isinstance(field, models.URLField):
            found.setdefault(value, _link({"href": value}, ""))
        elif isinstance(field, (StreamField, RichTextField)):
            texts = value.raw_data if isinstance(field, StreamField) else value
            for link in _links_in(texts):
                found.setdefault(link.url, link)
    return [link for link in found.values() if link is not None]


def _links_in(raw) -> Iterator[FoundLink]:
    if isinstance(raw, str):
        if ADDRESS.fullmatch(raw.strip()):
            yield from filter(None, [_link({"href": raw.strip()}, "")])
        elif "<a" in raw:
            for attrs, words in ANCHOR.findall(raw):
                yield from filter(None, [_link(extract_attrs(attrs), words)])
    elif isinstance(raw, dict):
        for value in raw.values():
            yield from _links_in(value)
    # A stream's raw data is a list only in looks.
    elif hasattr(raw, "__iter__"):
        for value in raw:
            yield from _links_in(value)


def _link(attrs: dict, words: str) -> FoundLink | None:
    words = " ".join(unescape(strip_tags(words)).split())[:120]
    if attrs.get("linktype") in ("page", "document"):
        return FoundLink(f"{attrs['linktype']}:{attrs.get('id', '')}"[:40], False, words)
    url = unescape(attrs.get("href", "")).strip()
    if not url or url.startswith(NO_LINKS) or len(url) > MOST_LETTERS:
        return None
    if url.startswith(settings.HUB_ADDRESS + "/"):
        url = url.removeprefix(settings.HUB_ADDRESS)
    is_external = url.startswith(("http://", "https://", "//"))
    return FoundLink(url, is_external, words)


# --- links within the hub ---------------------------------------------------------------------


def broken_within(links: Iterable[tuple[str, int]]) -> dict[tuple[str, int], LinkReason]:
    """Which of these links within the hub are broken: (url, locale of the text) -> why.

    A handful of queries however many there are.
    """
    links = set(links)
    urls = {url for url, _locale in links}
    pages = {n for url in urls if (n := _number(url, "page")) is not None}
    documents = {n for url in urls if (n := _document_number(url)) is not None}
    codes = {match[1].upper() for url in urls if (match := PERMANENT.match(url))}
    paths = {url: _url_path(url) for url in urls}
    lookup = _Lookup(pages, documents, codes, {path for path in paths.values() if path})
    return {
        (url, locale): reason
        for url, locale in links
        if (reason := lookup.reason(url, paths[url], locale))
    }


def _number(url: str, kind: str) -> int | None:
    prefix, _colon, number = url.partition(":")
    return int(number) if prefix == kind and number.isascii() and number.isdigit() else None


def _document_number(url: str) -> int | None:
    match = DOCUMENT.match(url)
    return int(match[1]) if match else _number(url, "document")


def _url_path(url: str) -> str:
    """The path in the tree of a page's public address; "" for what can be no page."""
    parts = _path(url).split("/", 2)
    codes = {one.code for one in LANGUAGES}
    if len(parts) < 2 or parts[0] or parts[1] not in codes:
        return ""
    rest = parts[2].strip("/") if len(parts) > 2 else ""
    return f"/{home_slug(parts[1])}/{rest}/" if rest else f"/{home_slug(parts[1])}/"


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""


class _Lookup:
    """What the database says of all targets at once."""

    def __init__(self, pages: set, documents: set, codes: set, paths: set):
        rows = Page.objects.filter(pk__in=pages).order_by()
        self.pages = {
            pk: (key, live) for pk, key, live in rows.values_list("pk", "translation_key", "live")
        }
        things = Thing.objects.filter(code__in=codes)
        self.things = {
            code: (key, withdrawn_at is not None and replaced is None)
            for code, key, withdrawn_at, replaced in things.values_list(
                "code", "translation_key", "withdrawn_at", "replaced_by"
            )
        }
        keys = {key for key, _live in self.pages.values()} | {
            key for key, _w in self.things.values()
        }
        alive = Page.objects.filter(translation_key__in=keys, live=True).order_by()
        self.alive: dict = {}
        for key, locale in alive.values_list("translation_key", "locale"):
            self.alive.setdefault(key, set()).add(locale)
        self.documents = set(Document.objects.filter(pk__in=documents).values_list("pk", flat=True))
        at = Page.objects.filter(url_path__in=paths).order_by()
        self.paths = dict(at.values_list("url_path", "live"))
        lost = {path for path in paths if not self.paths.get(path)}
        self.redirects = _redirects_from(lost)

    def reason(self, url: str, path: str, locale: int) -> LinkReason | None:
        if (number := _number(url, "page")) is not None:
            key, live = self.pages.get(number, (None, False))
            if key is None:
                return LinkReason.PAGE_GONE
            # A reader is led to the page of their own language where there is one.
            shown = live or locale in self.alive.get(key, ())
            return None if shown else LinkReason.PAGE_HIDDEN
        if (number := _document_number(url)) is not None:
            return None if number in self.documents else LinkReason.DOCUMENT_GONE
        if match := PERMANENT.match(url):
            return self._reason_of_code(match[1].upper())
        if path in self.paths or path in self.redirects:
            live = self.paths.get(path) or path in self.redirects
            return None if live else LinkReason.PAGE_HIDDEN
        return _reason_of_address(url)

    def _reason_of_code(self, code: str) -> LinkReason | None:
        if code not in self.things:
            return LinkReason.NOT_HERE
        key, is_withdrawn = self.things[code]
        if is_withdrawn:
            return LinkReason.CODE_WITHDRAWN
        return None if self.alive.get(key) else LinkReason.PAGE_HIDDEN


def _redirects_from(paths: set[str]) -> set[str]:
    """Those of the paths in the tree whose old address leads on."""
    old = {}
    for path in paths:
        home, _slash, rest = path.strip("/").partition("/")
        address = f"/{home.removeprefix(home_slug(''))}/{rest}".rstrip("/")
        old[Redirect.normalise_path(address)] = path
    found = Redirect.objects.filter(old_path__in=old).values_list("old_path", flat=True)
    return {old[path] for path in found}


def _reason_of_address(url: str) -> LinkReason | None:
    """An address that is no page of the tree: one of ours that a view answers, or none."""
    path = _path(url)
    if not path.startswith("/"):
        return LinkReason.BAD_ADDRESS
    try:
        # The addresses of a language are known in that language alone.
        with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
            match = resolve(path)
    except Resolver404:
        return LinkReason.NOT_HERE
    return LinkReason.NOT_HERE if match.url_name == "wagtail_serve" else None


# --- keeping ----------------------------------------------------------------------------------


def gather_all() -> int:
    """Look through all live originals and translations; returns how many links they have.

    Mirrors show the links of their originals. Each lot of pages is a transaction of its own.
    """
    number, seen = 0, set()
    for model in apps.get_models():
        if not issubclass(model, HubPage):
            continue
        pages = model.objects.filter(
            live=True,
            alias_of=None,
            content_type=ContentType.objects.get_for_model(model),
            words_language=F("locale__language_code"),
        )
        ids = list(pages.order_by("pk").values_list("pk", flat=True))
        seen.update(ids)
        for start in range(0, len(ids), CHUNK):
            number += _gather(model.objects.filter(pk__in=ids[start : start + CHUNK]))
    kept = set(LinkCheck.objects.order_by().values_list("page", flat=True).distinct())
    LinkCheck.objects.filter(page__in=kept - seen).delete()
    return number


def gather(page: Page) -> None:
    """Look through one page again."""
    specific = page.specific
    if specific.live and not specific.alias_of_id and not specific.is_mirror:
        _gather(type(specific).objects.filter(pk=specific.pk))
    else:
        LinkCheck.objects.filter(page=page.pk).delete()


def _gather(pages) -> int:
    """Bring the rows of these pages (of one class) in step with their texts."""
    found = {(page.pk, page.locale_id): links_of(page) for page in pages}
    within = {
        (link.url, locale)
        for (_pk, locale), links in found.items()
        for link in links
        if not link.is_external
    }
    broken = broken_within(within)
    with transaction.atomic():
        rows = LinkCheck.objects.filter(page__in=[pk for pk, _locale in found])
        known = {(row.page_id, row.url): row for row in rows}
        new = []
        for (pk, locale), links in found.items():
            for link in links:
                reason = broken.get((link.url, locale), "")
                if not link.is_external and not reason:
                    continue
                row = known.pop((pk, link.url), None)
                if row is None:
                    new.append(_row(pk, link, reason))
                elif not link.is_external and row.reason != reason:
                    LinkCheck.objects.filter(pk=row.pk).update(reason=reason)
        LinkCheck.objects.bulk_create(new)
        LinkCheck.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    return sum(map(len, found.values()))


def _row(page_id: int, link: FoundLink, reason: str) -> LinkCheck:
    return LinkCheck(
        page_id=page_id,
        url=link.url,
        is_external=link.is_external,
        words=link.words,
        reason=reason,
        is_broken=bool(reason),
    )


@listen
def look_again_at_what_was_broken(keys, prefixes) -> None:
    """Whoever mends a link and publishes is rid of it at once, not next night."""
    mended = LinkCheck.objects.filter(is_broken=True, page__translation_key__in=keys)
    for page in Page.objects.filter(pk__in=mended.values("page")):
        gather(page)
