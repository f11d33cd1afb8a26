"""A method guide in two languages side by side: who runs it and who translates read the same line."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from resources.models import MethodGuidePage
from resources.side_by_side import in_order
from tests.builders import in_language, make_guide, shelf, thing_of, translate
from translations import work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def step(title, minutes=5, text="<p>Sasveicinies ar katru.</p>", note=""):
    return "step", {"title": title, "minutes": minutes, "text": text, "note": note}


def full_guide(code="lv", **fields):
    """A guide with something in every part."""
    fields.setdefault("steps", [step("Atver durvis"), step("Lej tēju"), step("Uz redzēšanos")])
    return make_guide(
        on=shelf(code=code),
        room=[("thing", "Galds"), ("thing", "Tējkanna")],
        goes_wrong=[("case", {"what": "Neviens nerunā", "then": "Noliec attēlus."})],
        care=[("participants", "<p>Neprasi.</p>"), ("helper", "<p>Atpūties.</p>")],
        debrief=[("question", "Kas sasildīja?")],
        **fields,
    )


def soup_of(page, query=""):
    response = Client().get(page.get_url() + query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def said(element) -> str:
    for mark in element.select(".pair__mark"):
        mark.decompose()
    return " ".join(element.get_text(" ").split())


def pairs(soup, within="main") -> list[tuple[str, str]]:
    """What stands beside each other, note and words, in reading order."""
    found = []
    for pair in soup.select(f"{within} .pair"):
        sides = pair.select(":scope > .pair__side")
        if sides:
            found.append((said(sides[0]), said(sides[1])))
    return found


def change(page, **fields):
    """Publish the original anew with these fields."""
    page = type(page).objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def blocks(page, name="steps") -> list[dict]:
    """The stored blocks of a field, to be changed and given back."""
    value = getattr(type(page).objects.get(pk=page.pk), name)
    return [dict(one) for one in value.raw_data]


@pytest.mark.parametrize(
    ("original", "here", "there"),
    [("lv", "lv", "uk"), ("lv", "uk", "lv"), ("en", "en", "et"), ("lv", "en", "et")],
)
def test_each_block_stands_beside_itself_in_the_other_language(original, here, there):
    guide = full_guide(original)
    for code in {here, there} - {original}:
        translate(guide, code)

    soup = soup_of(in_language(guide, here), f"?beside={there}")

    own, other = ("" if here == original else "Щ ", "" if there == original else "Щ ")
    assert [(one.split(" · ")[0], two.split(" · ")[0]) for one, two in pairs(soup, ".steps")] == [
        (f"{own}{title}", f"{other}{title}")
        for title in ("Atver durvis", "Lej tēju", "Uz redzēšanos")
    ]
    assert pairs(soup, ".ticks") == [
        (own + thing, other + thing) for thing in ("Galds", "Tējkanna")
    ]
    assert len(pairs(soup)) == 11
    assert not soup.select(".pair__note")
    for second in soup.select(".pair__side--second"):
        assert (second["lang"], second["dir"]) == (there, "ltr")
    assert (
        soup.select_one(".page-head__second").get_text(strip=True).startswith(other + guide.title)
    )


def test_the_words_of_the_frame_are_each_columns_own():
    guide = full_guide()
    translate(guide, "uk")

    heading = (
        soup_of(guide, "?beside=uk").select_one("ol.steps").parent.select_one(".pair--heading")
    )

    ours, theirs = heading.find("h2"), heading.find("p")
    assert theirs["lang"] == "uk"
    assert ours.get_text() == soup_of(guide).select_one("ol.steps").parent.h2.get_text()
    assert (
        theirs.get_text()
        == soup_of(in_language(guide, "uk")).select("ol.steps")[0].parent.h2.get_text()
    )
    assert ours.get_text() != theirs.get_text()


def test_a_guide_changed_since_its_translation_is_paired_in_the_originals_order_and_says_so():
    guide = full_guide()
    translate(guide, "uk")
    first, second, third = blocks(guide)
    first["value"] = {**first["value"], "title": "Atver logu"}
    new = {
        "type": "step",
        "value": step("Iededz sveci")[1],
        "id": "5e1f0a3c-1111-4222-8333-444455556666",
    }

    change(guide, steps=[new, third, first])

    older, open_, gone = (
        "The original was changed since",
        "Not translated yet",
        "No longer in the original",
    )
    rows = [
        (one.split(" · ")[0], two.split(" · ")[0])
        for one, two in pairs(soup_of(in_language(guide, "lv"), "?beside=uk"), ".steps")
    ]
    lv = notes_in("lv", older, open_, gone)
    assert rows == [
        ("Iededz sveci", lv[1]),
        ("Uz redzēšanos", "Щ Uz redzēšanos"),
        ("Atver logu", f"{lv[0]} Щ Atver durvis"),
        (lv[2], "Щ Lej tēju"),
    ]
    # What did not change bears no note, and the other way round the sides change places.
    uk = notes_in("uk", older, open_, gone)
    rows = pairs(soup_of(in_language(guide, "uk"), "?beside=lv"), ".steps")
    assert [one.split(" · ")[0] for one, _two in rows] == [
        uk[1],
        "Щ Uz redzēšanos",
        f"{uk[0]} Щ Atver durvis",
        "Щ Lej tēju",
    ]
    assert rows[3][1] == uk[2]


def notes_in(code, *words):
    from django.utils import translation

    with translation.override(code):
        return [translation.gettext(one) for one in words]


def test_two_translations_of_a_changed_original_follow_its_order_and_each_says_what_is_old():
    guide = full_guide()
    translate(guide, "en")
    translate(guide, "et")
    first, second, third = blocks(guide)
    second["value"] = {**second["value"], "title": "Lej zāļu tēju"}
    change(guide, steps=[third, second, first])
    translate(guide, "et")

    rows = pairs(soup_of(in_language(guide, "en"), "?beside=et"), ".steps")

    note = "The original was changed since"
    assert [(one.split(" · ")[0], two.split(" · ")[0]) for one, two in rows] == [
        ("Щ Uz redzēšanos", "Щ Uz redzēšanos"),
        (f"{note} Щ Lej tēju", "Щ Lej zāļu tēju"),
        ("Щ Atver durvis", "Щ Atver durvis"),
    ]


def test_a_paragraph_that_was_taken_away_makes_the_translation_older_too():
    guide = full_guide(steps=[step("Atver", text="<p>Viens.</p><p>Divi.</p>"), step("Aizver")])
    translate(guide, "uk")
    first, last = blocks(guide)
    first["value"] = {**first["value"], "text": "<p>Viens.</p>"}

    change(guide, steps=[first, last])

    notes = [row.select(".pair__note") for row in soup_of(guide, "?beside=uk").select(".step")]
    assert [len(found) for found in notes] == [1, 0]


def test_what_is_not_translated_is_not_said_twice():
    guide = full_guide()
    job = translate(guide, "uk", publish=False, but=1)
    work.publish(job, None, partly=True)

    [pair] = pairs(soup_of(guide, "?beside=uk"), ".questions")

    assert pair == ("Kas sasildīja?", notes_in("lv", "Not translated yet")[0])


def test_words_of_the_source_inside_a_translated_block_carry_their_language():
    guide = make_guide(steps=[step("Atver durvis", note="<p>Pagaidi pie durvīm.</p>")])
    job = translate(guide, "uk", publish=False, but=1)
    assert "Pagaidi" in [one.string.data for one in job.segments() if one.translation is None][0]
    work.publish(job, None, partly=True)

    second = soup_of(guide, "?beside=uk").select_one(".step .pair__side--second")

    assert second.find(string="Pagaidi pie durvīm.").find_parent(lang=True)["lang"] == "lv"
    assert second.find(string=lambda text: "Щ Atver" in text).find_parent(lang=True)["lang"] == "uk"


@pytest.mark.parametrize("asked", ["fi", "lv", "xx", "", "uk'--", "%00", "LV"])
def test_a_language_that_the_guide_does_not_have_is_ignored(asked):
    guide = full_guide()
    translate(guide, "uk")

    soup = soup_of(guide, f"?beside={asked}")

    assert not soup.select(".pair")
    (link,) = soup.select(".guide-tools__choice")
    assert link["href"] == "?beside=uk"


def test_only_languages_with_words_of_their_own_are_offered():
    guide = full_guide()
    assert not soup_of(guide).select(".guide-tools__choice")
    translate(guide, "uk")
    translate(guide, "et")

    def offered(code, query=""):
        links = soup_of(in_language(guide, code), query).select(".guide-tools__choice")
        return [link["href"].partition("beside=")[2] for link in links]

    assert offered("lv") == ["et", "uk"]
    assert offered("uk") == ["lv", "et"]
    # A mirror shows Latvian, and can have what stands beside Latvian.
    assert offered("fi") == ["et", "uk"]
    # The way back to one alone stands where there are two.
    assert offered("fi", "?beside=uk") == ["", "et", "uk"]


def test_a_mirror_shows_its_source_beside_another_language():
    guide = full_guide()
    translate(guide, "uk")

    soup = soup_of(in_language(guide, "fi"), "?beside=uk")

    assert pairs(soup, ".questions") == [("Kas sasildīja?", "Щ Kas sasildīja?")]
    assert soup.select_one(".questions").find_parent(lang=True)["lang"] == "lv"


def test_the_plain_page_is_the_one_that_search_engines_keep():
    guide = full_guide()
    translate(guide, "uk")

    plain, both = soup_of(guide), soup_of(guide, "?beside=uk")

    canonical = plain.find("link", rel="canonical")["href"]
    assert canonical.endswith(guide.get_url())
    assert both.find("link", rel="canonical")["href"] == canonical


def test_links_lead_to_pages_in_the_language_of_their_column():
    target = make_guide("Cits vakars")
    link = f'<p><a linktype="page" id="{target.pk}">šis</a></p>'
    guide = make_guide(steps=[step("Lasi", text=link)])
    translate(guide, "uk")

    links = soup_of(guide, "?beside=uk").select(".step a")

    assert [one["href"].split("/")[1] for one in links] == ["lv", "uk"]


def test_two_languages_cost_at_most_ten_queries_however_many_blocks():
    def cost(guide):
        Client().get(guide.get_url())
        with CaptureQueriesContext(connection) as queries:
            soup_of(guide, "?beside=uk")
        return len(queries)

    short = full_guide()
    long = full_guide(steps=[step(f"Solis {number}") for number in range(40)])
    for guide in (short, long):
        translate(guide, "uk")

    assert cost(short) == cost(long) <= 10
    for guide in (short, long):
        change(guide, aim="Kas cits.")
    assert cost(short) == cost(long) <= 10


def test_every_guide_of_the_demo_stands_beside_its_translations():
    for guide in MethodGuidePage.objects.filter(live=True, url_path__startswith="/home-lv/"):
        for code in ("uk", "en"):
            soup = soup_of(guide, f"?beside={code}")
            assert len(soup.select(".step")) == len(guide.steps)
            assert not soup.select(".pair__note")
            assert all(one and two for one, two in pairs(soup))


def test_blocks_follow_the_original_and_what_it_lost_its_former_neighbour():
    assert in_order("abc", "abc", "abc") == list("abc")
    assert in_order("cab", "abc", "ac") == list("cab")
    assert in_order("ac", "ac", "abc") == list("abc")
    assert in_order("ab", "zab", "aby") == list("zaby")
    assert in_order("", "", "ab") == list("ab")


# --- what grew from what ------------------------------------------------------------------------


def elsewhere(page) -> list[str]:
    return [link["href"] for link in soup_of(page).select(".elsewhere a")]


def test_an_adaptation_and_what_it_grew_from_lead_to_each_other_in_every_language():
    first = make_guide("Tējas vakars")
    grown = make_guide(
        "Teeõhtu", on=shelf("kardla-town-library", "et"), adapted_from=thing_of(first)
    )
    translate(grown, "uk")

    for code in ("lv", "et", "fi", "uk"):
        one, two = in_language(first, code), in_language(grown, code)
        assert elsewhere(one) == [two.get_url()]
        assert elsewhere(two) == [one.get_url()]
        assert one.record()["adaptations"] == [two.code]
        assert two.record()["adapted_from"] == one.code


def test_what_readers_cannot_have_is_not_named_as_an_adaptation():
    first = make_guide("Tējas vakars")
    grown = make_guide(
        "Teeõhtu", on=shelf("kardla-town-library", "et"), adapted_from=thing_of(first)
    )

    close(grown)
    assert elsewhere(in_language(first, "lv")) == []
    assert in_language(first, "lv").record()["adaptations"] == []


def test_what_readers_cannot_have_is_not_named_as_the_source():
    first = make_guide("Tējas vakars")
    grown = make_guide(
        "Teeõhtu", on=shelf("kardla-town-library", "et"), adapted_from=thing_of(first)
    )
    assert elsewhere(in_language(grown, "et"))

    first.unpublish()
    assert elsewhere(in_language(grown, "et")) == []


def close(page):
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=Page.objects.get(pk=page.pk), restriction_type="login")
