"""What each format for machines says of a page, all in the same terms; and all that they say, as one text.

The terms: `code` and `key` (of the thing), `url` and `permanent_url` (whole), `title`, `language`,
`published` (a moment), `published_on` (a day), `date` (of an event), `licence`, `licence_url`, and
`files` (whole addresses, in order).
"""

import csv
import io
import json
import re

from django.test import Client
from icalendar import Calendar
from lxml import html

from hub.languages import LANGUAGES
from resources.due import write_export
from resources.models import LICENCE_SHORT
from tests import machines, oai
from tests.machines import ADDRESS, ATOM, LANG
from tests.test_resources_citation import plain, read_bibtex, read_ris

ENGLISH = {one.english_name.lower(): one.code for one in LANGUAGES}
SITEMAP_ALTERNATE = "x-default"


def bytes_of(url: str) -> bytes:
    answer = Client().get(url, follow=True)
    assert answer.status_code == 200, url
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def text_of(url: str) -> str:
    return bytes_of(url).decode()


def lines_of(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def here(page) -> str:
    """The language in whose part of the site it stands; the words of a mirror are of another."""
    return page.locale.language_code


def _place(page) -> str:
    return "events" if page.kind == "event" else "resources"


# --- in the page ----------------------------------------------------------------------------------


def page(one) -> dict:
    """What readers have before them."""
    shown = machines.page_of(Client(), one.get_url())
    return {
        "title": shown.xpath("string(//h1)").strip(),
        "language": shown.get("lang"),
        "url": machines.canonical(shown),
        "permanent_url": machines.alternates(shown)[SITEMAP_ALTERNATE],
        "date": shown.xpath("string(//main//time/@datetime)"),
        "licence_url": shown.xpath("string(//main//a[contains(@href, 'creativecommons')]/@href)"),
        "files": [ADDRESS + href for href in shown.xpath("//a[@class='file-row__link']/@href")],
    }


def json_ld(one) -> dict:
    node = machines.graph_of(machines.page_of(Client(), one.get_url()))[0]
    return {
        "title": node["name"],
        "language": node["inLanguage"],
        "url": node["@id"],
        "published_on": node.get("datePublished"),
        "date": node.get("startDate"),
        "licence_url": node.get("license"),
        "files": [file["contentUrl"] for file in node.get("encoding", ())],
    }


def open_graph(one) -> dict:
    said = machines.open_graph(machines.page_of(Client(), one.get_url()))
    return {"title": said["og:title"], "url": said["og:url"]}


# --- lists of everything --------------------------------------------------------------------------


def record(one) -> dict:
    return _of_record(one.record(), ADDRESS)


def api(one) -> dict:
    name = {"event": "events"}.get(one.kind, "resources" if hasattr(one, "licence") else "pages")
    return _of_record(json.loads(text_of(f"/api/v2/{name}/{one.pk}/")))


def json_lines(one) -> dict:
    write_export()
    lines = lines_of(text_of("/export/catalogue.jsonl"))
    (line,) = [
        line for line in lines if (line["code"], line["language"]) == (one.code, one.words_language)
    ]
    return _of_record(line)


def _of_record(said: dict, host="") -> dict:
    whole = {name: host + said[name] for name in ("url", "permanent_url") if name in said}
    return {**said, **whole, "files": [host + file["url"] for file in said.get("files", ())]}


def oai_pmh(one) -> dict:
    identifier = f"oai:127.0.0.1:{one.code}"
    root = oai.ask(Client(), verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier)
    here = one.words_language
    told = {name: oai.values(root, name) for name in ("title", "identifier", "relation", "rights")}
    languages = [text for _lang, text in oai.values(root, "language")]
    return {
        "code": root.findtext(f".//{oai.OAI}header/{oai.OAI}identifier").rpartition(":")[2],
        "title": dict(told["title"])[here],
        "language": languages[languages.index(here)],
        "url": dict(told["identifier"])[here],
        "permanent_url": dict(told["identifier"])[None],
        "original_published_on": dict(oai.values(root, "date"))[None],
        "date": next(iter(oai.values(root, "coverage")), (None, ""))[1].partition("/")[0],
        "licence_url": dict(told["rights"]).get(None),
        "files": [text for _lang, text in told["relation"] if f"/{here}/" in text],
    }


def sitemap(one) -> dict:
    found = machines.sitemap_of(Client(), f"/{one.words_language}/sitemap.xml")
    (languages,) = [
        languages for address, (languages, _changed) in found.items()
        if address == ADDRESS + one.canonical_url
    ]  # fmt: skip
    (language,) = [code for code, url in languages.items() if url == ADDRESS + one.canonical_url]
    return {
        "language": language,
        "url": languages[language],
        "permanent_url": languages[SITEMAP_ALTERNATE],
    }


# --- lists of one kind ----------------------------------------------------------------------------


def atom(one) -> dict:
    slug = one.partner.slug
    feed = machines.feed_of(Client(), f"/{here(one)}/feeds/{_place(one)}.atom?partner={slug}")
    entry = machines.entries_of(feed)[str(one.translation_key)]
    (url,) = machines.links_of(entry, "alternate")
    return {
        "key": entry.findtext(f"{ATOM}id").removeprefix("urn:uuid:"),
        "title": entry.findtext(f"{ATOM}title"),
        "language": entry.find(f"{ATOM}title").get(LANG),
        "url": url,
        "published": entry.findtext(f"{ATOM}published").replace("Z", "+00:00"),
        "licence_url": entry.findtext(f"{ATOM}rights"),
        "files": machines.links_of(entry, "enclosure"),
    }


def embed_query(one) -> str:
    return f"language={here(one)}&partner={one.partner.slug}&number=20"


def embed_script(one) -> dict:
    text = text_of(f"/embed/{_place(one)}.js?{embed_query(one)}")
    said = json.loads(re.search(r"\)\((\{.*\})\);\n$", text)[1])
    (line,) = [line for line in said["lines"] if line["url"] == ADDRESS + one.get_url()]
    return {"title": line["title"], "language": line["lang"], "url": line["url"]}


def embed_frame(one) -> dict:
    shown = html.document_fromstring(text_of(f"/embed/{_place(one)}.html?{embed_query(one)}"))
    (link,) = shown.xpath(f"//a[@href='{ADDRESS}{one.get_url()}']")
    language = link.get("lang") or shown.get("lang")
    return {"title": link.text_content(), "language": language, "url": link.get("href")}


def table(one) -> dict:
    text = bytes_of(f"/{here(one)}/resources/catalogue.csv").decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    (row,) = [row for row in rows if row["code"] == one.code]
    return {
        **row,
        "url": row["address"],
        "permanent_url": row["permanent_address"],
        "files": row["files"].split(" | ") if row["files"] else [],
    }


def _of_bibtex(text: str) -> dict:
    _kind, key, fields = read_bibtex(text)
    note = plain(fields["note"])
    return {
        "code": key.rpartition("-")[2].upper(),
        "title": plain(fields["title"]),
        "language": ENGLISH[fields["language"]],
        "permanent_url": fields["url"],
        "published_on": fields["date"],
        "licence": next(code for code, short in LICENCE_SHORT.items() if f" {short}." in note),
    }


def bibtex(one) -> dict:
    return _of_bibtex(text_of(f"/r/{one.code}/{here(one)}.bib"))


def bibtex_of_all(one) -> dict:
    entries = text_of(f"/{here(one)}/resources/catalogue.bib").split("@misc{")[1:]
    said = [_of_bibtex(f"@misc{{{entry.rstrip()}\n") for entry in entries]
    return next(entry for entry in said if entry["code"] == one.code)


def ris(one) -> dict:
    said = dict(read_ris(text_of(f"/r/{one.code}/{here(one)}.ris")))
    return {
        "code": said["ID"],
        "title": said["TI"],
        "language": said["LA"],
        "permanent_url": said["UR"],
        "published_on": said["DA"].replace("/", "-"),
        "licence_url": said["C1"],
    }


def _of_calendar(one, address: str) -> dict:
    events = Calendar.from_ical(bytes_of(address)).walk("VEVENT")
    (event,) = [event for event in events if event.get("uid") == str(one.translation_key)]
    return {
        "key": str(event.get("uid")),
        "title": str(event.get("summary")),
        "language": event.get("summary").params["LANGUAGE"],
        "url": str(event.get("url")),
        "date": event.get("dtstart").dt.isoformat(),
    }


def calendar_file(one) -> dict:
    return _of_calendar(one, f"/r/{one.code}/{here(one)}.ics")


def calendar(one) -> dict:
    return _of_calendar(one, f"/{here(one)}/events/calendar.ics")


def hsds(one) -> dict:
    """It has the words of the original alone."""
    services = json.loads(text_of("/export/hsds.json"))["services"]
    (said,) = [said for said in services if said["id"] == str(one.translation_key)]
    return {"key": said["id"], "original_title": said["name"], "permanent_url": said["url"]}
