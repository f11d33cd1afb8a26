"""The directory: who fits what was asked, near a town, in the reader's language; nothing kept."""

import pytest

from circle.models import ServiceGroup
from circle.towns import distances, towns_named
from hub import counting
from tests.builders import in_language, make_service

ALL = [
    ({"need": "food"}, {"needs": ("food",)}, {"needs": ("work",)}),
    ({"language": "uk"}, {"spoken": ("lv", "uk")}, {"spoken": ("lv",)}),
    ({"for": "women"}, {"groups": [ServiceGroup(group="women")]}, {}),
    ({"cost": "free"}, {}, {"is_free": False}),
    ({"accessible": "yes"}, {"accessibility": "step-free"}, {"accessibility": "not"}),
    ({"country": "EE"}, {"country": "EE", "town": "Kärdla"}, {}),
    ({"town": "cesis"}, {"town": "Cēsis"}, {"town": "Valmiera"}),
    ({"town": "Valmiera", "within": "50"}, {"town": "Cēsis"}, {"town": "Liepāja"}),
    ({"town": "Kuskur"}, {"town": "Kuskur"}, {"town": "Valmiera"}),
]


@pytest.mark.parametrize(("query", "facts", "others"), ALL)
def test_a_filter_in_the_address_keeps_what_fits(demo, client, query, facts, others):
    make_service("Meklētais nams", **facts)
    make_service("Svešais nams", **others)

    shown = client.get("/lv/support-circle/", query).content.decode()

    assert "Meklētais nams" in shown
    assert "Svešais nams" not in shown


def test_the_nearest_comes_first(demo, client):
    for town in ("Sigulda", "Valmiera", "Cēsis"):
        make_service(f"Nams pilsētā {town}", town=town, needs=("money",))

    address = "/lv/support-circle/?need=money&town=Valmiera&within=100"
    shown = client.get(address).context["services"]
    names = [one["card"].title for one in shown if one["card"].title.startswith("Nams")]

    assert names == ["Nams pilsētā Valmiera", "Nams pilsētā Cēsis", "Nams pilsētā Sigulda"]


def test_towns_are_known_by_name_and_place():
    assert [town.country for town in towns_named(" kardla ")] == ["EE"]
    assert 20 < distances("Valmiera", 50)["LV cesis"] < 30
    assert distances("Nowhere", 50) == {}


def test_help_is_never_hidden_because_it_is_not_translated(demo, client):
    page = make_service("Tikai latviski", needs=("food",), bring="Dokumentus")
    ukrainian = in_language(page, "uk")

    row = next(
        one
        for one in client.get("/uk/support-circle/?need=food").context["services"]
        if one["card"].title == "Tikai latviski"
    )
    shown = client.get(ukrainian.url).content.decode()

    assert row["words"] == "Latviešu"
    assert row["phone_url"] == "tel:+37100000007"
    assert 'lang="lv"' in shown
    assert "Dokumentus" in shown


def test_the_exact_place_of_a_shelter_is_never_shown(demo, client):
    hidden = make_service(needs=("shelter", "food"), place="Slepenā iela 7")
    other = make_service("Virtuve", needs=("food",), place="Lielā iela 7")

    assert "Slepenā" not in client.get(hidden.url).content.decode()
    assert "Lielā iela" in client.get(other.url).content.decode()


def test_emergency_numbers_come_before_everything_else(demo, client):
    for address in ("/uk/support-circle/", make_service().url):
        body = client.get(address).content.decode()
        assert 0 < body.index('href="tel:112"') < body.index("<main")


def test_nothing_of_a_visit_is_kept_counted_or_told_to_another_site(demo, client):
    counting._tally.clear()
    address = "/uk/support-circle/?need=safety&town=Valmiera"
    page = make_service()
    for one in (address, page.url, "/lv/support-circle/valmiera-library/?need=safety"):
        answer = client.get(one, headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"})
        assert answer.headers["Cache-Control"] == "no-store", one
        assert answer.headers["Referrer-Policy"] == "no-referrer", one
        assert not answer.cookies, one
        assert "data-quick-exit" in answer.content.decode(), one

    counted = {key[2] for key in counting._tally}
    assert counted <= {"/uk/support-circle/"}


def test_bad_values_ask_nothing(demo, client):
    make_service("Parastais nams")
    bad = "need=x&language=%00&for=1&cost=y&open=later&within=-3&town=&country=ZZ&page=x"

    answer = client.get(f"/lv/support-circle/?{bad}")

    assert answer.status_code == 200
    assert not answer.context["chosen"]
