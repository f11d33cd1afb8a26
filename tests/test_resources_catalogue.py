"""Narrowing the catalogue."""

import pytest

from hub.models import Topic
from tests.builders import locale

pytestmark = pytest.mark.usefixtures("demo")


def test_a_word_that_nothing_is_about_is_shown_as_chosen_and_can_be_taken_back(client):
    Topic.objects.create(slug="gardens", title="Dārzi", locale=locale("lv"))

    page = client.get("/lv/resources/?topic=gardens&kind=guide")

    assert page.context["total"] == 0
    labels = {one.label: one.url for one in page.context["chosen"]}
    assert labels["Dārzi"] == "?kind=guide"
    assert "Dārzi" not in {
        choice.label
        for facet in client.get("/lv/resources/").context["facets"]
        for choice in facet["choices"]
    }


def test_a_word_that_is_in_no_list_chooses_nothing_that_could_be_shown(client):
    page = client.get("/lv/resources/?topic=%3Cscript%3E")

    assert page.status_code == 200
    assert page.context["chosen"] == []
