"""All that the hub tells machines of itself, in all languages."""

import re
from collections.abc import Iterator

from lxml import etree

from hub.languages import LANGUAGES
from hub.models import Thing
from partners.models import Partner
from resources.due import write_export
from tests import machines, oai

ENDPOINTS = ("resources", "events", "pages", "documents", "images")
FEEDS = ("resources.atom", "events.atom", "events.atom?past=1")
FILES = ("resources/catalogue.csv", "resources/catalogue.bib", "events/calendar.ics")
FILES_OF_ALL = ("/export/catalogue.jsonl", "/export/hsds.json", "/robots.txt", "/sitemap.xml")
EMBEDS = ("events.js", "events.html", "resources.js", "resources.html")
# Of one thing in one language, by its kind; others have none.
OF_THING = {
    **dict.fromkeys(("guide", "material", "story", "kit"), ("bib", "ris", "txt")),
    "event": ("ics",),
}
IN_THE_HEAD = re.compile(
    r'<script type="application/ld\+json">.*?</script>|<(?:meta|link|title)[ >][^<]*'
)


HARVEST = "/oai"


def everything(client) -> dict[str, str]:
    """By address."""
    write_export()
    found = dict(_harvests(client))
    for url in (*_api(client), *_lists(client)):
        found[url] = body_of(client, url)
    return found | dict(_pages(client))


def where(told: dict[str, str], words: str) -> list[str]:
    """The addresses that tell these words, in whatever letters."""
    return [url for url, text in told.items() if words.casefold() in text.casefold()]


def body_of(client, url: str) -> str:
    """What is answered at an address, be it a miss."""
    answer = client.get(url)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


def _harvests(client) -> Iterator[tuple[str, str]]:
    for verb in ("ListRecords", "ListIdentifiers"):
        asked = {"metadataPrefix": "oai_dc"}
        while asked:
            root = oai.ask(client, verb=verb, **asked)
            yield f"{HARVEST} {verb} {asked}", etree.tostring(root, encoding="unicode")
            token = root.findtext(f".//{oai.OAI}resumptionToken")
            asked = {"resumptionToken": token} if token else None
    for verb in ("ListSets", "Identify"):
        yield f"{HARVEST} {verb}", body_of(client, f"/oai?verb={verb}")


def _api(client) -> Iterator[str]:
    for name in ENDPOINTS:
        has_fields = name not in ("documents", "images")
        for code in [one.code for one in LANGUAGES] if has_fields else [""]:
            query = f"limit=100&fields=*&locale={code}" if code else "limit=100"
            total = client.get(f"/api/v2/{name}/?{query}").json()["meta"]["total_count"]
            yield from (
                f"/api/v2/{name}/?{query}&offset={start}" for start in range(0, total + 1, 100)
            )


def _lists(client) -> Iterator[str]:
    yield from FILES_OF_ALL
    yield from machines.sitemaps_of(client)
    partners = ["", *Partner.objects.values_list("slug", flat=True)]
    for one in LANGUAGES:
        yield from (f"/{one.code}/feeds/{name}" for name in FEEDS)
        yield from (f"/{one.code}/{name}" for name in FILES)
        for partner in partners:
            query = f"language={one.code}&number=20&partner={partner}"
            yield from (f"/embed/{name}?{query}" for name in EMBEDS)
    for code, kind in Thing.objects.values_list("code", "kind"):
        for ending in OF_THING.get(kind, ()):
            yield from (f"/r/{code}/{lang}.{ending}" for lang in ("lv", "uk"))


def _pages(client) -> Iterator[tuple[str, str]]:
    """What a page tells of itself in its head."""
    for url in machines.live_urls():
        answer = client.get(url)
        if answer.status_code == 200:
            yield url, "".join(IN_THE_HEAD.findall(answer.content.decode()))
