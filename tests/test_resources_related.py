"""What stands at the foot of a resource."""

import pytest
from wagtail.models import PageViewRestriction

from hub.models import Audience, Topic
from tests.builders import in_language, locale, make_guide, translate

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def words():
    """Two topics and an audience that nothing of the demo has."""
    lv = locale("lv")
    return (
        Topic.objects.create(slug="gardens", title="Dārzi", locale=lv),
        Topic.objects.create(slug="bees", title="Bites", locale=lv),
        Audience.objects.create(slug="gardeners", title="Dārznieki", locale=lv),
    )


def related(client, page, code="lv") -> list[str]:
    response = client.get(in_language(page, code).get_url())
    return [card.title for card in response.context["related"]]


def test_three_things_at_most_the_nearest_first(client, words):
    gardens, bees, gardeners = words
    guide = make_guide("Pats", topics=[gardens, bees], audiences=[gardeners])
    make_guide("Tikai kam", audiences=[gardeners])
    make_guide("Viena tēma", topics=[gardens])
    make_guide("Tēma un kam", topics=[bees], audiences=[gardeners])
    make_guide("Abas tēmas", topics=[gardens, bees])

    assert related(client, guide) == ["Abas tēmas", "Tēma un kam", "Viena tēma"]


def test_what_has_nothing_in_common_is_not_offered(client, words):
    gardens, bees, _gardeners = words
    make_guide("Bites", topics=[bees])

    assert related(client, make_guide("Pats", topics=[gardens])) == []


def test_neither_the_thing_itself_nor_its_mirrors_stand_there(client, words):
    gardens = words[0]
    guide = make_guide("Pats", topics=[gardens])
    make_guide("Otrs", topics=[gardens])
    translate(guide, "uk")

    assert related(client, guide) == ["Otrs"]
    assert related(client, guide, "uk") == ["Otrs"]
    assert related(client, guide, "fi") == ["Otrs"]


def test_among_equals_the_readers_own_language_comes_first(client, words):
    gardens = words[0]
    guide = make_guide("Pats", topics=[gardens])
    translated = make_guide("Tulkots", topics=[gardens])
    translate(translated, "uk")
    make_guide("Jaunāks", topics=[gardens])

    assert related(client, guide) == ["Jaunāks", "Tulkots"]
    assert related(client, guide, "uk") == [in_language(translated, "uk").title, "Jaunāks"]


def test_private_and_withdrawn_things_are_not_offered(client, words):
    gardens = words[0]
    guide = make_guide("Pats", topics=[gardens])
    closed = make_guide("Slēgts", topics=[gardens])
    gone = make_guide("Bijis", topics=[gardens])
    assert related(client, guide) == ["Bijis", "Slēgts"]

    PageViewRestriction.objects.create(
        page=closed.page_ptr, restriction_type=PageViewRestriction.LOGIN
    )
    gone.unpublish()

    assert related(client, guide) == []
