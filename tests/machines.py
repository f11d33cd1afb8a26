"""What machines read of the hub: structured data, feeds and sitemaps, taken apart for tests."""

import json
import re
from functools import cache
from pathlib import Path

from lxml import etree, html

from hub.frame import address_of
from hub.models import HubPage

ADDRESS = "http://127.0.0.1:8000"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def path_of(address: str) -> str:
    assert address.startswith(ADDRESS), address
    return address.removeprefix(ADDRESS)


def own_words(model, code: str) -> HubPage | None:
    """A live page of this type that has its own words in this language."""
    pages = model.objects.filter(live=True, locale__language_code=code, words_language=code)
    return pages.order_by("path").first()


# --- in the page ----------------------------------------------------------------------------------


def page_of(client, url: str):
    response = client.get(url)
    assert response.status_code == 200, url
    return html.document_fromstring(response.content.decode())


def graph_of(page) -> list[dict]:
    """All nodes of the one JSON-LD of a page, as a browser reads it."""
    (script,) = page.xpath("//script[@type='application/ld+json']")
    data = json.loads(script.text)
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


def open_graph(page) -> dict[str, str]:
    return {one.get("property"): one.get("content") for one in page.xpath("//meta[@property]")}


def alternates(page) -> dict[str, str]:
    links = page.xpath("//link[@rel='alternate'][@hreflang]")
    return {one.get("hreflang"): one.get("href") for one in links}


def canonical(page) -> str:
    (link,) = page.xpath("//link[@rel='canonical']")
    return link.get("href")


# --- lists ----------------------------------------------------------------------------------------


@cache
def atom_schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).parent / "atom.rng"))


def feed_of(client, url: str) -> etree._Element:
    """A feed that is valid, and has what RFC 4287 asks beyond its grammar."""
    response = client.get(url)
    assert response.status_code == 200, url
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(response.content)
    assert feed.tag == f"{ATOM}feed"
    atom_schema().assertValid(feed)
    for one in (feed, *feed.iter(f"{ATOM}entry")):
        assert WHEN.fullmatch(one.findtext(f"{ATOM}updated"))
        addresses = [link.get("href") for link in one.iterfind(f"{ATOM}link[@rel='alternate']")]
        assert len(addresses) == 1
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert feed.find(f"{ATOM}link[@rel='self']") is not None
    ids = [one.findtext(f"{ATOM}id") for one in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    return feed


def entries_of(feed) -> dict[str, etree._Element]:
    """Entries by the translation key that their id is made of."""
    return {
        one.findtext(f"{ATOM}id").removeprefix("urn:uuid:"): one
        for one in feed.iter(f"{ATOM}entry")
    }


def links_of(entry, rel: str) -> list[str]:
    return [one.get("href") for one in entry.iterfind(f"{ATOM}link[@rel='{rel}']")]


def sitemap_of(client, url: str) -> dict[str, tuple[dict, str]]:
    """By address: its languages, and when it was last changed."""
    root = etree.fromstring(client.get(url).content)
    found = {}
    for one in root.iter(f"{SITEMAP}url"):
        links = {link.get("hreflang"): link.get("href") for link in one.iter(f"{XHTML}link")}
        found[one.findtext(f"{SITEMAP}loc")] = (links, one.findtext(f"{SITEMAP}lastmod"))
    return found


def sitemaps_of(client) -> list[str]:
    root = etree.fromstring(client.get("/sitemap.xml").content)
    return [path_of(one.text) for one in root.iter(f"{SITEMAP}loc")]


def whole_sitemap(client) -> dict[str, tuple[dict, str]]:
    found: dict = {}
    for url in sitemaps_of(client):
        found |= sitemap_of(client, url)
    return found


def live_urls() -> dict[str, HubPage]:
    """Every live page by its address."""
    from wagtail.models import Page

    pages = Page.objects.filter(live=True, url_path__startswith="/home-").specific()
    return {address_of(page.url_path): page for page in pages}
