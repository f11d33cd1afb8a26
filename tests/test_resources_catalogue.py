"""Narrowing the catalogue."""

import pytest
from django.test import Client

from home.bulk import Bulk
from hub.alphabets import place_in_alphabet, sort_key
from hub.models import Topic
from resources.models import ResourcePage
from tests.builders import locale, make_guide, shelf

pytestmark = pytest.mark.usefixtures("demo")
# What is chosen already when the counts are compared with what a choice gives.
STATES = ["", "kind=guide", "kind=guide&kind=story&licence=CC-BY-4.0", "language=lv&country=LV"]
ALL = {
    *("kind", "minutes", "shared", "topic", "audience", "language", "group", "country"),
    *("partner", "format", "licence", "year"),
}


def ask(query="", place="/lv/resources/"):
    response = Client().get(f"{place}?{query}")
    assert response.status_code == 200
    return response.context


def choices(context) -> dict:
    """Facet -> value -> choice."""
    return {
        facet.name: {choice.value: choice for choice in facet.all_choices}
        for facet in context["facets"]
    }


def ids(context) -> list[int]:
    return context["page_obj"].paginator.object_list


def test_a_word_that_nothing_is_about_is_shown_as_chosen_and_can_be_taken_back(client):
    Topic.objects.create(slug="gardens", title="Dārzi", locale=locale("lv"))

    page = client.get("/lv/resources/?topic=gardens&kind=guide")

    assert page.context["total"] == 0
    labels = {one.label: one.url for one in page.context["chosen"]}
    assert labels["Dārzi"] == "?kind=guide"
    assert "gardens" not in choices(ask())["topic"]


def test_all_twelve_questions_are_asked():
    assert choices(ask()).keys() == ALL


@pytest.mark.parametrize("state", STATES)
def test_a_count_is_what_its_choice_gives(state):
    context = ask(state)

    for name, answers in choices(context).items():
        others = "&".join(part for part in state.split("&") if not part.startswith(name + "="))
        for value, choice in answers.items():
            assert ask(f"{others}&{name}={value}")["total"] == choice.count, (name, value)


def test_or_within_a_question_and_between_questions():
    guides, stories = (set(ids(ask(f"kind={kind}"))) for kind in ("guide", "story"))
    short = set(ids(ask("minutes=30&minutes=60")))

    found = set(ids(ask("kind=guide&kind=story&minutes=30&minutes=60")))

    assert guides
    assert stories
    assert found == (guides | stories) & short
    assert found < guides | stories


def test_a_choice_does_not_hide_what_else_could_be_chosen():
    before = {value: one.count for value, one in choices(ask())["kind"].items()}

    after = {value: one.count for value, one in choices(ask("kind=guide"))["kind"].items()}

    assert len(before) == 4
    assert after == before


def test_a_group_finds_what_is_good_for_its_size():
    make_guide("Grupai", group_from=5, group_to=9)
    make_guide("Divatā", group_to=2)

    def titles(query):
        return set(
            ResourcePage.objects.filter(pk__in=ids(ask(query))).values_list("title", flat=True)
        )

    assert "Grupai" in titles("group=6") & titles("group=12")
    assert "Grupai" not in titles("group=2") | titles("group=20") | titles("group=more")
    assert "Divatā" in titles("group=2")
    assert "Divatā" not in titles("group=6")


@pytest.mark.parametrize(
    "junk",
    [
        *[f"{name}=%3Cscript%3E%00&{name}=" for name in sorted(ALL)],
        "sort=backwards",
        "sort=match",
        "page=x",
        "page=-3",
        "year=20260000000000000000000000",
    ],
)
def test_what_nobody_offers_is_passed_over(junk):
    context = ask(junk)

    assert ids(context) == ids(ask())
    assert context["chosen"] == []


def test_every_choice_is_an_address_that_gives_the_same_again(client):
    context = ask("kind=guide&licence=CC-BY-4.0&q=valoda&sort=title&page=2")

    urls = [one.url for one in (*context["chosen"], *context["sorts"])]

    assert len(urls) == 3 + 4
    for url in urls:
        assert "page=" not in url
        assert client.get(f"/lv/resources/{url}").status_code == 200
    assert '<input type="hidden" name="sort" value="title">' in client.get(
        "/lv/resources/?sort=title"
    ).content.decode().replace(">\n", ">")


