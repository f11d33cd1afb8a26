"""Killed while a translation is published, a language is a mirror or a translation, never between."""

import json

import pytest
from django.db import connection

from tests.database_copy import a_copy
from tests.plumbing import run_killed

# A process that fills in what the demo left open in Ukrainian and publishes it; it takes its own
# life at some moment. With "look" it only says how things are.
PROCESS = """
import json

from wagtail.models import Locale

from hub.page_tree import tree_problems
from translations import work
from translations.models import TranslationState

locale = Locale.objects.get(language_code="uk")
state = TranslationState.objects.select_related("thing").get(
    locale=locale, thing__titles__lv="Soļi iepriekšējos gadsimtos"
)
if moment != "look":
    job = work.begin(state.thing, locale)
    open_ones = job.segments().filter(translation__isnull=True)
    work.save_strings(job, {one.pk: "Готово" for one in open_ones}, None)
    with connection.execute_wrapper(count):
        work.publish(job, None)
page = Page.objects.get(translation_key=state.thing.translation_key, locale=locale)
state.refresh_from_db()
print(json.dumps({
    "is_mirror": page.alias_of_id is not None,
    "words": page.specific.words_language,
    "title_is_latvian": page.title == "Soļi iepriekšējos gadsimtos",
    "revisions": page.revisions.count(),
    "state": state.state,
    "published": bool(state.source_hash),
    "problems": sum(map(len, tree_problems())),
}))
"""
MIRROR = {
    "is_mirror": True,
    "words": "lv",
    "title_is_latvian": True,
    "revisions": 0,
    "state": "in_progress",
    "published": False,
}
TRANSLATION = {
    "is_mirror": False,
    "words": "uk",
    "title_is_latvian": False,
    "state": "published",
    "published": True,
}


@pytest.fixture
def copied_site(loaded_demo, django_db_blocker, tmp_path):
    with django_db_blocker.unblock():
        connection.close()
        with a_copy(tmp_path) as (url, _connect):
            yield url


def process(url: str, moment: str) -> tuple[int, dict]:
    """How it ended, and what it said at the end."""
    done = run_killed(PROCESS, url, moment)
    return done.returncode, json.loads(done.stdout or "{}")


def test_killed_at_any_moment_of_publishing_it_is_the_mirror_or_the_translation(copied_site):
    for moment in ("12", "45", "80", "120"):
        assert process(copied_site, moment)[0] == -9
        now = process(copied_site, "look")[1]
        assert now.items() >= MIRROR.items(), moment
        assert now["problems"] == 0

    assert process(copied_site, "saved")[0] == -9
    now = process(copied_site, "look")[1]
    assert now.items() >= TRANSLATION.items()
    assert now["problems"] == 0
    # What follows a commit follows with the next publication.
    assert process(copied_site, "never") == (0, {**now, "revisions": now["revisions"] + 1})
