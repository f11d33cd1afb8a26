"""The glossary: terms found in any form of their language, and a list for readers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.demo_glossary import load_glossary
from tests.builders import locale
from tests.glossaries import said, term
from translations.glossary.terms import terms_for
from translations.models import GlossaryTerm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture(autouse=True)
def empty_glossary(demo):
    GlossaryTerm.objects.all().delete()


def found(source, target, text):
    """The terms found in a text, as they stand in it."""
    hits = terms_for(locale(source), locale(target)).in_source(text)
    return [text[hit.start : hit.end] for hit in hits]


def test_what_was_asked_lately_costs_nothing_and_a_change_is_known_at_once():
    made = term(lv="bēglis", uk="біженець")
    found("lv", "uk", "Nāk bēgļi.")
    lv, uk = locale("lv"), locale("uk")

    with CaptureQueriesContext(connection) as queries:
        assert terms_for(lv, uk).in_source("Nāk bēgļi.")[0].target == "біженець"
    assert len(queries) == 0

    text = made.texts.get(locale=uk)
    text.text = "втікач"
    text.save()
    assert terms_for(lv, uk).in_source("Nāk bēgļi.")[0].target == "втікач"
    made.delete()
    assert terms_for(lv, uk).in_source("Nāk bēgļi.") == []


# --- terms in a text --------------------------------------------------------------------------

FORMS = [
    ("lv", "bēglis", "Nāk bēgļi, bēgļu bērni un kāds bēglis.", ["bēgļi", "bēgļu", "bēglis"]),
    ("lv", "pagaidu aizsardzība", "Par pagaidu aizsardzību.", ["pagaidu aizsardzību"]),
    ("lv", "brīvprātīgais", "Divi brīvprātīgie.", ["brīvprātīgie"]),
    ("lv", "uzturēšanās atļauja", "Bez uzturēšanās atļaujas.", ["uzturēšanās atļaujas"]),
    ("lv", "tulks", "Tulki tulkoja, tulkotājs klausījās.", ["Tulki"]),
    ("et", "põgenik", "Põgenikega ja põgenikele.", ["Põgenikega", "põgenikele"]),
    ("et", "laps", "Lapse raamat, laste tuba, lasteaed.", ["Lapse", "laste"]),
    ("et", "ajutine kaitse", "Ajutise kaitse kohta.", ["Ajutise kaitse"]),
    ("et", "tõlk", "Tõlgi tool; tõlkida.", ["Tõlgi"]),
    ("et", "töötuba", "Töötoad ja töötubade aeg.", ["Töötoad", "töötubade"]),
    ("et", "lett", "Leti taga, letti ja lettide juures.", ["Leti", "letti", "lettide"]),
    ("et", "slaidid", "Slaide ja slaididel.", ["Slaide", "slaididel"]),
    ("et", "isikuandmed", "Isikuandmete ja isikuandmeid.", ["Isikuandmete", "isikuandmeid"]),
    ("et", "fraasileht", "Fraasilehe ja fraasilehtede kaupa.", ["Fraasilehe", "fraasilehtede"]),
    ("et", "hädaabinumber", "Hädaabinumbril 112.", ["Hädaabinumbril"]),
    ("et", "varjupaik", "Varjupaiga uks.", ["Varjupaiga"]),
    ("fi", "pakolainen", "Pakolaisia ja pakolaisten lapsia.", ["Pakolaisia", "pakolaisten"]),
    ("fi", "oleskelulupa", "Oleskeluluvan haku.", ["Oleskeluluvan"]),
    ("fi", "kunta", "Kunnan ja kuntien työ.", ["Kunnan", "kuntien"]),
    ("fi", "tulkki", "Tulkin kanssa, tulkeille, tulkaa.", ["Tulkin", "tulkeille"]),
    ("fi", "kutsu", "Kutsun teksti; kutsukaa kaikki.", ["Kutsun"]),
    ("fi", "tarinankerronta", "Tarinankerronnan taito.", ["Tarinankerronnan"]),
    ("fi", "jälkipuinti", "Jälkipuinnin kysymykset.", ["Jälkipuinnin"]),
    ("fi", "diat", "Dioja ja diat, dialogi.", ["Dioja", "diat"]),
    ("fi", "henkilötiedot", "Henkilötietojen suoja.", ["Henkilötietojen"]),
    ("fi", "ensiapu", "Ensiavun kurssi.", ["Ensiavun"]),
    ("fi", "turvakoti", "Turvakodin ovi.", ["Turvakodin"]),
    ("da", "flygtning", "Flygtningene og en flygtningelejr.", ["Flygtningene"]),
    ("da", "barn", "Børnene og barnet.", ["Børnene", "barnet"]),
    ("da", "nytilkommen", "De nytilkomne.", ["nytilkomne"]),
    ("da", "stille rum", "I det stille rum.", ["stille rum"]),
    ("uk", "біженець", "Для біженців і біженця.", ["біженців", "біженця"]),
    ("uk", "тимчасовий захист", "Про тимчасового захисту.", ["тимчасового захисту"]),
    ("uk", "дозвіл на проживання", "Без дозволу на проживання.", ["дозволу на проживання"]),
    ("uk", "згода", "За згодою, а згодом без згоди.", ["згодою", "згоди"]),
    ("uk", "дитина", "Діти й дитячий куток.", ["Діти"]),
    ("uk", "навчальний день", "План навчального дня.", ["навчального дня"]),
    ("uk", "стійка", "На стійці й біля стійок.", ["стійці", "стійок"]),
    ("uk", "доступність", "Настанови з доступності.", ["доступності"]),
    ("uk", "майстерня", "Календар майстерень.", ["майстерень"]),
    ("uk", "вечір", "Кожного вечора.", ["вечора"]),
    ("en", "municipality", "Two municipalities.", ["municipalities"]),
    ("en", "child", "Children, childhood, a chilly child.", ["Children", "child"]),
    ("en", "trauma-informed", "A trauma-informed place.", ["trauma-informed"]),
]


@pytest.mark.parametrize(("code", "words", "text", "expected"), FORMS)
def test_a_term_is_found_in_the_forms_of_its_language(code, words, text, expected):
    other = "en" if code != "en" else "lv"
    term(**{code: words, other: "x"})

    assert found(code, other, text) == expected


def test_the_longer_term_is_found_and_terms_never_overlap():
    term("library", en="library", lv="bibliotēka")
    term("library-card", en="library card", lv="lasītāja karte")
    term("card", en="card", lv="karte")

    assert found("en", "lv", "A library card, a library, cards.") == [
        "library card",
        "library",
        "cards",
    ]


def test_a_hit_tells_the_approved_words_the_note_and_what_to_avoid():
    term(
        "volunteer",
        note="Unpaid",
        en="volunteer",
        uk="волонтер",
        notes={"uk": "Про жінку: волонтерка"},
        avoid={"uk": ["доброволець"]},
    )
    (hit,) = terms_for(locale("en"), locale("uk")).in_source("Ask a volunteer.")

    assert (hit.start, hit.end, hit.term, hit.target) == (6, 15, "volunteer", "волонтер")
    assert (hit.note, hit.note_code) == ("Про жінку: волонтерка", "uk")
    assert hit.forbidden == ("доброволець",)


def test_a_note_for_everybody_is_marked_as_english():
    term("volunteer", note="Unpaid", en="volunteer", uk="волонтер")
    (hit,) = terms_for(locale("en"), locale("uk")).in_source("Ask a volunteer.")

    assert (hit.note, hit.note_code) == ("Unpaid", "en")


def test_an_approved_term_that_is_not_there_in_any_form_is_missing():
    term("waiting-list", en="waiting list", fi="jonotuslista")
    term("volunteer", en="volunteer", fi="vapaaehtoinen")
    glossary = terms_for(locale("en"), locale("fi"))
    source = "Volunteers keep the waiting list."

    assert glossary.missing_in(source, "Vapaaehtoiset pitävät jonotuslistaa.") == []
    missing = glossary.missing_in(source, "Vapaaehtoiset pitävät luetteloa.")
    assert [hit.term for hit in missing] == ["waiting list"]


SAID = [
    ("en", "accessibility", "da", "tilgængelighed", "Retningslinjer for tilgængeligt indhold"),
    ("lv", "stāstīšana", "da", "fortælling", "Fortællekunst i teori"),
    ("lv", "pašvaldība", "uk", "муніципалітет", "Фахівці муніципальних установ"),
    ("et", "ühine keel", "en", "shared language", "People who share no language"),
    ("et", "fraasileht", "uk", "аркуш із фразами", "Аркуш з фразами"),
]


@pytest.mark.parametrize(("code", "words", "other", "others", "text"), SAID)
def test_a_term_is_said_by_another_word_of_its_root(code, words, other, others, text):
    term(**{code: words, other: others})
    glossary = terms_for(locale(code), locale(other))

    assert glossary.missing_in(words, text) == []
    assert glossary.missing_in(words, "112") != []


def test_a_name_that_keeps_its_words_says_its_terms():
    term("trauma", en="trauma", uk="травма")
    glossary = terms_for(locale("en"), locale("uk"))

    assert glossary.missing_in("The War Trauma Foundation", "Посібник War Trauma Foundation") == []
    assert glossary.missing_in("The War Trauma Foundation", "Посібник фундації") != []
    assert glossary.missing_in("A trauma", "Це trauma") != []


def test_a_word_to_avoid_is_told_but_not_where_it_is_part_of_the_approved_one():
    term(
        "host-family",
        en="host family",
        uk="гостьова родина",
        avoid={"uk": ["родина", "приймаюча родина"]},
    )
    glossary = terms_for(locale("en"), locale("uk"))

    assert glossary.forbidden_in("A host family", "Гостьова родина") == []
    assert glossary.forbidden_in("A dog", "Приймаюча родина") == []
    words = [word for word, _hit in glossary.forbidden_in("Host families", "Приймаючої родини")]
    assert "приймаюча родина" in words


def test_the_glossary_of_two_languages_is_one_query():
    for number in range(30):
        term(f"term-{number}", en=f"term{number}", lv="termins")
    source, target = locale("en"), locale("lv")

    with CaptureQueriesContext(connection) as queries:
        glossary = terms_for(source, target)

    assert len(queries) == 1
    assert len(glossary.terms) == 30


# --- for readers ------------------------------------------------------------------------------


def test_the_phrase_list_shows_the_readers_words_beside_another_languages(client):
    term("refugee", lv="bēglis", uk="біженець", en="refugee", avoid={"lv": ["nelegālis"]})
    term("handout", uk="роздатковий аркуш")

    html = client.get("/lv/phrases/?with=uk").content.decode()

    assert '<html lang="lv"' in html
    assert "bēglis" in html
    assert "nelegālis" in html
    assert '<td class="phrases__word" lang="uk" dir="ltr">' in html
    assert "роздатковий аркуш" in html
    assert "refugee" not in html
    assert html.index("bēglis") < html.index("роздатковий аркуш")
    assert '"/uk/phrases/?with=lv"' in html
    assert "set-cookie" not in {name.lower() for name in client.get("/lv/phrases/").headers}


@pytest.mark.parametrize("code", ["en", "lv", "et", "fi", "da", "uk"])
@pytest.mark.parametrize("with_", ["", "?with=xx", "?with=uk&with=lv"])
def test_the_phrase_list_answers_in_every_language_and_to_any_wish(client, code, with_):
    term("refugee", lv="bēglis", uk="біженець", en="refugee", fi="pakolainen")

    assert client.get(f"/{code}/phrases/{with_}").status_code == 200


def test_the_phrase_list_costs_six_queries_at_most(client):
    for number in range(40):
        term(f"term-{number}", en=f"term {number}", lv="termins")
    client.get("/lv/phrases/?with=en")

    with CaptureQueriesContext(connection) as queries:
        client.get("/lv/phrases/?with=en")

    assert len(queries) <= 6


# --- what it begins with ----------------------------------------------------------------------


def test_the_glossary_begins_with_the_words_of_our_field_in_six_languages():
    codes = ["en", "lv", "et", "fi", "da", "uk"]
    locales = {code: locale(code) for code in codes}

    load_glossary(locales)
    load_glossary(locales)

    assert GlossaryTerm.objects.count() >= 35
    for one in GlossaryTerm.objects.prefetch_related("texts__locale"):
        assert {text.locale.language_code for text in one.texts.all()} == set(codes), one.key
        for text in one.texts.all():
            text.full_clean()
    assert said("temporary-protection", "uk") == "тимчасовий захист"
    assert said("temporary-protection", "fi") == "tilapäinen suojelu"
