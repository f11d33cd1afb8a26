"""What a resource's page says of its files: languages, dates, versions, films and sound."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from hub.blocks import RecordingBlock
from hub.models import Document
from partners.models import Partner
from resources.models import ResourceFile
from resources.resource_page import files_of
from tests.builders import in_language, locale, make_guide, thing_of, translate
from tests.editing import an_author
from tests.files import GOOD_FILES, pdf
from tests.test_translations_files import guide_with_file, public_collection
from translations import work
from translations.files import overrides, wanted

pytestmark = pytest.mark.usefixtures("demo")


def a_document(name="lapa.pdf", data=None, code="lv", title="Darba lapa") -> Document:
    """A public document of Valmiera's; what is inside fits the end of its name."""
    inside = {one.rpartition(".")[2]: content for one, content in GOOD_FILES.items()}
    return Document.objects.create(
        title=title,
        language=code,
        licence="CC-BY-4.0",
        collection=public_collection(),
        file=ContentFile(data or inside[name.rpartition(".")[2]], name),
    )


def replace(document: Document, pages: int, why: str) -> None:
    document.file = ContentFile(pdf(pages), "lapa.pdf")
    document.what_changed = why
    document.save()


def html_of(client, page) -> str:
    response = client.get(page.get_url())
    assert response.status_code == 200
    return unescape(response.content.decode())


def in_latvian(sentence: str) -> str:
    with translation.override("lv"):
        return gettext(sentence)


def version(number: int) -> str:
    return in_latvian("Version %(number)s") % {"number": number}


