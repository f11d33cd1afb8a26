"""Asking for a thing in a language: whoever works for a partner may, and translators see it."""

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from partners.models import Partner
from tests.builders import (
    make_coordinator,
    make_guide,
    make_translator,
    make_user,
    shelf,
    state_of,
    thing_of,
    translate,
)
from translations import work
from translations.models import TranslationWish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def author_elsewhere():
    """An author of another partner than the guides' own."""
    return make_user("kardla", groups=[Partner.objects.get(slug="kardla-town-library").authors])


def address(page) -> str:
    return f"/admin/desk/{thing_of(page).code}/ask/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_author_of_another_partner_asks_and_the_translator_reads_who_and_finds_it_higher(
    author_elsewhere,
):
    make_guide("Pirmais")
    guide = make_guide("Lūgtais", slug="lugtais")
    client = signed_in(author_elsewhere)

    client.post(address(guide), {"language": "uk", "words": " Гурт  у жовтні ", "deed": "ask"})
    asked = client.get(address(guide)).content.decode()
    desk = signed_in(make_translator("uk")).get("/admin/desk/?kind=guide").content.decode()

    wish = TranslationWish.objects.get()
    partner = Partner.objects.get(slug="kardla-town-library")
    assert (wish.asked_by, wish.asked_for) == (author_elsewhere, partner.name)
    assert wish.words == "Гурт у жовтні"
    assert "Гурт у жовтні" in asked
    assert f"Asked for by {partner.name}" in desk
    assert desk.index("Lūgtais") < desk.index("Pirmais")


def test_one_person_has_one_wish_a_language_and_can_take_it_back(author_elsewhere):
    guide, client = make_guide(), signed_in(author_elsewhere)
    for words in ("", "Otrreiz"):
        client.post(address(guide), {"language": "uk", "words": words, "deed": "ask"})
    kept = [wish.words for wish in TranslationWish.objects.all()]

    client.post(address(guide), {"language": "uk", "deed": "withdraw"})

    assert kept == ["Otrreiz"]
    assert not TranslationWish.objects.exists()


def test_nobody_takes_back_the_wish_of_another(author_elsewhere):
    guide = make_guide()
    signed_in(author_elsewhere).post(address(guide), {"language": "uk", "deed": "ask"})

    signed_in(make_coordinator()).post(address(guide), {"language": "uk", "deed": "withdraw"})

    assert TranslationWish.objects.count() == 1


def test_a_published_translation_ends_its_wishes(author_elsewhere):
    guide = make_guide()
    client = signed_in(author_elsewhere)
    for code in ("uk", "da"):
        client.post(address(guide), {"language": code, "deed": "ask"})

    translate(guide, "uk")
    late = client.post(address(guide), {"language": "uk", "deed": "ask"})

    assert [wish.locale.language_code for wish in TranslationWish.objects.all()] == ["da"]
    assert "Choose a language that it is not translated into yet." in late.content.decode()


@pytest.mark.parametrize("sent", [{}, {"language": "xx"}, {"language": "lv"}])
def test_a_language_that_is_none_gets_a_sentence_and_the_words_stay(author_elsewhere, sent):
    guide = make_guide()

    answer = signed_in(author_elsewhere).post(address(guide), {**sent, "words": "Lūdzu!"})

    assert answer.status_code == 200
    assert "Choose a language that it is not translated into yet." in answer.content.decode()
    assert "Lūdzu!</textarea>" in answer.content.decode()
    assert not TranslationWish.objects.exists()


def test_a_reason_that_is_too_long_comes_back_whole(author_elsewhere):
    guide, words = make_guide(), "Ж" * 301

    html = (
        signed_in(author_elsewhere)
        .post(address(guide), {"language": "uk", "words": words})
        .content.decode()
    )

    assert "301 characters; there is room for 300." in html
    assert words in html


