"""What the checks say to a translation, and that they leave a good one alone."""

import random
import re
import time
from collections import Counter

import pytest
from django.utils import translation
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation

from translations.checks.pairs import Pair, check
from translations.glossary.terms import terms_for


def told(source, target, source_code="en", target_code="lv", **more):
    """The kinds of what is found, those that block with a mark."""
    pair = Pair(source, target, source_code, target_code, **more)
    return [one.kind + "!" * one.blocks for one in check(pair)]


# --- what must be so ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "kinds"),
    [
        ('Read <a id="a1">this</a>.', 'Lasi <a id="a1">šo</a>.', []),
        ('Read <a id="a1">this</a>.', "Lasi šo.", ["marks!"]),
        ('Read <a id="a1">this</a>.', 'Lasi <a id="a2">šo</a>.', ["marks!", "marks!"]),
        ("Read this.", "Lasi <b>šo</b>.", ["marks!"]),
        ("Read <b>this</b>.", "Lasi šo.", ["marks"]),
        ('Read <a id="a1">this</a>.', 'Lasi šo <a id="a1"></a>.', ["marks!"]),
        ("Read <b>this</b>.", "Lasi šo<b> </b>.", ["marks"]),
        (
            'Read <a id="a1">this</a>.',
            '<a id="a1">Lasi</a> <a id="a1">šo</a>.',
            ["marks"],
        ),
        ("One<br/>two", "Viens<br>divi", []),
        ("Hello {name}!", "Sveiki, {name}!", []),
        ("Hello {name}!", "Sveiki!", ["placeholders!"]),
        ("Hello {name}!", "Sveiki, {vārds}!", ["placeholders!", "placeholders!"]),
        ("%(n)s of %s", "%s no %(n)s", []),
        ("%(n)s of %s", "%(n)s no", ["placeholders!"]),
        ("100 % sure", "100 % droši", []),
    ],
)
def test_marks_and_placeholders_are_those_of_the_source(source, target, kinds):
    assert told(source, target) == kinds


def test_a_text_longer_than_its_place_is_refused_and_a_very_different_length_told():
    assert told("Tea", "Tējas vakars", most_characters=12) == []
    assert told("Tea", "Tējas vakars", most_characters=11) == ["length!"]
    assert told("Tea &amp; more", "Tēja &amp; vēl", most_characters=10) == []
    long = "A long sentence that tells people how to get to the library by bus. "
    assert told(long, "Autobuss.") == ["length"]
    assert told(long, "Garš teikums, kas stāsta par ceļu. " * 5 + "Un vēl.") == ["length"]
    assert told("Welcome!", "Laipni lūdzam mūsu bibliotēkā!") == []
    assert told(long, "") == []


# --- numbers, hours and dates ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("1,000 books", "1 000 grāmatu"),
        ("1,000 books", "1\u00a0000 grāmatu"),
        ("12,500.50 euros", "12 500,50 eiro"),
        ("1.5 hours", "1,5 stundas"),
        ("6–12 people", "6-12 cilvēki"),
        ("6–12 people", "no 6 līdz 12 cilvēkiem"),
        ("at 10.30", "plkst. 10:30"),
        ("at 10:30", "kl. 10.30"),
        ("at 3 pm", "plkst. 15.00"),
        ("at 3.30 p.m. today", "šodien 15:30"),
        ("at 12 am", "0:00"),
        ("on 3 May 2026", "2026. gada 3. maijā"),
        ("on May 3rd, 2026", "2026. gada 3. maijā"),
        ("on 3 May", "3.5."),
        ("2026-05-03", "2026. gada 3. maijs"),
        ("3.5.2026", "2026-05-03"),
        ("3–5 May", "3.–5. maijs"),
        ("on the 1st floor", "1. stāvā"),
        ("in 7 days", "pēc septiņām dienām"),
        ("Three tables", "3 galdi"),
        ("½ an hour", "1/2 stundas"),
        ("May I come? 5 people may.", "Vai drīkstu nākt? 5 cilvēki drīkst."),
        ("The year 2026", "2026. gads"),
        ("A4 paper", "A4 papīrs"),
    ],
)
def test_a_number_may_be_written_as_its_language_does(source, target):
    assert told(source, target) == []


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("et", "3. mail 2026"),
        ("fi", "3. toukokuuta 2026"),
        ("da", "den 3. maj 2026"),
        ("uk", "3 травня 2026 року"),
    ],
)
def test_a_date_is_known_in_every_language(code, target):
    assert told("on 3 May 2026", target, target_code=code) == []
    assert told("on 4 May 2026", target, target_code=code) == ["dates"]
    assert told("on 3 June 2026", target, target_code=code) == ["dates"]


