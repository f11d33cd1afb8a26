"""All things in all languages, for coordinators: signs, totals, filters, and the same as a file."""

import csv
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.bulk import Bulk
from partners.models import Partner
from tests.builders import (
    make_coordinator,
    make_guide,
    make_reviewer,
    make_user,
    shelf,
    thing_of,
    translate,
)
from translations.csv_lines import csv_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
MOST_QUERIES = 15


@pytest.fixture
def coordinator():
    client = Client()
    client.force_login(make_coordinator())
    return client


def look(client, **query) -> str:
    return client.get("/admin/desk/matrix/", query).content.decode()


def cell(html: str, page, code: str) -> str:
    """The words of a cell, as they are read out."""
    link = re.search(
        rf'href="/admin/desk/{thing_of(page).code}/{code}/"[^>]*>(.*?)</a>', html, re.S
    )
    return " ".join(re.sub(r"<[^>]+>", " ", link[1]).split())


def titles(html: str) -> list[str]:
    found = re.findall(r'<a href="/admin/desk/\w+/" lang="\w+" dir="\w+">(.*?)</a>', html)
    return [unescape(title) for title in found]


def read(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


def test_each_cell_says_its_state_in_a_sign_a_word_and_a_figure_and_opens_the_work(coordinator):
    guide = make_guide("Tējas matrica")
    translate(guide, "uk")
    translate(guide, "fi", publish=False, but=2)

    html = look(coordinator, q="tējas matrica")

    assert titles(html) == ["Tējas matrica"]
    assert cell(html, guide, "uk") == "✓ Published, Українська: 100%"
    assert re.fullmatch(r"◐ In progress, Suomi: \d\d%", cell(html, guide, "fi"))
    assert cell(html, guide, "da") == "○ Not started, Dansk: 0%"
    assert "original</span>" in html
    assert f"/admin/desk/{thing_of(guide).code}/lv/" not in html


def test_the_heads_of_the_columns_sum_up_what_the_filters_leave(coordinator):
    done, begun = make_guide("Matrica viens"), make_guide("Matrica divi", slug="divi")
    translate(done, "uk")
    translate(begun, "uk", publish=False, but=3)

    totals = look(coordinator, q="matrica").split('desk-matrix__totals">')[1].split("</tr>")[0]
    columns = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in totals.split("<td>")[1:]]

    # In the order of the languages: English, Latvian, Estonian, Finnish, Danish, Ukrainian.
    by_code = dict(zip(["en", "lv", "et", "fi", "da", "uk"], columns, strict=True))
    assert by_code["da"] == "0% ○ Not started: 2"
    assert by_code["lv"] == "0%"
    assert re.fullmatch(r"[5-9]\d% ◐ In progress: 1 ✓ Published: 1", by_code["uk"])


def test_the_matrix_is_filtered_by_shelf_kind_state_language_and_title(coordinator):
    lv, et = make_guide("Matrica lv"), shelf("kardla-town-library", "et")
    make_guide("Matrica et", on=et, slug="et")
    translate(lv, "uk")
    partner = Partner.objects.get(slug="kardla-town-library").pk

    found = {
        "partner": titles(look(coordinator, q="Matrica", partner=partner)),
        "kind": titles(look(coordinator, q="Matrica", kind="event")),
        "state": titles(look(coordinator, q="Matrica", state="published", language="uk")),
        "any": titles(look(coordinator, q="Matrica", state="published")),
        "other": titles(look(coordinator, q="Matrica", state="published", language="da")),
        "odd": titles(
            look(
                coordinator,
                q="matrica\0",
                state="\0",
                kind="'",
                partner="9" * 5000,
                language="\0",
                page="999",
            )
        ),
    }

    assert found == {
        "partner": ["Matrica et"],
        "kind": [],
        "state": ["Matrica lv"],
        "any": ["Matrica lv"],
        "other": [],
        "odd": ["Matrica et", "Matrica lv"],
    }


def test_drafts_and_what_was_unpublished_are_not_in_it(coordinator):
    make_guide("Matrica melnraksts", slug="m", publish=False)
    gone = make_guide("Matrica atsaukta", slug="a")
    gone.unpublish()

    assert titles(look(coordinator, q="Matrica")) == []
    assert len(read(coordinator.get("/admin/desk/matrix.csv?q=Matrica"))) == 1


def test_the_matrix_is_for_coordinators(client):
    author = make_user("author", groups=[Partner.objects.first().authors])
    for user in (make_reviewer("uk"), author):
        client.force_login(user)

        assert client.get("/admin/desk/matrix/").status_code == 302
        assert client.get("/admin/desk/matrix.csv").status_code == 302


def test_the_file_holds_everything_that_the_filters_leave_and_no_formula(coordinator):
    guide = make_guide("=HYPERLINK(1) matrica, “a”")
    translate(guide, "uk")
    make_guide("Matrica divi", slug="divi")

    response = coordinator.get("/admin/desk/matrix.csv?q=matrica")
    head, *lines = read(response)

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert ".csv" in response.headers["Content-Disposition"]
    assert head[:3] == ["Code", "Title", "Kind"]
    by_code = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    assert len(by_code) == 2
    row = by_code[thing_of(guide).code]
    assert row["Title"] == "'=HYPERLINK(1) matrica, “a”"
    assert (row["Kind"], row["Original in"]) == ("Method guide", "lv")
    assert (row["uk: State"], row["uk: %"]) == ("Published", "100")
    assert (row["lv: State"], row["da: State"]) == ("the original", "Not started")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "  =1", "\n=1"])
def test_no_cell_begins_as_a_formula(cell):
    assert next(csv.reader(["".join(csv_lines([[cell]])).removeprefix("\ufeff")]))[0][0] == "'"


def test_figures_and_plain_words_stay_as_they_are():
    assert "".join(csv_lines([["Tēja", -5, ""]])) == "\ufeffTēja,-5,\r\n"


def test_desk_matrix_and_file_cost_the_same_for_few_things_as_for_many(coordinator):
    partner = Partner.objects.get(slug="valmiera-library").pk
    make_guide("Kaut kas gaida")
    addresses = [
        "/admin/desk/",
        f"/admin/desk/?partner={partner}&kind=guide",
        "/admin/desk/matrix/",
        "/admin/desk/matrix/?state=published",
        "/admin/desk/matrix.csv",
    ]

    def cost(address):
        coordinator.get(address)
        with CaptureQueriesContext(connection) as queries:
            response = coordinator.get(address)
            list(response) if response.streaming else response.content
        return len(queries)

    few = {address: cost(address) for address in addresses}
    Bulk(seed=5).run(resources=50, events=6, services=4)
    many = {address: cost(address) for address in addresses}

    assert many == few
    assert max(many.values()) <= MOST_QUERIES, many
