"""Every page type, in every language, in its own words and as a mirror."""

import re

import pytest
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models
from wagtail_localize.fields import TranslatableField, get_translatable_fields
from wagtail_localize.segments.extract import StreamFieldSegmentExtractor

from hub.frame import language_of_path
from hub.models import HubPage, Thing

HUB_MODELS = [model for model in get_page_models() if issubclass(model, HubPage)]
CREATABLE = [model for model in HUB_MODELS if model.__name__ != "ResourcePage"]


def live_pages():
    return [
        page
        for page in Page.objects.filter(depth__gte=2, live=True).specific()
        if isinstance(page, HubPage)
    ]


def test_every_page_of_the_demo_opens_in_the_language_of_its_address(demo, client):
    pages = live_pages()
    seen = set()
    for page in pages:
        response = client.get(page.get_url())
        html = response.content.decode()
        code = language_of_path(page.url_path)

        assert response.status_code == 200, page.get_url()
        assert f'<html lang="{code}" dir="ltr">' in html, page.get_url()
        if page.is_mirror:
            assert f'lang="{page.words_language}"' in html, page.get_url()
            assert (
                f'<link rel="canonical" href="http://127.0.0.1:8000{page.canonical_url}">' in html
            )
            assert 'rel="alternate"' not in html, page.get_url()
        seen.add((type(page), page.is_mirror))

    assert {model for model, _mirror in seen} == set(CREATABLE)
    # The structure's own words exist in all languages; every kind of item is also met as a mirror.
    assert {model.__name__ for model, is_mirror in seen if is_mirror} >= {
        "TrainingMaterialPage",
        "PracticeStoryPage",
        "EventPage",
        "ServicePage",
    }


def test_the_tree_of_the_demo_is_sound_and_every_thing_has_a_page_in_every_language(demo):
    assert not any(Page.find_problems())
    keys = list(Page.objects.filter(depth__gte=2).values_list("translation_key", flat=True))

    assert {keys.count(key) for key in set(keys)} == {6}
    things = set(Thing.objects.values_list("translation_key", flat=True))
    assert set(keys) - things == {Page.objects.filter(depth=2).first().translation_key}


def test_hreflang_names_the_pages_in_their_own_words_each_naming_the_others(demo, client):
    guide = Page.objects.get(url_path="/home-lv/resources/valmiera-library/clay-without-words/")
    names = re.compile(r'hreflang="([\w-]+)" href="([^"]+)"')

    here = dict(names.findall(client.get(guide.specific.get_url()).content.decode()))

    assert set(here) == {"en", "lv", "et", "fi", "da", "uk", "x-default"}
    for code, url in here.items():
        if code != "x-default":
            there = client.get(url.removeprefix("http://127.0.0.1:8000")).content.decode()
            assert dict(names.findall(there)) == here


def leaves(block, path=()):
    """(path, block) of every block without children."""
    children = getattr(block, "child_blocks", None)
    if children:
        for name, child in children.items():
            yield from leaves(child, (*path, name))
    elif isinstance(block, blocks.ListBlock):
        yield from leaves(block.child_block, (*path, "item"))
    else:
        yield path, block


# Chosen things, numbers, days, hours and choices are no words.
WITHOUT_WORDS = (
    blocks.ChooserBlock,
    blocks.ChoiceBlock,
    blocks.IntegerBlock,
    blocks.BooleanBlock,
    blocks.URLBlock,
    blocks.DateBlock,
    blocks.TimeBlock,
)
NAMED_EXCEPTIONS = {
    # A filter of the catalogue: the same in all languages.
    ("HomePage", "shortcuts", ("shortcut", "query")),
    # A person's name: kept nowhere but on the page.
    ("EventPage", "programme", ("session", "speakers", "item", "name")),
}


@pytest.mark.parametrize("model", CREATABLE, ids=lambda model: model.__name__)
def test_every_text_in_a_stream_can_be_translated(model):
    translatable = {
        field.field_name
        for field in get_translatable_fields(model)
        if isinstance(field, TranslatableField)
    }
    for field in model._meta.get_fields():
        if not isinstance(field, StreamField):
            continue
        assert field.name in translatable
        for path, block in leaves(field.stream_block):
            if isinstance(block, WITHOUT_WORDS):
                continue
            if (model.__name__, field.name, path) in NAMED_EXCEPTIONS:
                continue
            value = block.to_python("<p>words</p>")
            segments = StreamFieldSegmentExtractor(field).handle_block(block, value)
            found = [segment for segment in segments if "words" in str(vars(segment))]
            assert found, f"{model.__name__}.{field.name} {path}"


@pytest.mark.parametrize("model", CREATABLE, ids=lambda model: model.__name__)
def test_facts_are_never_offered_as_texts_to_translate(model):
    texts = {
        field.field_name
        for field in get_translatable_fields(model)
        if isinstance(field, TranslatableField)
    }

    assert not texts & {
        "slug",
        "licence",
        "country",
        "town",
        "phone",
        "email",
        "website",
        "messenger",
        "time_zone",
        "precision",
        "mode",
        "event_kind",
        "repeats",
        "programme_code",
        "words_language",
    }


def test_a_record_says_what_the_page_says(demo):
    for model in CREATABLE:
        page = model.objects.filter(live=True, alias_of=None).first()
        record = page.record()

        assert record["title"] in (page.title, getattr(page, "heading", page.title))
        assert record["language"] == page.words_language
        assert record["url"] == page.get_url()
        assert record["kind"] == page.kind
