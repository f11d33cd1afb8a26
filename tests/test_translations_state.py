"""The state is true: figures that follow each string, what the source's change does, what readers learn."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail_localize.models import StringTranslation

from tests.builders import (
    STEP,
    in_language,
    locale,
    make_guide,
    make_reviewer,
    make_translator,
    say,
    state_of,
    thing_of,
    translate,
)
from translations import former, state, work
from translations.models import LanguageRole, TranslationState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
State = TranslationState.State
LONG = "<p>Pie durvīm sasveicinies ar katru viesi un vispirms pasaki savu vārdu.</p>"


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def change(page, small=False, **fields):
    """Publish the original with these fields anew; `small`: with the author's tick."""
    page = fresh(page)
    for name, value in fields.items():
        setattr(page, name, value)
    page.is_small_change = small
    page.save_revision().publish()
    return page


def segment_of(job, path="title"):
    return job.segments().get(context__path=path)


def figures(row) -> tuple:
    return row.done, row.machine, row.words_done


def open_texts(job) -> list[str]:
    return [one.string.data for one in job.segments() if one.translation is None]


# --- figures ----------------------------------------------------------------------------------


def test_each_saved_string_moves_the_figures_and_a_count_finds_them_equal():
    guide = make_guide("Tējas vakars", body=[("text", "<p>Viens divi.</p><p>Viens divi.</p>")])
    job = work.begin(thing_of(guide), locale("uk"))
    title, twice = segment_of(job), job.segments().filter(context__path__startswith="body")

    work.save_string(job, title, "Вечір чаю", None)
    assert figures(state_of(guide, "uk")) == (1, 0, 2)
    # One text that stands at its place twice is two strings.
    work.save_string(job, twice.first(), "Один два.", None)
    assert figures(state_of(guide, "uk")) == (3, 0, 6)
    work.save_string(job, title, "Вечір із чаєм", None)
    assert figures(state_of(guide, "uk")) == (3, 0, 6)
    work.save_string(job, title, "", None)
    assert figures(state_of(guide, "uk")) == (2, 0, 4)
    assert state.verify() == 0
    assert work.save_html(job, {title.pk: "Чайний вечір"}, machine="Robot") == 1
    assert figures(state_of(guide, "uk")) == (3, 1, 6)
    assert state.verify() == 0
    assert work.confirm(job, [title.pk], None) == 1
    assert figures(state_of(guide, "uk")) == (3, 0, 6)

    before = figures(state_of(guide, "uk"))
    state.recount(job.thing, job.locale)
    assert figures(state_of(guide, "uk")) == before
    assert state.verify() == 0


def test_a_wrong_figure_is_found_by_one_count_and_mended():
    guide = make_guide()
    translate(guide, "uk", publish=False, but=1)
    right = figures(state_of(guide, "uk"))
    TranslationState.objects.filter(pk=state_of(guide, "uk").pk).update(done=99)

    with CaptureQueriesContext(connection) as asked:
        assert state.verify() == 1

    assert len([one for one in asked if "GROUP BY" in one["sql"]]) == 1
    assert figures(state_of(guide, "uk")) == right
    with CaptureQueriesContext(connection) as again:
        assert state.verify() == 0
    assert len(again) == 2


def test_the_demo_itself_is_counted_right():
    assert state.verify() == 0


def test_saving_costs_the_same_for_few_strings_as_for_many():
    few = make_guide("Īss", slug="iss")
    many = make_guide(body=[("text", "".join(f"<p>Teikums {n}.</p>" for n in range(300)))])
    costs = []
    for guide in (few, many):
        job = work.begin(thing_of(guide), locale("uk"))
        summary = segment_of(job, "summary")
        with CaptureQueriesContext(connection) as saved:
            work.save_strings(job, {summary.pk: "Вечір із чаєм і розмовами."}, None)
        costs.append(len(saved))

    assert costs[0] == costs[1] <= 8


def test_words_of_a_machine_go_only_where_none_are_and_only_when_they_fit():
    guide = make_guide()
    job = work.begin(thing_of(guide), locale("uk"))
    title, linked = segment_of(job), next(one for one in job.segments() if work.has_marks(one))
    work.save_string(job, title, "Людські слова", None)

    kept = work.save_html(
        job, {title.pk: "Robot", linked.pk: "Читай <b>це</b>"}, machine="LibreTranslate"
    )

    assert kept == 0
    assert segment_of(job).translation == "Людські слова"
    assert state_of(guide, "uk").machine == 0


def test_kept_as_in_the_source_counts_as_done_and_says_so():
    guide = make_guide("Kopā tālāk")
    job = work.begin(thing_of(guide), locale("uk"))

    work.keep_source(job, segment_of(job), None)

    kept = segment_of(job)
    assert (kept.translation, kept.tool_name) == ("Kopā tālāk", work.KEPT)
    assert state_of(guide, "uk").done == 1


