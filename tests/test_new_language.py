"""A seventh language is a setting and a command, also one that is written from right to left."""

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from wagtail.models import Locale, Page, get_page_models

from hub.languages import KNOWN, LANGUAGES
from hub.models import HubPage, SearchPlace

CODES = [*((one.code, one.name) for one in LANGUAGES), ("ar", KNOWN["ar"].name)]


@pytest.fixture
def arabic(demo):
    """HUB_LANGUAGES with `ar` at its end, and the language added."""
    LANGUAGES.append(KNOWN["ar"])
    try:
        with override_settings(LANGUAGES=CODES, WAGTAIL_CONTENT_LANGUAGES=CODES):
            call_command("new_language", "ar")
            yield Locale.objects.get(language_code="ar")
    finally:
        LANGUAGES.remove(KNOWN["ar"])


def test_every_page_type_opens_from_right_to_left_in_arabic(arabic, client):
    pages = [
        page
        for page in Page.objects.filter(locale=arabic, live=True).specific()
        if isinstance(page, HubPage)
    ]
    assert {type(page) for page in pages} == {
        model
        for model in get_page_models()
        if issubclass(model, HubPage) and model.__name__ != "ResourcePage"
    }
    seen = set()
    for page in pages:
        if type(page) in seen:
            continue
        seen.add(type(page))
        response = client.get(page.get_url())
        html = response.content.decode()
        assert response.status_code == 200, page.get_url()
        assert '<html lang="ar" dir="rtl">' in html
        # The words are still another language's: they run their own way.
        assert f'lang="{page.words_language}" dir="ltr"' in html, page.get_url()


def test_a_new_language_gets_a_counterpart_of_every_thing_and_twice_is_once(arabic, client):
    others = Page.objects.filter(depth__gte=2, live=True, locale__language_code="lv")

    assert Page.objects.filter(locale=arabic, live=True).count() == others.count()
    assert not any(Page.find_problems())
    # The front page stands in no list, nor does a service that nobody has confirmed for a year.
    found = SearchPlace.objects.filter(language="lv").count()
    assert SearchPlace.objects.filter(language="ar").count() == found >= others.count() - 2
    assert 'hreflang="ar"' not in client.get("/lv/").content.decode().split("</head>")[0]
    assert 'href="/ar/"' in client.get("/lv/").content.decode()

    call_command("new_language", "ar")

    assert Page.objects.filter(locale=arabic).count() == others.count()


def test_a_language_that_no_setting_names_is_refused(db):
    with pytest.raises(CommandError, match="HUB_LANGUAGES"):
        call_command("new_language", "ar")
