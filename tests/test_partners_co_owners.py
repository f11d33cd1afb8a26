"""A thing of two partners: it stands on one shelf, and the authors of both write in it."""

import pytest
from django.urls import reverse

from partners.models import Partner
from resources.models import MethodGuidePage
from tests.builders import make_guide, shelf, thing_of
from tests.editing import a_publisher, an_author, guide_form

pytestmark = pytest.mark.usefixtures("demo")

KARDLA = "kardla-town-library"


def kardla() -> Partner:
    return Partner.objects.get(slug=KARDLA)


def edit(client, page, **more):
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, guide_form("Tējas vakars abās pusēs", **more))


def owners_of(page) -> set[str]:
    return set(thing_of(page).co_owners.values_list("partner__slug", flat=True))


def newest_title(page) -> str:
    return MethodGuidePage.objects.get(pk=page.pk).get_latest_revision_as_object().title


def test_authors_named_while_a_draft_is_begun_write_in_it_at_once():
    valmiera, kardlas = an_author(), an_author(KARDLA)
    address = reverse("wagtailadmin_pages:add", args=["resources", "methodguidepage", shelf().pk])

    valmiera.post(address, guide_form("Tējas vakars", co_owners=[kardla().pk]))

    draft = MethodGuidePage.objects.get(title="Tējas vakars", alias_of=None)
    assert owners_of(draft) == {KARDLA}
    assert edit(kardlas, draft).status_code == 302
    assert newest_title(draft) == "Tējas vakars abās pusēs"


def test_a_co_owner_who_is_taken_off_is_out_at_the_next_save():
    valmiera, kardlas = an_author(), an_author(KARDLA)
    draft = make_guide(publish=False)
    draft.name_co_owners([kardla()])

    edit(valmiera, draft, co_owners=[])

    assert owners_of(draft) == set()
    edit(kardlas, draft, summary="Nē")
    assert MethodGuidePage.objects.get(pk=draft.pk).get_latest_revision_as_object().summary != "Nē"


def test_who_writes_only_as_a_co_owner_neither_publishes_nor_names_co_owners():
    guide = make_guide()
    guide.name_co_owners([kardla()])
    another = Partner.objects.get(slug="example-library-finland")

    edit(
        a_publisher(KARDLA),
        guide,
        slug=guide.slug,
        co_owners=[another.pk],
        **{"action-publish": "1"},
    )

    guide.refresh_from_db()
    assert guide.title == "Tējas vakars"
    assert newest_title(guide) == "Tējas vakars abās pusēs"
    assert owners_of(guide) == {KARDLA}


def test_the_keeper_of_the_shelf_is_no_co_owner():
    guide = make_guide()

    guide.name_co_owners([guide.partner, kardla()])

    assert owners_of(guide) == {KARDLA}


def test_an_older_revision_brings_no_co_owner_back():
    guide = make_guide()
    guide.name_co_owners([kardla()])
    older = guide.save_revision()
    guide.name_co_owners([])

    older.publish()

    assert owners_of(guide) == set()


def test_the_dashboard_shows_what_was_made_together_and_nothing_where_nothing_was():
    draft = make_guide("Kopīgs vakars", publish=False)
    heading = "Made together with us"
    assert heading not in an_author(KARDLA).get(reverse("wagtailadmin_home")).content.decode()

    draft.name_co_owners([kardla()])

    dashboard = an_author(KARDLA, "et").get(reverse("wagtailadmin_home")).content.decode()
    assert "Kopīgs vakars" in dashboard
    assert reverse("wagtailadmin_pages:edit", args=[draft.pk]) in dashboard
    assert heading not in an_author().get(reverse("wagtailadmin_home")).content.decode()


def test_readers_see_who_made_it_together(client):
    guide = make_guide()
    alone = client.get(guide.url).content.decode()
    assert "Kerdlas pilsētas bibliotēka" not in alone

    guide.name_co_owners([kardla()])

    assert "Kerdlas pilsētas bibliotēka" in client.get(guide.url).content.decode()