def test_rare_questions_wait_folded_and_open_where_something_is_chosen():
    folded = {facet.name: facet.is_open for facet in ask()["facets"] if facet.is_folded}
    chosen = {facet.name: facet.is_open for facet in ask("country=LV")["facets"]}

    assert folded == dict.fromkeys(
        ("group", "country", "partner", "format", "licence", "year"), False
    )
    assert chosen["country"] is True
    assert chosen["partner"] is False


def test_a_long_list_of_answers_shows_eight_and_folds_the_rest():
    for number in range(12):
        topic = Topic.objects.create(
            slug=f"topic-{number}", title=f"T{number}", locale=locale("lv")
        )
        make_guide(f"Par {number}", topics=[topic])

    [topics] = [facet for facet in ask()["facets"] if facet.name == "topic"]

    assert len(topics.choices) == 8
    assert len(topics.more) >= 4
    assert not topics.more_is_open
    last = topics.more[-1].value
    [topics] = [facet for facet in ask(f"topic={last}")["facets"] if facet.name == "topic"]
    assert topics.more_is_open


def test_titles_stand_in_the_order_of_the_readers_alphabet():
    for title in ("Čiekurs", "Cepure", "Dzirksts", "Ābols", "Žagars", "Zāle"):
        make_guide(title)

    found = ids(ask("sort=title"))

    titles = dict(ResourcePage.objects.filter(pk__in=found).values_list("pk", "title"))
    shown = [titles[pk] for pk in found]
    assert shown == sorted(shown, key=lambda title: place_in_alphabet(title[:80], "lv"))
    ours = [title for title in shown if title in {"Čiekurs", "Cepure", "Žagars", "Zāle", "Ābols"}]
    assert ours == ["Ābols", "Cepure", "Čiekurs", "Zāle", "Žagars"]


@pytest.mark.parametrize("code", ["lv", "et", "fi", "da", "uk", "en"])
def test_a_key_of_bytes_sorts_as_the_alphabet_does(code):
    words = "ābols Abava čau cau Õun öö õde ääs zebra žņaugs ґава гора їжак ім'я 12 «а» Ærø Åbo é e"
    words = [*words.split(), "a b", "a", "ab", ""]

    by_key = sorted(words, key=lambda word: (sort_key(word, code), word))

    assert by_key == sorted(words, key=lambda word: (place_in_alphabet(word, code), word))


def test_the_newest_come_first_unless_something_was_looked_for():
    guide = make_guide("Kvartāla vakars", summary="Vakars kvartālam.")
    make_guide("Cits", summary="Par kvartāla vakaru.")

    assert ids(ask())[1] == guide.pk
    assert ids(ask("q=kvartāla"))[0] == guide.pk
    assert ids(ask("q=kvartāla&sort=newest"))[1] == guide.pk
    assert [one.url for one in ask("q=kvartāla")["sorts"] if one.chosen] == ["?q=kvart%C4%81la"]


def test_what_is_looked_for_is_counted_by_all_questions():
    make_guide("Kvartāla vakars", minutes=25)
    make_guide("Kvartāla rīts", minutes=200)

    counts = choices(ask("q=kvartāla"))

    assert counts["minutes"]["30"].count == counts["minutes"]["day"].count == 1
    assert ask("q=kvartāla&minutes=30")["total"] == 1
    assert ask("q=kvartāla&kind=story")["total"] == 0
    assert ask("q=nekurnekasnav")["total"] == 0


def test_a_shelf_asks_the_same_questions_of_its_own_things():
    place = shelf()

    context = ask("kind=guide", place.get_url())

    assert set(ids(context)) == set(
        ResourcePage.objects.filter(live=True, kind_slug="guide")
        .descendant_of(place)
        .values_list("pk", flat=True)
    )
    assert context["total"] == choices(context)["kind"]["guide"].count
    assert set(choices(context)["partner"]) == {place.partner.slug}


def test_pages_of_a_list_hold_each_thing_once():
    Bulk(seed=5).run(resources=70, events=0, services=0)
    numbers = range(1, ask()["page_obj"].paginator.num_pages + 1)

    for order in ("newest", "title", "used"):
        urls = [card.url for n in numbers for card in ask(f"sort={order}&page={n}")["cards"]]
        assert len(urls) == len(set(urls)) == ask()["total"]
