"""The API as other programs meet it: what is in it, what never is, what it costs, and how it says no."""

import csv
import io
import json
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from wagtail.models import Page, PageViewRestriction

from circle.models import ServicePage
from events.models import EventPage
from home.api import ENDPOINTS, PagesAPI
from hub.languages import LANGUAGES
from hub.models import Audience, Picture
from partners.models import PartnerPage
from resources.catalogue import PER_PAGE
from resources.due import write_export
from resources.models import ResourcePage
from tests.builders import (
    add_file,
    in_language,
    make_event,
    make_guide,
    make_kit,
    make_user,
    thing_of,
    translate,
)
from tests.permission_world import picture_file

pytestmark = pytest.mark.usefixtures("demo")

API = "/api/v2/"


def get(address: str, **headers):
    return Client().get(API + address, headers=headers)


def read(address: str) -> dict:
    answer = get(address)
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


def items(address: str) -> list[dict]:
    return read(address)["items"]


def titles(address: str) -> list[str]:
    return [one["title"] for one in items(address)]


# --- what it says -------------------------------------------------------------------------------

RESOURCE = {
    *("code", "kind", "title", "language", "summary", "description", "url", "permanent_url"),
    *("languages", "partner", "published", "modified", "checked_on", "topics", "audiences"),
    *("licence", "licence_url", "minutes", "group_from", "group_to", "needs_shared_language"),
    *("adapted_from", "adaptations", "files"),
}
EVENT = {
    *("code", "kind", "title", "language", "summary", "description", "url", "permanent_url"),
    *("languages", "partner", "published", "modified", "checked_on", "event_kind", "date"),
    *("ends", "precision", "time_zone", "place", "country", "mode", "cancelled", "spoken"),
    *("audiences", "materials", "when", "dates"),
}


@pytest.mark.parametrize("code", ["lv", "uk"])
@pytest.mark.parametrize("kind", ["material", "guide", "story", "kit"])
def test_a_resource_says_what_its_page_says(kind, code):
    for item in items(f"resources/?kind={kind}&locale={code}&fields=*"):
        page = ResourcePage.objects.get(pk=item["id"]).specific
        html = Client().get(page.get_url()).content.decode()

        assert set(item) >= RESOURCE
        assert item["meta"]["locale"] == code
        assert item["meta"]["is_mirror"] == (item["language"] != code)
        assert (item["code"], item["title"]) == (thing_of(page).code, page.title)
        assert item["language"] == page.words_language
        assert item["licence"] == page.licence
        assert item["licence_url"] in html
        assert item["published"] == page.first_published_at.isoformat()
        assert item["url"] == settings.HUB_ADDRESS + page.canonical_url
        for file in item["files"]:
            path = file["url"].removeprefix(settings.HUB_ADDRESS)
            assert f'href="{path}"' in html
            etag = Client().head(path).headers["ETag"]
            assert etag == f'"{file["sha256"]}"'
        assert read(f"resources/{page.pk}/") == item


@pytest.mark.parametrize("code", ["en", "uk"])
def test_an_event_says_all_its_dates_with_the_zone_of_its_place(code):
    weekly = EventPage.objects.get(slug="language-cafe-weekly", locale__language_code=code)

    item = read(f"events/{weekly.pk}/")

    assert set(item) == EVENT | {"id", "meta"}
    assert (item["title"], item["language"]) == (weekly.title, weekly.words_language)
    assert [one["starts"] for one in item["dates"]] == [one.when.iso for one in weekly.dates]
    assert {one["time_zone"] for one in item["dates"]} == {weekly.time_zone}
    assert all(re.search(r"[+-]\d\d:\d\d$", one["starts"]) for one in item["dates"])
    assert item["when"] in item["dates"]
    html = Client().get(weekly.get_url()).content.decode()
    assert f'"{item["when"]["starts"]}"' in html


def test_of_a_month_only_the_month_is_said():
    make_event("Kādreiz martā", starts="2030-03-01 00:00", hours=24 * 31, precision="month")

    (item,) = [one for one in items("events/?locale=lv") if one["title"] == "Kādreiz martā"]

    assert (item["when"]["starts"], item["when"]["precision"]) == ("2030-03", "month")


def test_every_public_page_is_read_under_its_own_type_and_knows_all_its_names():
    for model in (ServicePage, PartnerPage):
        for item in items(f"pages/?type={model._meta.label}&fields=*&locale=en"):
            page = model.objects.get(pk=item["id"])
            assert item["title"] == page.title
            assert set(page.record()) <= {"id", "meta", *PagesAPI.known_fields, *item}
    total = read("pages/?limit=1")["meta"]["total_count"]
    seen = [
        one
        for start in range(0, total, 100)
        for one in items(f"pages/?limit=100&offset={start}&fields=*")
    ]
    assert len({one["id"] for one in seen}) == total
    for item in seen:
        assert item["language"] == item["meta"]["locale"]
        assert not item["meta"]["is_mirror"]


