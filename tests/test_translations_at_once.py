"""What several people do to one translation in the same moment, with real commits."""

import contextlib
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from wagtail.signals import page_published

from hub.page_tree import tree_problems
from tests.builders import in_language, locale, make_guide, say, state_of, thing_of
from tests.test_partners_at_once import at_once
from translations import state, work
from translations.models import TranslationState

State = TranslationState.State
PATIENCE_SECONDS = 30


@pytest.fixture
def guide(server, django_db_blocker):
    """A guide in the database of the served hub, gone afterwards."""
    with django_db_blocker.unblock():
        made = make_guide("Vienlaikus", slug="vienlaikus")
        yield made
        type(made).objects.get(pk=made.pk).delete()
        connection.close()


def test_the_first_words_of_a_string_saved_by_many_at_once_count_once(guide):
    job = work.begin(thing_of(guide), locale("da"))
    title = job.segments().get(context__path="title")

    at_once(4, lambda: work.save_string(job, title, "På én gang", None))

    row = state_of(guide, "da")
    assert (row.done, row.words_done) == (1, 1)
    assert state.verify() == 0


def test_many_who_save_different_strings_at_once_lose_none(guide):
    job = work.begin(thing_of(guide), locale("da"))
    segments = list(job.segments())
    waiting = [{one.pk: say(one)} for one in segments]

    at_once(len(segments), lambda: work.save_strings(job, waiting.pop(), None))

    row = state_of(guide, "da")
    assert (row.done, row.percent) == (row.total, 100)
    assert state.verify() == 0


def test_the_original_and_its_translation_published_in_the_same_moment(guide):
    job = work.begin(thing_of(guide), locale("da"))
    work.save_strings(job, {one.pk: say(one) for one in job.segments()}, None)
    half_way, go_on = threading.Event(), threading.Event()

    def wait(sender, instance, **kwargs):
        if instance.pk == guide.pk:
            half_way.set()
            go_on.wait(PATIENCE_SECONDS)

    def change_the_original():
        page = type(guide).objects.get(pk=guide.pk)
        page.title = "Vienlaikus un citādi"
        page.save_revision().publish()
        connection.close()

    def publish_the_translation():
        with contextlib.suppress(ValidationError):
            work.publish(job, None)
        connection.close()

    first = threading.Thread(target=change_the_original)
    second = threading.Thread(target=publish_the_translation)
    page_published.connect(wait)
    try:
        first.start()
        assert half_way.wait(PATIENCE_SECONDS)
        second.start()
        # The translation waits for the original, or it would be overwritten as a mirror.
        second.join(1)
        assert second.is_alive()
    finally:
        go_on.set()
        page_published.disconnect(wait)
        first.join()
        second.join()

    page, row = in_language(guide, "da"), state_of(guide, "da")
    # The title changed before the translation was looked at: it lacked words then, and waits.
    assert page.alias_of_id == guide.pk
    assert page.title == "Vienlaikus un citādi"
    assert (row.state, row.source_hash) == (State.IN_PROGRESS, "")
    assert not any(tree_problems())