@pytest.mark.parametrize(
    ("source", "target", "kinds"),
    [
        ("12 people", "Cilvēki", ["numbers"]),
        ("People", "12 cilvēki", ["numbers"]),
        ("12 people", "13 cilvēki", ["numbers"]),
        ("5 and 5", "5", ["numbers"]),
        ("at 10.30", "plkst. 10.20", ["numbers"]),
        ("at 3 pm", "plkst. 3.00", ["numbers"]),
        ("1,000 books", "100 grāmatu", ["numbers"]),
        ("on 3 May", "maijā", ["dates"]),
        ("in 2026", "2025. gadā", ["numbers"]),
        ("in the twentieth century", "20. gadsimtā", []),
        ("XX століття", "20. gadsimts", []),
        ("in the century", "20. gadsimtā", ["numbers"]),
    ],
)
def test_a_number_that_differs_is_told(source, target, kinds):
    assert told(source, target) == kinds


# --- what stays as it is --------------------------------------------------------------------------


def test_addresses_and_telephone_numbers_stay_as_they_are():
    source = "Write to info@example.org, see https://example.org/a?b=1 or ring +371 6420 7100."
    same = "Raksti info@example.org, skaties https://example.org/a?b=1 vai zvani +371 64207100."

    assert told(source, same) == []
    assert told(source, same.replace("info@", "inf@")) == ["addresses"]
    assert told(source, same.replace("b=1", "b=2")) == ["addresses"]
    assert told(source, same.replace("7100", "7101")) == ["addresses"]
    assert told("Ring us.", "Zvani +371 6420 7100.") == ["addresses"]


def test_spaces_and_a_doubled_word_are_told():
    assert told("Come in", " Nāc iekšā") == ["spaces"]
    assert told("Come in", "Nāc  iekšā") == ["spaces"]
    assert told("Come in", "Nāc\u00a0iekšā") == []
    assert told("Come in", "Nāc nāc iekšā") == ["repeated"]
    assert told("Come, come in in peace", "Nāc nāc mierā") == []


def test_words_left_as_in_the_source_are_told_but_names_and_addresses_are_not():
    assert told("A cup of tea", "A cup of tea") == ["unchanged"]
    assert told("A <b>cup</b> of tea", "a <b>cup</b> of tea") == ["unchanged"]
    for same in ("Valmiera", "Anna Bērziņa", "https://example.org/x", "a@b.lv", "12–14", "PDF"):
        assert told(same, same) == []
    assert told("Добрий день!", "Добрий день!", "lv", "et") == []


def test_a_question_stays_a_question():
    assert told("Will you come?", "Vai nāksi.") == ["end"]
    assert told("Will you come?", "Vai nāksi?") == []
    assert told("He asked: “Will you come?”", "Viņš jautāja: «Vai nāksi?»") == []
    assert told("Bring:", "Paņem līdzi") == ["end"]
    assert told("Come in!", "Nāc iekšā.") == []
    assert told("Come in.", "Nāc iekšā!") == []


# --- letters and words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "codes", "kinds"),
    [
        ("Tea evening", "Вечір чаю", ("en", "uk"), []),
        ("Tea evening", "Вечip чаю", ("en", "uk"), ["script"]),
        ("Tea and bread", "Чай i хліб", ("en", "uk"), ["script"]),
        ("Come to our evening", "Come to the evening", ("en", "uk"), ["script"]),
        ("A PDF and Wi-Fi", "PDF-файл і Wi-Fi", ("en", "uk"), []),
        ("Project “Kopā tālāk”", "Проєкт «Kopā tālāk»", ("en", "uk"), []),
        ("Tea evening", "Tējas вечір", ("en", "lv"), ["script"]),
        ("Say “чай”, it is tea", "Saki «чай», tā ir tēja", ("en", "lv"), []),
        ("Вечір чаю", "Tējas vakars", ("uk", "lv"), []),
        ("Вечір чаю", "Tējas вечір", ("uk", "lv"), ["script"]),
        ("Points a) and b)", "Пункти a) і b)", ("en", "uk"), []),
    ],
)
def test_letters_of_another_script_are_told(source, target, codes, kinds):
    assert told(source, target, *codes) == kinds


