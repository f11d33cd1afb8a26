"""The catalogue to take along: a table, entries for a reference manager, and everything in one file."""

import csv
import gzip
import io
import json

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import CollectionViewRestriction, PageViewRestriction

from home.due import EACH_NIGHT
from hub.models import Document
from hub.records import as_one_request, records_of
from partners.models import Partner
from partners.shelf_item import CoOwner
from resources.due import write_export
from resources.models import ResourcePage
from tests.builders import add_file, in_language, make_guide, make_kit, thing_of, translate
from tests.test_resources_citation import plain, read_bibtex

pytestmark = pytest.mark.usefixtures("demo")

ALL = "/export/catalogue.jsonl"


def get(address: str, **headers):
    return Client().get(address, headers=headers)


def bytes_of(answer) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def table(address: str) -> list[dict]:
    data = bytes_of(get(address))
    assert data.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def entries(address: str) -> list[tuple]:
    text = bytes_of(get(address)).decode()
    return [read_bibtex(f"@misc{{{one.rstrip()}\n") for one in text.split("@misc{")[1:]]


def lines(**headers) -> list[dict]:
    return [json.loads(line) for line in bytes_of(get(ALL, **headers)).decode().splitlines()]


def titles_of(address: str) -> list[str]:
    """What the page shows, over all its pages, in its order."""
    found, number = [], 1
    while True:
        page = Client().get(f"{address}&page={number}").context
        found += [card.title for card in page["cards"]]
        if not page["page_obj"].has_next():
            return found
        number += 1


STATES = [
    "/lv/resources/?sort=newest",
    "/lv/resources/?kind=guide&shared=no&sort=title",
    "/uk/resources/?kind=guide&kind=material&language=lv",
    "/en/resources/?q=clay&sort=match",
    "/fi/resources/valmiera-library/?kind=guide",
]


@pytest.mark.parametrize("state", STATES)
def test_table_and_entries_hold_what_the_page_shows_in_its_order(state):
    here, code = Client().get(state).content.decode(), state.split("/")[1]
    shown = titles_of(state)
    assert shown

    links = [
        part.split('"')[0].replace("&amp;", "&") for part in here.split('href="') if ".csv" in part
    ]
    (to_table,) = [link for link in links if link.startswith(f"/{code}/resources/catalogue.csv")]
    rows = table(to_table)
    found = entries(to_table.replace(".csv", ".bib"))

    assert [row["title"] for row in rows] == shown
    assert [plain(fields["title"]) for _kind, _key, fields in found] == shown


def test_a_row_says_what_the_record_says():
    source = make_guide("Pirmais", minutes=20)
    guide = make_guide(
        "Tējas vakars", minutes=45, group_from=4, needs_shared_language=False,
        adapted_from=thing_of(source), licence="CC0-1.0",
    )  # fmt: skip
    row = add_file(guide, "Lapa", b"words")
    record = ResourcePage.objects.get(pk=guide.pk).specific.record()

    (found,) = [one for one in table("/lv/resources/catalogue.csv") if one["code"] == guide.code]

    assert found == {
        "code": record["code"],
        "kind": "guide",
        "title": "Tējas vakars",
        "language": "lv",
        "summary": record["summary"],
        "partner": guide.partner.name,
        "topics": "",
        "audiences": "",
        "minutes": "45",
        "group_from": "4",
        "group_to": "",
        "shared_language": "no",
        "licence": "CC0-1.0",
        "adapted_from": source.code,
        "languages": "lv",
        "files": f"{settings.HUB_ADDRESS}/r/{guide.code}/lv/{row.number}",
        "published": record["published"],
        "modified": record["modified"],
        "address": settings.HUB_ADDRESS + guide.get_url(),
        "permanent_address": f"{settings.HUB_ADDRESS}/r/{guide.code}/",
    }


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t=", " ="])
def test_no_cell_is_a_formula(mark):
    title = f"{mark}HYPERLINK(1)"
    guide = make_guide("Tukšs", slug="formula")
    ResourcePage.objects.filter(pk=guide.pk).update(title=title, summary=title)

    (row,) = [one for one in table("/lv/resources/catalogue.csv") if one["code"] == guide.code]

    assert row["title"] == row["summary"] == f"'{title}"


