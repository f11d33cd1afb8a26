"""Addresses that others rely on."""

import hashlib
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from wagtail.models import Page

from hub.models import Thing
from hub.page_tree import tree_problems
from resources.models import ResourceFile
from tests.editing import a_publisher, an_author
from tests.test_translations_files import guide_with_file


def thing_of(slug):
    key = Page.objects.filter(slug=slug).values_list("translation_key", flat=True).first()
    return Thing.objects.get(translation_key=key)


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("uk,en;q=0.5", "uk"), ("lv-LV", "lv"), ("fr", "en"), ("", "en"), ("xx;q=broken", "en")],
)
def test_the_front_door_leads_to_the_best_language(client, wanted, language, db):
    response = client.get("/", headers={"accept-language": wanted})

    assert response.status_code == 302
    assert response.headers["Location"] == f"/{language}/"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Accept-Language" in response.headers["Vary"]


def test_a_short_address_leads_to_the_page_in_the_readers_language(demo, client):
    code = thing_of("clay-without-words").code

    response = client.get(f"/r/{code.lower()}/", headers={"accept-language": "et"})

    assert response.status_code == 302
    assert response.headers["Location"] == "/et/resources/valmiera-library/clay-without-words/"
    assert response.headers["Cache-Control"] == "no-store"


def test_a_withdrawn_thing_leaves_a_tombstone_in_the_readers_language(demo, client):
    thing = thing_of("clay-without-words")
    original = Page.objects.get(translation_key=thing.translation_key, locale=thing.original_locale)
    original.specific.delete()

    response = client.get(f"/r/{thing.code}/", headers={"accept-language": "uk"})

    assert response.status_code == 410
    html = response.content.decode()
    assert "Глина" in html
    assert '<html lang="uk"' in html
    assert '<meta name="robots" content="noindex">' in html
    assert response.headers["Cache-Control"] == "no-store"
    assert "Accept-Language" in response.headers["Vary"]
    assert not Page.objects.filter(translation_key=thing.translation_key).exists()
    assert not any(tree_problems())


def test_every_address_of_a_withdrawn_thing_says_what_it_was_when_and_why(demo):
    guide = guide_with_file("Tējas vakars", slug="atsauktais")
    thing = thing_of("atsauktais")
    publisher = a_publisher()
    address = reverse("wagtailadmin_pages:delete", args=[guide.pk])
    assert 'name="withdrawn_why"' in publisher.get(address).content.decode()

    publisher.post(address, {"withdrawn_why": " Vietā ir <jaunāks> ceļvedis. "})

    code = thing.code
    for path in ("/", "/lv/1", "/uk/1", "/lv/1/v1", "/qr.svg"):
        response = Client().get(f"/r/{code}{path}", headers={"accept-language": "en"})
        html = response.content.decode()
        assert response.status_code == 410, path
        assert "Method guide: <strong" in html
        assert re.search(r'<strong lang="lv"[^>]*>Tējas vakars</strong>', html)
        assert date_format(localtime(), "DATE_FORMAT") in html
        assert re.search(r'<p lang="lv"[^>]*>Vietā ir &lt;jaunāks&gt; ceļvedis.</p>', html)
        assert '<meta name="robots" content="noindex">' in html


def test_a_reason_given_for_what_stays_changes_nothing(demo):
    guide = guide_with_file("Tējas vakars", slug="paliek")

    an_author().post(
        reverse("wagtailadmin_pages:delete", args=[guide.pk]), {"withdrawn_why": "Nav"}
    )

    thing = thing_of("paliek")
    assert (thing.withdrawn_at, thing.withdrawn_why) == (None, "")


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "options"])
@pytest.mark.parametrize("rest", ["", "/lv/1", "/lv/1/v1", "/qr.svg", "/lv/x", "/x", "/lv/1/"])
def test_what_is_not_there_under_r_is_never_a_redirect(db, client, method, rest):
    path = f"/r/NOSUCH{rest or '/'}"

    response = getattr(client, method)(path, headers={"accept-language": "lv"})

    assert response.status_code in (404, 405)
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    "path",
    ["/r/NOSUCH/", "/api/", "/oai/x", "/documents/999/x.pdf", "/embed/x.js", "/export/x", "/v/x"],
)
def test_a_miss_outside_the_languages_answers_itself(demo, client, path):
    response = client.get(path, headers={"accept-language": "lv"})

    assert response.status_code == 404


@pytest.mark.parametrize("path", ["/lv/nothing/", "/uk/resources/nothing/here/", "/en/x/y/z/"])
def test_a_miss_inside_a_language_answers_in_it(demo, client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert f'<html lang="{path[1:3]}"' in response.content.decode()


def test_a_file_reaches_the_reader_byte_for_byte(demo, client):
    thing = thing_of("desk-first-words")
    row = ResourceFile.objects.filter(
        page__translation_key=thing.translation_key, page__alias_of=None, locale__language_code="uk"
    ).first()
    with row.document.file.open("rb") as stored:
        data = stored.read()

    response = client.get(f"/r/{thing.code}/uk/{row.number}")

    assert b"".join(response.streaming_content) == data
    assert response.headers["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    assert int(response.headers["Content-Length"]) == len(data)
    again = client.get(
        f"/r/{thing.code}/uk/{row.number}",
        headers={"if-none-match": response.headers["ETag"]},
    )
    assert again.status_code == 304


def test_each_language_gives_its_own_file_under_the_same_number(demo, client):
    thing = thing_of("desk-first-words")
    number = (
        ResourceFile.objects.filter(
            page__translation_key=thing.translation_key, page__alias_of=None
        )
        .first()
        .number
    )

    found = {
        b"".join(client.get(f"/r/{thing.code}/{code}/{number}").streaming_content)
        for code in ("en", "lv", "et", "fi", "da", "uk")
    }

    assert len(found) == 6


def test_a_language_without_its_own_file_is_led_to_the_originals(demo, client):
    thing = thing_of("conversation-seminar-set")
    number = (
        ResourceFile.objects.filter(
            page__translation_key=thing.translation_key, page__alias_of=None
        )
        .first()
        .number
    )

    response = client.get(f"/r/{thing.code}/fi/{number}")

    assert response.status_code == 302
    assert response.headers["Location"] == f"/r/{thing.code}/lv/{number}"


def test_the_health_addresses_answer(db, client):
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").status_code == 200


def test_search_finds_a_page_in_its_language_without_diacritics_too(demo, client):
    for query in ("māls", "mals"):
        html = client.get("/lv/search/", {"q": query}).content.decode()
        assert "/lv/resources/valmiera-library/clay-without-words/" in html, query


def test_an_empty_or_hostile_query_is_no_error(demo, client):
    for query in ("", "   ", '"', "*", "a AND", "OR NOT", "'; DROP TABLE", "%", "\x00", "я" * 500):
        assert client.get("/uk/search/", {"q": query}).status_code == 200, query
        assert client.get("/uk/resources/", {"q": query}).status_code == 200, query
