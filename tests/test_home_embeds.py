"""Lists on other people's websites: what they say, how they look there, and who may frame what."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from hub.embed import FRAME_HEIGHT, LINE_HEIGHT
from hub.languages import LANGUAGES
from partners.models import Partner, PartnerPage
from partners.rename_partner import rename
from tests.builders import make_event, make_guide, new_partner, shelf, thing_of

pytestmark = pytest.mark.usefixtures("demo")

NAMES = ("events", "resources")


def get(name: str, ending="html", **asked):
    return Client().get(f"/embed/{name}.{ending}", asked)


def lines(name: str, **asked) -> list[tuple[str, str, str]]:
    """Title, its language, and the address of each line."""
    answer = get(name, **asked)
    assert answer.status_code == 200
    return [(one.title, one.lang, one.url) for one in answer.context["embed"].lines]


def code_of(slug="valmiera-library") -> str:
    return PartnerPage.objects.get(partner__slug=slug, locale__language_code="lv").code


# --- what they say ------------------------------------------------------------------------------


def test_the_newest_resources_are_those_of_the_catalogue():
    make_guide("Jaunākais")
    shown = Client().get("/lv/resources/").context["cards"]

    found = lines("resources", language="lv", number=3)

    assert found == [(card.title, card.lang, settings.HUB_ADDRESS + card.url) for card in shown[:3]]
    assert found[0][0] == "Jaunākais"


def test_the_next_events_are_those_of_the_calendar():
    make_event("Nākamais", starts="2030-01-02 10:00")
    shown = Client().get("/lv/events/").context["cards"]

    found = lines("events", language="lv", number=20)

    assert [title for title, _lang, _url in found] == [card.title for card in shown]


@pytest.mark.parametrize("by", ["code", "slug", "small letters"])
def test_a_partner_shows_its_own_things_alone(by):
    other = shelf("kardla-town-library", "et")
    make_guide("Teise oma", on=other)
    own = make_guide("Sava")
    said = {"code": code_of(), "slug": "valmiera-library", "small letters": code_of().lower()}[by]

    found = {
        title for title, _lang, _url in lines("resources", language="lv", partner=said, number=20)
    }

    assert own.title in found
    assert "Teise oma" not in found


def test_the_line_of_a_partner_outlives_its_name():
    partner = new_partner("Cēsu bibliotēka")
    code = code_of("cesu-biblioteka")
    make_guide("No Cēsīm", on=shelf("cesu-biblioteka"))

    rename(Partner.objects.get(pk=partner.pk), "Cēsu jaunā bibliotēka", "cesu-jauna")

    assert [one[0] for one in lines("resources", language="lv", partner=code)] == ["No Cēsīm"]


def test_a_title_in_another_language_says_so():
    make_guide("Tikai latviski")
    answer = get("resources", language="uk", number=1)
    html = answer.content.decode()

    assert '<html lang="uk"' in html
    assert 'lang="lv"' in html
    assert "Latviešu" in html


@pytest.mark.parametrize("number", ["0", "-3", "9999999999", "x", "٣", "", "21"])
def test_no_number_is_too_much(number):
    for name in NAMES:
        assert 0 <= len(lines(name, number=number)) <= 20


@pytest.mark.parametrize(
    ("asked", "says"),
    [({"language": "xx"}, "no such language"), ({"partner": "nobody"}, "no such partner"),
     ({"partner": "ZZZZZZ"}, "no such partner"), ({"partner": "'\"<b>*/alert(1)"}, "no such partner")],
)  # fmt: skip
def test_what_is_not_there_is_said_in_a_sentence(asked, says):
    for name in NAMES:
        page, script = get(name, **asked), get(name, "js", **asked)

        assert (page.status_code, script.status_code) == (404, 404)
        assert says in page.content.decode()
        assert script.content.decode().startswith("/* ")
        assert "alert" not in script.content.decode()


def test_a_script_is_the_same_for_everybody_and_sent_once():
    first = get("events", "js", language="lv")

    again = Client().get(
        "/embed/events.js?language=lv",
        headers={
            "if-none-match": first.headers["ETag"],
            "cookie": "django_language=fi",
            "accept-language": "da",
        },
    )

    assert again.status_code == 304
    assert not first.cookies
    assert "cookie" not in first.headers["Vary"].lower()
    assert first.headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("name", NAMES)
def test_a_long_list_asks_the_database_no_more_than_a_short_one(name):
    def make(numbers) -> None:
        for number in numbers:
            make_guide(f"Ceļvedis {number}")
            make_event(f"Tikšanās {number}", starts="2030-01-02 10:00")

    def queries() -> int:
        get(name, language="lv", number=20)
        with CaptureQueriesContext(connection) as seen:
            get(name, language="lv", number=20)
        return len(seen)

    make(range(3))
    few = queries()
    make(range(3, 18))

    assert queries() == few <= 10


# --- who may frame what -------------------------------------------------------------------------


def test_embed_addresses_alone_may_be_framed_by_others():
    page = make_guide()
    code = thing_of(page).code
    closed = [
        *("/lv/", "/lv/events/", "/lv/resources/", page.get_url(), "/lv/open-data/"),
        *("/lv/on-your-website/", f"/lv/cite/{code}/", "/lv/search/", "/account/login/"),
        *("/api/v2/pages/", "/lv/nothing/", "/embed/nothing.html", "/embed/events.js"),
        "/lv/resources/catalogue.csv",
    ]

    for name in NAMES:
        for asked in ({}, {"partner": "nobody"}):
            answer = get(name, **asked)
            assert "X-Frame-Options" not in answer.headers
            policy = answer.headers["Content-Security-Policy"]
            assert "frame-ancestors *" in policy
            assert "default-src 'none'" in policy
            assert "script-src 'none'" in policy
    for address in closed:
        answer = Client().get(address)
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN", address
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"], address


# --- the page where the line is built -----------------------------------------------------------


def test_the_line_is_built_by_choosing_and_seen_as_it_will_stand():
    asked = {"what": "resources", "partner": code_of(), "language": "uk", "number": "3"}

    by_script = Client().get("/lv/on-your-website/", {**asked, "way": "script"})
    by_frame = Client().get("/lv/on-your-website/", {**asked, "way": "frame"})

    path = f"resources.js?partner={code_of()}&amp;language=uk&amp;number=3"
    line = f'<script src="{settings.HUB_ADDRESS}/embed/{path}" async></script>'
    assert by_script.context["line"] == line
    html = by_script.content.decode()
    assert escape(line) in html
    assert f'<script src="/embed/{path}" async>' in html
    framed = by_frame.content.decode()
    height = FRAME_HEIGHT + 3 * LINE_HEIGHT
    assert by_frame.context["line"].startswith(
        f'<iframe src="{settings.HUB_ADDRESS}/embed/resources.html'
    )
    assert f'height="{height}"' in by_frame.context["line"]
    assert "style=" not in by_frame.context["line"]
    assert f'src="/embed/{path.replace(".js", ".html")}"' in framed
    assert "frame-src 'self'" in by_frame.headers["Content-Security-Policy"]


@pytest.mark.parametrize("wrong", ["what=x", "partner=x", "language=x", "number=1000000", "way=x"])
def test_a_choice_that_is_none_is_as_if_nothing_was_chosen(wrong):
    plain = Client().get("/lv/on-your-website/")

    assert Client().get(f"/lv/on-your-website/?{wrong}").content == plain.content


def test_the_page_is_found_from_the_calendar_and_stands_in_all_languages():
    for one in LANGUAGES:
        assert (
            f'href="/{one.code}/on-your-website/"'
            in Client().get(f"/{one.code}/events/").content.decode()
        )
        page = Client().get(f"/{one.code}/on-your-website/")
        assert page.status_code == 200
        assert f"language={one.code}" in page.context["line"]