# --- the source changes -----------------------------------------------------------------------


def test_a_change_is_known_at_once_the_page_stays_and_the_former_words_are_offered(client):
    guide = make_guide("Tējas vakars")
    job = translate(guide, "uk")
    address = in_language(guide, "uk").get_url()

    change(guide, title="Tējas vakari")

    row = state_of(guide, "uk")
    assert (row.state, row.done) == (State.OUTDATED, row.total - 1)
    assert row.source_changed_at is not None
    html = client.get(address).content.decode()
    assert "Щ Tējas vakars</h1>" in html
    assert 'class="mirror-bar mirror-bar--stacked"' in html
    missing = [one for one in job.segments() if one.translation is None]
    offered = former.former_of(job.locale, list(job.segments()))
    assert set(offered) == {missing[0].pk}
    words = offered[missing[0].pk]
    assert (words.source_html, words.target_html) == ("Tējas vakars", "Щ Tējas vakars")
    assert words.likeness > 0.9


def test_former_words_find_their_paragraph_among_others():
    texts = ["Atver durvis un logus.", "Uzvāri tēju astoņiem cilvēkiem.", "Saskaiti krēslus."]
    guide = make_guide(body=[("text", "".join(f"<p>{text}</p>" for text in texts))])
    job = translate(guide, "uk")
    body = guide.body.raw_data[0]
    new = ["Uzvāri tēju desmit cilvēkiem.", "Saskaiti krēslus.", "Pavisam cits teksts par dzeju."]

    change(guide, body=[{**body, "value": "".join(f"<p>{text}</p>" for text in new)}])

    segments = list(job.segments())
    offered = former.former_of(job.locale, segments)
    by_text = {one.string.data: offered.get(one.pk) for one in segments if one.translation is None}
    assert by_text[new[0]].target_html == f"Щ {texts[1]}"
    assert by_text[new[2]] is None
    assert new[1] not in by_text


def test_the_first_look_at_former_words_is_one_query_and_none_when_nothing_is_missing():
    guide = make_guide()
    job = translate(guide, "uk")
    with CaptureQueriesContext(connection) as none:
        segments = list(job.segments())
        former.former_of(job.locale, segments)
    assert len(none) == 1

    change(guide, title="Cits", summary="Pavisam cits.")

    with CaptureQueriesContext(connection) as one:
        segments = list(job.segments())
        assert len(former.former_of(job.locale, segments)) == 2
    assert len(one) == 2


def test_a_small_change_leaves_translations_as_they_are(client):
    guide = make_guide("Tējas vakras", body=[("text", LONG)])
    translate(guide, "uk")
    translate(guide, "et", publish=False, but=1)
    before = client.get(in_language(guide, "uk").get_url()).content

    changed = change(
        guide,
        small=True,
        title="Tējas vakars",
        body=[{**guide.body.raw_data[0], "value": LONG.replace("savu vārdu", "savu  vārdu!")}],
    )

    row = state_of(guide, "uk")
    assert (row.state, row.done, row.source_changed_at) == (State.PUBLISHED, row.total, None)
    assert client.get(in_language(guide, "uk").get_url()).content == before
    assert state.verify() == 0
    assert state_of(guide, "et").state == State.IN_PROGRESS
    # The tick is for one publication.
    assert thing_of(guide).small_change is False
    change(changed, title="Kafijas vakars")
    assert state_of(guide, "uk").state == State.OUTDATED


def test_what_is_new_in_a_small_change_still_waits_for_a_translator():
    guide = make_guide("Tējas vakars")
    job = translate(guide, "uk")

    change(guide, small=True, title="Tējas vakari", aim="Iepazīties. Un palikt.", debrief=NEW)

    assert open_texts(job) == ["Kas tev patika?"]
    assert state_of(guide, "uk").state == State.OUTDATED


NEW = [{"type": "question", "value": "Kas tev patika?"}]


def test_the_author_ticks_the_small_change_in_the_editor(admin_client):
    guide = make_guide()
    html = admin_client.get(f"/admin/pages/{guide.pk}/edit/").content.decode()
    draft = make_guide("Melnraksts", slug="melnraksts", publish=False)

    assert 'name="small_change"' in html
    assert (
        'name="small_change"'
        not in admin_client.get(f"/admin/pages/{draft.pk}/edit/").content.decode()
    )


def test_an_undone_change_makes_the_translation_match_again(client):
    guide = make_guide("Tējas vakars")
    translate(guide, "uk")

    change(guide, title="Kafijas vakars")
    change(guide, title="Tējas vakars")

    row = state_of(guide, "uk")
    assert (row.state, row.source_changed_at) == (State.PUBLISHED, None)
    assert b"mirror-bar" not in client.get(in_language(guide, "uk").get_url()).content