@pytest.mark.django_db
def test_the_glossary_is_asked_by_stem(demo):
    english, ukrainian = (Locale.objects.get(language_code=code) for code in ("en", "uk"))
    glossary = terms_for(english, ukrainian)

    def warned(target):
        return told("Two refugees came.", target, "en", "uk", glossary=glossary)

    assert warned("Прийшли двоє біженців.") == []
    assert warned("Прийшли двоє людей.") == ["glossary"]
    assert warned("Прийшли двоє нелегалів.") == ["glossary", "glossary"]


def test_what_is_found_is_said_in_the_readers_language_and_what_blocks_comes_first():
    found = check(Pair("12 {n}", "13", "en", "lv"))
    with translation.override("lv"):
        assert [one.blocks for one in found] == [True, False]

    assert "{n}" in found[0].sentence
    assert ("12" in found[1].sentence, "13" in found[1].sentence) == (True, True)


@pytest.mark.parametrize(
    "odd",
    [
        "<",
        "<a",
        "</b>",
        "&",
        "&#0;",
        "{",
        "%",
        "\0",
        "\ud7ff" * 9,
        "9" * 5000,
        "<b>" * 300,
        "1." * 500,
    ],
)
def test_odd_input_is_checked_like_any(odd):
    check(Pair("Tea {n} 1", odd, "en", "uk"))
    check(Pair(odd, "Чай", "en", "uk", most_characters=3))
    check(Pair(odd, odd, "xx", "yy"))


@pytest.mark.parametrize(
    "odd",
    [
        "a" * 19_999 + "/",
        "a." * 9_999,
        "a@" * 9_999,
        "+1 " * 6_000,
        "<b>" * 2_000,
        "Ab " * 6_000,
        "1 " * 9_999,
        "x" * 900_000,
    ],
)
def test_hostile_words_are_checked_in_no_time(odd):
    began = time.process_time()

    check(Pair("Tea {n} 1 May", odd, "en", "uk"))

    assert time.process_time() - began < 1


# --- real texts -----------------------------------------------------------------------------------


def real_pairs():
    """Every string of the demo with each of its translations."""
    codes = dict(Locale.objects.values_list("pk", "language_code"))
    rows = StringTranslation.objects.select_related("translation_of")
    for row in rows.order_by("pk"):
        source = row.translation_of
        yield Pair(source.data, row.data, codes[source.locale_id], codes[row.locale_id])


@pytest.mark.django_db
def test_good_translations_are_left_alone(demo):
    locales = {one.language_code: one for one in Locale.objects.all()}
    glossaries = {}
    false, number = [], 0
    for pair in real_pairs():
        number += 1
        codes = pair.source_code, pair.target_code
        if codes not in glossaries:
            glossaries[codes] = terms_for(*(locales[code] for code in codes))
        pair.glossary = glossaries[codes]
        false += [(one.kind, one.blocks, one.sentence, pair) for one in check(pair)]

    for kind, _blocks, sentence, pair in false:
        print(kind, pair.source_code, pair.target_code, sentence, pair.source_html)  # noqa: T201
    kinds = Counter(kind for kind, *_rest in false)
    assert number > 3000
    assert not any(blocks for _kind, blocks, *_rest in false)
    # Nothing but the glossary says much: a good translator may prefer another word.
    assert kinds.pop("glossary", 0) <= number * 0.01
    assert sum(kinds.values()) <= 5


SPOILED = {
    "numbers": (r"(?<![\d.,:–-])\d\d(?![\d.,:–-])", lambda found: str(int(found[0]) + 1)),
    "script": (r"(?<=[а-щ])і(?=[а-щ])", lambda found: "i"),
    "marks": (r'<a id="a1">(.*?)</a>', lambda found: found[1]),
    "end": (r"\?$", lambda found: "."),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", SPOILED)
def test_a_spoiled_translation_is_told(kind, demo):
    pattern, spoil = SPOILED[kind]
    pairs = [pair for pair in real_pairs() if re.search(pattern, pair.target_html)]
    if kind == "end":
        pairs = [pair for pair in pairs if pair.source_html.endswith("?")]
    pairs = random.Random(4).sample(pairs, min(60, len(pairs)))  # noqa: S311
    assert len(pairs) >= 5

    seen = 0
    for pair in pairs:
        pair.target_html = re.sub(pattern, spoil, pair.target_html, count=1)
        seen += kind in {one.kind for one in check(pair)} or (
            kind == "numbers" and "dates" in {one.kind for one in check(pair)}
        )

    assert seen >= 0.95 * len(pairs)
