"""The editor of the desk: saving one segment, what helps there, review, and what it costs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail_localize.models import StringSegment, StringTranslation

from tests.builders import (
    in_language,
    locale,
    make_guide,
    make_reviewer,
    make_translator,
    shelf,
    state_of,
    thing_of,
    translate,
)
from translations import work
from translations.editor.differences import difference
from translations.editor.form import mark, words_of
from translations.editor.published import published_words
from translations.models import (
    GlossaryTerm,
    GlossaryText,
    LanguageRole,
    MemoryUnit,
    TranslationState,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
State = TranslationState.State
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def translator(client):
    user = make_translator("uk")
    client.force_login(user)
    return user


def address(page, end="", code="uk") -> str:
    return f"/admin/desk/{thing_of(page).code}/{code}/{end}"


def segment_of(page, path="title", code="uk") -> StringSegment:
    job = work.begin(thing_of(page), locale(code))
    return job.segments().filter(context__path=path).first()


def save(client, page, segment, words, was=None, **more):
    """Save one segment as the editor's script does; `was`: what its field had shown."""
    shown = mark(words_of(segment) if was is None else was)
    data = {"words": words, "was": shown, **more}
    return client.post(address(page, f"segments/{segment.pk}/"), data, headers=FETCH)


def a_page_of(paragraphs: int, **fields):
    text = "".join(f"<p>Teikums {number}.</p>" for number in range(paragraphs))
    return make_guide(body=[("text", text)], **fields)


def a_term(**texts):
    term = GlossaryTerm.objects.create(key="of-test")
    for code, text in texts.items():
        GlossaryText.objects.create(term=term, locale=locale(code), text=text)


# --- saving one segment -----------------------------------------------------------------------


def test_a_script_saves_one_segment_and_learns_how_far_the_work_is(client, translator):
    guide = make_guide()
    title = segment_of(guide)

    response = save(client, guide, title, "  Вечір чаю ")

    answer = response.json()
    state = state_of(guide, "uk")
    assert response.status_code == 200
    assert (answer["words"], answer["was"], answer["is_done"]) == (
        "Вечір чаю",
        mark("Вечір чаю"),
        True,
    )
    assert answer["progress"]["done"] == state.done == 1
    assert answer["progress"]["percent"] == state.percent > 0
    assert answer["progress"]["state"] == state.state == State.IN_PROGRESS
    kept = StringTranslation.objects.get(data="Вечір чаю")
    assert (kept.last_translated_by, kept.translation_type) == (translator, "manual")


def test_saved_anew_or_taken_away_the_figures_follow(client, translator):
    guide = make_guide()
    save(client, guide, segment_of(guide), "Вечір чаю")

    again = save(client, guide, segment_of(guide), "Чайний вечір").json()
    assert again["progress"]["done"] == state_of(guide, "uk").done == 1

    gone = save(client, guide, segment_of(guide), "").json()
    state = state_of(guide, "uk")
    assert not gone["is_done"]
    assert (state.done, state.words_done, gone["progress"]["done"]) == (0, 0, 0)
    assert not StringTranslation.objects.filter(data="Чайний вечір").exists()


def test_what_is_moved_by_a_save_is_what_counting_anew_finds(client, translator):
    guide = make_guide(
        body=[("text", "<p>Tas pats.</p><p>Cits teikums.</p><p>Tas pats.</p>")],
    )
    same = [
        one
        for one in work.begin(thing_of(guide), locale("uk")).segments()
        if one.string.data == "Tas pats."
    ]

    answer = save(client, guide, same[0], "Те саме.").json()
    moved = state_of(guide, "uk")
    work.mark_ready(work.begin(thing_of(guide), locale("uk")))
    counted = state_of(guide, "uk")

    assert answer["same"] == [one.pk for one in same]
    assert (moved.done, moved.words_done) == (counted.done, counted.words_done) == (2, 4)


def test_words_that_cannot_be_kept_are_refused_in_a_sentence_and_nothing_is_written(
    client, translator
):
    guide = make_guide()
    linked = next(
        one for one in work.begin(thing_of(guide), locale("uk")).segments() if work.has_marks(one)
    )

    foreign = save(client, guide, linked, "Читай <b>це</b>")
    long = save(client, guide, segment_of(guide), "щ" * 300)

    assert foreign.status_code == long.status_code == 422
    assert foreign.json()["errors"] == ["The source has no such mark: <b>"]
    assert "300" in " ".join(long.json()["errors"])
    assert state_of(guide, "uk").done == 0