def test_an_entry_names_all_owners_and_what_it_grew_from():
    other = Partner.objects.exclude(slug="valmiera-library").order_by("name").first()
    source = make_guide("Pirmais")
    guide = make_guide("Otrais", adapted_from=thing_of(source))
    CoOwner.objects.create(thing=thing_of(guide), partner=other)

    found = {
        plain(fields["title"]): fields
        for _k, _key, fields in entries("/en/resources/catalogue.bib")
    }

    assert other.name in found["Otrais"]["author"]
    assert f"Adapted from “Pirmais”, {settings.HUB_ADDRESS}/r/{source.code}/" in plain(
        found["Otrais"]["note"]
    )
    alone = read_bibtex(Client().get(f"/r/{guide.code}/en.bib").content.decode())
    assert alone[2] == found["Otrais"]


@pytest.mark.parametrize("ending", ["csv", "bib"])
def test_a_long_list_asks_the_database_no_more_than_a_short_one(ending):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert bytes_of(get(f"/lv/resources/catalogue.{ending}?kind=guide&kind=kit"))
        return len(seen)

    def make(first: int, last: int) -> None:
        for number in range(first, last):
            guide = make_guide(f"Ceļvedis {number}")
            add_file(guide, "Lapa", b"words")
            make_kit(f"Komplekts {number}", [guide])
            make_guide(f"Pēc tā {number}", adapted_from=thing_of(guide))

    make(0, 4)
    queries()
    few = queries()
    make(4, 16)
    queries()

    assert queries() == few <= 25


def test_records_of_many_are_those_of_each_and_cost_the_same():
    guides = [make_guide(f"Ceļvedis {number}") for number in range(3)]
    add_file(guides[0], "Lapa", b"words")
    translate(guides[1], "uk")
    pages = list(ResourcePage.objects.filter(live=True).specific())

    alone = [ResourcePage.objects.get(pk=page.pk).specific.record() for page in pages]

    with as_one_request():
        records_of(pages[:1])
        assert records_of(list(ResourcePage.objects.filter(live=True).specific())) == alone


def test_the_whole_catalogue_has_a_line_for_each_thing_and_language_of_its_own():
    guide = make_guide("Tējas vakars")
    add_file(guide, "Lapa", b"words")
    translate(guide, "uk")
    draft = make_guide("Melnraksts", publish=False)

    number = write_export()
    found = lines()

    assert len(found) == number
    of_guide = {one["language"]: one for one in found if one["code"] == guide.code}
    assert set(of_guide) == {"lv", "uk"}
    assert of_guide["uk"]["title"] == in_language(guide, "uk").title
    assert of_guide["lv"]["url"] == settings.HUB_ADDRESS + guide.get_url()
    (file,) = of_guide["lv"]["files"]
    assert file["url"].startswith(f"{settings.HUB_ADDRESS}/r/{guide.code}/lv/")
    assert file["sha256"] == guide.files.get().document.sha256
    assert draft.title not in str(found)
    own = [(one["code"], one["language"]) for one in found]
    assert len(own) == len(set(own))
    assert [json.loads(line) for line in _unzipped().splitlines()] == found


def _unzipped() -> bytes:
    answer = get(ALL, **{"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    return gzip.decompress(bytes_of(answer))


def test_what_is_closed_after_the_night_is_gone_from_the_file_at_once():
    closed, gone, of_file = (make_guide(title) for title in ("Slēgts", "Atcelts", "Fails"))
    row = add_file(of_file, "Lapa", b"words")
    back = make_guide("Atpakaļ")
    write_export()
    assert {"Slēgts", "Atcelts", "Fails", "Atpakaļ"} <= {one["title"] for one in lines()}
    before = get(ALL).headers["ETag"]

    PageViewRestriction.objects.create(
        page=closed.page_ptr, restriction_type=PageViewRestriction.LOGIN
    )
    gone.unpublish()
    private = of_file.partner.private_collection.add_child(name="Vēl slēgtāka")
    document = Document.objects.get(pk=row.document_id)
    document.collection = private
    document.save()

    assert CollectionViewRestriction.objects.filter(collection=private).count() == 0
    titles = {one["title"] for one in lines()}
    assert not {"Slēgts", "Atcelts", "Fails"} & titles
    assert back.title in titles
    assert get(ALL).headers["ETag"] != before
    write_export()
    assert [one["files"] for one in lines() if one["title"] == "Fails"] == [[]]


def test_the_file_is_sent_once_to_who_has_it_and_to_every_website():
    write_export()
    first = get(ALL)

    again = get(ALL, **{"if-none-match": first.headers["ETag"]})

    assert again.status_code == 304
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Content-Type"] == "application/jsonl"
    assert not first.cookies


def test_before_the_first_night_the_file_says_when_to_come_back(tmp_path, settings):
    settings.HUB_DATA = tmp_path

    answer = get(ALL)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "600"


def test_the_file_is_written_each_night():
    assert write_export in EACH_NIGHT
