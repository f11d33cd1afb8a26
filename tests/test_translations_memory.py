"""Words that were once published serve again: on other pages, after everything was deleted."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail_localize.models import StringTranslation

from tests.builders import (
    in_language,
    locale,
    make_guide,
    make_translator,
    thing_of,
    translate,
)
from translations import memory, work
from translations.models import MemoryUnit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
SENTENCE = "Uzvāri ūdeni un piedāvā katram tēju vai kafiju, kā kurš vēlas."


@pytest.fixture(autouse=True)
def empty_memory(demo):
    MemoryUnit.objects.all().delete()


def unit(source, target, into="uk", out_of="lv", days_ago=0, **more):
    """A pair in the memory, with its stems."""
    made = MemoryUnit.objects.create(
        source_locale=locale(out_of),
        target_locale=locale(into),
        source=source,
        target=target,
        source_hash=memory.hash_of(source),
        target_hash=memory.hash_of(target),
        length=len(memory.plain(source)),
        used_at=timezone.now() - timedelta(days=days_ago),
        **more,
    )
    memory.add_stems([made])
    return made


def offers(html, into="uk", out_of="lv"):
    return [
        (one.target_html, one.percent)
        for one in memory.suggestions(locale(out_of), locale(into), html)
    ]


def segment_of(job, path):
    return next(one for one in job.segments() if one.context.path == path)


def remember(job, user=None):
    memory.remember(job, user)


# --- filling ----------------------------------------------------------------------------------


def test_what_people_wrote_is_remembered_and_what_they_did_not_is_not():
    guide = make_guide("Tējas vakars", summary=SENTENCE, aim="Mašīnas vārdi.")
    user = make_translator()
    job = work.begin(thing_of(guide), locale("uk"))
    title, summary, aim = (segment_of(job, path) for path in ("title", "summary", "aim"))
    assert work.save_strings(job, {title.pk: "Вечір чаю"}, user) == {}
    work.keep_source(job, summary, user)
    work.save_html(job, {aim.pk: "Слова машини."}, machine="A machine")

    remember(job, user)

    kept = MemoryUnit.objects.get()
    assert (kept.source, kept.target, kept.times) == ("Tējas vakars", "Вечір чаю", 1)
    assert (kept.source_locale, kept.target_locale) == (locale("lv"), locale("uk"))
    assert (kept.origin_code, kept.origin_title, kept.user) == (
        job.thing.code,
        "Tējas vakars",
        user,
    )
    assert set(kept.stems.values_list("stem", flat=True)) == {"tejas", "vakar"}


def test_a_machines_words_are_remembered_once_a_person_stands_for_them():
    guide = make_guide(summary=SENTENCE)
    user = make_translator()
    job = work.begin(thing_of(guide), locale("uk"))
    summary = segment_of(job, "summary")
    work.save_html(job, {summary.pk: "Закип’ятіть воду."}, machine="A machine")

    work.confirm(job, [summary.pk], user)
    remember(job, user)

    assert MemoryUnit.objects.get().target == "Закип’ятіть воду."


def test_the_same_pair_counts_once_for_each_thing_that_uses_it():
    first, second = make_guide("Tējas vakars"), make_guide("Tējas vakars", summary="Cits.")
    job = translate(first, publish=False)
    remember(job)
    before = MemoryUnit.objects.count()
    remember(job)
    assert MemoryUnit.objects.count() == before
    assert MemoryUnit.objects.get(source="Tējas vakars").times == 1

    remember(translate(second, publish=False))

    again = MemoryUnit.objects.get(source="Tējas vakars")
    assert (again.times, again.origin_code) == (2, thing_of(second).code)
    assert again.stems.count() == 2


@pytest.mark.parametrize("steps", [10, 24])
def test_remembering_costs_the_same_for_few_strings_as_for_many(steps):
    rows = [
        (
            "step",
            {"title": f"Solis {n} sākas", "minutes": 5, "text": f"<p>Teksts {n}.</p>", "note": ""},
        )
        for n in range(steps)
    ]
    job = translate(make_guide("Garš", steps=rows), publish=False)
    assert job.segments().count() > steps * 2

    with CaptureQueriesContext(connection) as first:
        remember(job)
    with CaptureQueriesContext(connection) as second:
        remember(job)

    assert len(first) <= 8, [query["sql"][:80] for query in first]
    assert len(second) <= 8


def test_what_is_published_is_remembered_and_outlives_page_thing_and_translation():
    guide = make_guide("Tējas vakars", summary=SENTENCE)
    job = translate(guide, publish=False)
    assert not MemoryUnit.objects.exists()
    work.publish(job, None)
    said = segment_of(job, "summary").translation

    thing = job.thing
    in_language(guide, "lv").delete()
    job.source.delete()
    thing.delete()
    StringTranslation.objects.all().delete()

    assert not StringTranslation.objects.exists()
    other = make_guide("Cits vakars", summary=SENTENCE)
    fresh = work.begin(thing_of(other), locale("uk"))
    summary = segment_of(fresh, "summary")
    assert memory.exact_for(fresh, [summary]) == {summary.pk: said}


# --- exact ------------------------------------------------------------------------------------


def test_of_several_translations_the_most_used_is_taken_then_the_newest():
    unit("Tējas vakars", "старе", days_ago=2)
    unit("Tējas vakars", "нове", days_ago=1)
    unit("Tējas vakars", "Teeõhtu", into="et", times=9)
    job = work.begin(thing_of(make_guide("Tējas vakars")), locale("uk"))
    title = segment_of(job, "title")
    assert memory.exact_for(job, [title]) == {title.pk: "нове"}

    unit("Tējas vakars", "улюблене", days_ago=9, times=2)

    assert memory.exact_for(job, [title]) == {title.pk: "улюблене"}


def test_words_whose_marks_do_not_fit_are_never_filled_in():
    source = 'Lasi <a id="a1">šo</a>.'
    guide = make_guide(body=[("text", '<p>Lasi <a href="https://example.org/">šo</a>.</p>')])
    job = work.begin(thing_of(guide), locale("uk"))
    text = next(one for one in job.segments() if one.string.data == source)
    unit(source, "Читай це.", times=9)
    unit(source, 'Читай <a id="a2">це</a>.', times=5)
    assert memory.exact_for(job, [text]) == {}

    unit(source, 'Прочитай <a id="a1">це</a>.')

    assert memory.exact_for(job, [text]) == {text.pk: 'Прочитай <a id="a1">це</a>.'}


def test_filling_gives_words_to_empty_strings_only():
    guide = make_guide("Tējas vakars", summary=SENTENCE)
    unit("Tējas vakars", "Вечір чаю")
    unit(SENTENCE, "Закип’ятіть воду.")
    user = make_translator()
    job = work.begin(thing_of(guide), locale("uk"))
    work.save_string(job, segment_of(job, "title"), "Моє", user)

    assert memory.fill_exact(job, user) == 1

    assert segment_of(job, "title").translation == "Моє"
    assert segment_of(job, "summary").translation == "Закип’ятіть воду."
    assert segment_of(job, "summary").translation_type == "manual"
    assert memory.fill_exact(job, user) == 0


def test_exact_matches_of_a_whole_guide_are_one_query():
    job = translate(make_guide(), publish=False)
    remember(job)
    segments = list(job.segments())

    with CaptureQueriesContext(connection) as queries:
        found = memory.exact_for(job, segments)

    assert len(queries) == 1
    assert len(found) == len(segments)


# --- like it ----------------------------------------------------------------------------------


def test_a_text_changed_a_little_still_finds_its_words():
    unit(SENTENCE, "Закип’ятіть воду.", origin_code="ABC", origin_title="Tēja")
    changed = SENTENCE.replace("tēju vai kafiju", "kafiju vai tēju")

    (found,) = memory.suggestions(locale("lv"), locale("uk"), changed)

    assert 75 <= found.percent < 100
    assert (found.source_html, found.target_html) == (SENTENCE, "Закип’ятіть воду.")
    assert (found.origin_code, found.origin_title, found.is_reverse) == ("ABC", "Tēja", False)


def test_what_is_less_alike_or_of_other_languages_is_not_offered():
    unit(SENTENCE, "Закип’ятіть воду.")

    assert offers("Uzvāri ūdeni un apsēdies pie loga, kamēr visi sanāk kopā.") == []
    assert offers(SENTENCE, into="et") == []
    assert offers("") == []
    assert offers("12–14") == []


def test_the_very_same_text_stands_first_and_the_same_words_once():
    unit(SENTENCE, "Точно")
    unit(SENTENCE.replace("ūdeni", "pienu"), "Майже", times=50)
    unit(SENTENCE.replace("ūdeni", "sulu"), "Точно", times=50)

    assert [words for words, _percent in offers(SENTENCE)] == ["Точно", "Майже"]
    assert offers(SENTENCE)[0][1] == 100


def test_only_the_same_marks_make_a_whole_match_and_foreign_links_become_words():
    unit('Lasi <a id="a1">šo lapu</a> un <b>raksti</b>.', 'Читай <a id="a1">це</a> і <b>пиши</b>.')

    assert offers("Lasi šo lapu un raksti.") == [("Читай це і пиши.", 99)]
    assert offers('Lasi <a id="a1">šo lapu</a> un raksti.') == [
        ('Читай <a id="a1">це</a> і пиши.', 99)
    ]


def test_words_translated_the_other_way_round_are_offered_as_such():
    unit("Вечір чаю", "Tējas vakars", into="lv", out_of="uk")

    (found,) = memory.suggestions(locale("lv"), locale("uk"), "Tējas vakars")

    assert (found.source_html, found.target_html) == ("Tējas vakars", "Вечір чаю")
    assert (found.percent, found.is_reverse) == (100, True)


def test_suggestions_cost_two_queries_that_find_by_index():
    source, target = locale("lv"), locale("uk")
    for number in range(5):
        unit(f"{SENTENCE} {number}", f"Речення {number}")
    others = MemoryUnit.objects.bulk_create(
        MemoryUnit(
            source_locale=source,
            target_locale=target,
            source_hash=memory.hash_of(str(number)),
            target_hash="",
            source=" ".join(
                f"{letter}{chr(97 + number % 26)}{chr(97 + number // 26)}žods"
                for letter in "abcdefgh"
            ),
            length=60,
            used_at=timezone.now(),
        )
        for number in range(600)
    )
    memory.add_stems(others)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as queries:
        assert memory.suggestions(source, target, "Tējas vakars pie kamīna") == []
        found = memory.suggestions(source, target, f"{SENTENCE} 3")

    assert len(queries) == 4
    assert len(found) == 5
    assert found[0].percent == 100
    assert "memory_stem" in plan_of(queries[-1]["sql"])


def plan_of(sql: str) -> str:
    """How the database would look for it, where reading whole tables is the last resort."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
        else:
            cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
        return "\n".join(str(row) for row in cursor.fetchall())