def test_what_only_looks_odd_is_saved_and_stays_visible(client, translator):
    guide = make_guide("Vakars pulksten 18")
    title = segment_of(guide)

    answer = save(client, guide, title, "Вечір")

    assert answer.status_code == 200
    assert len(answer.json()["warnings"]) == 1
    assert "18" in answer.json()["warnings"][0]
    html = client.get(address(guide)).content.decode()
    assert '<p class="desk-segment__warning">' in html


def test_a_colleagues_words_are_not_written_over_unseen(client, translator):
    guide = make_guide()
    title = segment_of(guide)
    work.save_string(work.begin(thing_of(guide), locale("uk")), title, "Слова колеги", None)

    refused = save(client, guide, title, "Мої слова", was="")

    answer = refused.json()
    assert refused.status_code == 409
    assert answer["theirs"] == "Слова колеги"
    assert "Слова колеги" in answer["sentence"]
    assert segment_of(guide).translation == "Слова колеги"
    # Who has seen them may insist.
    title_again = segment_of(guide)
    assert save(client, guide, title_again, "Мої слова", was="Слова колеги").status_code == 200
    assert segment_of(guide).translation == "Мої слова"


def test_the_same_words_as_a_colleagues_are_no_conflict(client, translator):
    guide = make_guide()
    title = segment_of(guide)
    work.save_string(work.begin(thing_of(guide), locale("uk")), title, "Вечір", None)

    assert save(client, guide, title, "Вечір", was="").status_code == 200


def test_a_stopped_translation_takes_no_words(client, translator):
    guide = make_guide()
    title = segment_of(guide)
    work.stop(thing_of(guide), locale("uk"))

    answer = save(client, guide, title, "Вечір")

    assert answer.status_code == 422
    assert answer.json()["errors"] == ["The translation into this language is stopped."]
    assert segment_of(guide).translation is None
    assert "This translation is stopped." in client.get(address(guide)).content.decode()


def test_keeping_as_in_the_source_counts_as_done(client, translator):
    guide = make_guide("IKEA")

    answer = save(client, guide, segment_of(guide), "", deed="keep").json()

    assert (answer["words"], answer["is_done"], answer["is_kept_source"]) == ("IKEA", True, True)
    assert answer["progress"]["done"] == 1
    assert segment_of(guide).tool_name == work.KEPT
    assert "As in the source" in client.get(address(guide)).content.decode()


def test_a_person_confirms_a_machines_words_by_one_press(client, translator):
    guide = make_guide()
    title = segment_of(guide)
    job = work.begin(thing_of(guide), locale("uk"))
    work.save_html(job, {title.pk: "Вечір"}, machine="LibreTranslate")
    html = client.get(address(guide)).content.decode()
    assert f'name="confirm" value="{title.pk}"' in html

    answer = save(client, guide, segment_of(guide), "", deed="confirm").json()

    assert (answer["words"], answer["is_machine"]) == ("Вечір", False)
    assert segment_of(guide).translation_type == "manual"
    assert state_of(guide, "uk").machine == 0
    assert 'name="confirm"' not in client.get(address(guide)).content.decode()


def test_a_machines_words_mended_by_a_person_are_a_persons(client, translator):
    guide = make_guide()
    title = segment_of(guide)
    job = work.begin(thing_of(guide), locale("uk"))
    work.save_html(job, {title.pk: "Вечер"}, machine="LibreTranslate")

    save(client, guide, segment_of(guide), "Вечір")

    state = state_of(guide, "uk")
    assert (state.done, state.machine) == (1, 0)


def test_hostile_words_are_kept_as_words(client, translator):
    guide = make_guide()

    answer = save(client, guide, segment_of(guide), "<script>alert(1)</script>\0")

    html = client.get(address(guide)).content.decode()
    assert answer.status_code == 200
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert(1)" not in client.get(address(guide, "preview/")).content.decode()


