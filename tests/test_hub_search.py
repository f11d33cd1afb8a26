"""The public search: the same words found, in the same order, on both databases."""

import pytest
from django.db import connection
from wagtail.models import Page, PageViewRestriction

from hub import search
from hub.models import DocumentText, SearchEntry, SearchPlace, SearchWord
from hub.search.query import read
from hub.search.tokens import Reduced, fold, token, words_in
from hub.search.vocabulary import mistakes
from tests.builders import add_file, in_language, make_guide, shelf, translate

pytestmark = pytest.mark.django_db


def titles(typed, language="lv"):
    return [hit.title for hit in search.find(typed, language).hits]


def test_any_form_of_a_word_finds_the_others(demo):
    make_guide("Podnieka krāsns", summary="", aim="", body=[])

    for typed in ("podnieki", "podniekiem krāsnīs", "PODNIEKS"):
        assert titles(typed)[0] == "Podnieka krāsns", typed


def test_letters_without_their_marks_find_words_with_them_but_lower(demo):
    make_guide("Kazas ganībās", summary="", aim="", body=[])
    make_guide("Kāzas muzejā", summary="", aim="", body=[])

    assert titles("kāzas") == ["Kāzas muzejā", "Kazas ganībās"]
    assert set(titles("kazas")) == {"Kāzas muzejā", "Kazas ganībās"}
    assert titles("kazas")[0] == "Kazas ganībās"


def test_a_beginning_is_enough_where_no_whole_word_is_so(demo):
    make_guide("Dziedāšana pagrabā", summary="", aim="", body=[])

    assert titles("pagrab dzied") == ["Dziedāšana pagrabā"]


def test_a_mistake_in_typing_finds_the_word_and_names_it(demo):
    make_guide("Dziedāšana pie samovāra", summary="", aim="", body=[])

    found = search.find("samvoāra", "lv")

    assert [hit.title for hit in found.hits] == ["Dziedāšana pie samovāra"]
    assert found.nearest == "samovāra"


def test_the_title_counts_most_then_what_the_text_is_about(demo):
    text = "<p>Samovārs. Samovārs un tēja, samovārs.</p>"
    make_guide("Trīs", summary="", body=[("text", "<p>Te ir viens samovārs.</p>")])
    make_guide("Divi", summary="", body=[("text", text)])
    make_guide("Samovārs", summary="", body=[])

    assert titles("samovārs") == ["Samovārs", "Divi", "Trīs"]


def test_all_words_must_be_there_in_any_order_and_side_by_side_is_best(demo):
    make_guide("Pirmais", summary="", body=[("text", "<p>Kafija. Vakar bija melna.</p>")])
    make_guide("Otrais", summary="", body=[("text", "<p>Te ir melna kafija, jā gan, te.</p>")])
    make_guide("Trešais", summary="", body=[("text", "<p>Te ir melna tēja.</p>")])

    found = titles("melna kafija")

    assert found[:2] == ["Otrais", "Pirmais"]
    assert "Trešais" not in found


def test_a_phrase_in_quotes_must_stand_so(demo):
    make_guide("Pirmais", summary="", body=[("text", "<p>Kafija. Vakar bija melna.</p>")])
    make_guide("Otrais", summary="", body=[("text", "<p>Te ir melna kafija, jā gan.</p>")])

    for typed in ('"melna kafija"', "„melna kafija”", '"MELNA KAFIJA'):
        assert titles(typed) == ["Otrais"], typed


def test_a_word_with_a_minus_must_not_be_there(demo):
    make_guide("Pirmais", summary="", body=[("text", "<p>Samovārs un cukurs.</p>")])
    make_guide("Otrais", summary="", body=[("text", "<p>Samovāri bez nekā.</p>")])

    assert titles("samovārs -cukuru") == ["Otrais"]
    assert titles("-cukuru") == []


def test_originals_that_are_mirrored_are_found_below_and_marked(demo):
    guide = make_guide("Samovārs", summary="", body=[])
    other = make_guide("Samovāri un samovāri", summary="", body=[])
    translate(other, "uk")

    hits = search.find("samovāru", "uk").hits

    # A translation of the tests keeps the words and sets a sign before them.
    assert [(hit.title, hit.is_mirror) for hit in hits] == [
        ("Щ Samovāri un samovāri", False),
        ("Samovārs", True),
    ]
    assert hits[1].page_id == in_language(guide, "uk").pk
    assert search.find("samovāri", "lv").total == 2


def test_other_languages_are_named_where_nothing_is_found_here(demo):
    make_guide("Samovārs", on=shelf(code="lv"), summary="", body=[])

    assert search.languages_with("samovāri") == {"lv": 1}
    assert search.languages_with("nekāvisnav") == {}


