"""Who puts a file here learns what they should know of it; of what they may not see they learn nothing."""

from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.models import Page

from hub.document_text import read_document
from hub.models import Document
from partners.models import Partner
from resources.models import ResourceFile
from tests.builders import make_guide, shelf
from tests.editing import a_coordinator, an_author
from tests.files import attached_pdf, pdf, upload, written_pdf

pytestmark = pytest.mark.usefixtures("demo")

WORDS = {"title": "Saraksts", "language": "lv", "licence": "CC0-1.0"}
AGAIN = "The same file is here already"
NO_TEXT = "has no text"
NO_TAGS = "has no tags"


def valmiera() -> Partner:
    return Partner.objects.get(slug="valmiera-library")


def another() -> Partner:
    return Partner.objects.standing().exclude(pk=valmiera().pk).order_by("pk").first()


def a_document(data, name="guide.pdf", **fields) -> Document:
    fields = {**WORDS, "collection": valmiera().collection, **fields}
    return Document.objects.create(file=ContentFile(data, name), **fields)


def told_after_upload(client, data, name="guide.pdf", **fields) -> str:
    """What the next screen says."""
    form = {**WORDS, "collection": valmiera().collection_id, "file": upload(data, name), **fields}
    response = client.post(reverse("wagtaildocs:add"), form, follow=True)
    return unescape(" ".join(str(message) for message in response.context["messages"]))


def screen_of(client, document) -> str:
    page = client.get(reverse("wagtaildocs:edit", args=[document.pk])).content.decode()
    return " ".join(unescape(page).split())


# --- the same bytes again ----------------------------------------------------------------------


def test_the_same_bytes_again_are_told_with_a_link_to_where_they_are():
    first = a_document(b"Labdien", "a.txt", title="Pirmais")

    told = told_after_upload(an_author(), b"Labdien", "b.txt")

    assert AGAIN in told
    assert f'<a href="{reverse("wagtaildocs:edit", args=[first.pk])}">Pirmais</a>' in told
    assert Document.objects.filter(sha256=first.sha256).count() == 2
    assert AGAIN in screen_of(a_coordinator(), first)


def test_of_private_files_of_another_partner_nothing_is_told():
    a_document(b"Labdien", "a.txt", collection=another().private_collection)

    assert AGAIN not in told_after_upload(an_author(), b"Labdien", "b.txt")


def test_a_title_with_marks_stays_words():
    a_document(b"Labdien", "a.txt", title="<b onclick=x>")

    told = told_after_upload(an_author(), b"Labdien", "b.txt")

    assert '"><b onclick=x></a>' in told  # unescaped once by the test itself
    assert AGAIN in told


def test_several_at_once_and_the_chooser_tell_it_on_the_next_screen():
    a_document(b"Labdien", "a.txt", title="Pirmais")
    author = an_author()
    fields = {**WORDS, "collection": valmiera().collection_id, "file": upload(b"Labdien", "b.txt")}

    author.post(
        reverse("wagtaildocs_chooser:create"),
        {f"document-chooser-upload-{name}": value for name, value in fields.items()},
    )
    after_chooser = author.get(reverse("wagtaildocs:index")).context["messages"]
    assert [AGAIN in str(message) for message in after_chooser] == [True]

    first = author.post(
        reverse("wagtaildocs:add_multiple"), {"files[]": upload(b"Labdien", "c.txt")}
    )
    number = first.json()["uploaded_file_id"]
    rest = {name: value for name, value in fields.items() if name != "file"}
    author.post(
        reverse("wagtaildocs:create_multiple_from_uploaded_document", args=[number]),
        {f"uploaded-document-{number}-{name}": value for name, value in rest.items()},
    )
    after_several = author.get(reverse("wagtaildocs:index")).context["messages"]
    assert [AGAIN in str(message) for message in after_several] == [True]


def test_a_change_of_words_alone_tells_nothing():
    a_document(b"Labdien", "a.txt")
    second = a_document(b"Labdien", "b.txt")

    response = an_author().post(
        reverse("wagtaildocs:edit", args=[second.pk]),
        {**WORDS, "collection": second.collection_id},
        follow=True,
    )

    assert AGAIN not in " ".join(str(message) for message in response.context["messages"])


# --- who cannot see -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(pdf(2), NO_TEXT), (written_pdf("Hello"), NO_TAGS), (attached_pdf("a.csv"), NO_TEXT)],
)
def test_a_pdf_that_cannot_be_heard_is_told_at_upload_and_on_its_screen(data, sentence):
    author = an_author()

    assert sentence in told_after_upload(author, data)
    document = Document.objects.order_by("pk").last()
    assert sentence not in screen_of(author, document)  # nobody has read it yet
    read_document.call(document.pk)
    assert sentence in screen_of(author, document)


def test_a_tagged_pdf_or_one_with_a_text_alternative_is_told_nothing_of():
    tagged = written_pdf("Hello", catalogue="/MarkInfo <</Marked true>> /StructTreeRoot <<>>")

    assert NO_TAGS not in told_after_upload(an_author(), tagged)
    assert NO_TEXT not in told_after_upload(
        a_coordinator(), pdf(3), text_alternative="Plakāts aicina uz tējas vakaru."
    )


# --- where it stands ---------------------------------------------------------------------------


def put_on(title, document, **more):
    guide = make_guide(title, publish=False, **more)
    guide.files.add(ResourceFile(title="Karte", document=document))
    return guide.save_revision()


def test_the_screens_to_replace_and_to_delete_name_the_pages_once_each():
    document = a_document(b"Labdien", "a.txt")
    put_on("Tējas vakars", document).publish()
    put_on("Pastaiga", document).publish()
    author = an_author()

    asked = " ".join(
        unescape(
            author.get(reverse("wagtaildocs:delete", args=[document.pk])).content.decode()
        ).split()
    )
    many = author.get(
        reverse("wagtail_bulk_action", args=["hub", "document", "delete"]) + f"?id={document.pk}"
    )

    for page in (screen_of(author, document), asked, unescape(many.content.decode())):
        assert "This file stands on 2 pages: " in page
        assert page.count(">Tējas vakars</a>") == page.count(">Pastaiga</a>") == 1
        assert "may not see" not in page


def test_drafts_of_others_are_told_of_without_their_names():
    document = a_document(b"Labdien", "a.txt")
    revision = put_on("Kellegi mustand", document, on=shelf(another().slug, another().language))
    revision.publish()
    Page.objects.get(pk=revision.object_id).specific.unpublish()

    page = screen_of(an_author(), document)

    assert "Kellegi mustand" not in page
    assert "It also stands on pages that you may not see." in page


def test_a_live_page_of_others_is_linked_as_readers_find_it():
    document = a_document(b"Labdien", "a.txt")
    revision = put_on("Teeõhtu", document, on=shelf(another().slug, another().language))
    revision.publish()
    guide = revision.content_object

    assert f'<a href="{guide.url}">Teeõhtu</a>' in screen_of(an_author(), document)


def test_a_file_that_stands_nowhere_says_nothing_of_it():
    document = a_document(b"Labdien", "a.txt")

    assert "This file stands on" not in screen_of(an_author(), document)