@pytest.mark.parametrize("code", ["lv", "uk"])
def test_of_every_type_a_page_says_in_the_api_what_it_says_to_readers(code):
    by_type = {
        one["meta"]["type"]: one for one in items(f"pages/?locale={code}&limit=100&fields=*")
    }
    assert len(by_type) >= 12

    for item in by_type.values():
        page = Page.objects.get(pk=item["id"]).specific
        html = Client().get(page.get_url()).content.decode()

        assert item["code"] == ("" if page.kind == "home" else thing_of(page).code)
        assert escape(item["title"]) in html
        assert f'<html lang="{item["language"]}"' in html
        assert f'<link rel="canonical" href="{item["url"]}">' in html
        assert item["meta"]["html_url"] == item["url"]
        if page.kind != "home":
            assert item["published"] == page.first_published_at.isoformat()
            assert set(item["languages"]) == set(
                re.findall('hreflang="([a-z]{2})" href="http', html)
            )


@pytest.mark.parametrize("code", ["lv", "uk"])
def test_table_file_and_api_say_the_same(code):
    write_export()
    answer = Client().get("/export/catalogue.jsonl")
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    of_code = {one["code"]: one for one in lines if one["language"] == code}
    data = b"".join(Client().get(f"/{code}/resources/catalogue.csv").streaming_content)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    found = items(f"resources/?locale={code}&fields=*,-id,-meta&limit=100")

    assert [one for one in found if one["language"] == code] == [
        of_code[one["code"]] for one in found if one["language"] == code
    ]
    for row, one in zip(rows, found, strict=True):
        same = ("code", "kind", "title", "language", "summary", "licence", "published", "modified")
        assert [row[name] for name in same] == [one[name] for name in same]
        assert row["address"] == one["url"]
        assert row["permanent_address"] == one["permanent_url"]
        assert row["partner"] == one["partner"]["name"]
        assert row["files"] == " | ".join(file["url"] for file in one["files"])
        assert row["topics"] == " | ".join(one["topics"])
        assert row["minutes"] == str(one["minutes"] or "")


def test_a_thing_is_found_by_its_code_and_by_its_address():
    guide = make_guide()
    translate(guide, "uk")
    ukrainian = in_language(guide, "uk")
    code = thing_of(guide).code.lower()

    for asked in (
        f"code={code}&locale=uk",
        f"html_path={ukrainian.get_url()}",
        f"id={ukrainian.pk}",
    ):
        answer = get(f"pages/find/?{asked}&fields=_,title")
        assert answer.status_code == 302
        found = Client().get(answer.url.removeprefix(settings.HUB_ADDRESS)).json()
        assert found == {"title": ukrainian.title}, asked


# --- filters ------------------------------------------------------------------------------------

STATES = [
    "kind=guide&kind=material&shared=no",
    "language=lv&sort=title",
    "partner=valmiera-library&topic=",
    "licence=CC-BY-4.0&format=pdf",
    "country=LV&minutes=120",
    "sort=used",
    "q=māls",
]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("code", ["lv", "uk"])
def test_resources_are_chosen_as_in_the_catalogue(state, code):
    page = Client().get(f"/{code}/resources/?{state}").context

    answer = read(f"resources/?locale={code}&limit={PER_PAGE}&{state}")

    assert [one["title"] for one in answer["items"]] == [card.title for card in page["cards"]]
    assert answer["meta"]["total_count"] == page["total"]
    counts = {
        facet.name: {one.value: (one.label, one.count) for one in facet.all_choices}
        for facet in page["facets"]
    }
    assert {
        name: {one["value"]: (one["label"], one["count"]) for one in choices}
        for name, choices in answer["meta"]["facets"].items()
    } == counts


@pytest.mark.parametrize(
    "state",
    ["", "past=1", "past=1&year=2025", "month=2030-03", "kind=workshop", "country=LV&mode=onsite",
     "language=uk", "partner=valmiera-library", "audience=librarians"],
)  # fmt: skip
def test_events_are_chosen_as_in_the_calendar(state):
    audience = Audience.objects.get(slug="librarians", locale__language_code="lv")
    make_event("Martā", starts="2030-03-03 17:30", audiences=[audience])
    make_event("Sen", starts="2025-03-03 17:30")
    page = Client().get(f"/lv/events/?{state}").context

    found = items(f"events/?locale=lv&{state}")

    assert [one["title"] for one in found] == [card.title for card in page["cards"]]
    assert [one["when"]["starts"] for one in found] == [card.date_iso for card in page["cards"]]


