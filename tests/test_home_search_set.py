"""The search set on the demo, with a large site's words beside it."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from home.bulk import Bulk
from home.search_set import search_set
from hub import document_text
from hub.languages import LANGUAGES
from resources.models import ResourceFile


@pytest.fixture
def read_files(demo):
    for document in document_text.unread().filter(
        pk__in=ResourceFile.objects.values("document_id")
    ):
        document_text.read(document)


def test_the_set_asks_enough_in_every_language():
    asked = Counter((one.language, one.how) for one in search_set())

    for language in LANGUAGES:
        least = {"inflected": 4, "folded": 2, "mistaken": 2, "inside": 2}
        assert all(asked[language.code, how] >= number for how, number in least.items())
    assert asked.total() >= 90


def test_no_word_is_found_because_it_stands_there_as_it_was_typed(read_files):
    literal = {
        one.typed: words
        for one in search_set()
        if one.how != "inside" and (words := one.words_as_typed())
    }

    assert literal == {}


def test_nineteen_of_twenty_queries_find_their_page_among_the_first_three(read_files):
    Bulk().run(60, 0, 0)
    asked = search_set()

    missed = [one for one in asked if not one.is_found()]

    assert len(missed) <= len(asked) // 20, missed


def test_the_score_is_printed_only_beside_a_large_site(demo):
    with pytest.raises(CommandError, match="make_bulk --resources 10000"):
        call_command("search_score")
