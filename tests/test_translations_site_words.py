"""Topics, audiences and the foot of the page: each language's words, for who translates into it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.models import Audience, SiteText, Topic
from tests.builders import locale, make_coordinator, make_reviewer, make_translator
from tests.editing import an_author, signed_in
from translations.editor.form import mark

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def address(code="uk", beside=""):
    return reverse("translation_site_words", args=[code]) + (f"?from={beside}" if beside else "")


def a_translator(code="uk"):
    return signed_in(make_translator(code))


def topic(code="uk", slug="first-meetings"):
    return Topic.objects.get(locale=locale(code), slug=slug)


def fields(row, **words):
    """What a browser sends when these fields of a row were changed."""
    sent = {}
    for name, text in words.items():
        field = f"{row._meta.model_name}-{row.pk}-{name}"
        sent |= {field: text, f"was-{field}": mark(getattr(row, name))}
    return sent


def test_the_words_of_a_language_stand_beside_those_of_another():
    client = a_translator("uk")

    beside_english = client.get(address()).content.decode()
    beside_latvian = client.get(address(beside="lv")).content.decode()

    assert "First meetings" in beside_english
    assert "Перші зустрічі" in beside_english
    assert "Pirmās tikšanās" in beside_latvian
    assert "First meetings" not in beside_latvian
    assert topic("en").title in signed_in(make_reviewer("en")).get(address("en")).content.decode()
    assert client.get(address(beside="xx")).status_code == 200


def test_saved_words_reach_readers_at_once(client):
    row = topic()
    assert "Перші зустрічі" in client.get("/uk/resources/").content.decode()

    a_translator().post(address(), fields(row, title="Найперші зустрічі"))

    row.refresh_from_db()
    assert (row.title, row.slug) == ("Найперші зустрічі", "first-meetings")
    assert "Найперші зустрічі" in client.get("/uk/resources/").content.decode()


def test_the_foot_of_the_page_and_audiences_are_worded_here_too(client):
    foot = SiteText.objects.get(locale=locale("uk"))
    audience = Audience.objects.filter(locale=locale("uk")).first()

    a_translator().post(
        address(),
        {**fields(foot, network="Мережа бібліотек."), **fields(audience, sentence="Для всіх.")},
    )

    foot.refresh_from_db()
    audience.refresh_from_db()
    assert (foot.network, audience.sentence) == ("Мережа бібліотек.", "Для всіх.")
    assert "Мережа бібліотек." in client.get("/uk/").content.decode()


@pytest.mark.parametrize("code", ["lv", "en", "xx"])
@pytest.mark.parametrize("make", [make_translator, make_reviewer])
def test_other_languages_are_closed(code, make):
    client = signed_in(make("uk"))
    row = topic(code) if code != "xx" else topic("lv")
    before = row.title

    assert client.get(address(code)).status_code == 404
    assert client.post(address(code), fields(row, title="Чуже")).status_code == 404
    # Nor through one's own door.
    assert client.post(address("uk"), fields(row, title="Чуже")).status_code == 404

    row.refresh_from_db()
    assert row.title == before


def test_nothing_but_the_words_can_be_sent():
    row = topic()
    client = a_translator()

    for name in ("slug", "locale", "translation_key", "pk"):
        response = client.post(address(), {f"topic-{row.pk}-{name}": "other"})
        assert response.status_code == 404

    kept = topic()
    assert (kept.pk, kept.translation_key) == (row.pk, row.translation_key)


def test_others_than_people_of_the_language_stay_outside():
    assert Client().get(address()).status_code == 302
    assert an_author().get(address()).status_code == 404
    coordinator = signed_in(make_coordinator())
    assert [coordinator.get(address(code)).status_code for code in ("uk", "lv", "en")] == [200] * 3


def test_words_that_cannot_stand_are_refused_with_the_reason_and_kept_in_the_form():
    row, other = topic(), topic(slug="conversation")
    client = a_translator()

    page = client.post(
        address(),
        {**fields(row, title="ж" * 81), **fields(other, title="", sentence="Нове речення.")},
    )

    html = page.content.decode()
    assert page.status_code == 200
    assert "ж" * 81 in html
    assert "81 characters; there is room for 80." in html
    assert "Нове речення." in html
    assert html.count('aria-invalid="true"') == 2
    assert (topic().title, topic(slug="conversation").title) == (row.title, other.title)


def test_what_is_right_is_saved_beside_what_is_not():
    row, other = topic(), topic(slug="conversation")

    a_translator().post(address(), {**fields(row, title=""), **fields(other, title="Розмови")})

    assert topic().title == row.title
    assert topic(slug="conversation").title == "Розмови"


def test_a_colleagues_words_are_not_overwritten():
    row = topic()
    mine = fields(row, title="Моє")
    Topic.objects.filter(pk=row.pk).update(title="Колегине")

    html = a_translator().post(address(), mine).content.decode()

    assert topic().title == "Колегине"
    assert "Колегине" in html
    assert "Моє" in html


def test_an_untouched_field_saves_nothing():
    row = topic()
    sent = fields(row, title=row.title, sentence=row.sentence)
    Topic.objects.filter(pk=row.pk).update(title="Колегине")

    a_translator().post(address(), sent)

    assert topic().title == "Колегине"


def test_the_same_checks_warn_here():
    row = topic()
    a_translator().post(address(), fields(row, title="Перші зуcтрічі"))

    html = signed_in(make_reviewer("uk")).get(address()).content.decode()

    assert "Latin and Cyrillic letters are mixed" in html


def test_the_screen_costs_at_most_fifteen_queries():
    client = a_translator()
    client.get(address())
    for number in range(30):
        for code in ("en", "uk"):
            Topic.objects.create(slug=f"topic-{number}", title=f"T {number}", locale=locale(code))

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address()).status_code == 200

    assert len(queries) <= 15, [query["sql"][:90] for query in queries]
