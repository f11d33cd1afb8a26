"""A prepared question gives what the queryset would give, for any values."""

import uuid

import pytest
from django.db import models
from wagtail.models import Page

from hub.models import Document, Thing
from hub.prepared import Prepared
from resources.models import MethodGuidePage, ResourceFile, ResourcePage
from tests.builders import make_guide

pytestmark = pytest.mark.usefixtures("demo")


def test_models_come_with_all_their_fields_and_relations(django_assert_num_queries):
    prepared = Prepared(
        lambda keys: (
            ResourceFile.objects.filter(page__translation_key__in=keys)
            .select_related("document", "page")
            .only("title", "number", "document__title", "page__url_path")
            .order_by("pk")
        )
    )
    keys = list(
        ResourceFile.objects.values_list("page__translation_key", flat=True)
        .order_by("page__translation_key")
        .distinct()
    )

    for some in (keys[:1], keys, keys[1:], keys):
        with django_assert_num_queries(1):
            found = prepared(some)
            said = [(row.pk, row.title, row.document.title, row.page.url_path) for row in found]
        rows = ResourceFile.objects.filter(page__translation_key__in=some).order_by("pk")
        assert said == [(row.pk, row.title, row.document.title, row.page.url_path) for row in rows]
        assert said


def test_a_page_is_the_same_as_from_the_queryset():
    prepared = Prepared(lambda pk: MethodGuidePage.objects.filter(pk=pk))

    for guide in MethodGuidePage.objects.all():
        (found,) = prepared(guide.pk)
        assert found == guide
        for field in MethodGuidePage._meta.concrete_fields:
            assert field.value_from_object(found) == field.value_from_object(guide), field
        assert not found._state.adding
    assert prepared(-1) == []


def test_rows_are_converted_and_deferred_texts_can_still_be_asked_for():
    rows = Prepared(
        lambda key: Page.objects.filter(translation_key=key).values_list(
            "translation_key", "live", "first_published_at"
        )
    )
    pages = Prepared(lambda ids: ResourcePage.objects.filter(pk__in=ids).defer_streamfields())
    page = ResourcePage.objects.filter(kind_slug="story", live=True).first()

    assert set(rows(page.translation_key)) == set(
        Page.objects.filter(translation_key=page.translation_key).values_list(
            "translation_key", "live", "first_published_at"
        )
    )
    (found,) = pages([page.pk])
    assert "body" in found.get_deferred_fields()
    assert found.body == page.body


def test_a_value_may_stand_twice_and_begin_a_text():
    prepared = Prepared(
        lambda pk, path: (
            Page.objects.filter(pk=pk)
            .order_by()
            .values_list("pk", models.Value("itself"))
            .union(
                Page.objects.filter(path__startswith=path)
                .exclude(pk=pk)
                .order_by()
                .values_list("pk", models.Value("below"))
            )
        )
    )
    guide = make_guide()
    shelf = guide.get_parent()

    found = prepared(shelf.pk, shelf.path)

    assert (shelf.pk, "itself") in found
    assert (guide.pk, "below") in found
    assert len(found) == 1 + shelf.get_descendants().count()


def test_no_values_give_nothing_without_asking(django_assert_num_queries):
    prepared = Prepared(lambda ids: Thing.objects.filter(pk__in=ids))

    with django_assert_num_queries(0):
        assert prepared([]) == []
    assert Prepared(lambda pk: Thing.objects.none().filter(pk=pk))(1) == []


def test_what_cannot_be_prepared_is_refused_and_not_answered_wrongly():
    with pytest.raises(ValueError, match="as it is given"):
        Prepared(lambda key: Page.objects.filter(url_path__contains=str(key)))(uuid.uuid4())
    with pytest.raises(TypeError, match="models or lists"):
        Prepared(lambda pk: Document.objects.filter(pk=pk).values("title"))(1)
