"""The large made-up site is as sound as one that people wrote."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from home import bench_search
from home.bulk import Bulk
from hub import search
from hub.models import SearchEntry, SearchPlace, SearchWord, Thing
from hub.page_tree import tree_problems
from resources import catalogue_rows
from resources.models import CatalogueRow, ResourceFile, ResourcePage
from translations import mirrors, state
from translations.models import TranslationState


@pytest.fixture
def bulk(demo):
    """Ids of the pages of 14 made-up things."""
    before = set(Page.objects.values_list("pk", flat=True))
    Bulk(seed=3).run(resources=8, events=3, services=3)
    return Page.objects.exclude(pk__in=before)


def test_the_tree_is_sound_and_nothing_is_left_to_repair(bulk):
    assert bulk.count() == 14 * 6
    assert not any(tree_problems())
    assert mirrors.repair() == {"removed": 0, "moved": 0, "made": 0}
    assert state.repair() == 0


def test_some_things_are_translated_and_the_rest_are_mirrors_of_their_original(bulk):
    pages = list(bulk.specific())
    own = [page for page in pages if not page.is_mirror]

    assert 14 < len(own) < len(pages)
    assert len({page.words_language for page in own}) > 2
    for page in pages:
        assert page.is_mirror == bool(page.alias_of_id)
        assert page.thing.titles[page.words_language] == page.title
        if page.is_mirror:
            assert page.alias_of.specific.is_original
            assert page.body == page.alias_of.specific.body


def test_a_state_matches_what_publishing_would_measure(bulk):
    before = list(TranslationState.objects.order_by("pk").values("pk", "state", "total", "words"))
    for page in bulk.filter(alias_of=None).specific():
        if page.is_original:
            state.measure(page)

    assert before == list(
        TranslationState.objects.order_by("pk").values("pk", "state", "total", "words")
    )


def test_its_search_rows_are_those_that_publishing_would_write(bulk):
    keys = set(bulk.values_list("translation_key", flat=True))
    entries = SearchEntry.objects.filter(translation_key__in=keys).order_by("pk")
    places = SearchPlace.objects.filter(page__in=bulk).order_by("pk")
    before = list(entries.values()), list(places.values())
    words = SearchWord.objects.count()

    # Without a word of what they were made of, they are made anew.
    entries.update(made_of="")
    search.update(keys, set())

    assert (list(entries.values()), list(places.values())) == before
    assert SearchWord.objects.count() == words
    assert len(before[1]) == 14 * 6
    some = entries[0]
    found = search.find_ids(some.title, some.language)
    assert found[0] == places.get(entry=some, is_mirror=False).pk


def test_its_rows_in_the_catalogue_are_those_that_publishing_would_write(bulk):
    assert CatalogueRow.objects.filter(page__in=bulk).count() == 8 * 6
    assert catalogue_rows.write_all() == 0


def test_files_and_words_stand_on_mirrors_as_on_their_originals(bulk):
    for mirror in ResourcePage.objects.filter(pk__in=bulk).exclude(alias_of=None):
        original = ResourcePage.objects.get(pk=mirror.alias_of_id)
        assert mirror.topics.exists()
        assert set(mirror.topics.all()) == set(original.topics.all())
        assert list(mirror.files.values_list("number", "translation_key", "title")) == list(
            original.files.values_list("number", "translation_key", "title")
        )
    for row in ResourceFile.objects.filter(page__in=bulk, page__alias_of=None):
        assert (
            row.number
            <= Thing.objects.get(translation_key=row.page.translation_key).last_file_number
        )


def test_a_person_can_publish_and_unpublish_what_was_made(bulk):
    page = next(page for page in bulk.filter(alias_of=None).specific() if page.is_original)

    page.title = "Anew"
    page.save_revision().publish()
    counterparts = Page.objects.filter(alias_of=page.pk)
    assert set(counterparts.values_list("title", flat=True)) <= {"Anew"}

    page.unpublish()
    assert not counterparts.filter(live=True).exists()
    assert not any(tree_problems())


def test_made_up_content_stays_out_of_a_real_site(demo, settings):
    settings.HUB_DEMO = False

    with pytest.raises(CommandError):
        call_command("make_bulk", resources=1)


def test_a_word_is_found_by_the_index_and_no_table_is_read_whole(bulk):
    assert bench_search.goes_by_index("bibliotēka", "lv")
    assert bench_search.goes_by_index("stāsts valoda", "lv")


def test_the_bench_asks_wagtails_search_for_the_same_word_and_leaves_nothing_behind(bulk):
    entries = IndexEntry.objects.count()

    cost = bench_search.measure_search("lv")

    assert cost.by_index
    assert cost.hits > 0
    assert cost.their_hits > 0
    assert cost.queries <= 6
    assert IndexEntry.objects.count() == entries


@pytest.fixture
def kept_connection():
    """A request through the whole stack would close the connection, and the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_bench_measures_every_page_type_and_leaves_the_pages_as_they_were(
    bulk, kept_connection
):
    pages = Page.objects.order_by("pk")
    before = list(pages.values("pk", "path", "title", "latest_revision", "last_published_at"))
    said = StringIO()

    call_command("bench", rounds=1, partners=1, stdout=said)

    lines = {line.split("  ")[0] for line in said.getvalue().splitlines()}
    assert lines >= {"home", "catalogue", "calendar", "circle", "partners", "shelf (events)"}
    assert lines >= {"methodguide", "event", "service", "practicestory", "event (mirror)"}
    assert "a new partner: " in said.getvalue()
    assert lines >= {"a method guide, changed", "a method guide, for the first time"}
    after = list(pages.values("pk", "path", "title", "latest_revision", "last_published_at"))
    assert after == before
