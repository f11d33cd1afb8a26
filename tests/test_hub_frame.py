"""The page frame in memory is built anew when the structure changes, and only then."""

import pytest
from wagtail.models import Page, PageViewRestriction

from hub import frame
from hub.models import Generation, Topic
from partners.models import Partner
from tests.builders import in_language, make_guide


@pytest.fixture
def builds(demo, monkeypatch):
    """Counts how often the frame is built; a request stands before."""
    built = []
    build = frame._build_all
    Generation.renew()
    frame.get_frame("lv")
    monkeypatch.setattr(frame, "_build_all", lambda: built.append(1) or build())
    return built


def test_publishing_an_item_leaves_the_frame_as_it_is(builds, client):
    guide = make_guide()

    assert client.get(guide.get_url()).status_code == 200
    assert client.get(in_language(guide, "uk").get_url()).status_code == 200
    assert not builds


def test_a_section_that_gets_another_name_has_it_in_the_menu_at_once(builds, client):
    section = Page.objects.get(url_path="/home-lv/events/").specific
    section.title = "Notikumi"
    section.save_revision().publish()

    assert ">Notikumi</a>" in client.get("/lv/about/").content.decode()
    assert builds


def test_a_word_of_the_lists_and_a_partner_change_the_frame(builds):
    for row in (Topic.objects.first(), Partner.objects.first()):
        builds.clear()
        row.save()
        frame.get_frame("lv")
        assert builds


def test_a_page_for_members_is_closed_in_every_language_from_its_first_moment(builds, client):
    guide = make_guide(publish=False)
    PageViewRestriction.objects.create(page=guide, restriction_type="login")
    guide.get_latest_revision().publish()

    for code in ("lv", "uk", "da"):
        page = in_language(guide, code)
        assert client.get(page.get_url()).status_code != 200
        assert guide.title not in client.get(f"/{code}/resources/").content.decode()


def test_a_page_that_is_opened_again_is_open_in_every_language(builds, client):
    guide = make_guide()
    restriction = PageViewRestriction.objects.create(page=guide, restriction_type="login")
    assert client.get(in_language(guide, "uk").get_url()).status_code != 200

    restriction.delete()

    for code in ("lv", "uk"):
        assert client.get(in_language(guide, code).get_url()).status_code == 200


def test_what_stands_where_a_closed_page_stood_is_open(builds, client):
    guide = make_guide()
    PageViewRestriction.objects.create(page=guide, restriction_type="login")
    path = guide.path
    guide.delete()

    another = make_guide("Another evening")

    assert another.path == path
    assert client.get(another.get_url()).status_code == 200