def test_what_is_closed_to_strangers_is_never_found(demo):
    guide = make_guide("Samovārs", summary="", body=[])
    closed = make_guide("Samovāra noslēpums", summary="", body=[])

    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)

    assert titles("samovārs") == [guide.title]
    PageViewRestriction.objects.all().delete()
    assert len(titles("samovārs")) == 2


def test_what_is_taken_back_is_found_no_more(demo):
    guide = make_guide("Samovārs", summary="", body=[])

    guide.unpublish()

    assert titles("samovārs") == []
    assert not SearchEntry.objects.filter(translation_key=guide.translation_key).exists()


def test_writing_again_changes_nothing_and_a_change_of_words_keeps_the_row(demo):
    guide = make_guide("Samovārs", summary="", body=[])
    entry = SearchEntry.objects.get(translation_key=guide.translation_key)
    places = list(SearchPlace.objects.filter(entry=entry).order_by("pk").values())

    search.update({guide.translation_key}, set())
    assert SearchEntry.objects.values().get(pk=entry.pk)["tokens"] == entry.tokens
    assert list(SearchPlace.objects.filter(entry=entry).order_by("pk").values()) == places
    assert len(places) == 6

    Page.objects.filter(translation_key=guide.translation_key).update(title="Vijolnīca")
    search.update({guide.translation_key}, set())
    assert titles("samovārs") == []
    assert titles("vijolnīcas") == ["Vijolnīca"]
    assert SearchEntry.objects.filter(pk=entry.pk).exists()


def test_a_rebuilding_finds_the_same_and_forgets_unused_words(demo):
    make_guide("Samovārs", summary="", body=[])
    word = {"form": "xyzzy", "reversed_form": "yzzyx", "written": "xyzzy", "lemma": "xyzzy"}
    SearchWord.objects.create(language="lv", **word)
    before = titles("vārdi")

    assert search.rebuild() == SearchPlace.objects.count()

    assert titles("vārdi") == before
    assert before
    assert not SearchWord.objects.filter(form="xyzzy").exists()


@pytest.mark.parametrize("typed", ["samovārs", "nekāvisnav", "samovrās tjēa", '"a b" -c d'])
def test_a_search_costs_the_same_few_queries_whatever_is_typed(
    demo, typed, django_assert_max_num_queries
):
    for number in range(12):
        make_guide(f"Samovārs un tēja {number}", summary="", body=[])

    with django_assert_max_num_queries(6):
        search.find(typed, "lv")


def test_a_passage_shows_the_words_that_were_found(demo):
    long = "Lauks un mežs. " * 60
    make_guide("Divi", body=[("text", f"<p>{long}Te stāv samovāri. {long}</p>")])

    (hit,) = search.find("samovārs", "lv").hits
    found = [words for words, is_found in hit.passage.parts if is_found]
    said = "".join(words for words, _is_found in hit.passage.parts)

    assert found == ["samovāri"]
    assert said.startswith("…")
    assert said.endswith("…")
    assert len(said) < 260


def with_file(guide, title, *pages, instead=""):
    """A file of `guide`, whose pages were read already."""
    document = add_file(guide, title, title.encode(), text_alternative=instead).document
    state = DocumentText.State.DONE if pages else DocumentText.State.EMPTY
    facts = {"sha256": document.sha256, "state": state, "pages": list(pages)}
    DocumentText.objects.update_or_create(document=document, defaults=facts)
    search.update({guide.translation_key}, set())


def files_in(typed):
    """Of the one page that is found: each file that is named, its page, the words marked in it."""
    (hit,) = search.find(typed, "lv").hits
    return [
        (
            file.title,
            file.passage and file.passage.page,
            [words for words, is_found in file.passage.parts if is_found] if file.passage else [],
        )
        for file in hit.in_files
    ]


def test_a_file_is_named_where_it_holds_a_word_that_its_page_lacks(demo):
    guide = make_guide("Samovāra vakars", summary="", aim="", steps=[], body=[])
    with_file(guide, "Uzdevumi", "Te nav nekā.", "Samovāri bez gala.", "Paņem ābolus.")

    assert files_in("samovārs āboli") == [("Uzdevumi", 3, ["ābolus"])]


def test_of_the_pages_of_a_file_the_one_that_says_most_is_shown(demo):
    guide = make_guide("Samovāra vakars", summary="", aim="", steps=[], body=[])
    with_file(guide, "Uzdevumi", "Paņem ābolus.", "Āboli pie samovāra.", "Samovārs, samovārs.")

    assert files_in("samovārs āboli") == [("Uzdevumi", 2, ["Āboli", "samovāra"])]


