"""Kits: resources and an event in order, with a sentence each."""

import io
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction

from resources.blocks import KitMemberBlock, KitMembersBlock
from resources.models import KitPage
from tests.builders import add_file, in_language, locale, make_guide, make_kit, thing_of, translate

pytestmark = pytest.mark.usefixtures("demo")


def event(code="lv") -> Page:
    return Page.objects.get(slug="language-cafe-weekly", locale__language_code=code).specific


def html_of(page: Page) -> str:
    return Client().get(page.get_url()).content.decode()


def titles_in(page: Page) -> list[str]:
    return [member.card.title for member in Client().get(page.get_url()).context["members"]]


def test_a_kit_shows_its_parts_in_order_with_their_sentences():
    first, second = make_guide("Pirmais"), make_guide("Otrais")
    kit = make_kit(things=[second, event(), first])

    html = html_of(kit)

    assert titles_in(kit) == ["Otrais", event().title, "Pirmais"]
    assert html.index("Ņem 1. vietā.") < html.index("Ņem 3. vietā.")
    assert f'href="{event().get_url()}"' in html
    assert "Kerdlas pilsētas bibliotēka" in html


def test_what_was_taken_back_or_closed_is_left_out_and_the_rest_stays():
    stays, closed = make_guide("Paliek"), make_guide("Slēgts")
    unpublished, withdrawn = make_guide("Noņemts"), make_guide("Atsaukts")
    kit = make_kit(things=[closed, unpublished, stays, withdrawn])
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    unpublished.unpublish()
    withdrawn.delete()

    assert titles_in(kit) == ["Paliek"]
    for gone in ("Slēgts", "Noņemts", "Atsaukts"):
        assert gone not in html_of(kit)
    assert names_of(kit)[0] == "index.html"


def test_a_kit_of_twelve_costs_the_queries_of_a_kit_of_two():
    guides = [make_guide(f"Vakars {number}") for number in range(11)]
    small = make_kit("Mazs", things=[guides[0], event()])
    large = make_kit("Liels", things=[*guides, event()])
    client = Client()
    client.get("/lv/")

    def cost_of(page):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(page.get_url()).status_code == 200
        return len(seen)

    assert cost_of(small) == cost_of(large) <= 9


def names_of(kit: Page, code="lv") -> list[str]:
    return archive_of(kit, code).namelist()


def archive_of(kit: Page, code="lv") -> ZipFile:
    answer = Client().get(f"/r/{thing_of(kit).code}/{code}.zip")
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content)
    assert len(data) == int(answer.headers["Content-Length"])
    return ZipFile(io.BytesIO(data))


def test_the_zip_of_a_kit_has_a_folder_for_each_part_and_leads_back_to_the_list():
    first, second = make_guide("Viens"), make_guide("Divi: daļas/gabali")
    add_file(second, "Lapa", b"lapa")
    kit = make_kit(things=[first, second, event()])

    found = archive_of(kit)

    assert [name for name in found.namelist() if name.endswith("index.html")] == [
        "index.html",
        "01-Viens/index.html",
        "02-Divi-daļas-gabali/index.html",
    ]
    assert found.read("02-Divi-daļas-gabali/files/01-Lapa-lv.txt") == b"lapa"
    top = found.read("index.html").decode()
    assert 'href="01-Viens/index.html"' in top
    assert "Ņem 2. vietā." in top
    # The event has no folder: its place and hour may change, so the way leads to the hub.
    assert f'href="http://127.0.0.1:8000/r/{thing_of(event()).code}/"' in top
    below = found.read("01-Viens/index.html").decode()
    assert 'href="../index.html"' in below
    assert 'src="../eu-emblem.svg"' in below
    assert "Atver durvis" in below


def test_sentences_are_translated_and_parts_stand_in_the_readers_language():
    guide = make_guide("Vakars")
    kit = make_kit(things=[guide])
    translate(guide, "uk")
    translate(kit, "uk")

    html = html_of(in_language(kit, "uk"))

    assert "Щ Ņem 1. vietā." in html
    assert "Щ Vakars" in html


def test_a_mirror_of_a_kit_marks_each_language():
    guide = make_guide("Vakars")
    kit = make_kit(things=[guide])
    translate(guide, "uk")

    html = html_of(in_language(kit, "uk"))

    assert "Ņem 1. vietā." in html
    assert '<h3 class="kit__title" lang="uk" dir="ltr">' in html


def test_a_kit_is_found_in_the_catalogue_as_what_it_is(client):
    before = KitPage.objects.filter(locale=locale("lv"), live=True).count()
    kit = make_kit("Komplekts iesācējiem", things=[make_guide()])

    page = client.get("/lv/resources/?kind=kit")

    assert kit.title in [card.title for card in page.context["cards"]]
    kinds = next(facet for facet in page.context["facets"] if facet.name == "kind")
    assert next(one for one in kinds.choices if one.value == "kit").count == before + 1


def test_a_kit_holds_no_kit_and_nothing_twice():
    guide = make_guide()
    member = KitMemberBlock()
    with pytest.raises(ValidationError):
        member.clean(member.to_python({"thing": thing_of(make_kit()).pk, "sentence": "Ņem."}))
    parts = KitMembersBlock()
    pair = [
        {"type": "member", "value": {"thing": thing_of(guide).pk, "sentence": words}}
        for words in ("Ņem.", "Ņem vēlreiz.")
    ]

    with pytest.raises(ValidationError):
        parts.clean(parts.to_python(pair))
    assert len(parts.clean(parts.to_python(pair[:1]))) == 1


def test_the_kit_for_newcomers_is_there_in_every_language_and_on_every_front_page(client):
    for code in ("en", "lv", "et", "fi", "da", "uk"):
        kit = Page.objects.get(slug="start-here", locale__language_code=code).specific

        assert not kit.is_mirror
        assert len(titles_in(kit)) == 5
        assert f'href="{kit.get_url()}"' in client.get(f"/{code}/").content.decode()