def test_publishing_the_changed_words_tells_readers_no_more(client):
    guide = make_guide("Tējas vakars")
    job = translate(guide, "uk")
    change(guide, title="Kafijas vakars")

    work.save_string(job, segment_of(job), "Вечір кави", None)
    work.publish(job, None)

    row = state_of(guide, "uk")
    assert (row.state, row.source_changed_at) == (State.PUBLISHED, None)
    assert b"mirror-bar" not in client.get(in_language(guide, "uk").get_url()).content


# --- published partly -------------------------------------------------------------------------


def test_published_partly_marks_what_is_not_translated_with_its_language(client):
    guide = make_guide("Tējas vakars", steps=[("step", STEP)], body=[("text", LONG)])
    job = work.begin(thing_of(guide), locale("uk"))
    left = {"steps", "body"}
    words = {
        one.pk: say(one) for one in job.segments() if one.context.path.split(".")[0] not in left
    }
    work.save_strings(job, words, None)

    with pytest.raises(ValidationError):
        work.publish(job, None)
    work.publish(job, None, partly=True)

    page = in_language(guide, "uk")
    assert (page.alias_of_id, page.title) == (None, "Щ Tējas vakars")
    row = state_of(guide, "uk")
    assert (row.state, row.done < row.total) == (State.IN_PROGRESS, True)
    html = client.get(page.get_url()).content.decode()
    assert f'<p lang="lv">{LONG[3:]}' in html
    assert 'lang="lv">Atver durvis <' in html
    assert ">Щ Tējas vakars</h1>" in html
    assert "mirror-bar--stacked" in html
    # What is done later is published as ever.
    work.save_strings(job, {one.pk: say(one) for one in job.segments()}, None)
    work.publish(job, None)
    html = client.get(page.get_url()).content.decode()
    assert 'lang="lv">Atver' not in html
    assert "mirror-bar" not in html


def test_nothing_at_all_is_not_published_even_partly():
    guide = make_guide()
    job = work.begin(thing_of(guide), locale("uk"))

    with pytest.raises(ValidationError):
        work.publish(job, None, partly=True)

    assert in_language(guide, "uk").alias_of_id == guide.pk


def test_readers_learn_of_a_machine_until_a_person_has_looked(client):
    guide = make_guide()
    job = translate(guide, "uk", publish=False, but=1)
    last = list(job.segments())[-1]
    work.save_html(job, {last.pk: last.string.data}, machine="Robot")
    work.publish(job, None)
    address = in_language(guide, "uk").get_url()
    assert state_of(guide, "uk").live_machine == 1
    assert b"mirror-bar--stacked" in client.get(address).content

    work.confirm(job, [last.pk], make_translator())

    row = state_of(guide, "uk")
    assert (row.live_machine, row.machine, row.state) == (0, 0, State.PUBLISHED)
    assert b"mirror-bar" not in client.get(address).content


# --- stopped, trusted -------------------------------------------------------------------------


def test_stopped_nothing_is_written_and_started_again_it_is_where_it_was(client):
    guide = make_guide("Tējas vakars")
    job = translate(guide, "uk")
    before = client.get(in_language(guide, "uk").get_url()).content
    kept = list(StringTranslation.objects.order_by("pk").values_list("pk", "data"))

    work.stop(job.thing, job.locale)
    title = segment_of(job)
    assert set(work.save_strings(job, {title.pk: "Ні"}, None)) == {title.pk}
    assert work.save_html(job, {segment_of(job).pk: "Ні"}) == 0
    with pytest.raises(ValidationError):
        work.publish(job, None)
    with pytest.raises(ValidationError):
        work.mark_ready(job)
    assert state_of(guide, "uk").state == State.STOPPED
    work.start(job.thing, job.locale)

    assert state_of(guide, "uk").state == State.PUBLISHED
    assert client.get(in_language(guide, "uk").get_url()).content == before
    assert list(StringTranslation.objects.order_by("pk").values_list("pk", "data")) == kept


def test_what_changed_while_it_was_stopped_is_known_when_it_starts():
    guide = make_guide("Tējas vakars")
    job = translate(guide, "uk")
    work.stop(job.thing, job.locale)

    change(guide, title="Kafijas vakars")
    assert state_of(guide, "uk").state == State.STOPPED
    work.start(job.thing, job.locale)

    assert state_of(guide, "uk").state == State.OUTDATED


def test_trusted_people_publish_and_do_not_decide_on_others():
    trusted = make_translator("uk", LanguageRole.Role.TRUSTED)
    plain, reviewer = make_translator("uk"), make_reviewer("uk")
    uk, lv = locale("uk"), locale("lv")

    rights = {
        user.username: (
            work.may_translate(user, uk),
            work.may_publish(user, uk),
            work.may_review(user, uk),
        )
        for user in (plain, trusted, reviewer)
    }

    assert list(rights.values()) == [(True, False, False), (True, True, False), (True, True, True)]
    assert not any(work.may_publish(user, lv) for user in (plain, trusted, reviewer))
