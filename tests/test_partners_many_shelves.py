"""Somebody who writes for four partners has 12 shelves in six languages; the admin stays sane."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.frame import get_frame
from partners.models import Partner, ShelfPage
from tests.builders import make_guide, make_user, shelf
from tests.editing import signed_in

pytestmark = pytest.mark.usefixtures("demo")

MOST_QUERIES = 40


@pytest.fixture
def author():
    """Writes for all four partners of the demo, first of all in Latvian."""
    partners = Partner.objects.order_by("name")
    assert partners.count() == 4
    assert ShelfPage.objects.filter(locale__language_code="lv").count() == 12
    user = make_user("author-of-many", groups=[partner.authors for partner in partners])
    return signed_in(user, language="lv")


def ask(client, address: str):
    """The answer and its queries, with everything warm that a second click finds warm."""
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode(), len(queries)


def addresses() -> dict[str, str]:
    on = shelf()
    return {
        "dashboard": reverse("wagtailadmin_home"),
        "explorer": reverse("wagtailadmin_explore_root"),
        "explorer of a language": reverse(
            "wagtailadmin_explore", args=[on.get_parent().get_parent().pk]
        ),
        "explorer of a section": reverse("wagtailadmin_explore", args=[on.get_parent().pk]),
        "explorer of a shelf": reverse("wagtailadmin_explore", args=[on.pk]),
        "explorer's menu": reverse("wagtailadmin_api:pages:listing")
        + f"?child_of={on.get_parent().get_parent().pk}&for_explorer=1",
        "page chooser": reverse("wagtailadmin_choose_page"),
        "page chooser on a shelf": reverse("wagtailadmin_choose_page_child", args=[on.pk]),
        "file chooser": reverse("wagtaildocs_chooser:choose"),
        "picture chooser": reverse("wagtailimages_chooser:choose"),
        "thing chooser": reverse("thing_chooser:choose"),
    }


def test_screens_cost_little_with_many_shelves_and_many_things(author):
    for number in range(25):
        make_guide(f"Tējas vakars {number}")
        make_guide(f"Melnraksts {number}", publish=False, owner=author.user)

    many = {name: ask(author, address)[1] for name, address in addresses().items()}

    assert {name: n for name, n in many.items() if n > MOST_QUERIES} == {}


def test_they_open_at_what_is_theirs_in_their_language(author):
    latvian_home, english_home = get_frame("lv").home, get_frame("en").home

    menu, _queries = ask(author, reverse("wagtailadmin_home"))
    explorer, _queries = ask(author, reverse("wagtailadmin_explore_root"))

    assert f"/admin/pages/{latvian_home.pk}/" in menu
    assert f"/admin/pages/{english_home.pk}/" in explorer  # the other languages are a click away
    for partner in Partner.objects.all():
        for section in ("resources", "events", "support-circle"):
            shelves = get_frame(partner.language).shelves(section)
            [own] = [one for one in shelves if one.partner_id == partner.pk]
            assert f"/admin/pages/{own.pk}/" in menu, own


def test_a_shelf_lists_originals_alone_until_mirrors_are_asked_for(author):
    make_guide("Teeõhtu", on=shelf("kardla-town-library", "et"))
    on = shelf("kardla-town-library", "lv")
    address = reverse("wagtailadmin_explore", args=[on.pk])

    assert "Teeõhtu" not in ask(author, address)[0]
    assert "Teeõhtu" in ask(author, address + "?mirrors=1")[0]
