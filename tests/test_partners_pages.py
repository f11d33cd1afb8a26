"""Who the partners are and where: the list with its map, their own pages, the project and what it did."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from wagtail.models import Page, PageViewRestriction

from events.models import EventPage
from home.bulk import Bulk
from home.models import ProjectPage
from hub.alphabets import place_in_alphabet
from hub.models import Thing
from partners.make import PartnerWords, make_partner
from partners.models import Partner
from partners.region_map import HEIGHT, WIDTH, draw_map, place_on_map
from resources.models import ResourcePage
from tests.builders import in_language, make_guide, shelf, thing_of

pytestmark = pytest.mark.usefixtures("demo")


def page_at(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def cost_of(address: str) -> int:
    page_at(address)
    with CaptureQueriesContext(connection) as queries:
        page_at(address)
    return len(queries)


def another_partner(slug: str, name: str, **more) -> Partner:
    return make_partner(
        slug=slug,
        name=name,
        country=more.pop("country", "LV"),
        time_zone="Europe/Riga",
        language="lv",
        words=PartnerWords(title=name),
        **more,
    )


# --- the map ----------------------------------------------------------------------------------


def test_a_town_stands_on_the_map_where_it_is_in_the_world():
    kardla, valmiera = place_on_map(59.0, 22.75), place_on_map(57.54, 25.43)
    copenhagen, utsjoki = place_on_map(55.68, 12.57), place_on_map(69.9, 27.0)

    assert copenhagen[0] < kardla[0] < valmiera[0]
    assert utsjoki[1] < kardla[1] < valmiera[1] < copenhagen[1]


@pytest.mark.parametrize("place", [(0, 0), (90, 0), (-62, -162), (40.7, -74), (48, 2)])
def test_a_place_beyond_the_sheet_gets_no_dot(place):
    assert place_on_map(*place) is None
    assert draw_map([("Far away", "Elsewhere", *place)]).dots == []


def test_partners_of_one_town_share_a_dot_and_its_name():
    places = [("One", "Riga", 56.95, 24.11), ("Two", "Riga", 56.95, 24.11)]

    dots = draw_map(places).dots

    assert [(dot.town, dot.names) for dot in dots] == [("Riga", "One, Two")]


def test_names_of_towns_neither_meet_nor_leave_the_sheet():
    close = [(f"L{n}", f"Town {n}", 55 + n / 2.5, 20 + n % 3) for n in range(30)]

    dots = draw_map(close).dots

    assert len(dots) == 30
    named = [dot for dot in dots if dot.label]
    assert 3 < len(named) < 30
    assert all(0 <= dot.label.x <= WIDTH and 0 <= dot.label.y <= HEIGHT for dot in named)
    lines = sorted(dot.label.y for dot in named if dot.label.anchor == "start")
    assert all(lower - upper >= 20 for upper, lower in zip(lines, lines[1:], strict=False))


def test_the_map_is_light_and_says_in_words_what_it_shows():
    html = page_at("/en/partners/")

    drawing = html[
        html.index('<svg class="map__sheet"') : html.index("</svg>", html.index("map__sheet"))
    ]
    assert len(drawing.encode()) < 12_000
    assert "<desc" in drawing
    assert "Valmiera: Valmiera Library." in drawing
    assert "Kärdla: Kärdla Town Library." in drawing
    assert "<script" not in drawing
    assert "style=" not in drawing


def test_a_place_needs_both_numbers():
    partner = Partner.objects.get(slug="valmiera-library")
    partner.longitude = None

    with pytest.raises(ValidationError, match="both numbers"):
        partner.full_clean()


# --- the list ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "countries"),
    [
        ("lv", ["Dānija", "Igaunija", "Latvija", "Somija"]),
        ("uk", ["Данія", "Естонія", "Латвія", "Фінляндія"]),
        ("et", ["Eesti", "Läti", "Soome", "Taani"]),
    ],
)
def test_partners_stand_under_their_countries_in_the_order_of_the_readers_alphabet(code, countries):
    answer = Client().get(f"/{code}/partners/")

    assert [country["name"] for country in answer.context["countries"]] == countries
    for name in countries:
        assert f">{name}</h2>" in answer.content.decode()


def test_an_example_stands_under_its_country_and_not_on_the_map():
    answer = Client().get("/en/partners/")

    finland = next(one for one in answer.context["countries"] if one["code"] == "FI")
    assert [partner["role"] for partner in finland["partners"]] == ["Example"]
    assert {dot.town for dot in answer.context["map"].dots} == {"Valmiera", "Kärdla"}


def test_letters_beyond_z_have_their_place():
    def in_order(code, words):
        return sorted(words, key=lambda word: place_in_alphabet(word, code))

    assert in_order("lv", ["Zviedrija", "Čehija", "Dānija", "Cēsis"]) == [
        *("Cēsis", "Čehija", "Dānija", "Zviedrija")
    ]
    assert in_order("et", ["Õru", "Viljandi", "Zagreb", "Tartu"]) == [
        *("Zagreb", "Tartu", "Viljandi", "Õru")
    ]
    assert in_order("da", ["Ålborg", "Ærø", "Øster", "Zealand"]) == [
        *("Zealand", "Ærø", "Øster", "Ålborg")
    ]
    assert in_order("uk", ["Яворів", "Ірпінь", "Київ", "Ґданськ", "Гомель"]) == [
        *("Гомель", "Ґданськ", "Ірпінь", "Київ", "Яворів")
    ]
    assert in_order("en", ["été", "Zoo", "apple", "", "東京"]) == [
        "",
        "apple",
        "été",
        "Zoo",
        "東京",
    ]


def test_the_list_costs_the_same_with_four_partners_as_with_ten():
    few = cost_of("/lv/partners/")
    for number in range(6):
        another_partner(
            f"town-{number}", f"Library {number}", latitude=57 + number / 9, longitude=24
        )

    assert cost_of("/lv/partners/") == few <= 12


# --- a partner's page -------------------------------------------------------------------------


def test_a_partner_shows_where_it_is_what_it_made_and_its_part_in_the_project():
    answer = Client().get("/en/partners/valmiera-library/")

    html = answer.content.decode()
    assert [dot.town for dot in answer.context["map"].dots] == ["Valmiera"]
    assert [part["section"].slug for part in answer.context["parts"]] == [
        *("resources", "events", "support-circle")
    ]
    for part in answer.context["parts"]:
        assert f'href="{part["shelf"].url}"' in html
        assert 0 < len(part["cards"]) <= 3
    assert [one["role"] for one in answer.context["roles"]] == ["Initiator"]
    assert 'href="/en/project/"' in html


def test_what_is_coming_stands_before_what_has_been():
    answer = Client().get("/en/partners/kardla-town-library/")

    events = next(p for p in answer.context["parts"] if p["section"].slug == "events")
    assert events["cards"][0].date_label
    assert events["cards"][0].kind == "language-cafe"


def test_an_example_partner_says_so_and_invites_nobody_to_write():
    html = page_at("/en/partners/example-library-finland/")

    assert "This library is an example." in html
    assert "kind=relay" not in html
    assert 'class="map__sheet"' not in html


def test_a_partners_contact_address_is_never_shown():
    Partner.objects.filter(slug="valmiera-library").update(contact_email="desk@library.example")

    for address in ("/lv/partners/valmiera-library/", "/uk/partners/", "/lv/project/"):
        assert "desk@library.example" not in page_at(address)


def test_what_only_members_may_see_is_not_on_the_partners_page():
    secret = make_guide("Tikai savējiem")
    PageViewRestriction.objects.create(page=secret, restriction_type="login")

    assert "Tikai savējiem" not in page_at("/lv/partners/valmiera-library/")
    assert "Tikai savējiem" not in page_at("/uk/partners/valmiera-library/")


def test_a_partners_page_costs_the_same_with_3_things_as_with_30():
    few = cost_of("/lv/partners/valmiera-library/")
    Bulk(seed=3).run(resources=12, events=8, services=8)

    assert cost_of("/lv/partners/valmiera-library/") == few <= 10


# --- the project ------------------------------------------------------------------------------


def test_the_project_ties_activities_to_events_and_results_to_resources():
    answer = Client().get("/en/project/")

    html = answer.content.decode()
    dates = [one["event"].date_label for one in answer.context["activities"]]
    assert dates[:3] == ["October 2023", "September 2024", "2023–2024"]
    for result in answer.context["results"]:
        assert f'href="{result["resource"]["url"]}"' in html
        assert escape(result["text"]) in html
    assert len(answer.context["results"]) == 4


def test_an_example_partner_of_the_project_is_said_to_be_one():
    roles = [one["role"] for one in Client().get("/en/project/").context["partners"]]

    assert roles == ["Lead partner", "Initiator", "Partner · Example", "Partner · Example"]


def test_an_event_and_a_resource_name_the_project_they_belong_to():
    project = ProjectPage.objects.get(locale__language_code="lv")
    event = EventPage.objects.get(locale__language_code="lv", slug="ceramics-vaidava")
    guide = ResourcePage.objects.get(locale__language_code="lv", slug="clay-without-words")
    other = ResourcePage.objects.get(locale__language_code="lv", slug="first-language-cafe")

    link = f'<a href="{project.get_url()}">{project.title}</a>'
    assert link in page_at(event.get_url())
    assert link in page_at(guide.get_url())
    assert link not in page_at(other.get_url())


def test_a_resource_that_is_withdrawn_leaves_its_sentence():
    guide = ResourcePage.objects.get(locale__language_code="lv", slug="clay-without-words")
    text = Client().get("/lv/project/").context["results"][1]["text"]

    guide.specific.unpublish()

    answer = Client().get("/lv/project/")
    assert answer.context["results"][1] == {"text": text, "resource": None}
    assert escape(text) in answer.content.decode()


def test_a_result_can_only_be_a_resource():
    event = Thing.objects.filter(kind="event").first()
    block = ProjectPage._meta.get_field("results").stream_block.child_blocks["result"]

    with pytest.raises(ValidationError):
        block.clean(block.to_python({"text": "A day together.", "resource": event.pk}))
    assert block.clean(block.to_python({"text": "A day together.", "resource": None}))


def test_a_result_chosen_in_the_editor_is_named_on_its_page_at_once():
    project = ProjectPage.objects.get(locale__language_code="lv")
    guide = make_guide("Jauns apraksts", on=shelf())
    rows = list(project.results.raw_data)
    rows.append({"type": "result", "value": {"text": "Vēl viens.", "resource": thing_of(guide).pk}})
    project.results = rows
    project.save_revision().publish()

    assert project.title in page_at(guide.get_url()).split("<footer")[0]
    there = in_language(guide, "uk")
    ukrainian = ProjectPage.objects.get(locale__language_code="uk")
    assert Page.objects.get(pk=there.pk).live
    assert guide.title in page_at(project.get_url())
    assert page_at(ukrainian.get_url())
