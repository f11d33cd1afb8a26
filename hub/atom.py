"""Atom (RFC 4287): what is new in one list, in one language, with the filters of its page."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.utils.cache import get_conditional_response

from hub.frame import Entry, Frame, token_of
from hub.models import Generation, PublicRecord
from hub.models.documents import media_type
from hub.oai_records import address, stamp
from hub.xml_writing import DECLARATION, element, empty

MOST = 30
CACHE = "public, no-cache"
# A feed without entries was last changed when there was nothing at all.
NEVER = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class FeedEntry:
    """One thing: its record in the reader's language, or in its own; `when` is said before it."""

    key: object
    record: dict
    changed_at: datetime
    when: str = ""
    topics: list[str] = field(default_factory=list)


def entries_of(frame: Frame, keys: list) -> list[FeedEntry]:
    """The public things with these translation keys, in this order: one query."""
    rows = PublicRecord.objects.filter(thing__translation_key__in=keys, is_deleted=False)
    rows = rows.values_list("thing__translation_key", "datestamp", "records")
    found = {}
    for key, datestamp, records in rows:
        own = [one for one in records if one["language"] == frame.language.code]
        record = (own or records)[0]
        topics = [frame.topics.get(slug, slug) for slug in record.get("topics", ())]
        found[key] = FeedEntry(key, record, datestamp, topics=topics)
    return [found[key] for key in keys if key in found]


def feed_address(frame: Frame, name: str, params: QueryDict, names: Iterable[str], below) -> str:
    """The address of a feed with those `names` of a page's filters; on a shelf with its partner."""
    asked = QueryDict(mutable=True)
    for one in names:
        if values := [value for value in params.getlist(one) if value]:
            asked.setlist(one, values)
    slug = frame.partner_slugs.get(getattr(below, "partner_id", None), "")
    if slug:
        asked["partner"] = slug
    query = asked.urlencode()
    return f"/{frame.language.code}/feeds/{name}.atom" + (f"?{query}" if query else "")


def known_already(request) -> HttpResponse | None:
    """The answer to a program that asked before, where nothing has been published since."""
    if "If-None-Match" not in request.headers:
        return None
    same = get_conditional_response(request, etag=_tag(request))
    return _with_headers(request, same) if same is not None else None


def answer(request, frame: Frame, section: Entry, entries: list[FeedEntry]) -> HttpResponse:
    """`section`: whose name and address the feed bears."""
    query = request.GET.urlencode()
    page = address(section.url + (f"?{query}" if query else ""))
    here = address(request.path + (f"?{query}" if query else ""))
    changed_at = max((entry.changed_at for entry in entries), default=NEVER)
    code = frame.language.code
    parts = [
        element("id", here),
        element("title", f"{settings.WAGTAIL_SITE_NAME} · {section.title}"),
        element("updated", stamp(changed_at)),
        empty("link", rel="self", type="application/atom+xml", href=here),
        empty("link", rel="alternate", type="text/html", hreflang=code, href=page),
        f"<author>{element('name', settings.WAGTAIL_SITE_NAME)}</author>",
        *map(_entry, entries),
    ]
    content = "".join(parts)
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{code}">{content}</feed>'
    response = HttpResponse(DECLARATION + feed, content_type="application/atom+xml; charset=utf-8")
    response.headers["Content-Language"] = code
    return _with_headers(request, response)


def _entry(entry: FeedEntry) -> str:
    record = entry.record
    lang = record["language"]
    partner = record["partner"]
    summary = " · ".join(filter(None, [entry.when, record["description"]]))
    parts = [
        # The thing's, the same in all languages and at every address.
        element("id", f"urn:uuid:{entry.key}"),
        element("title", record["title"], xml_lang=lang),
        empty(
            "link",
            rel="alternate",
            type="text/html",
            hreflang=lang,
            href=address(record["url"]),
        ),
        element("updated", stamp(entry.changed_at)),
    ]
    if record["published"]:
        parts.append(element("published", stamp(datetime.fromisoformat(record["published"]))))
    if partner:
        parts.append(f"<author>{element('name', partner['name'])}</author>")
    parts.append(empty("category", term=record["kind"]))
    parts += [
        empty("category", term=slug, label=title)
        for slug, title in zip(record.get("topics", ()), entry.topics, strict=True)
    ]
    if summary:
        parts.append(element("summary", summary, xml_lang=lang))
    if licence := record.get("licence"):
        parts.append(element("rights", record.get("licence_url") or licence))
    parts += [
        empty(
            "link",
            rel="enclosure",
            type=media_type(f"x.{file['format'].lower()}"),
            hreflang=file["language"] if file["language"] not in ("zxx", "mul") else "",
            length=str(file["size_bytes"] or ""),
            title=file["title"],
            href=address(file["url"]),
        )
        for file in record.get("files", ())
    ]
    return f"<entry>{''.join(parts)}</entry>"


def _tag(request) -> str:
    """Weak: it changes with everything that is published."""
    now = f"{token_of(Generation.EVERYTHING)} {request.get_full_path()}"
    return f'W/"{hashlib.sha256(now.encode()).hexdigest()}"'


def _with_headers(request, response: HttpResponse) -> HttpResponse:
    response.headers["ETag"] = _tag(request)
    response.headers["Cache-Control"] = CACHE
    response.headers["X-Robots-Tag"] = "noindex"
    return response
