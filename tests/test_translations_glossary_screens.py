"""The screens of the glossary: everybody at the desk reads, each writes their own languages."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.builders import locale, make_coordinator
from tests.editing import an_author, signed_in
from tests.glossaries import a_translator, said, term
from translations.models import GlossaryTerm, GlossaryText

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
LIST = reverse("translation_glossary")


@pytest.fixture(autouse=True)
def empty_glossary(demo):
    GlossaryTerm.objects.all().delete()


# --- the screens ------------------------------------------------------------------------------


def test_whoever_works_at_the_desk_reads_the_glossary_and_nobody_else():
    term("volunteer", en="volunteer", uk="волонтер")

    assert "волонтер" in a_translator("et").get(LIST).content.decode()
    assert "волонтер" in signed_in(make_coordinator()).get(LIST).content.decode()
    assert "волонтер" not in an_author().get(LIST, follow=True).content.decode()
    assert Client().get(LIST).status_code == 302


def test_the_list_finds_letters_small_and_large_and_what_a_language_misses():
    term("refugee", en="refugee", uk="Біженець")
    term("volunteer", en="volunteer", lv="brīvprātīgais")
    client = a_translator()

    hit = client.get(LIST, {"q": "БІЖЕН"}).content.decode()
    assert "Біженець" in hit
    assert "brīvprātīgais" not in hit
    missing = client.get(LIST, {"missing": "uk"}).content.decode()
    assert "brīvprātīgais" in missing
    assert "Біженець" not in missing
    assert client.get(LIST, {"missing": "xx", "page": "x", "q": "\0"}).status_code == 200


@pytest.mark.parametrize("number", [10, 500])
def test_the_list_costs_the_same_for_few_terms_as_for_many(number):
    terms = GlossaryTerm.objects.bulk_create(
        GlossaryTerm(key=f"term-{one:03}") for one in range(number)
    )
    codes = [locale(code) for code in ("en", "lv", "uk")]
    GlossaryText.objects.bulk_create(
        GlossaryText(term=one, locale=code, text="vārds") for one in terms for code in codes
    )
    client = a_translator()
    client.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST).status_code == 200

    assert len(queries) <= 15, [query["sql"][:90] for query in queries]


def test_a_translator_changes_the_words_of_their_own_language():
    volunteer = term("volunteer", en="volunteer", uk="доброволець")
    client = a_translator("uk")
    here = reverse("translation_term", args=["volunteer"])

    page = client.get(here).content.decode()
    assert 'name="uk-text"' in page
    assert 'name="en-text"' not in page
    client.post(
        here,
        {"uk-text": "волонтер", "uk-note": "", "uk-forbidden": "доброволець\r\nпомічник"},
    )

    text = volunteer.texts.get(locale=locale("uk"))
    assert (text.text, text.words_to_avoid) == ("волонтер", ("доброволець", "помічник"))
    assert said("volunteer", "en") == "volunteer"
    client.post(here, {"uk-text": "", "uk-note": "", "uk-forbidden": ""})
    assert not volunteer.texts.filter(locale=locale("uk")).exists()


def test_a_coordinator_changes_all_languages_and_what_is_not_sent_stays():
    term("volunteer", note="Unpaid", en="volunteer", uk="доброволець", lv="palīgs")
    client = signed_in(make_coordinator())
    here = reverse("translation_term", args=["volunteer"])

    client.post(here, {"uk-text": "волонтер", "lv-text": "brīvprātīgais"})
    assert [said("volunteer", code) for code in ("en", "uk", "lv")] == [
        "volunteer",
        "волонтер",
        "brīvprātīgais",
    ]
    assert GlossaryTerm.objects.get().note == "Unpaid"
    client.post(here, {"note": "Without pay"})
    assert GlossaryTerm.objects.get().note == "Without pay"
    assert GlossaryText.objects.count() == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"uk-text": "нове", "en-text": "helper", "en-note": "", "en-forbidden": ""},
        {"uk-text": "нове", "lv-text": "palīgs"},
        {"uk-text": "нове", "note": "Another"},
        {"uk-text": "нове", "key": "other"},
    ],
)
def test_a_post_for_another_language_is_not_found_and_changes_nothing(fields):
    term("volunteer", note="Unpaid", en="volunteer", uk="волонтер")

    response = a_translator("uk").post(reverse("translation_term", args=["volunteer"]), fields)

    assert response.status_code == 404
    assert (said("volunteer", "uk"), said("volunteer", "en")) == ("волонтер", "volunteer")
    kept = GlossaryTerm.objects.get()
    assert (kept.key, kept.note, kept.texts.count()) == ("volunteer", "Unpaid", 2)


def test_words_that_do_not_fit_stand_in_the_form_with_the_reason():
    term("volunteer", en="volunteer", uk="волонтер")
    here = reverse("translation_term", args=["volunteer"])

    page = a_translator("uk").post(
        here, {"uk-text": "ж" * 121, "uk-note": "Моя нотатка", "uk-forbidden": ""}
    )

    html = page.content.decode()
    assert page.status_code == 200
    assert "Моя нотатка" in html
    assert "ж" * 121 in html
    assert "term-wrong" in html
    assert said("volunteer", "uk") == "волонтер"


def test_coordinators_add_and_delete_terms_and_translators_do_not():
    coordinator, translator = signed_in(make_coordinator()), a_translator("uk")
    new = reverse("translation_glossary_new")
    fields = {"key": "quiet-room", "note": "Alone", "lv-text": "klusā telpa", "uk-text": ""}

    translator.post(new, fields)
    assert not GlossaryTerm.objects.exists()
    coordinator.post(new, fields)
    assert said("quiet-room", "lv") == "klusā telpa"
    again = coordinator.post(new, fields)
    assert again.status_code == 200
    assert "klusā telpa" in again.content.decode()

    delete = reverse("translation_term_delete", args=["quiet-room"])
    translator.post(delete)
    assert GlossaryTerm.objects.exists()
    assert "klusā telpa" in coordinator.get(delete).content.decode()
    assert GlossaryTerm.objects.exists()
    coordinator.post(delete)
    assert not GlossaryTerm.objects.exists()
    assert coordinator.get(delete).status_code == 404