def test_a_list_is_leafed_through_without_gap_or_repetition():
    for number in range(5):
        make_guide(f"Ceļvedis {number}")

    whole = titles("resources/?locale=lv&limit=100")

    starts = range(0, len(whole) + 1, 2)
    leaves = [titles(f"resources/?locale=lv&limit=2&offset={start}") for start in starts]
    assert [title for leaf in leaves for title in leaf] == whole
    assert titles("resources/?limit=0") == []


def test_fields_choose_what_is_said():
    assert set(items("resources/?fields=_,title,minutes")[0]) == {"title", "minutes"}
    assert set(items("resources/?fields=*,-files&limit=1")[0]).isdisjoint({"files"})
    assert "aim" in items("resources/?kind=guide&fields=aim&limit=1")[0]
    assert "files" not in items("resources/?fields=-files&limit=1")[0]


# --- how it says no -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("resources/?limit=101", 400, "from 0 to 100"),
        ("resources/?limit=-1", 400, "whole number"),
        ("resources/?limit=٣", 400, "whole number"),
        ("resources/?offset=99999999999999999999", 400, "from 0 to"),
        ("resources/?kind=guides", 400, "it has: guide, kit, material, story"),
        ("resources/?knd=guide", 400, "no parameter knd"),
        ("resources/?locale=xx", 400, "locale is one of"),
        ("resources/?sort=random", 400, "sort has no"),
        ("resources/?fields=password", 400, "it knows:"),
        ("resources/?fields=meta(type)", 400, "it knows:"),
        ("resources/?fields=((", 400, "cannot be read"),
        ("resources/9999999999999999999999/", 404, "Nothing public"),
        ("resources/1/", 404, "Nothing public"),
        ("events/?mode=nowhere", 400, "it has: hybrid, online, onsite"),
        ("events/?partner=nobody", 400, "partner has no"),
        ("events/?month=December", 400, "2026-12"),
        ("pages/?type=hub.User", 400, "type"),
        ("pages/?owner=1", 400, "no parameter owner"),
        ("pages/?order=owner", 400, "order"),
        ("pages/?order=random", 400, "order"),
        ("pages/?child_of=x", 400, "child_of"),
        ("pages/?id=x", 400, "not a valid value"),
        ("pages/find/?id=x", 400, "find needs"),
        ("pages/find/?code=ZZZZZZ", 404, "Nothing public"),
        ("pages/find/?html_path=/", 404, "Nothing public"),
        ("documents/?collection=1", 400, "no parameter collection"),
        ("documents/99999999999999999999/", 404, "Nothing public"),
        ("images/1000000/", 404, "Nothing public"),
        ("users/", 404, "no such address"),
        ("resources/1/2/", 404, "no such address"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(address, status, says):
    answer = get(address)

    assert answer.status_code == status
    assert says in answer.json()["message"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("address", ["", "v2", "v3/pages/"])
def test_a_miss_under_api_is_no_way_into_a_language(address):
    answer = Client().get(f"/api/{address}")

    assert answer.status_code in (301, 404)
    assert "/en/" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(method):
    for name in ENDPOINTS:
        answer = getattr(Client(enforce_csrf_checks=True), method)(f"{API}{name}/", {"title": "x"})
        assert answer.status_code == 405
        assert "not allowed" in answer.json()["message"]


def test_every_website_may_read_and_nobody_is_known():
    chief = Client()
    chief.force_login(make_user("chief", is_superuser=True))
    for name in ENDPOINTS:
        answer = get(
            f"{name}/?limit=2", origin="https://library.example", **{"accept-language": "uk"}
        )
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "cookie" not in answer.headers.get("Vary", "").lower()
        assert not answer.cookies
        assert chief.get(f"{API}{name}/?limit=2").content == answer.content
        asked = Client().options(f"{API}{name}/")
        assert (asked.status_code, asked.headers["Access-Control-Allow-Methods"]) == (
            204,
            "GET, HEAD, OPTIONS",
        )


# --- what never appears -------------------------------------------------------------------------


def everything() -> str:
    """All that lists, files and embeds say to machines, in all languages, as one text."""
    write_export()
    said = []
    for name in ENDPOINTS:
        start, total = 0, 1
        for code in (
            [""] if name in ("documents", "images", "pages") else [one.code for one in LANGUAGES]
        ):
            start, total = 0, 1
            while start < total:
                place = f"&locale={code}" if code else ""
                answer = read(
                    f"{name}/?limit=100&offset={start}{place}"
                    + ("" if name in ("documents", "images") else "&fields=*")
                )
                said.append(json.dumps(answer, ensure_ascii=False))
                start, total = start + 100, answer["meta"]["total_count"]
    for one in LANGUAGES:
        for ending in ("csv", "bib"):
            whole = Client().get(f"/{one.code}/resources/catalogue.{ending}")
            said.append(b"".join(whole.streaming_content).decode())
        for name in ("events", "resources"):
            for ending in ("js", "html"):
                embed = Client().get(f"/embed/{name}.{ending}?language={one.code}&number=20")
                said.append(embed.content.decode())
    said.append(b"".join(Client().get("/export/catalogue.jsonl").streaming_content).decode())
    return "\n".join(said)


def test_no_answer_holds_a_draft_a_private_thing_or_somebodys_address():
    owner = make_user("jana.kalnina")
    public = make_guide("Redzams", owner=owner)
    add_file(public, "Redzama lapa", b"visible")
    private = add_file(public, "Slēpta lapa", b"hidden")
    below = public.partner.private_collection.add_child(name="Dziļāk")
    private.document.collection = below
    private.document.save()
    draft, event = make_guide("Melnraksts", publish=False), make_event("Slepus", publish=False)
    of_draft = add_file(draft, "Melnraksta lapa", b"draft")
    closed, at_night = make_guide("Aiz slota"), make_event("Aiz durvīm", starts="2030-01-01 10:00")
    of_closed = add_file(closed, "Slota lapa", b"closed")
    for page in (closed, at_night):
        PageViewRestriction.objects.create(
            page=page.page_ptr, restriction_type=PageViewRestriction.LOGIN
        )
    gone = make_guide("Atsaukts")
    gone.unpublish()
    picture = Picture.objects.create(title="Slēpta bilde", file=picture_file(), collection=below)
    shown = Picture.objects.create(title="Redzama bilde", file=picture_file())
    for page, its in ((public, shown), (make_guide("Ar bildi"), picture)):
        page.listing_picture = its
        page.save_revision().publish()

    said = everything()

    for words in ("Redzams", "Redzama lapa", "Redzama bilde"):
        assert words in said
    never = (draft, event, closed, at_night, gone)
    for words in (*(page.title for page in never), *(thing_of(page).code for page in never)):
        assert words not in said, words
    for row in (private, of_draft, of_closed):
        assert row.title not in said
        assert row.document.sha256 not in said
        assert f"/documents/{row.document_id}/" not in said
    assert "Slēpta bilde" not in said
    people = set(type(owner).objects.values_list("email", flat=True))
    assert owner.email in people
    assert not [address for address in people if address in said]


# --- what it costs ------------------------------------------------------------------------------

COSTS = [
    *("resources/?locale=lv&fields=*&limit=100", "events/?locale=lv&fields=*&limit=100"),
    *("pages/?fields=*&limit=100", "documents/?limit=100", "images/?limit=100"),
    "resources/?locale=lv&q=Ceļvedis&fields=*&limit=100",
]


def test_a_long_list_asks_the_database_no_more_than_a_short_one():
    audience = Audience.objects.filter(locale__language_code="lv").first()

    def make(numbers) -> None:
        for number in numbers:
            guide = make_guide(f"Ceļvedis {number}", audiences=[audience])
            add_file(guide, "Lapa", b"words %d" % number)
            make_guide(f"Pēc tā {number}", adapted_from=thing_of(guide))
            make_kit(f"Komplekts {number}", [guide])
            make_event(
                f"Tikšanās {number}", starts="2030-03-06 17:30", repeats="weekly",
                repeats_until="2030-05-01", audiences=[audience],
            )  # fmt: skip
            guide.listing_picture = Picture.objects.create(title="Bilde", file=picture_file())
            guide.save_revision().publish()

    def queries() -> dict[str, int]:
        found = {}
        for address in COSTS:
            read(address)
            with CaptureQueriesContext(connection) as seen:
                read(address)
            found[address] = len(seen)
        return found

    make(range(2))
    few = queries()
    make(range(2, 12))

    assert queries() == few
    assert max(few.values()) <= 120


# --- the page about it --------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["en", "uk"])
def test_every_example_of_the_page_gives_what_it_promises(code):
    page = Client().get(f"/{code}/open-data/")
    assert page.status_code == 200
    write_export()
    examples = [one for _name, some in page.context["parts"] for one in some]
    assert len(examples) > 12

    for example in examples:
        assert f'href="{example.path.replace("&", "&amp;")}"' in page.content.decode()
        answer = Client().get(example.path, follow=True)
        assert answer.status_code == 200, example.path
        if "/api/" in example.path:
            assert answer.json().get("items", answer.json().get("title")) is not None
        else:
            assert b"".join(answer.streaming_content if answer.streaming else [answer.content])
    for endpoint in page.context["endpoints"]:
        assert Client().get(endpoint.path).status_code == 200


def test_the_page_is_found_from_the_catalogue_and_stands_in_all_languages():
    for one in LANGUAGES:
        html = Client().get(f"/{one.code}/resources/").content.decode()
        assert f'href="/{one.code}/open-data/"' in html
        assert Client().get(f"/{one.code}/open-data/").headers["Content-Language"] == one.code
