"""A shelf that a reader puts together: it stands in its address, and the hub keeps nothing."""

import io
import os
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.models import Document
from tests.builders import add_file, make_guide, make_kit, thing_of, translate

pytestmark = pytest.mark.usefixtures("demo")


def code_of(page) -> str:
    return thing_of(page).code


def shelf_of(*pages, lang="lv") -> str:
    return f"/{lang}/shelf/?r=" + ".".join(code_of(page) for page in pages)


def shown(url: str) -> list[str]:
    response = Client().get(url)
    assert response.status_code == 200, url
    return [place.card.title for place in response.context["places"]]


@pytest.fixture
def three():
    return [make_guide(title) for title in ("Viens", "Divi", "Trīs")]


def test_a_shelf_shows_what_its_address_names_in_that_order(three):
    one, two, last = three

    assert shown(shelf_of(last, one, two)) == ["Trīs", "Viens", "Divi"]
    assert '<svg viewBox="0 0' in Client().get(shelf_of(one)).content.decode()
    assert shown(shelf_of(one, two, one)) == ["Viens", "Divi"]


def test_things_are_moved_and_taken_off_by_links_alone(three):
    places = Client().get(shelf_of(*three)).context["places"]

    assert places[0].earlier_url == places[2].later_url == ""
    assert shown(places[0].later_url) == ["Divi", "Viens", "Trīs"]
    assert shown(places[2].earlier_url) == ["Viens", "Trīs", "Divi"]
    assert shown(places[1].without_url) == ["Viens", "Trīs"]
    assert shown(Client().get(shelf_of(three[0])).context["places"][0].without_url) == []


def test_a_shelf_is_read_in_every_language_under_the_same_codes(three):
    translate(three[0], "uk")

    assert shown(shelf_of(*three, lang="uk")) == ["Щ Viens", "Divi", "Trīs"]
    links = Client().get(shelf_of(*three)).context["language_links"]
    assert {"code": "uk", "url": shelf_of(*three, lang="uk")}.items() <= {
        "code": next(one.code for one in links if one.code == "uk"),
        "url": next(one.url for one in links if one.code == "uk"),
    }.items()


def test_what_is_not_there_is_left_out_and_said(three):
    three[1].unpublish()

    response = Client().get(shelf_of(*three) + ".ZZZZZZ")

    assert [place.card.title for place in response.context["places"]] == ["Viens", "Trīs"]
    assert response.context["lost"] == 2
    assert response.context["shelf"] == f"{code_of(three[0])}.{code_of(three[2])}"


@pytest.mark.parametrize("written", ["{}", " {} ", "http://127.0.0.1:8000/r/{}/", "/r/{}"])
def test_something_is_added_by_its_code_or_permanent_address(three, written):
    one, two, _last = three
    typed = written.format(code_of(two).lower())

    response = Client().get("/lv/shelf/", {"r": code_of(one), "add": typed})

    assert response.status_code == 302
    assert shown(response.headers["Location"]) == ["Viens", "Divi"]


@pytest.mark.parametrize("typed", ["ZZZZZZ", "x", "<script>", "a" * 500, "https://example.org/"])
def test_a_code_that_nothing_has_is_refused_in_words_and_the_shelf_stays(three, typed):
    response = Client().get("/lv/shelf/", {"r": code_of(three[0]), "add": typed})
    html = response.content.decode()

    assert response.status_code == 200
    assert 'id="add-error"' in html
    assert "<script>" not in html
    assert [place.card.title for place in response.context["places"]] == ["Viens"]


@pytest.mark.parametrize("said", ["", "...", "%00", "'; DROP", "ž" * 3000, "A" * 5000, "ABCD.%FF"])
def test_a_hostile_shelf_is_an_empty_one(said):
    assert shown(f"/lv/shelf/?r={said}") == []
    answer = Client().get(f"/lv/shelf.zip?r={said}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/lv/shelf/")


def test_a_shelf_holds_fifty_and_says_so():
    codes = [f"ABCD{number}" for number in range(2000, 2060)]

    response = Client().get("/lv/shelf/?r=" + ".".join(codes))

    assert response.context["is_over"]
    assert response.context["lost"] == 50


def test_a_shelf_costs_the_same_queries_for_thirty_things_as_for_two_and_writes_nothing():
    guides = [make_guide(f"Vakars {number}") for number in range(30)]
    client = Client()
    client.get("/lv/")

    def cost_of(pages):
        url = shelf_of(*pages)
        with CaptureQueriesContext(connection) as seen:
            assert len(client.get(url).context["places"]) == len(pages)
        assert all(one["sql"].lstrip("( \n").startswith("SELECT") for one in seen)
        return len(seen)

    assert cost_of(guides[:2]) == cost_of(guides) <= 10


def test_no_robot_keeps_a_shelf_and_no_reader_gets_a_cookie(three):
    response = Client().get(shelf_of(*three))

    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert not response.cookies
    assert "Disallow: /*/shelf" in Client().get("/robots.txt").content.decode()


def test_the_zip_of_a_shelf_has_everything_on_it(three):
    one, two, last = three
    add_file(one, "Lapa", b"lapa")
    kit = make_kit(things=[two])
    url = f"/lv/shelf.zip?r={code_of(kit)}.{code_of(last)}.{code_of(one)}"

    response = Client().get(url)
    data = b"".join(response.streaming_content)

    assert len(data) == int(response.headers["Content-Length"])
    found = ZipFile(io.BytesIO(data))
    assert [name for name in found.namelist() if name.endswith("index.html")] == [
        "index.html",
        "01-Pirmais-komplekts/index.html",
        "01-Pirmais-komplekts/01-Divi/index.html",
        "02-Trīs/index.html",
        "03-Viens/index.html",
    ]
    assert found.read("03-Viens/files/01-Lapa-lv.txt") == b"lapa"
    assert 'href="../index.html"' in found.read("01-Pirmais-komplekts/01-Divi/index.html").decode()
    shelf = parse_qs(urlsplit(url).query)["r"][0]
    assert f"http://127.0.0.1:8000/lv/shelf/?r={shelf}" in found.read("index.html").decode()
    again = Client().get(url, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_a_shelf_too_large_for_one_zip_says_so_in_words(three):
    row = add_file(three[0], "Filma", b"x")
    os.truncate(row.document.file.path, 1_100_000_000)
    Document.objects.filter(pk=row.document_id).update(file_size=1_100_000_000)
    url = shelf_of(*three)

    response = Client().get(url)
    answer = Client().get(url.replace("shelf/", "shelf.zip"))

    assert response.context["bundle"].url == ""
    assert (answer.status_code, answer.headers["Location"]) == (302, url)
