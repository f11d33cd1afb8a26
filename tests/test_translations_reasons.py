"""The order of the desk's list, why each thing stands there, and what its filters leave."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from events.models import EventPage
from home import bench_desk_lists
from partners.models import Partner
from tests.builders import (
    locale,
    make_coordinator,
    make_guide,
    make_reviewer,
    make_translator,
    make_user,
    shelf,
    state_of,
    thing_of,
    translate,
)
from translations import work
from translations.desk import claims, wishes
from translations.models import TranslationState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture(autouse=True)
def quiet_ground():
    """What the demo has waits for nobody."""
    TranslationState.objects.update(state="published", met=0)


def make_event(title, in_days, slug) -> EventPage:
    starts = timezone.now() + timedelta(days=in_days, minutes=5)
    event = EventPage(
        title=title,
        slug=slug,
        locale=locale("lv"),
        event_kind="workshop",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        live=False,
    )
    shelf(section="events").add_child(instance=event)
    event.save_revision().publish()
    return event


def state(page, **changes) -> None:
    TranslationState.objects.filter(pk=state_of(page, "uk").pk).update(**changes)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def titles(client, **query) -> list[str]:
    html = client.get("/admin/desk/", query).content.decode()
    return [unescape(one) for one in re.findall(r'desk-list__title"[^>]*>(.*?)<', html)]


def badges(client, title: str) -> list[str]:
    html = client.get("/admin/desk/").content.decode()
    row = next(one for one in html.split("<tr>") if f">{title}</span>" in one)
    return [unescape(one) for one in re.findall(r'class="desk-badge [^"]*">(.*?)<', row)]


@pytest.fixture
def everything():
    """One thing for each reason, by its name, made in no order at all."""
    pages = {
        name: make_guide(name, slug=name)
        for name in ("rest", "met", "taken", "nearly", "asked", "begun", "ready", "back", "changed")
    }
    pages["near"] = make_event("near", 6, "near")
    pages["far"] = make_event("far", 40, "far")
    state(pages["met"], met=21)
    state(
        pages["nearly"],
        state="in_progress",
        done=1,
        words_done=state_of(pages["nearly"], "uk").words - 1,
    )
    translate(pages["begun"], "uk", publish=False, but=5)
    work.mark_ready(translate(pages["ready"], "uk", publish=False))
    job = translate(pages["back"], "uk", publish=False)
    work.mark_ready(job)
    work.send_back(job, "Vēlreiz, lūdzu.")
    translate(pages["changed"], "uk")
    pages["changed"].body = [("text", "<p>Pavisam cits teksts.</p>")]
    pages["changed"].save_revision().publish()
    kardla = make_user("kardla", groups=[Partner.objects.get(slug="kardla-town-library").authors])
    wishes.wish(thing_of(pages["asked"]), locale("uk"), kardla)
    translate(pages["taken"], "uk", publish=False, but=1)
    claims.take(state_of(pages["taken"], "uk"), make_reviewer("uk"), timezone.localdate())
    return pages


def test_a_translator_finds_the_most_pressing_first_and_what_others_do_last(everything):
    order = titles(signed_in(make_translator("uk")))

    assert set(order[:2]) == {"changed", "back"}
    assert order[2:7] == ["near", "asked", "nearly", "met", "begun"]
    assert set(order[7:9]) == {"rest", "far"}
    assert order[9:] == ["ready", "taken"]


def test_a_reviewer_finds_what_waits_for_review_before_new_work(everything):
    reviewer = make_translator("uk", "reviewer", username="second")

    assert titles(signed_in(reviewer))[2:4] == ["ready", "near"]
    assert titles(signed_in(make_coordinator()), language="uk")[2:4] == ["ready", "near"]


def test_each_row_says_why_now(everything):
    client = signed_in(make_translator("uk"))

    assert badges(client, "changed") == ["1 paragraph changed"]
    assert badges(client, "back") == ["Sent back"]
    assert badges(client, "near") == ["Not started", "Event in 6 days"]
    assert badges(client, "far") == ["Not started", "The event is coming"]
    asked = Partner.objects.get(slug="kardla-town-library").name
    assert badges(client, "asked") == ["Not started", f"Asked for by {asked}"]
    assert badges(client, "nearly") == ["In progress", "Nearly done"]
    assert badges(client, "met") == [
        "Not started",
        "21 readers met the text in this language: Latvian",
    ]


def test_a_thing_published_in_part_says_so():
    guide = make_guide("Pa daļai")
    work.publish(translate(guide, "uk", publish=False, but=2), None, partly=True)

    assert "Published in part" in badges(signed_in(make_translator("uk")), "Pa daļai")


def test_the_list_is_filtered_by_kind_shelf_and_state_and_each_filter_is_an_address(everything):
    make_guide("Kärdlas", on=shelf("kardla-town-library", "et"), slug="kardlas")
    work.stop(thing_of(everything["rest"]), locale("uk"))
    client = signed_in(make_translator("uk"))
    kardla = Partner.objects.get(slug="kardla-town-library").pk

    assert titles(client, kind="event") == ["near", "far"]
    assert titles(client, partner=kardla) == ["Kärdlas"]
    assert titles(client, state="stopped") == ["rest"]
    published = titles(client, state="published", kind="guide", partner=kardla)
    assert published
    assert "Kärdlas" not in published
    assert "rest" not in titles(client)
    assert "near" in titles(
        client, kind="nonsense", partner="9" * 5000, state="\0", page="x", mine="x", language="\0"
    )


def test_a_filter_that_leaves_nothing_says_so_and_counts_no_pages(everything):
    html = signed_in(make_translator("uk")).get("/admin/desk/?mine=1").content.decode()

    assert "Nothing fits all of this at once." in html
    assert "desk-pages" not in html


def test_the_cards_sum_up_my_language():
    guide, met = make_guide("Viens"), make_guide("Divi", slug="divi")
    translate(guide, "uk", publish=False, but=2)
    TranslationState.objects.filter(thing=thing_of(met)).update(met=7)
    TranslationState.objects.filter(thing=thing_of(guide)).update(met=4)

    cards = signed_in(make_translator("uk")).get("/admin/desk/").context["cards"]

    assert (cards.not_started, cards.met, cards.listed) == (1, 11, 2)
    assert 0 < cards.percent < 100


def test_the_bench_measures_the_lists_and_leaves_nothing_behind(monkeypatch):
    before = TranslationState.objects.count()
    things = TranslationState.objects.values("thing").distinct().count()
    monkeypatch.setattr(bench_desk_lists, "FEW", things + 6)
    monkeypatch.setattr(bench_desk_lists, "MANY", things + 12)
    monkeypatch.setattr(bench_desk_lists, "ROUNDS", 1)

    found = bench_desk_lists.measure_desk(lambda line: None)

    assert {one.name for one in found} == set(bench_desk_lists.ADDRESSES)
    assert max(one.queries_many for one in found) <= 15
    assert all(one.ratio > 0 for one in found)
    assert TranslationState.objects.count() == before