def test_translators_without_a_partner_and_drafts_have_no_such_door(author_elsewhere):
    guide, draft = make_guide(), make_guide("Melnraksts", slug="melnraksts", publish=False)

    assert signed_in(make_translator("uk")).get(address(guide)).status_code == 404
    assert signed_in(author_elsewhere).get(address(draft)).status_code == 404
    assert signed_in(author_elsewhere).get("/admin/desk/ZZZZZZ/ask/").status_code == 404


def test_the_title_of_a_members_page_stays_with_its_people(author_elsewhere):
    guide = make_guide("Tikai savējiem")
    PageViewRestriction.objects.create(page=guide, restriction_type="login")
    own = make_user("valmiera", groups=[Partner.objects.get(slug="valmiera-library").authors])

    assert signed_in(author_elsewhere).get(address(guide)).status_code == 404
    assert "Tikai savējiem" in signed_in(own).get(address(guide)).content.decode()


def test_people_look_for_the_things_of_other_partners_by_title_or_address(author_elsewhere):
    guide = make_guide("Tējas vakars")
    hidden = make_guide("Tējas slēgtais vakars", slug="slegtais")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    client = signed_in(author_elsewhere)

    found = {
        words: client.get("/admin/desk/ask/", {"q": words}).content.decode()
        for words in ("tējas", guide.code.lower(), f"https://hub.example{guide.get_url()}", "zzqq")
    }

    assert [address(guide) in html for html in found.values()] == [True, True, True, False]
    assert address(hidden) not in found["tējas"]
    assert "Nothing was found" in found["zzqq"]
    assert signed_in(make_translator("uk")).get("/admin/desk/ask/").status_code == 302
    assert "/admin/desk/ask/" in client.get("/admin/").content.decode()


def test_the_explorer_of_mirrors_leads_to_it_at_a_cost_that_does_not_grow(
    django_assert_max_num_queries,
):
    guide = make_guide("Pirmais")
    own = make_user("valmiera", groups=[Partner.objects.get(slug="valmiera-library").authors])
    client = signed_in(own)
    there = f"/admin/pages/{shelf(code='uk').pk}/?mirrors=1"
    client.get(there)
    with django_assert_max_num_queries(100) as few:
        html = client.get(there).content.decode()
    for number in range(5):
        make_guide(f"Vēl {number}", slug=f"vel-{number}")
    client.get(there)

    with django_assert_max_num_queries(100) as many:
        client.get(there)

    assert f"{address(guide)}?language=uk" in html
    assert len(many) == len(few)


# --- stopping ---------------------------------------------------------------------------------


def test_a_coordinator_stops_a_language_and_starts_it_again_and_words_stay():
    guide = make_guide("Tējas vakars")
    translate(guide, "uk", publish=False, but=2)
    done = state_of(guide, "uk").done
    client = signed_in(make_coordinator())
    screen = f"/admin/desk/{thing_of(guide).code}/"

    client.post(f"{screen}uk/stop/")
    stopped = state_of(guide, "uk")
    waiting = client.get("/admin/desk/?language=uk&kind=guide").content.decode()
    listed = client.get("/admin/desk/?language=uk&kind=guide&state=stopped").content.decode()
    shown = client.get(screen).content.decode()
    client.post(f"{screen}uk/stop/", {"deed": "start"})

    assert stopped.state == "stopped"
    assert "Tējas vakars" not in waiting
    assert "Tējas vakars" in listed
    assert "Start again" in shown
    state = state_of(guide, "uk")
    assert (state.state, state.done) == ("in_progress", done)


def test_who_does_not_publish_the_original_stops_nothing(author_elsewhere):
    guide = make_guide()
    screen = f"/admin/desk/{thing_of(guide).code}/"

    for user in (author_elsewhere, make_translator("uk")):
        assert signed_in(user).post(f"{screen}uk/stop/").status_code == 404
    assert signed_in(make_coordinator()).post(f"{screen}lv/stop/").status_code == 404
    assert state_of(guide, "uk").state == "not_started"
    assert work.begin(thing_of(guide), state_of(guide, "uk").locale)
