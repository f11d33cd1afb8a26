"""A resource to take along: its ZIP, which opens without a network and says where it came from."""

import hashlib
import io
import os
import re
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from hub.counting import counted_address
from hub.models import Document, Picture
from tests.builders import add_file, in_language, make_guide, shelf, thing_of, translate
from tests.permission_world import picture_file

pytestmark = pytest.mark.usefixtures("demo")


def material(slug="desk-first-words", code="lv") -> Page:
    return Page.objects.get(slug=slug, locale__language_code=code).specific


def address(page: Page, code: str) -> str:
    return f"/r/{thing_of(page).code}/{code}.zip"


def bytes_of(url: str) -> bytes:
    response = Client().get(url)
    assert response.status_code == 200, url
    return b"".join(response.streaming_content)


def zip_of(url: str) -> ZipFile:
    return ZipFile(io.BytesIO(bytes_of(url)))


def names_in(found: ZipFile, folder="files/") -> list[str]:
    return [name for name in found.namelist() if name.startswith(folder)]


def test_a_zip_is_as_long_as_was_said_and_sound():
    response = Client().get(address(material(), "uk"), headers={"Range": "bytes=0-99"})
    data = b"".join(response.streaming_content)

    assert response.status_code == 200
    assert "Accept-Ranges" not in response.headers
    assert int(response.headers["Content-Length"]) == len(data)
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert ZipFile(io.BytesIO(data)).testzip() is None


@pytest.mark.parametrize("code", ["en", "lv", "et", "fi", "da", "uk"])
def test_every_checksum_in_it_is_right_and_nothing_is_without_one(code):
    found = zip_of(address(material(), code))
    lines = found.read("SHA256SUMS").decode().splitlines()
    said = dict(reversed(line.split("  ", 1)) for line in lines)

    assert set(said) == set(found.namelist()) - {"SHA256SUMS"}
    for name, digest in said.items():
        assert hashlib.sha256(found.read(name)).hexdigest() == digest, name


def test_a_reader_gets_the_files_of_their_language_byte_for_byte():
    uk = in_language(material(), "uk")
    stored = []
    for row in uk.files.order_by("sort_order"):
        with row.document.file.open("rb") as file:
            stored.append(file.read())

    found = zip_of(address(uk, "uk"))

    assert [found.read(name) for name in names_in(found)] == stored
    assert all("-uk." in name for name in names_in(found))


def test_a_language_without_files_of_its_own_gets_the_originals():
    found = zip_of(address(material("conversation-seminar-set"), "fi"))
    index = found.read("index.html").decode()

    assert len(names_in(found)) == 3
    assert all("-lv." in name for name in names_in(found))
    assert '<html lang="fi"' in index
    assert re.search(r'<h1 lang="lv" dir="ltr">„Sarunāšanās', index)


def test_its_page_opens_by_itself_and_says_who_made_it_and_who_paid():
    page = material(code="uk")
    found = zip_of(address(page, "uk"))
    index = found.read("index.html").decode()

    assert index.startswith("<!doctype html>")
    assert '<html lang="uk" dir="ltr">' in index
    # Nothing is fetched from anywhere: what it shows lies beside it.
    assert not re.search(r"<(script|link|iframe|video|audio)|@import|url\(", index)
    assert set(re.findall(r'src="([^"]+)"', index)) <= set(found.namelist())
    assert f"http://127.0.0.1:8000/r/{thing_of(page).code}/" in index
    assert page.summary in index
    assert "CC BY 4.0" in index
    assert "Фінансується Європейським Союзом" in index
    assert b"<svg" in found.read("eu-emblem.svg")


def test_its_list_of_licences_names_every_file_and_where_it_stays():
    page = material()
    found = zip_of(address(page, "lv"))
    licences = found.read("LICENCES.txt").decode()

    assert all(name in licences for name in names_in(found))
    assert "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/" in licences
    assert f"http://127.0.0.1:8000/r/{thing_of(page).code}/" in licences
    assert "Finansē Eiropas Savienība" in licences


def test_a_guide_brings_its_steps_with_links_that_lead_out_to_the_hub():
    guide = make_guide(body=[("text", '<p><a href="/lv/events/">Pasākumi</a></p>')])

    index = zip_of(address(guide, "lv")).read("index.html").decode()

    assert "Atver durvis" in index
    assert 'href="http://127.0.0.1:8000/lv/events/"' in index


def test_the_pictures_of_a_text_lie_beside_it_and_closed_ones_do_not():
    partner = shelf().partner
    open_one, closed = (
        Picture.objects.create(title="Tējkanna", file=picture_file(), collection=collection)
        for collection in (partner.collection, partner.private_collection)
    )
    guide = make_guide(
        body=[
            ("picture", {"picture": one, "alt": alt, "caption": "", "credit": ""})
            for one, alt in ((open_one, "Tējkanna uz galda"), (closed, "Slepeni"))
        ]
    )

    found = zip_of(address(guide, "lv"))
    index = found.read("index.html").decode()

    (name,) = names_in(found, "pictures/")
    assert f'src="{name}"' in index
    assert "Tējkanna uz galda" in index
    assert "Slepeni" not in index


