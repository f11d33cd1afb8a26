"""Nothing is published without a licence that somebody has chosen, through whichever door it comes."""

import re

import pytest
from django.urls import reverse

from hub.models import Document
from hub.models.documents import Licence
from resources.models import KitPage, MethodGuidePage, PracticeStoryPage, TrainingMaterialPage
from tests.builders import shelf
from tests.editing import a_publisher, an_author, guide_form
from tests.files import upload

pytestmark = pytest.mark.usefixtures("demo")

ADD = "wagtailadmin_pages:add"
EDIT = "wagtailadmin_pages:edit"
REQUIRED = "This field is required"


def address(model=MethodGuidePage) -> str:
    return reverse(ADD, args=["resources", model._meta.model_name, shelf().pk])


def choices(page) -> list[str]:
    """What the field of the licence offers; the chosen one with a star."""
    field = re.search(r'<select name="licence".*?</select>', page.content.decode(), re.DOTALL)[0]
    found = re.findall(r'<option value="([^"]*)"( selected)?', field)
    return [value + ("*" if chosen else "") for value, chosen in found]


@pytest.mark.parametrize(
    "model", [MethodGuidePage, TrainingMaterialPage, PracticeStoryPage, KitPage]
)
def test_the_editor_begins_without_a_licence_and_explains_each(model):
    page = an_author().get(address(model))

    assert choices(page) == ["*", *Licence.values]
    assert "everybody may share, translate and adapt it" in page.content.decode()


def test_a_draft_may_wait_for_its_licence_and_is_not_published_without():
    publisher = a_publisher()
    publisher.post(address(), guide_form("Bez licences", licence=""))
    draft = MethodGuidePage.objects.get(title="Bez licences")
    edit = reverse(EDIT, args=[draft.pk])
    assert choices(publisher.get(edit))[0] == "*"

    refused = publisher.post(
        edit, guide_form("Bez licences", licence="", **{"action-publish": "1"})
    )
    submitted = publisher.post(address(), guide_form("Cits", licence="", **{"action-submit": "1"}))
    publisher.post(edit, guide_form("Bez licences", **{"action-publish": "1"}))

    assert REQUIRED in refused.content.decode()
    assert REQUIRED in submitted.content.decode()
    draft.refresh_from_db()
    assert (draft.live, draft.licence) == (True, "CC-BY-4.0")
    assert choices(publisher.get(edit))[0] == "CC-BY-4.0*"


def through_add(client, form):
    client.post(reverse("wagtaildocs:add"), form)


def through_several(client, form):
    client.post(reverse("hub_several_files"), {**form, "files": form["file"]})


def through_chooser(client, form):
    form = {f"document-chooser-upload-{name}": value for name, value in form.items()}
    client.post(reverse("wagtaildocs_chooser:create"), form)


def through_multiple(client, form):
    first = client.post(reverse("wagtaildocs:add_multiple"), {"files[]": form.pop("file")}).json()
    number = first["uploaded_file_id"]
    client.post(
        reverse("wagtaildocs:create_multiple_from_uploaded_document", args=[number]),
        {f"uploaded-document-{number}-{name}": value for name, value in form.items()},
    )


@pytest.mark.parametrize("door", [through_add, through_several, through_chooser, through_multiple])
@pytest.mark.parametrize("licence", ["", "free", None])
def test_no_door_takes_a_file_without_a_licence(door, licence):
    before = Document.objects.count()
    collection = shelf().partner.collection_id
    form = {"title": "Lapa", "language": "lv", "licence": licence, "collection": collection}
    form = {name: value for name, value in form.items() if value is not None}

    door(an_author(), {**form, "file": upload(b"Labdien", "lapa.txt")})

    assert Document.objects.count() == before
