"""Several files at once: what they have in common is said once, each is judged by itself, none is lost."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from hub.models import Document
from hub.several_files import MOST_FILES
from partners.models import Partner
from partners.pause_partner import pause
from partners.quota import used_bytes
from tests.editing import a_coordinator, an_author
from tests.files import pdf, upload

pytestmark = pytest.mark.usefixtures("demo")


def valmiera() -> Partner:
    return Partner.objects.get(slug="valmiera-library")


def send(client, *files, **fields):
    form = {"language": "lv", "licence": "CC-BY-SA-4.0", "collection": valmiera().collection_id}
    return client.post(
        reverse("hub_several_files"),
        {**form, "files": [upload(data, name) for data, name in files], **fields},
    )


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def texts(number: int) -> list[tuple[bytes, str]]:
    return [(f"Labdien {n}".encode(), f"Pirmā_lapa {n}.txt") for n in range(number)]


def test_common_words_hold_for_all_and_each_file_gets_its_own_afterwards():
    author = an_author()

    sent = send(author, *texts(2))
    first, second = Document.objects.filter(title__startswith="Pirmā lapa").order_by("pk")
    page = words(author.get(sent.url))
    for one in (first, second):
        assert (one.language, one.licence) == ("lv", "CC-BY-SA-4.0")
        assert (one.collection, one.uploaded_by_user) == (valmiera().collection, author.user)
        assert one.filename in page
    fields = {"licence": "CC-BY-SA-4.0", "text_alternative": ""}
    form = {
        f"doc-{one.pk}-{name}": value
        for one, title, code in ((first, "Pirmā lapa 0", "lv"), (second, "Перша", "uk"))
        for name, value in {**fields, "title": title, "language": code}.items()
    }
    saved = author.post(sent.url, form)

    second.refresh_from_db()
    assert saved.status_code == 302
    assert (second.title, second.language, second.version) == ("Перша", "uk", 1)
    log = ModelLogEntry.objects.filter(user=author.user, action="wagtail.edit")
    assert [entry.object_id for entry in log] == [str(second.pk)]


def test_a_refused_file_is_named_with_its_sentence_and_the_others_are_kept():
    author = an_author()

    sent = send(author, (b"no", "viltus.pdf"), *texts(1), (b"<svg/>", "zime.svg"))
    page = words(author.get(sent.url))

    assert "viltus.pdf: The name ends in “.pdf”" in page
    assert "zime.svg: The hub does not take files" in page
    assert Document.objects.filter(title="Pirmā lapa 0").count() == 1
    assert not Document.objects.filter(title__in=["viltus", "zime"]).exists()


def test_where_none_is_taken_the_form_comes_back_with_what_was_chosen(media):
    sent = send(an_author(), (b"no", "viltus.pdf"), licence="CC0-1.0")

    page = words(sent)
    assert "<strong>viltus.pdf</strong>: The name ends in" in page
    assert '<option value="CC0-1.0" selected>' in page
    assert not list(media.rglob("viltus*"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"licence": ""}, "This field is required"),
        ({"licence": "free"}, "Select a valid choice"),
        ({"language": ""}, "This field is required"),
        ({"files": []}, "Choose at least one file"),
    ],
)
def test_without_licence_language_or_files_nothing_is_kept(fields, sentence):
    before = Document.objects.count()

    response = send(an_author(), *texts(1), **fields)

    assert sentence in words(response)
    assert Document.objects.count() == before


def test_too_many_files_are_refused_before_one_is_kept():
    before = Document.objects.count()

    response = send(an_author(), *texts(MOST_FILES + 1))

    assert f"{MOST_FILES} are taken at once" in words(response)
    assert Document.objects.count() == before


def test_even_more_files_than_a_request_may_have_are_answered_in_words(settings):
    before = Document.objects.count()

    response = send(an_author(), *texts(settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1))

    assert response.status_code == 400
    assert "More files were sent than the hub takes in one go" in words(response)
    assert Document.objects.count() == before


def test_the_same_bytes_again_are_told_with_a_link():
    author = an_author()
    send(author, *texts(1))
    first = Document.objects.get(title="Pirmā lapa 0")

    page = words(author.get(send(author, (b"Labdien 0", "cita.txt")).url))

    assert "The same file is here already" in page
    assert f'<a href="{reverse("wagtaildocs:edit", args=[first.pk])}">Pirmā lapa 0</a>' in page


def test_what_goes_past_the_quota_is_refused_file_by_file(settings):
    partner = valmiera()
    settings.HUB_PARTNER_MEGABYTES = used_bytes(partner) // 1_000_000 + 1
    left = settings.HUB_PARTNER_MEGABYTES * 1_000_000 - used_bytes(partner)
    author = an_author()

    sent = send(author, (b"a" * (left - 10), "pirma.txt"), (b"b" * 100, "otra.txt"))

    assert Document.objects.filter(title="pirma").exists()
    assert not Document.objects.filter(title="otra").exists()
    assert f"otra.txt: The files of {partner.name}" in words(author.get(sent.url))


def test_a_name_with_marks_stays_words():
    author = an_author()

    page = author.get(send(author, (b"no", "<b onclick=x>.pdf"), *texts(1)).url)

    assert b"<b onclick" not in page.content


def test_files_of_others_stay_out_of_the_form_and_are_not_changed():
    other = Partner.objects.standing().exclude(slug="valmiera-library").first()
    foreign = a_coordinator()
    send(foreign, (b"Tere", "Kellegi.txt"), collection=other.private_collection_id)
    theirs = Document.objects.get(title="Kellegi")
    author = an_author()
    mine = send(author, *texts(1)).url
    address = f"{mine}&id={theirs.pk}"

    page = author.get(address)
    form = {f"doc-{theirs.pk}-title": "Mans", f"doc-{theirs.pk}-language": "lv"}
    author.post(address, form)

    assert "Kellegi" not in words(page)
    theirs.refresh_from_db()
    assert theirs.title == "Kellegi"
    assert author.get(f"{reverse('hub_words_of_files')}?id={theirs.pk}").status_code == 404
    for strange in ("", "?id=", "?id=x", "?id=99999999999999999999", "?id=٤"):
        assert author.get(reverse("hub_words_of_files") + strange).status_code == 404


def test_words_that_are_wrong_come_back_and_nothing_is_saved():
    author = an_author()
    sent = send(author, *texts(2))
    first, second = Document.objects.filter(title__startswith="Pirmā lapa").order_by("pk")
    fields = {"language": "lv", "licence": "CC0-1.0", "text_alternative": "Sveiki."}
    form = {
        f"doc-{one.pk}-{name}": value for one in (first, second) for name, value in fields.items()
    }

    page = words(author.post(sent.url, {**form, f"doc-{first.pk}-title": "Jauns"}))

    assert 'value="Jauns"' in page
    assert page.count("Sveiki.") == 2
    assert "This field is required" in page
    first.refresh_from_db()
    assert first.title == "Pirmā lapa 0"


def test_the_list_of_documents_and_wagtails_own_screen_lead_to_it():
    author = an_author()
    link = f'href="{reverse("hub_several_files")}"'

    assert link in words(author.get(reverse("wagtaildocs:index")))
    assert link in words(author.get(reverse("wagtaildocs:add_multiple")))


def test_who_may_add_no_file_is_sent_away():
    author = an_author()
    pause(valmiera())

    assert author.get(reverse("hub_several_files")).status_code == 302
    assert send(author, *texts(1)).status_code == 302
    assert not Document.objects.filter(title__startswith="Pirmā lapa").exists()


def test_a_pdf_that_cannot_be_heard_is_told_of():
    author = an_author()

    assert "has no text" in words(author.get(send(author, (pdf(), "lapa.pdf")).url))


def test_fifty_files_are_shown_with_as_many_queries_as_ten():
    author = an_author()

    def queries(number: int) -> int:
        address = send(author, *texts(number)).url
        author.get(address)
        with CaptureQueriesContext(connection) as found:
            assert words(author.get(address)).count("<fieldset") == number
        return len(found)

    assert queries(10) == queries(MOST_FILES)