def test_doors_of_single_segments_are_closed_like_those_of_the_work(client, translator):
    guide = make_guide()
    mine, other = segment_of(guide), segment_of(make_guide("Cits", slug="cits"))
    born_here = make_guide("Чай", on=shelf(code="uk"), slug="chai")
    segment_of(guide, code="et")
    thing, own = thing_of(guide).code, thing_of(born_here).code
    closed = [
        f"{thing}/et/segments/{mine.pk}/",
        f"{thing}/lv/segments/{mine.pk}/",
        f"{thing}/uk/segments/{other.pk}/",
        f"{thing}/uk/segments/99999999/",
        f"{own}/uk/segments/{mine.pk}/",
        f"ZZZZZZ/uk/segments/{mine.pk}/",
    ]

    for door in closed:
        for end, methods in (
            ("", ("get", "post")),
            ("help/", ("get",)),
            ("check/", ("post",)),
            ("ask/", ("post",)),
        ):
            for method in methods:
                for deed in ("", "keep", "confirm"):
                    data = {"words": "Ні", "question": "Ні?", "was": mark(""), "deed": deed}
                    response = getattr(client, method)(f"/admin/desk/{door}{end}", data)
                    assert response.status_code == 404, (door, end, method, deed)
    assert not StringTranslation.objects.filter(data="Ні").exists()
    assert not thing_of(guide).questions.exists()


# --- without a script -------------------------------------------------------------------------


def test_the_forms_lead_back_to_where_one_is(client, translator):
    guide = make_guide()
    translate(guide, "et")
    title = segment_of(guide)

    work_screen = client.get(address(guide, "?beside=et")).content.decode()
    own_screen = client.get(address(guide, f"segments/{title.pk}/")).content.decode()
    saved = client.post(address(guide, "?beside=et"), {"then": title.pk})

    assert f'method="post" action="{address(guide, "?beside=et")}"' in work_screen
    assert f'method="post" action="{address(guide, f"segments/{title.pk}/")}"' in own_screen
    assert saved.url == address(guide, f"?beside=et#s{title.pk}")
    assert '<html lang="en"' in work_screen


def test_a_segments_own_screen_saves_without_a_script(client, translator):
    guide = make_guide("Tējas vakars")
    title = segment_of(guide)
    screen = address(guide, f"segments/{title.pk}/")

    html = client.get(screen).content.decode()
    response = client.post(screen, {"words": "Вечір чаю", "was": mark("")})

    assert "Tējas vakars" in html
    assert "Ask the author" in html
    assert response.url == address(guide) + f"#s{title.pk}"
    assert segment_of(guide).translation == "Вечір чаю"


def test_a_segments_own_screen_keeps_what_it_refuses(client, translator):
    guide = make_guide()
    title = segment_of(guide)
    screen = address(guide, f"segments/{title.pk}/")

    html = client.post(screen, {"words": "щ" * 300, "was": mark("")}).content.decode()

    assert "щ" * 300 + "</textarea>" in html
    assert "desk-segment__error" in html
    assert segment_of(guide).translation is None


def test_buttons_at_a_segment_work_without_a_script(client, translator):
    guide = make_guide("IKEA")
    title, summary = segment_of(guide), segment_of(guide, "summary")
    job = work.begin(thing_of(guide), locale("uk"))
    work.save_html(job, {summary.pk: "Вечір із чаєм"}, machine="LibreTranslate")

    kept = client.post(address(guide), {"keep": title.pk})
    confirmed = client.post(address(guide), {"confirm": summary.pk})

    assert kept.url == address(guide) + f"#s{title.pk}"
    assert confirmed.url == address(guide) + f"#s{summary.pk}"
    assert segment_of(guide).tool_name == work.KEPT
    assert segment_of(guide, "summary").translation_type == "manual"
    assert client.post(address(guide), {"keep": "99999999"}).status_code == 404


# --- what helps -------------------------------------------------------------------------------


def test_when_the_source_changed_the_former_words_and_the_difference_are_offered(
    client, translator
):
    guide = make_guide("Tējas vakars")
    translate(guide, "uk")
    guide.title = "Lielais tējas vakars"
    guide.save_revision().publish()

    html = client.get(address(guide)).content.decode()
    title = segment_of(guide)

    assert state_of(guide, "uk").state == State.OUTDATED
    assert in_language(guide, "uk").title == "Щ Tējas vakars"
    assert "<del>Tējas</del><ins>Lielais tējas</ins> vakars" in html
    assert 'data-put-all="Щ Tējas vakars"' in html
    client.post(address(guide), {"former": title.pk})
    assert segment_of(guide).translation == "Щ Tējas vakars"


