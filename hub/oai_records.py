"""One thing as simple Dublin Core, and the header that OAI-PMH puts over it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from hub.frame import get_frame
from hub.models import PublicRecord
from hub.models.documents import media_type
from hub.xml_writing import element, empty

# What simple harvesters sort by: the words of DCMI's own list of types.
TYPES = {
    "event": "Event",
    "service": "Service",
    "kit": "Collection",
    "section": "Collection",
    "shelf": "Collection",
}
NAMESPACES = (
    'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ '
    'http://www.openarchives.org/OAI/2.0/oai_dc.xsd"'
)


def identifier_of(code: str) -> str:
    return f"oai:{urlsplit(settings.HUB_ADDRESS).hostname}:{code}"


def code_of(identifier: str) -> str:
    """The code in an identifier of this repository, "" in any other."""
    begin = identifier_of("")
    return identifier.removeprefix(begin).upper() if identifier.startswith(begin) else ""


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def header(row: PublicRecord) -> str:
    """`row`, here and below: with the `code` and `kind` of its thing."""
    parts = [
        element("identifier", identifier_of(row.code)),
        element("datestamp", stamp(row.datestamp)),
        *(element("setSpec", one) for one in row.sets.split()),
    ]
    state = ' status="deleted"' if row.is_deleted else ""
    return f"<header{state}>{''.join(parts)}</header>"


def record(row: PublicRecord, open_codes: set[str]) -> str:
    """`open_codes`: of the things that it names, those that everybody may read."""
    if row.is_deleted:
        return f"<record>{header(row)}</record>"
    dressed = "".join(line.xml for line in dublin_core(row, open_codes))
    metadata = f"<metadata><oai_dc:dc {NAMESPACES}>{dressed}</oai_dc:dc></metadata>"
    return f"<record>{header(row)}{metadata}</record>"


def sources_of(rows: Iterable[PublicRecord]) -> set[str]:
    """The codes among what these records name that everybody may read: one query, or none."""
    named = {
        word.removeprefix("source:")
        for row in rows
        for word in row.names.split()
        if word.startswith("source:")
    }
    if not named:
        return set()
    found = PublicRecord.objects.filter(thing__code__in=named, is_deleted=False)
    return set(found.values_list("thing__code", flat=True))


@dataclass(frozen=True)
class Line:
    """One element of Dublin Core; `language` is that of its words."""

    name: str
    value: str
    language: str = ""

    @property
    def xml(self) -> str:
        return element(f"dc:{self.name}", self.value, xml_lang=self.language)


def dublin_core(row: PublicRecord, open_codes: set[str]) -> list[Line]:
    """Each element once; what has no value is left out."""
    first, records = row.records[0], row.records
    lines = [Line("title", one["title"], one["language"]) for one in records]
    lines += [Line("creator", partner["name"]) for partner in [first["partner"]] if partner]
    for one in records:
        topics = get_frame(one["language"]).topics
        lines += [
            Line("subject", topics.get(slug, slug), one["language"])
            for slug in one.get("topics", ())
        ]
    lines += [Line("description", one["description"], one["language"]) for one in records]
    lines.append(Line("publisher", settings.WAGTAIL_SITE_NAME))
    lines.append(Line("date", _day(first["published"])))
    lines += [Line("type", TYPES.get(row.kind, "Text")), Line("type", row.kind)]
    files = [file for one in records for file in one.get("files", ())]
    lines += [Line("format", media_type(f"x.{file['format'].lower()}")) for file in files]
    lines.append(Line("identifier", address(first["permanent_url"])))
    lines += [Line("identifier", address(one["url"]), one["language"]) for one in records]
    if first.get("adapted_from") in open_codes:
        lines.append(Line("source", address(f"/r/{first['adapted_from']}/")))
    lines += [Line("language", one["language"]) for one in records]
    lines += [Line("relation", address(file["url"]), file["language"]) for file in files]
    lines += _coverage(first)
    lines.append(Line("rights", first.get("licence_url") or first.get("licence") or ""))
    return [line for line in dict.fromkeys(lines) if line.value]


def _day(moment: str | None) -> str:
    """The day of a moment by the hub's own clock, as the page's citation has it."""
    return f"{timezone.localdate(datetime.fromisoformat(moment))}" if moment else ""


def _coverage(record: dict) -> list[Line]:
    """When and where an event takes place."""
    dates = [record[name] for name in ("date", "ends") if record.get(name)]
    when = Line("coverage", "/".join(dict.fromkeys(dates)))
    return [when, Line("coverage", record.get("place") or "", record["language"])]


def address(path: str) -> str:
    return settings.HUB_ADDRESS + path


def token_element(token: str, cursor: int, size: int) -> str:
    counted = {"completeListSize": str(size), "cursor": str(cursor)}
    if token:
        return element("resumptionToken", token, **counted)
    return empty("resumptionToken", **counted)