def words_of(html: str) -> str:
    """The words of a page without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def translated(page, document: Document, code="uk"):
    """`page` published in a language, with a file of its own in the first row."""
    job = work.begin(thing_of(page), locale(code))
    overrides.put(job, overrides.file_rows(job)[0], document, None)
    translate(page, code)
    return in_language(page, code)


# --- versions ---------------------------------------------------------------------------------


def test_three_replacements_leave_one_address_and_three_old_versions(client):
    document = a_document(data=pdf(1))
    guide = guide_with_file(document=document)
    address = f"/r/{thing_of(guide).code}/lv/1"
    etags = [client.get(address).headers["ETag"]]
    for pages, why in ((2, "Vairāk attēlu"), (3, "Labotas kļūdas"), (4, "Jauna adrese")):
        replace(document, pages, why)
        etags.append(client.get(address).headers["ETag"])

    html = html_of(client, guide)

    assert len(set(etags)) == 4
    assert f"{version(4)}: Jauna adrese" in words_of(html)
    for number, why in ((3, "Labotas kļūdas"), (2, "Vairāk attēlu"), (1, "")):
        assert f'href="{address}/v{number}"' in html
        assert why in html
    for number, etag in enumerate(etags, start=1):
        response = client.get(f"{address}/v{number}")
        assert response.headers["ETag"] == etag
        assert b"".join(response.streaming_content) == pdf(number)
    assert client.get(f"{address}/v5").status_code == 404


def test_versions_cost_one_query_however_many_files_have_them():
    def cost(number):
        guide = guide_with_file(f"Ceļvedis {number}", slug=f"ar-versijam-{number}")
        for _row in range(number):
            guide.files.add(ResourceFile(title="Lapa", document=a_document()))
        guide.save_revision().publish()
        for row in ResourceFile.objects.filter(page=guide):
            replace(row.document, 2, "Vairāk")
        page = in_language(guide, "lv")
        with CaptureQueriesContext(connection) as asked:
            rows = files_of(page)
        assert all(row.best.older for row in rows)
        return len(asked)

    assert cost(1) == cost(5)


def test_a_file_that_was_never_replaced_says_nothing_of_versions(client):
    guide = guide_with_file(document=a_document())

    with CaptureQueriesContext(connection) as asked:
        html = html_of(client, guide)

    assert version(1) not in words_of(html)
    assert not [one for one in asked if "hub_documentversion" in one["sql"]]


def test_the_editor_asks_what_changed_and_tells_who_did_what_when():
    document = a_document(data=pdf())
    author = an_author()
    address = reverse("wagtaildocs:edit", args=[document.pk])
    assert "hub-versions" not in author.get(address).content.decode()

    author.post(
        address,
        {
            "title": "Darba lapa",
            "language": "lv",
            "licence": "CC-BY-4.0",
            "collection": document.collection_id,
            "file": SimpleUploadedFile("lapa.pdf", pdf(2)),
            "what_changed": "Divas lapas",
        },
    )

    html = author.get(address).content.decode()
    assert 'name="what_changed"' in html
    said = words_of(html[html.index("hub-versions") :])
    assert "Version 2" in said
    assert "Divas lapas" in said
    assert str(author.user) in said
    old = re.search(r"/documents/\d+/v1/[^\"]+", html)[0]
    assert b"".join(author.get(old).streaming_content) == pdf()


# --- languages --------------------------------------------------------------------------------


def test_readers_get_their_own_language_first_and_the_others_with_format_size_and_date(client):
    guide = guide_with_file(document=a_document())
    page = translated(guide, a_document("arkuš.docx", code="uk", title="Аркуш"))
    code = thing_of(guide).code

    row = files_of(page)[0]

    assert [choice.code for choice in row.choices] == ["uk", "lv"]
    assert [choice.url for choice in row.choices] == [f"/r/{code}/uk/1", f"/r/{code}/lv/1"]
    html = html_of(client, page)
    for form in ("DOCX", "PDF"):
        assert re.search(rf"{form} · [^<]*(кБ|kB) · [^<]*20\d\d", html), form


def test_a_file_older_than_its_source_says_where_the_newer_one_is(client):
    source = a_document()
    guide = guide_with_file(document=source)
    page = translated(guide, a_document(code="uk"))
    assert files_of(page)[0].best.newer is None

    replace(source, 2, "Vairāk attēlu")

    newer = files_of(in_language(guide, "uk"))[0].best.newer
    assert newer.url == f"/r/{thing_of(guide).code}/lv/1"
    html = html_of(client, page)
    assert f'<a href="{newer.url}" hreflang="lv">' in html
    assert files_of(in_language(guide, "lv"))[0].best.newer is None
    own = files_of(in_language(guide, "uk"))[0].best.document
    Document.objects.filter(pk=own.pk).update(
        file_changed_at=source.file_changed_at + timedelta(seconds=1)
    )
    assert files_of(in_language(guide, "uk"))[0].best.newer is None


def test_a_file_is_called_by_its_title_and_the_language_it_is_in(client):
    guide = guide_with_file(document=a_document(), row="Vārdi, ķēķis un “māja”")

    header = client.get(f"/r/{thing_of(guide).code}/lv/1").headers["Content-Disposition"]

    assert (
        "V%C4%81rdi%2C%20%C4%B7%C4%93%C4%B7is%20un%20%E2%80%9Cm%C4%81ja%E2%80%9D-lv.pdf" in header
    )
    assert 'filename="Vardi, kekis un maja -lv.pdf"' in header


# --- films and sound --------------------------------------------------------------------------

VTT = GOOD_FILES["spoken.vtt"]


def captions(code="lv") -> Document:
    return a_document("teksts.vtt", VTT, code, f"Subtitri {code}")


def guide_with(document: Document, **row):
    guide = make_guide("Ar filmu", slug="ar-filmu", publish=False)
    guide.files.add(ResourceFile(title="Filma", document=document, **row))
    guide.save_revision().publish()
    return in_language(guide, "lv")


def test_a_film_plays_in_the_page_and_loads_nothing_before(client):
    film = a_document("filma.mp4")
    guide = guide_with(film, captions=captions(), transcript="<p>Labdien!</p>")

    html = html_of(client, guide)

    video = re.search(r"<video[^>]*>.*?</video>", html, re.DOTALL)[0]
    assert f'src="/r/{thing_of(guide).code}/lv/1"' in video
    assert "controls" in video
    assert 'preload="none"' in video
    assert "autoplay" not in video
    assert 'kind="captions"' in video
    assert 'srclang="lv" label="Latviešu"' in video
    assert "Labdien!" in html
    assert in_latvian("This film has no captions yet.") not in html
    track = re.search(r'<track[^>]*src="([^"]+)"', video)[1]
    answer = client.get(track)
    assert answer.headers["Content-Type"] == "text/vtt"
    assert b"".join(answer.streaming_content) == VTT
    policy = client.get(guide.get_url()).headers["Content-Security-Policy"]
    assert "media-src 'self'" in policy


def test_an_empty_transcript_as_an_editor_sends_it_is_none():
    guide = make_guide("Ar lapu", publish=False)
    row = ResourceFile(page=guide, title="Lapa", document=a_document())
    row.transcript = '<p data-block-key="3fqq0"></p>'

    row.full_clean(exclude=["page", "locale", "translation_key"])

    assert row.transcript == ""


def test_what_a_film_or_sound_lacks_is_said(client):
    assert in_latvian("This film has no captions yet.") in html_of(
        client, guide_with(a_document("filma.mp4"))
    )

    sound = guide_with_file("Skaņa", document=a_document("skana.mp3"))
    html = html_of(client, sound)
    assert "<audio" in html
    assert "<video" not in html
    assert in_latvian("What is said here is not written down yet.") in html


def test_each_language_brings_its_captions_and_its_transcript(client):
    guide = guide_with(
        a_document("filma.mp4"), captions=captions(), transcript="<p>Labdien!</p><p>Nāciet!</p>"
    )
    job = work.begin(thing_of(guide), locale("uk"))
    places = {row.title: row for row in overrides.file_rows(job)}
    assert {"Filma", "Filma · Captions"} <= set(places)
    overrides.put(job, places["Filma · Captions"], captions("uk"), None)
    translate(guide, "uk")

    html = html_of(client, in_language(guide, "uk"))

    assert re.findall(r'srclang="(\w+)"', html) == ["uk", "lv"]
    assert "Щ Labdien!" in html
    # Readers of a mirror get the original's words, marked as such.
    mirror = html_of(client, in_language(guide, "et"))
    assert 'srclang="uk"' in mirror
    assert re.search(r'<div class="prose" lang="lv"[^>]*>\s*<p[^>]*>Labdien!', mirror)


def test_translators_see_where_captions_are_wanted_and_can_put_nothing_else_there(client):
    guide = guide_with(a_document("filma.mp4"), captions=captions())
    titles = {
        one.title
        for one in wanted.with_details(wanted.wanted(locale("uk")))
        if one.translation_key == guide.translation_key
    }
    assert titles == {"Filma", "Filma · Captions"}
    job = work.begin(thing_of(guide), locale("uk"))
    by_title = {row.title: row for row in overrides.file_rows(job)}
    film, text, paper = a_document("filma.mp4", code="uk"), captions("uk"), a_document(code="uk")

    assert overrides.fits(by_title["Filma · Captions"], text)
    assert not overrides.fits(by_title["Filma · Captions"], paper)
    assert overrides.fits(by_title["Filma"], film)
    assert not overrides.fits(by_title["Filma"], text)


@pytest.mark.parametrize(
    ("name", "more", "sentence"),
    [
        ("filma.mp4", {"captions": "lapa.pdf"}, "ends in “.vtt”"),
        ("song.mp3", {"captions": "spoken.vtt"}, "For sound, write down what is said"),
        ("lapa.pdf", {"captions": "spoken.vtt"}, "Captions belong to a film"),
        ("lapa.pdf", {"transcript": "<p>Labdien</p>"}, "has a transcript"),
    ],
)
def test_captions_and_transcript_at_the_wrong_place_get_a_sentence(name, more, sentence):
    chosen = {key: a_document(value) if key == "captions" else value for key, value in more.items()}
    row = ResourceFile(page=make_guide(), title="Filma", document=a_document(name), **chosen)

    with pytest.raises(ValidationError, match=re.escape(sentence)):
        row.full_clean(exclude=["page", "locale", "translation_key"])


def test_captions_that_go_leave_the_film_playing(client):
    text = captions()
    guide = guide_with(a_document("filma.mp4"), captions=text)

    text.delete()

    html = html_of(client, guide)
    assert "<video" in html
    assert in_latvian("This film has no captions yet.") in html


def recording(**value) -> dict:
    empty = {"document": None, "captions": None, "address": "", "title": "Filma"}
    return {**empty, "description": "", "transcript": "", **value}


def test_a_recording_in_a_text_plays_with_captions_and_transcript_too(client):
    block = recording(
        document=a_document("filma.mp4"), captions=captions(), transcript="<p>Labdien!</p>"
    )
    guide = make_guide("Filma tekstā", slug="filma-teksta", body=[("recording", block)])

    html = html_of(client, guide)

    assert re.search(r'<video[^>]*preload="none"', html)
    assert 'srclang="lv"' in html
    assert "Labdien!" in html
    assert in_latvian("This film has no captions yet.") not in html


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({}, "Choose a recording"),
        ({"document": "lapa.pdf"}, "Only MP4 and MP3 play"),
        ({"document": "song.mp3", "captions": "spoken.vtt"}, "For sound, write down"),
        ({"address": "https://example.org/", "captions": "spoken.vtt"}, "belong to a film"),
    ],
)
def test_a_recording_that_cannot_play_gets_a_sentence(value, sentence):
    chosen = {key: one if key == "address" else a_document(one) for key, one in value.items()}
    block = RecordingBlock()
    filled = block.to_python(recording())
    filled.update(chosen)

    with pytest.raises(ValidationError) as refused:
        block.clean(filled)

    assert sentence in str(refused.value.as_json_data())


def test_captions_in_a_private_collection_are_refused():
    text = captions()
    text.collection = Partner.objects.get(slug="valmiera-library").private_collection
    text.save()
    film = a_document("filma.mp4")
    row = ResourceFile(page=make_guide(), title="Filma", document=film, captions=text)

    with pytest.raises(ValidationError, match="private collection"):
        row.full_clean(exclude=["page", "locale", "translation_key"])