def test_a_difference_shows_words_and_escapes_them():
    assert difference("Divi <b>lieli</b> koki", "Trīs lieli koki &amp; zari") == (
        "<del>Divi</del><ins>Trīs</ins> lieli koki<ins> &amp; zari</ins>"
    )


def test_terms_of_the_glossary_are_marked_in_the_source_and_can_be_put_in(client, translator):
    a_term(lv="valodas kafejnīca", uk="мовне кафе")
    guide = make_guide("Mūsu valodas kafejnīca & draugi")

    html = client.get(address(guide)).content.decode()

    assert (
        'Mūsu <mark class="desk-term" title="мовне кафе">valodas kafejnīca</mark> &amp; draugi'
        in html
    )
    assert 'data-put="мовне кафе" lang="uk"' in html


def test_checks_answer_while_one_types_and_write_nothing(client, translator):
    guide = make_guide("Vakars pulksten 18")
    check = address(guide, f"segments/{segment_of(guide).pk}/check/")

    right = client.post(check, {"words": "Вечір о 18"}).json()
    odd = client.post(check, {"words": "Вечір"}).json()
    wrong = client.post(check, {"words": "щ" * 300}).json()
    empty = client.post(check, {}).json()

    assert right == empty == {"errors": [], "warnings": []}
    assert len(odd["warnings"]) == 1
    assert wrong["errors"]
    assert state_of(guide, "uk").done == 0
    assert client.get(check).status_code == 405


def remembered(source, target):
    from translations.memory import add_stems, hash_of

    unit = MemoryUnit.objects.create(
        source_locale=locale("lv"),
        target_locale=locale("uk"),
        source=source,
        target=target,
        source_hash=hash_of(source),
        target_hash=hash_of(target),
        length=len(source),
        origin_title="Cita lapa",
        used_at=timezone.now(),
    )
    add_stems([unit])


def test_the_memory_suggests_at_the_segment_and_fills_what_it_knows(client, translator):
    remembered("Tējas vakars bibliotēkā", "Чайний вечір у бібліотеці")
    remembered("Satikties pie tējas.", "Зустрітися за чаєм.")
    guide = make_guide("Tējas vakari bibliotēkā", aim="Satikties pie tējas.")

    fuzzy = client.get(address(guide, f"segments/{segment_of(guide).pk}/help/")).content.decode()
    response = client.post(address(guide), {"deed": "memory"}, follow=True)

    assert 'data-put-all="Чайний вечір у бібліотеці"' in fuzzy
    assert re.search(r"\b(8|9)\d% · Cita lapa", fuzzy)
    assert segment_of(guide, "aim").translation == "Зустрітися за чаєм."
    assert segment_of(guide).translation is None
    assert "1 part was filled from the memory." in response.content.decode()


def test_another_language_stands_beside_the_source_once_it_is_published(client, translator):
    guide = make_guide("Tējas vakars")
    translate(guide, "et", publish=False)

    assert "Щ Tējas vakars" not in client.get(address(guide, "?beside=et")).content.decode()
    assert 'value="et"' not in client.get(address(guide)).content.decode()

    job = work.begin(thing_of(guide), locale("et"))
    work.publish(job, None)
    html = client.get(address(guide, "?beside=et")).content.decode()
    assert '<p class="desk-segment__beside" lang="et" dir="ltr">Щ Tējas vakars</p>' in html

    # A later draft of the colleagues is theirs: what readers have stands there.
    work.save_string(job, segment_of(guide, code="et"), "Teeõhtu mustand", None)
    html = client.get(address(guide, "?beside=et")).content.decode()
    assert "mustand" not in html
    assert 'lang="et" dir="ltr">Щ Tējas vakars</p>' in html
    assert client.get(address(guide, "?beside=zz")).status_code == 200


# --- review -----------------------------------------------------------------------------------


def test_a_reviewer_sees_what_differs_from_what_readers_have(client):
    guide = make_guide("Tējas vakars")
    job = translate(guide, "uk")
    work.save_string(job, segment_of(guide), "Щ Tējas rīts", None)
    work.mark_ready(job)
    client.force_login(make_reviewer("uk"))

    html = client.get(address(guide)).content.decode()

    assert "Щ Tējas <del>vakars</del><ins>rīts</ins>" in html
    assert html.count('<p class="desk-change"') == 1


