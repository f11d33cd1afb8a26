"""The rows that the catalogue is counted from say what the pages say, whatever happens to these."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import PageViewRestriction

from hub.models import Count, Document, Topic
from partners.merge_partner import merge
from partners.models import Partner
from partners.rename_partner import rename
from resources import catalogue_rows
from resources.due import count_uses, mend_catalogue
from resources.models import CatalogueRow, ResourceFile, ResourcePage
from resources.resource_page import files_of
from tests.builders import in_language, make_guide, new_partner, shelf, thing_of, translate

pytestmark = pytest.mark.usefixtures("demo")
CODES = ["da", "en", "et", "fi", "lv", "uk"]


def rows_of(page):
    rows = CatalogueRow.objects.filter(translation_key=page.translation_key)
    return list(rows.order_by("language"))


def total(client, query="", code="lv") -> int:
    return client.get(f"/{code}/resources/?{query}").context["total"]


def is_listed(client, page, query="") -> bool:
    address = in_language(page, "lv").get_url()
    pages = range(1, 10)
    found = [client.get(f"/lv/resources/?{query}&page={number}") for number in pages]
    return any(card.url == address for page in found for card in page.context["cards"])


def test_each_row_says_what_its_page_and_its_files_say():
    pages = {page.pk: page for page in ResourcePage.objects.filter(live=True)}
    rows = {row.pk: row for row in CatalogueRow.objects.all()}

    assert rows.keys() == pages.keys()
    assert len(rows) > 30
    for pk, row in rows.items():
        page = pages[pk].specific
        said = page.record()
        files = [choice for file in files_of(page) for choice in file.languages]
        assert (row.language, row.is_mirror) == (page.own_language.code, page.is_mirror)
        assert (row.kind, row.licence) == (said["kind"], said["licence"])
        assert (row.topics.split(), row.audiences.split()) == (said["topics"], said["audiences"])
        assert (row.minutes, row.group_from) == (said["minutes"], said["group_from"])
        assert row.needs_shared_language is said["needs_shared_language"]
        assert row.partner_id == page.partner_id
        assert {choice.code for choice in files} <= set(row.file_languages.split())
        assert {choice.document.format.lower() for choice in files} <= set(row.formats.split())


def test_a_guide_has_a_row_in_each_language_from_its_publication_on(client):
    before = total(client)

    guide = make_guide(minutes=25)

    assert [row.language for row in rows_of(guide)] == CODES
    assert [row.is_mirror for row in rows_of(guide)].count(True) == 5
    assert total(client) == total(client, code="uk") == before + 1


def test_a_draft_has_no_row(client):
    before = total(client)

    assert rows_of(make_guide(publish=False)) == []
    assert total(client) == before


def test_what_is_unpublished_or_deleted_is_counted_no_more(client):
    before = total(client)
    first, second = make_guide("Viens"), make_guide("Divi")
    assert total(client) == before + 2

    first.unpublish()
    assert total(client) == before + 1

    second.delete()
    assert total(client) == before
    assert rows_of(first) == rows_of(second) == []


def test_a_translation_is_a_mirror_no_more():
    guide = make_guide()

    translate(guide, "uk")

    mirrors = {row.language: row.is_mirror for row in rows_of(guide)}
    assert mirrors["uk"] is False
    assert mirrors["fi"] is True
    assert catalogue_rows.write_all() == 0


def test_a_changed_guide_is_found_by_its_new_facts(client):
    guide = make_guide(minutes=25)
    assert is_listed(client, guide, "minutes=30")

    guide.minutes = 200
    guide.save_revision().publish()

    assert not is_listed(client, guide, "minutes=30")
    assert is_listed(client, guide, "minutes=day")
    assert {row.minutes for row in rows_of(guide)} == {200}


def test_words_alone_change_nothing_that_is_counted(client):
    guide = make_guide()
    total(client)
    before = CatalogueRow.objects.order_by("pk").values_list()
    before = list(before)

    guide.summary = "Citi vārdi."
    guide.save_revision().publish()

    assert list(CatalogueRow.objects.order_by("pk").values_list()) == before


def test_a_guide_that_moves_to_another_shelf_is_that_partners(client):
    guide = make_guide()
    other = Partner.objects.exclude(pk=guide.partner_id).exclude(authors=None).first()
    target = shelf(other.slug)
    old = Partner.objects.get(pk=guide.partner_id).slug

    guide.move(target, pos="last-child")

    assert not is_listed(client, guide, f"partner={old}")
    assert is_listed(client, guide, f"partner={other.slug}")
    assert catalogue_rows.write_all() == 0
    listed = client.get(target.get_url()).context["page_obj"].paginator.object_list
    assert in_language(guide, "lv").pk in listed


def test_a_private_guide_is_neither_listed_nor_counted(client):
    guide = make_guide(minutes=25)
    before, short = total(client), total(client, "minutes=30")

    closed = PageViewRestriction.objects.create(
        page=guide.page_ptr, restriction_type=PageViewRestriction.LOGIN
    )
    for code in ("lv", "uk"):
        assert total(client, code=code) == before - 1
        assert total(client, "minutes=30", code=code) == short - 1

    closed.delete()
    assert total(client) == before


def test_a_closed_shelf_takes_all_its_things_along(client):
    make_guide()
    place = shelf()
    on_shelf = client.get(place.get_url()).context["total"]
    before = total(client)

    PageViewRestriction.objects.create(
        page=place.page_ptr, restriction_type=PageViewRestriction.LOGIN
    )

    assert total(client) == before - on_shelf


def test_a_partner_that_moves_to_another_country_takes_its_things_along(client):
    partner = Partner.objects.get(slug="valmiera-library")
    assert partner.country == "LV"
    things = total(client, "partner=valmiera-library")
    finnish = total(client, "country=FI")

    partner.country = "FI"
    partner.save()

    assert total(client, "country=FI") == finnish + things


def test_a_renamed_partner_is_found_under_its_new_name_and_address(client):
    things = total(client, "partner=valmiera-library")
    everything = total(client)

    rename(Partner.objects.get(slug="valmiera-library"), "Gaujas bibliotēka", "gauja-library")

    page = client.get("/lv/resources/?partner=gauja-library")
    assert page.context["total"] == things
    assert [one.label for one in page.context["chosen"]] == ["Gaujas bibliotēka"]
    assert total(client, "partner=valmiera-library") == everything
    assert catalogue_rows.write_all() == 0


def test_things_of_a_merged_partner_are_the_others(client):
    source = new_partner()
    guide = make_guide(on=shelf(source.slug))
    things = total(client, "partner=valmiera-library")

    merge(source, Partner.objects.get(slug="valmiera-library"))

    assert is_listed(client, guide, "partner=valmiera-library")
    assert total(client, "partner=valmiera-library") == things + 1
    assert catalogue_rows.write_all() == 0


def test_another_file_in_the_place_of_the_old_one_is_found_by_what_it_is(client):
    row = ResourceFile.objects.filter(page__alias_of=None, page__live=True).first()
    document = Document.objects.get(pk=row.document_id)
    key = row.page.translation_key

    document.language = "zxx"
    document.file.save("piezimes.csv", ContentFile(b"a,b\n1,2\n"), save=False)
    document.save()

    found = CatalogueRow.objects.filter(translation_key=key)
    assert {"zxx" in one.file_languages.split() for one in found} == {True}
    assert {"csv" in one.formats.split() for one in found} == {True}
    assert total(client, "format=csv") >= 1
    assert catalogue_rows.write_all() == 0


def test_a_topic_with_another_slug_is_found_by_it(client):
    slug = next(row.topics.split()[0] for row in CatalogueRow.objects.exclude(topics=""))
    things = total(client, f"topic={slug}")

    for topic in Topic.objects.filter(slug=slug):
        topic.slug = "newly-named"
        topic.save()

    assert total(client, "topic=newly-named") == things
    assert catalogue_rows.write_all() == 0


def test_a_topic_that_goes_leaves_no_trace():
    slug = next(row.topics.split()[0] for row in CatalogueRow.objects.exclude(topics=""))

    for topic in Topic.objects.filter(slug=slug):
        topic.delete()

    assert not [row for row in CatalogueRow.objects.all() if slug in row.topics.split()]
    assert catalogue_rows.write_all() == 0


def test_the_night_mends_rows_that_are_not_as_their_pages():
    there = CatalogueRow.objects.count()
    lost, wrong, foreign = CatalogueRow.objects.order_by("pk")[:3]
    lost.delete()
    CatalogueRow.objects.filter(pk=wrong.pk).update(kind="nothing")
    CatalogueRow.objects.filter(pk=foreign.pk).update(page_id=999_999_999)

    assert mend_catalogue() == 4  # the stray one goes, and the one it was comes back

    assert mend_catalogue() == 0
    assert CatalogueRow.objects.count() == there


def test_uses_are_views_and_downloads_of_a_year_in_all_languages(client):
    guide = make_guide()
    code = thing_of(guide).code
    today = timezone.localdate()
    for days, what, address, number in (
        (0, "view", guide.get_url(), 3),
        (9, "view", in_language(guide, "uk").get_url(), 4),
        (0, "file", f"/r/{code}/lv/1", 5),
        (400, "view", guide.get_url(), 100),
    ):
        Count.objects.create(
            day=today - timedelta(days=days), what=what, address=address, number=number
        )

    assert count_uses() == 6

    assert {row.uses for row in rows_of(guide)} == {12}
    assert count_uses() == 0
    first = client.get("/fi/resources/?sort=used").context["cards"][0]
    assert first.url == in_language(guide, "fi").get_url()
    guide.minutes = 77
    guide.save_revision().publish()
    assert {row.uses for row in rows_of(guide)} == {12}