def test_the_same_resource_is_the_same_zip_until_something_changes():
    guide = make_guide()
    add_file(guide, "Lapa", b"viens")
    url = address(guide, "lv")
    first = Client().get(url)
    data = b"".join(first.streaming_content)

    assert bytes_of(url) == data
    again = Client().get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    add_file(guide, "Vēl viena", b"divi")
    later = Client().get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200


def test_asking_first_how_large_it_is_costs_no_download():
    url = address(material(), "lv")

    head = Client().head(url)

    assert head.status_code == 200
    assert head.content == b""
    assert int(head.headers["Content-Length"]) == len(bytes_of(url))


def test_the_page_says_about_how_large_it_is_before_the_click():
    page = material()
    html = Client().get(page.get_url()).content.decode()
    url = address(page, "lv")
    said = re.search(rf'href="{url}".*?(\d+)\xa0kB', html, re.DOTALL)

    assert abs(int(said[1]) * 1000 - len(bytes_of(url))) < 20_000


HOSTILE = [
    "../../../etc/passwd",
    "..",
    "C:\\Windows\\x",
    "Pēdiņas \" un ' un <b>",
    "Аркуш для читачів",
    "Lapa",
    "Lapa",
    "CON",
    "rēķins\u202efdp.exe",
    "x" * 120,
    "…",
]


def test_hostile_titles_become_plain_names_each_its_own():
    guide = make_guide()
    for title in HOSTILE:
        add_file(guide, title, title.encode())

    found = zip_of(address(guide, "lv"))
    names = names_in(found)

    assert [found.read(name).decode() for name in names] == HOSTILE
    assert len({name.lower() for name in names}) == len(HOSTILE)
    for name in names:
        folder, _slash, file = name.partition("/")
        assert folder == "files"
        assert re.fullmatch(r"\d\d-[\w-]{1,60}-lv\.txt", file), file
    assert "files/05-Аркуш-для-читачів-lv.txt" in names
    index = found.read("index.html").decode()
    assert "Pēdiņas &quot; un" in index
    assert "<b>" not in index


def test_a_file_of_a_private_collection_is_never_inside():
    guide = make_guide()
    add_file(guide, "Visiem", b"visiem")
    secret = Document.objects.create(
        title="Slepeni",
        file=ContentFile(b"slepeni", name="x.txt"),
        language="lv",
        licence="other",
        collection=guide.partner.private_collection,
    )
    row = add_file(guide, "Slepeni", b"x")
    type(row).objects.filter(pk=row.pk).update(document=secret)

    found = zip_of(address(guide, "lv"))

    assert len(names_in(found)) == 1
    assert all(b"lepeni" not in found.read(name) for name in found.namelist())


def test_a_file_that_was_lost_leaves_the_others_whole():
    guide = make_guide()
    lost = add_file(guide, "Pazudusi", b"pazudusi")
    add_file(guide, "Palikusi", b"palikusi")
    os.unlink(lost.document.file.path)

    found = zip_of(address(guide, "lv"))

    assert [found.read(name) for name in names_in(found)] == [b"palikusi"]


def test_what_nobody_may_read_has_no_zip():
    guide = make_guide()
    url = address(guide, "lv")
    code = thing_of(guide).code
    event = Page.objects.get(slug="language-cafe-weekly", locale__language_code="et")
    draft = make_guide("Melnraksts", publish=False)

    assert Client().get(address(draft, "lv")).status_code == 404
    assert Client().get(address(event, "et")).status_code == 404
    assert Client().get(f"/r/{code}/xx.zip").status_code == 404
    assert Client().get("/r/NOSUCH/lv.zip").status_code == 404
    PageViewRestriction.objects.create(page=guide, restriction_type="login")
    assert Client().get(url).status_code == 404


def test_the_zip_of_a_withdrawn_resource_leaves_a_tombstone():
    guide = make_guide("Pagājušais vakars")
    url = address(guide, "lv")
    guide.delete()

    response = Client().get(url, headers={"Accept-Language": "lv"})

    assert response.status_code == 410
    assert "Pagājušais vakars" in response.content.decode()


def test_files_too_large_for_one_zip_are_offered_one_by_one():
    guide = make_guide()
    row = add_file(guide, "Filma", b"x")
    os.truncate(row.document.file.path, 1_100_000_000)
    Document.objects.filter(pk=row.document_id).update(file_size=1_100_000_000)
    url = address(guide, "lv")

    answer = Client().get(url)

    assert (answer.status_code, answer.headers["Location"]) == (302, guide.get_url())
    assert f'href="{url}"' not in Client().get(guide.get_url()).content.decode()


def test_a_translation_brings_its_own_words():
    guide = make_guide()
    add_file(guide, "Lapa", b"viens")
    translate(guide, "uk")

    found = zip_of(address(guide, "uk"))

    assert "Щ Tējas vakars" in found.read("index.html").decode()
    assert names_in(found) == ["files/01-Щ-Lapa-lv.txt"] or names_in(found) == [
        "files/01-Lapa-lv.txt"
    ]


def test_a_zip_is_counted_under_its_address():
    assert counted_address("/r/abcdef/lv.zip") == ("file", "/r/ABCDEF/lv.zip")
    assert counted_address("/lv/shelf.zip") == ("file", "/lv/shelf.zip")
    assert counted_address("/lv/shelf.zip/x") is None