def test_published_words_are_found_although_the_source_has_grown():
    guide = make_guide(body=[("text", "<p>Pirmais.</p><p>Otrais.</p><p>Trešais.</p>")])
    job = translate(guide, "uk")
    guide.body = [("text", "<p>Pirmais.</p><p>Jauns.</p><p>Otrais.</p><p>Trešais.</p>")]
    guide.save_revision().publish()
    job = work.begin(thing_of(guide), locale("uk"))
    segments = list(job.segments())

    found = published_words(in_language(guide, "uk"), segments)

    said = {one.string.data: found.get(one.pk) for one in segments}
    assert said["Tējas vakars"] == "Щ Tējas vakars"


def test_publishing_partly_is_a_button_of_its_own_that_says_what_readers_see(client):
    guide = make_guide("Tējas vakars")
    translate(guide, "uk", publish=False, but=1)
    client.force_login(make_reviewer("uk"))

    html = client.get(address(guide)).content.decode()
    refused = client.post(address(guide), {"deed": "publish"}).content.decode()
    assert "Readers will see 1 part in the source’s language (Latviešu)" in html
    assert "Some parts have no words yet." in refused
    assert in_language(guide, "uk").alias_of_id == guide.pk

    client.post(address(guide), {"deed": "publish-partly"})
    assert in_language(guide, "uk").title == "Щ Tējas vakars"


def test_a_trusted_translator_publishes_and_sends_nothing_back(client):
    guide = make_guide("Tējas vakars")
    job = translate(guide, "uk", publish=False)
    work.mark_ready(job)
    client.force_login(make_translator("uk", LanguageRole.Role.TRUSTED))

    html = client.get(address(guide)).content.decode()
    sent_back = client.post(address(guide), {"deed": "send-back", "note": "Ні"})
    client.post(address(guide), {"deed": "publish"})

    assert 'value="publish"' in html
    assert 'value="send-back"' not in html
    assert sent_back.status_code == 404
    assert in_language(guide, "uk").title == "Щ Tējas vakars"


def test_a_translator_does_not_publish_partly_either(client, translator):
    guide = make_guide()
    translate(guide, "uk", publish=False, but=1)

    assert client.post(address(guide), {"deed": "publish-partly"}).status_code == 404
    assert in_language(guide, "uk").alias_of_id == guide.pk


# --- what it costs ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [60, 500])
def test_opening_and_saving_cost_the_same_few_queries_for_60_and_for_500_segments(
    client, translator, number
):
    a_term(lv="teikums", uk="речення")
    guide = a_page_of(number)
    translate(guide, "uk")
    guide.title = "Kafijas vakars"
    guide.save_revision().publish()
    translate(guide, "et")
    here = address(guide)
    client.get(here)

    with CaptureQueriesContext(connection) as opened:
        html = client.get(here).content.decode()
    assert html.count('class="desk-segment ') >= number
    assert len(opened) <= 12

    with CaptureQueriesContext(connection) as with_another:
        client.get(f"{here}?beside=et")
    assert len(with_another) <= 13

    # The title is the dearest: wagtail-localize keeps the page's draft title in step.
    title, sentence = segment_of(guide), segment_of(guide, "summary")
    for one in (title, sentence):
        with CaptureQueriesContext(connection) as saved:
            data = {"words": "Нові слова", "was": mark(words_of(one))}
            saved_by = client.post(f"{here}segments/{one.pk}/", data, headers=FETCH)
        assert saved_by.status_code == 200
        assert len(saved) <= 15

    there = f"{here}segments/{sentence.pk}/"
    for look in (
        lambda: client.get(there + "help/"),
        lambda: client.post(there + "check/", {"words": "Слова"}),
    ):
        with CaptureQueriesContext(connection) as looked:
            assert look().status_code == 200
        assert len(looked) <= 15

    data = {f"s{sentence.pk}": "Інші слова", f"was{sentence.pk}": mark("Нові слова")}
    with CaptureQueriesContext(connection) as whole:
        assert client.post(here, data).status_code == 302
    assert len(whole) <= 45
