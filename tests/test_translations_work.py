"""From mirror to translation at the same address, and what happens when the original changes."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import Revision

from hub.page_tree import tree_problems
from hub.search import find
from partners.models import ShelfPage
from resources.models import MethodGuidePage
from tests.builders import (
    STEP,
    in_language,
    locale,
    make_guide,
    make_reviewer,
    shelf,
    state_of,
    thing_of,
    translate,
)
from translations import work
from translations.models import TranslationState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
State = TranslationState.State


@pytest.fixture(autouse=True)
def sound_tree(db):
    yield
    assert not any(tree_problems())


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def test_while_a_translation_is_half_done_the_mirror_is_still_a_mirror(client):
    guide = make_guide("Tējas vakars")

    translate(guide, "uk", publish=False, but=2)
    guide.title = "Lielais tējas vakars"
    guide.save_revision().publish()

    page = in_language(guide, "uk")
    assert (page.alias_of_id, page.title, page.is_mirror) == (
        guide.pk,
        "Lielais tējas vakars",
        True,
    )
    html = client.get(page.get_url()).content.decode()
    assert "Щ" not in html
    assert f'rel="canonical" href="http://127.0.0.1:8000{guide.get_url()}"' in html


def test_the_first_publication_makes_the_mirror_a_translation_at_the_same_address(client):
    guide = make_guide("Tējas vakars")
    before = in_language(guide, "uk")

    translate(guide, "uk", user=make_reviewer())

    after = in_language(guide, "uk")
    assert (after.pk, after.get_url()) == (before.pk, before.get_url())
    assert (after.alias_of_id, after.title, after.live) == (None, "Щ Tējas vakars", True)
    assert (after.words_language, after.is_mirror) == ("uk", False)
    assert after.steps[0].value["title"] == "Щ Atver durvis"
    assert 'href="https://example.org/"' in str(after.body[0].value.source)
    html = client.get(after.get_url()).content.decode()
    assert f'rel="canonical" href="http://127.0.0.1:8000{after.get_url()}"' in html
    assert 'hreflang="uk"' in html
    hit = next(hit for hit in find("Щ Tējas vakars", "uk").hits if hit.page_id == after.pk)
    assert (hit.lang, hit.is_mirror) == ("uk", False)
    state = state_of(guide, "uk")
    assert (state.state, state.done, state.percent) == (State.PUBLISHED, state.total, 100)
    assert in_language(guide, "et").alias_of_id == guide.pk


def test_a_later_publication_changes_the_page_and_not_before():
    guide = make_guide()
    job = translate(guide, "uk")
    title = next(one for one in job.segments() if one.context.path == "title")

    work.save_string(job, title, "Вечір чаю", None)
    assert in_language(guide, "uk").title == "Щ Tējas vakars"
    assert state_of(guide, "uk").state == State.IN_PROGRESS

    work.publish(job, None)
    assert in_language(guide, "uk").title == "Вечір чаю"
    assert in_language(guide, "uk").words_language == "uk"
    assert state_of(guide, "uk").state == State.PUBLISHED


def test_publishing_wants_words_for_every_part():
    guide = make_guide()
    job = translate(guide, "uk", publish=False, but=1)

    with pytest.raises(ValidationError):
        work.publish(job, None)

    assert in_language(guide, "uk").alias_of_id == guide.pk


def test_killed_in_the_middle_of_publishing_it_is_still_the_mirror(monkeypatch):
    guide = make_guide("Tējas vakars")
    job = translate(guide, "uk", publish=False)

    def killed(self, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Revision, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        work.publish(job, None)
    monkeypatch.undo()

    page = in_language(guide, "uk")
    assert (page.alias_of_id, page.title, page.words_language) == (guide.pk, "Tējas vakars", "lv")
    assert not page.revisions.exists()
    assert state_of(guide, "uk").state == State.IN_PROGRESS


def test_a_changed_source_puts_translations_out_of_date_and_leaves_their_text():
    guide = make_guide("Tējas vakars")
    translate(guide, "uk")

    guide = fresh(guide)
    guide.title = "Kafijas vakars"
    guide.save_revision().publish()

    assert state_of(guide, "uk").state == State.OUTDATED
    assert state_of(guide, "uk").done == state_of(guide, "uk").total - 1
    assert state_of(guide, "et").state == State.NOT_STARTED
    assert in_language(guide, "uk").title == "Щ Tējas vakars"
    assert in_language(guide, "et").title == "Kafijas vakars"

    guide = fresh(guide)
    guide.title = "Tējas vakars"
    guide.save_revision().publish()
    assert state_of(guide, "uk").state == State.PUBLISHED


def test_publishing_the_original_again_without_a_change_puts_nothing_out_of_date():
    guide = make_guide()
    translate(guide, "uk")

    fresh(guide).save_revision().publish()

    assert state_of(guide, "uk").state == State.PUBLISHED


def test_what_changes_under_review_is_no_longer_ready():
    guide = make_guide()
    job = translate(guide, "uk", publish=False)
    work.mark_ready(job)
    assert state_of(guide, "uk").state == State.READY

    guide.aim = "Cits mērķis."
    guide.save_revision().publish()

    assert state_of(guide, "uk").state == State.IN_PROGRESS


def test_unpublishing_the_original_ends_reviews():
    guide = make_guide()
    work.mark_ready(translate(guide, "uk", publish=False))

    fresh(guide).unpublish()

    assert state_of(guide, "uk").state == State.IN_PROGRESS


def test_facts_reach_translations_at_once_and_words_do_not():
    guide = make_guide("Tējas vakars", minutes=30)
    translate(guide, "uk")

    guide = fresh(guide)
    guide.minutes, guide.title = 90, "Kafijas vakars"
    guide.save_revision().publish()

    page = in_language(guide, "uk")
    assert (page.minutes, page.title, page.words_language) == (90, "Щ Tējas vakars", "uk")


def test_a_shelf_shows_the_originals_words_of_now_until_it_is_translated():
    page = shelf("kardla-town-library", "et")
    translate(page, "uk")
    work_page = in_language(page, "uk")
    assert (work_page.is_mirror, work_page.title) == (False, f"Щ {page.title}")
    # One language as it was before anybody translated it.
    stand_in = ShelfPage.objects.get(pk=in_language(page, "fi").pk)
    stand_in.words_language = "et"
    stand_in.save_revision().publish()

    page.title = "Uus riiul"
    page.save_revision().publish()

    assert (in_language(page, "fi").title, in_language(page, "fi").words_language) == (
        "Uus riiul",
        "et",
    )
    assert in_language(page, "uk").title.startswith("Щ")


def test_turned_back_into_a_mirror_it_shows_the_original_and_keeps_the_words():
    guide = make_guide("Tējas vakars")
    translate(guide, "uk")
    address = in_language(guide, "uk").get_url()

    work.turn_back(thing_of(guide), locale("uk"))

    page = in_language(guide, "uk")
    assert (page.get_url(), page.alias_of_id, page.title) == (address, guide.pk, "Tējas vakars")
    state = state_of(guide, "uk")
    assert (state.state, state.done, state.source_hash) == (State.IN_PROGRESS, state.total, "")

    work.publish(work.begin(thing_of(guide), locale("uk")), None)
    assert in_language(guide, "uk").title == "Щ Tējas vakars"


def test_the_original_is_nobodys_translation():
    guide = make_guide()

    with pytest.raises(PermissionDenied):
        work.begin(thing_of(guide), locale("lv"))
    with pytest.raises(PermissionDenied):
        work.turn_back(thing_of(guide), locale("lv"))


def test_what_is_not_public_is_not_translated():
    with pytest.raises(ValidationError):
        work.begin(thing_of(make_guide(publish=False)), locale("uk"))


def test_words_keep_the_links_and_marks_of_the_source():
    guide = make_guide()
    job = work.begin(thing_of(guide), locale("uk"))
    linked = next(one for one in job.segments() if work.has_marks(one))

    for wrong in (
        "Читай це.",
        'Читай <a id="a2">це</a>.',
        'Читай <a id="a1">це</a><script>alert(1)</script>.',
        'Читай <a id="a1" href="https://evil.example/">це</a>.',
        'Читай <i>це</i> <a id="a1">тут</a>',
    ):
        with pytest.raises(ValidationError):
            work.save_string(job, linked, wrong, None)

    work.save_string(job, linked, 'Читай <a id="a1">це</a>.', None)
    assert state_of(guide, "uk").done == 1


def test_plain_words_stay_plain_whatever_they_hold():
    guide = make_guide()
    job = translate(guide, "uk", publish=False)
    title = next(one for one in job.segments() if one.context.path == "title")

    work.save_string(job, title, " <b>Чай</b> & «мова»\r\nтут ", None)
    work.publish(job, None)

    assert in_language(guide, "uk").title == "<b>Чай</b> & «мова» тут"


def test_words_that_do_not_fit_their_place_are_refused():
    guide = make_guide()
    job = work.begin(thing_of(guide), locale("uk"))
    by_path = {one.context.field_path: one for one in job.segments()}

    for path, most in (("title", 255), ("summary", 300), ("steps.step.title", 120)):
        work.save_string(job, by_path[path], "щ" * most, None)
        with pytest.raises(ValidationError):
            work.save_string(job, by_path[path], "щ" * (most + 1), None)


def test_the_preview_shows_the_words_and_writes_nothing():
    guide = make_guide("Tējas vakars")
    job = translate(guide, "uk", publish=False, but=3)
    title = next(one for one in job.segments() if one.context.path == "title")

    page = work.preview_with(job, {title.pk: "Вечір"}, None)

    assert (page.title, page.words_language) == ("Вечір", "uk")
    assert in_language(guide, "uk").title == "Tējas vakars"
    assert work.preview(job).title == "Щ Tējas vakars"


def test_a_step_added_to_the_original_waits_for_words_alone():
    guide = make_guide()
    job = translate(guide, "uk")
    before = state_of(guide, "uk").total

    guide = fresh(guide)
    guide.steps.append(("step", {**STEP, "title": "Otrais"}))
    guide.save_revision().publish()

    state = state_of(guide, "uk")
    assert (state.done, state.total) == (before, before + 2)
    assert len(in_language(guide, "uk").steps) == 1
    assert [one.string.data for one in job.segments() if one.translation is None] == [
        "Otrais",
        "Sasveicinies ar katru.",
    ]
    assert MethodGuidePage.objects.filter(translation_key=guide.translation_key).count() == 6
