"""The glossary as a file: safe to open, and read in line by line, all or nothing."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.builders import make_coordinator, make_user
from tests.editing import signed_in
from tests.glossaries import a_translator, said, sent, term
from translations.models import GlossaryTerm, GlossaryText

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
IMPORT = reverse("translation_glossary_import")


@pytest.fixture(autouse=True)
def empty_glossary(demo):
    GlossaryTerm.objects.all().delete()


def downloaded(client) -> str:
    return b"".join(client.get(reverse("translation_glossary_csv")).streaming_content).decode()


def test_the_file_out_is_safe_in_a_spreadsheet_and_comes_back_as_the_same():
    term(
        "volunteer",
        note="=1+1",
        en="volunteer",
        uk="-доброволець",
        avoid={"en": ["helper, unpaid", "@home"]},
    )
    client = signed_in(make_coordinator())

    text = downloaded(client)
    assert text.startswith("\ufeffkey,note,en,en_note,en_avoid,lv,")
    (row,) = csv.DictReader(io.StringIO(text[1:]))
    assert (row["note"], row["uk"]) == ("'=1+1", "'-доброволець")
    assert row["en_avoid"] == "helper, unpaid | @home"

    report = client.post(IMPORT, sent(text)).content.decode()
    assert "term-verdict--same" in report
    assert 'value="write"' not in report


def test_a_file_is_looked_at_first_and_kept_on_a_second_press():
    term("volunteer", en="volunteer", uk="волонтер")
    text = "key;note;uk;uk_avoid\nvolunteer;Unpaid;доброволець;помічник | слуга\nquiet-room;;тиха кімната;\n"
    client = signed_in(make_coordinator())

    report = client.post(IMPORT, sent(text)).content.decode()
    assert "term-verdict--changed" in report
    assert "term-verdict--new" in report
    assert said("volunteer", "uk") == "волонтер"

    client.post(IMPORT, {"csv": text, "deed": "write"})
    assert said("volunteer", "uk") == "доброволець"
    assert GlossaryText.objects.get(text="доброволець").words_to_avoid == ("помічник", "слуга")
    assert (said("volunteer", "en"), said("quiet-room", "uk")) == ("volunteer", "тиха кімната")
    assert GlossaryTerm.objects.get(key="volunteer").note == "Unpaid"


def test_one_wrong_line_keeps_all_of_the_file_out():
    text = f"key,uk\nquiet-room,тиха кімната\nhandout,{'ж' * 121}\nquiet-room,ще раз\nno key!,слово\n,слово\nempty,\n"
    client = signed_in(make_coordinator())

    report = client.post(IMPORT, sent(text)).content.decode()
    assert report.count("term-verdict--error") == 5
    assert "line 2" in report

    client.post(IMPORT, {"csv": text, "deed": "write"})
    assert not GlossaryTerm.objects.exists()


def test_a_translators_file_touches_only_their_languages():
    term("volunteer", note="Unpaid", en="volunteer", uk="волонтер", lv="brīvprātīgais")
    text = "key,note,en,uk,lv\nvolunteer,Other,helper,доброволець,palīgs\nquiet-room,,quiet,тихо,kluss\n"
    client = a_translator("uk")

    report = client.post(IMPORT, sent(text)).content.decode()
    assert "en, lv" in report
    assert "term-verdict--error" in report
    client.post(IMPORT, {"csv": text, "deed": "write"})
    assert said("volunteer", "uk") == "волонтер"

    client.post(IMPORT, {"csv": text.rsplit("quiet", 2)[0], "deed": "write"})
    assert said("volunteer", "uk") == "доброволець"
    assert (said("volunteer", "en"), said("volunteer", "lv")) == ("volunteer", "brīvprātīgais")
    assert GlossaryTerm.objects.get().note == "Unpaid"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        ("key,uk\nx,слово\n".encode("utf-16"), "UTF-16"),
        ("key,lv\nx,bēglis\n".encode("cp1257"), "not UTF-8"),
        (b"key,uk\n" + b"x" * 1_000_001, "larger than 1 MB"),
        (b"word,uk\nx,y\n", "must name the columns"),
        (b"key,de\nx,y\n", "no such language or column: de"),
        (b"key,uk,uk\nx,y,z\n", "twice: uk"),
        (b"key,uk\n", "no line below"),
        (b'key,uk\n"x"y,z\n', "not a CSV file"),
        (b"PK\x03\x04\x00\x00", "not a CSV file"),
        (b"\n\n,\n", "must name the columns"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence(data, sentence):
    client = signed_in(make_coordinator())

    page = client.post(IMPORT, {"file": SimpleUploadedFile("glossary.csv", data or b" ")})

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not GlossaryTerm.objects.exists()


def test_pressing_without_a_file_gets_a_sentence():
    assert "Choose a file." in a_translator().post(IMPORT, {}).content.decode()


@pytest.mark.parametrize("name", ["translation_glossary", "translation_glossary_csv"])
def test_who_has_no_language_gets_nothing_of_the_screens(name):
    client = signed_in(make_user("somebody"))

    assert client.get(reverse(name)).status_code in (302, 403)
    assert client.get(IMPORT).status_code in (302, 403)
