"""What the demo shows beside its texts: kits on the front page, evenings to come, life at the desk."""

import re
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.blocks import StructBlockValidationError
from wagtail.models import Page

from events.models import EventPage
from home.blocks import ShortcutBlock
from home.content_files import read_kind
from home.demo import as_first_published
from home.markdown_blocks import ContentError
from hub.languages import LANGUAGES
from hub.models import Thing
from resources.models import KitPage, PracticeStoryPage
from tests.builders import locale, thing_of
from translations.models import TranslationState

pytestmark = pytest.mark.usefixtures("demo")

State = TranslationState.State
KITS = ["start-here", "forty-five-minutes", "for-volunteers", "caring-for-yourself-kit"]

each_language = pytest.mark.parametrize("code", [language.code for language in LANGUAGES])


def state(slug: str, code: str) -> TranslationState:
    thing = thing_of(PracticeStoryPage.objects.filter(slug=slug, alias_of=None).first())
    return thing.states.get(locale=locale(code))


def page(slug: str, code: str) -> Page:
    return Page.objects.get(slug=slug, locale=locale(code)).specific


# --- front page -----------------------------------------------------------------------------------


@each_language
def test_four_kits_stand_on_the_front_page_in_every_language(code):
    front = Client().get(f"/{code}/").content.decode()

    row = front[front.index('class="shortcuts"') :]
    links = re.findall(r'href="([^"]+)"[^>]*>([^<]+)', row[: row.index("</ul>")])
    kits = [link for link, _words in links if "?" not in link]
    assert [link.split("/")[-2] for link in kits] == KITS
    for link in kits:
        assert Client().get(link).status_code == 200
    titles = KitPage.objects.filter(locale=locale(code)).values_list("title", flat=True)
    assert {words for link, words in links if link in kits} == set(titles)


@each_language
def test_the_front_page_is_light(code):
    answer = Client().get(f"/{code}/", headers={"accept-encoding": "br"})

    assert len(answer.content) <= 8000


def test_a_kit_that_was_taken_back_leaves_the_front_page():
    page("for-volunteers", "fi").unpublish()

    front = Client().get("/fi/").content.decode()

    assert "/for-volunteers/" not in front
    assert "/start-here/" in front


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"query": ""}, "query"),
        ({"kit": "kit", "query": "?kind=kit"}, "query"),
        ({"kit": "story", "query": ""}, "kit"),
    ],
    ids=["neither", "both", "no kit"],
)
def test_a_shortcut_leads_to_a_kit_or_to_a_filter(value, field):
    block = ShortcutBlock()
    value = {"label": "For volunteers", "kit": None, **value}
    if value["kit"]:
        value["kit"] = Thing.objects.filter(kind=value["kit"]).first()

    with pytest.raises(StructBlockValidationError) as raised:
        block.clean(block.to_python(block.get_prep_value(value)))

    assert list(raised.value.block_errors) == [field]
    assert isinstance(raised.value.block_errors[field], ValidationError)


# --- events ---------------------------------------------------------------------------------------


def test_a_story_evening_and_a_language_cafe_go_on_into_the_coming_months():
    for slug, kind in (
        ("story-evening-monthly", "monthly-weekday"),
        ("language-cafe-weekly", "weekly"),
    ):
        event = page(slug, "en")
        assert event.repeats == kind
        assert event.starts_at > timezone.now()
        assert (event.repeats_until - timezone.localdate()).days > 90
        assert "(example date)" in event.title


def test_past_meetings_have_the_programme_of_a_method_without_hours_or_names():
    events = EventPage.objects.filter(locale=locale("lv"), ends_at__lt=timezone.now())
    rows = [block["value"] for event in events for block in event.programme.raw_data]

    assert len(events) >= 7
    assert all(event.programme for event in events)
    assert not any(row.get("starts") or row.get("ends") or row.get("speakers") for row in rows)


@pytest.mark.parametrize(
    "item", [one for one in read_kind("events") if "programme_hours" not in one.facts], ids=str
)
def test_a_past_meeting_names_the_thing_its_programme_comes_from(item):
    assert len(item.facts["materials"]) >= 2


# --- the desk -------------------------------------------------------------------------------------


def test_the_desk_has_something_for_everybody():
    found = Counter(TranslationState.objects.values_list("state", flat=True))

    for one in (State.NOT_STARTED, State.IN_PROGRESS, State.READY, State.OUTDATED):
        assert found[one], one
    assert found[State.PUBLISHED] > found.total() / 3
    mirrors = Page.objects.exclude(alias_of=None).values_list("locale__language_code", flat=True)
    # Everything here has been said in English.
    assert set(mirrors) == {language.code for language in LANGUAGES} - {"en"}


def test_one_translation_is_older_than_its_original_at_one_place():
    old = state("learning-to-converse", "lv")

    assert old.state == State.OUTDATED
    assert (old.done, len(old.older_places)) == (old.total - 1, 1)
    shown = page("learning-to-converse", "lv")
    assert shown.live
    assert shown.words_language == "lv"
    assert state("learning-to-converse", "en").state == State.PUBLISHED


def test_one_translation_waits_for_a_reviewer_and_is_still_a_mirror():
    waiting = state("the-other-end", "da")

    assert waiting.state == State.READY
    assert waiting.done == waiting.total
    assert page("the-other-end", "da").words_language == "lv"


def test_the_sentence_that_came_later_must_stand_in_the_original():
    item = next(one for one in read_kind("stories") if one.slug == "learning-to-converse")
    item.facts["added_since"] = "Nobody wrote this."

    with pytest.raises(ContentError, match="Nobody wrote this"):
        as_first_published(item)