def test_two_files_are_named_where_each_adds_a_word_and_no_third_one(demo):
    guide = make_guide("Vakars", summary="", aim="", steps=[], body=[])
    with_file(guide, "Pirmais", "Par āboliem.")
    with_file(guide, "Otrais", "Par bumbieriem.")
    with_file(guide, "Trešais", "Par bumbieriem.")

    named = files_in("ābols bumbieris")

    assert named == [("Pirmais", None, ["āboliem"]), ("Otrais", None, ["bumbieriem"])]


def test_a_file_is_named_for_its_title_and_for_what_stands_for_it(demo):
    guide = make_guide("Vakars", summary="", aim="", steps=[], body=[])
    with_file(guide, 'Samovāra & "krāsns" rasējums', instead="Krāsns ar diviem āboliem.")

    assert files_in("vakars samovārs") == [('Samovāra & "krāsns" rasējums', None, [])]
    assert files_in("vakars āboli") == [('Samovāra & "krāsns" rasējums', None, ["āboliem"])]


def test_a_file_that_says_no_more_than_its_page_is_not_named(demo):
    guide = make_guide("Vakars", summary="", body=[("text", "<p>Samovāri un āboli.</p>")])
    with_file(guide, "Uzdevumi", "Samovārs un ābols.")

    assert files_in("samovārs āboli") == []


def test_files_in_results_cost_the_same_few_queries_and_show_in_the_page(
    demo, client, django_assert_max_num_queries
):
    for number in range(12):
        guide = make_guide(f"Samovārs {number}", summary="", aim="", steps=[], body=[])
        with_file(guide, "Uzdevumi", "Nekā.", "Paņem ābolus.")
        with_file(guide, "Bumbieru zīmējums", instead="Krāsns.")

    with django_assert_max_num_queries(6):
        found = search.find("samovārs ābols bumbieris", "lv")
    page = client.get("/lv/search/?q=samovārs+ābols+bumbieris").content.decode()

    assert [[file.title for file in hit.in_files] for hit in found.hits] == [
        ["Uzdevumi", "Bumbieru zīmējums"]
    ] * 12
    assert page.count("<mark>ābolus</mark>") == 12
    assert page.count(">Bumbieru zīmējums</a>") == 12


def test_both_databases_take_every_token_whole(demo):
    odd = (
        "п’ять м'ята sprogcaféen e-pasts 2e5 0x1f 1st 3d 007 ½ l’été naïve ǅ ß İstanbul "
        "http://example.org/a.b?c=d&e x@example.org c++ ﬁne ² ٣ Ω عربي हिन्दी 中文 a_b __ \u0301"
    )
    made = Reduced("uk", odd, "", "", "").tokens.split()
    entry = SearchEntry.objects.create(
        translation_key="0" * 32,
        language="uk",
        kind="guide",
        title="x",
        tokens=" ".join(made),
        length=1,
        made_of="x",
    )

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE VIRTUAL TABLE temp.vocab USING fts5vocab(main, hub_search_fts, row)"
            )
            cursor.execute("SELECT term FROM temp.vocab")
            stored = {row[0] for row in cursor.fetchall()}
            cursor.execute("DROP TABLE temp.vocab")
            assert set(made) <= stored
        else:
            cursor.execute(
                "SELECT tsvector_to_array(vector) FROM hub_searchentry WHERE id = %s", [entry.pk]
            )
            assert set(cursor.fetchone()[0]) == set(made)


def test_a_query_is_read_as_people_write_it():
    query = read("Mālu darbs, „bez  vārdiem“ -steigas e-pasts - –rindas")

    assert query.words == ["mālu", "darbs", "e", "pasts"]
    assert query.phrases == [["bez", "vardiem"]]
    assert query.without == ["steigas", "rindas"]
    assert not read('"" - -- " "')


def test_mistakes_are_counted_as_typists_make_them():
    assert mistakes("maja", "maja", 2) == 0
    assert mistakes("maja", "mjaa", 2) == 1
    assert mistakes("maja", "mja", 2) == 1
    assert mistakes("maja", "majja", 2) == 1
    assert mistakes("maja", "mala", 2) == 1
    assert mistakes("maja", "kalna", 2) == 3


def test_folding_keeps_letters_and_drops_marks():
    assert fold("Bibliotēka ŠŽ їй") == "biblioteka sz іи"
    assert words_in("П’ЯТЬ двері, e-pasts_x") == ["п'ять", "двері", "e", "pasts", "x"]
    assert token("uk", "1", "п'ять") == "uk1пять"
