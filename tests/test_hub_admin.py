"""The admin as partner libraries meet it: choosing, previewing, the screens of the shared words."""

import json

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext
from wagtail.blocks import ListBlock, StreamBlock, StructBlock
from wagtail.fields import StreamField

from hub.models import Audience, HubPage, SiteText, Thing, Topic
from tests.builders import locale, make_guide, shelf, thing_of
from tests.editing import a_coordinator, an_author, empty_sets, guide_form

pytestmark = pytest.mark.usefixtures("demo")


def choose(client, **question) -> str:
    answer = client.get(reverse("thing_chooser:choose"), question)
    assert answer.status_code == 200
    return json.loads(answer.content)["html"]


# --- choosing a thing -------------------------------------------------------------------------


def test_things_are_chosen_by_title_in_ones_own_language():
    page = make_guide("Tējas vakars")
    Thing.objects.filter(pk=thing_of(page).pk).update(
        titles={"lv": "Tējas vakars", "en": "An evening with tea"}
    )

    assert "An evening with tea" in choose(an_author(language="en"))
    chosen = an_author(language="lv").get(reverse("thing_chooser:chosen", args=[thing_of(page).pk]))
    assert json.loads(chosen.content)["result"]["title"] == "Tējas vakars"


def test_a_title_is_found_without_its_diacritics():
    make_guide("Tējas vakars")
    make_guide("Pavisam kas cits")

    found = choose(an_author(), q="tejas")

    assert "Tējas vakars" in found
    assert "Pavisam kas cits" not in found


def test_drafts_and_withdrawn_things_are_not_offered():
    draft = make_guide("Slepenais melnraksts", publish=False)
    gone = thing_of(make_guide("Atsauktais"))
    gone.withdraw()

    client = an_author()
    offered = choose(client)

    assert "Slepenais melnraksts" not in offered
    assert "Atsauktais" not in offered
    for thing in (thing_of(draft), gone):
        assert client.get(reverse("thing_chooser:chosen", args=[thing.pk])).status_code == 404


def test_a_kind_narrows_what_is_offered():
    make_guide("Tējas vakars")

    client = an_author()

    assert "Tējas vakars" in choose(client, kind="guide")
    assert "Tējas vakars" not in choose(client, kind="event")


# --- previews ---------------------------------------------------------------------------------


def walk(block):
    yield block
    children = []
    if isinstance(block, StreamBlock | StructBlock):
        children = block.child_blocks.values()
    elif isinstance(block, ListBlock):
        children = [block.child_block]
    for child in children:
        yield from walk(child)


def offered_blocks():
    """Every block that an editor picks from a list, on any page."""
    for model in apps.get_models():
        if issubclass(model, HubPage):
            for field in model._meta.local_fields:
                if isinstance(field, StreamField):
                    for block in walk(field.stream_block):
                        if isinstance(block, StreamBlock):
                            yield from block.child_blocks.values()


def preview_of(page, client) -> str:
    """What the editor's preview panel shows of `page`."""
    request = client.get(reverse("wagtailadmin_home")).wsgi_request
    answer = page.make_preview_request(request)
    assert answer.status_code == 200, page
    return answer.content.decode()


@pytest.mark.parametrize(
    "model",
    [m for m in apps.get_models() if issubclass(m, HubPage) and m.is_creatable],
    ids=lambda model: model.__name__,
)
def test_every_page_type_has_a_preview_with_checks_of_the_text(model):
    pages = model.objects.filter(alias_of=None).exclude(title="")
    page = next(one for one in pages if one.is_original)

    html = preview_of(page, an_author())

    assert escape(page.title) in html
    assert "wagtail-userbar" in html  # which carries the checks


def test_readers_get_no_bar_of_the_editor():
    html = an_author().get(make_guide("Tējas vakars").url).content.decode()

    assert "userbar" not in html


NEW_ITEMS = {
    "methodguidepage": ("resources", "resources", guide_form("Tējas vakars")),
    "trainingmaterialpage": ("resources", "resources", guide_form("Tējas vakars")),
    "practicestorypage": ("resources", "resources", guide_form("Tējas vakars")),
    "kitpage": ("resources", "resources", {**guide_form("Tējas vakars"), "members-count": "0"}),
    "eventpage": (
        "events",
        "events",
        {
            "event_kind": "workshop",
            "mode": "onsite",
            "precision": "day",
            "starts_at": "2027-03-01 10:00",
            "ends_at": "2027-03-01 12:00",
            "time_zone": "Europe/Riga",
            "repeats_every": "1",
            "hours_to_answer": "48",
            "programme-count": "0",
            **empty_sets("spoken", "materials", "changes", "kept_seats"),
        },
    ),
    "servicepage": (
        "circle",
        "support-circle",
        {
            "country": "LV",
            "town": "Valmiera",
            "is_free": "on",
            "on_holidays": "unknown",
            **empty_sets("groups", "spoken", "hours", "special_days"),
            "needs-TOTAL_FORMS": "1",
            "needs-INITIAL_FORMS": "0",
            "needs-0-need": "food",
            "needs-0-ORDER": "1",
        },
    ),
}


@pytest.mark.parametrize("name", NEW_ITEMS)
def test_everything_is_previewed_before_it_was_ever_saved(name):
    room, section, fields = NEW_ITEMS[name]
    form = {"title": "Tējas vakars", "body-count": "0", **empty_sets("comments"), **fields}
    preview = reverse(
        "wagtailadmin_pages:preview_on_add", args=[room, name, shelf(section=section).pk]
    )
    client = an_author()

    assert client.post(preview, form).json() == {"is_valid": True, "is_available": True}
    answer = client.get(preview, {"in_preview_panel": "true"})

    assert answer.status_code == 200
    assert "Tējas vakars" in answer.content.decode()


def test_every_block_shows_a_preview_in_the_dress_of_the_site():
    client = an_author()
    shown = 0
    for block in offered_blocks():
        if block.is_previewable:
            answer = client.get(
                reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix}
            )
            assert answer.status_code == 200, block
            assert "css/site.css" in answer.content.decode()
            shown += 1
    assert shown >= 8


def test_an_author_sees_only_fields_that_somebody_needs():
    client = an_author()
    new = client.get(
        reverse("wagtailadmin_pages:add", args=["resources", "methodguidepage", shelf().pk])
    ).content.decode()

    for name in ("slug", "show_in_menus", "seo_title"):
        assert f'name="{name}"' not in new
    for name in ("title", "summary", "aim", "search_description"):
        assert f'name="{name}"' in new


# --- screens of the shared words --------------------------------------------------------------


@pytest.mark.parametrize("model", [Topic, Audience, SiteText])
def test_coordinators_keep_the_shared_words_and_authors_do_not(model):
    row = model.objects.filter(locale=locale("lv")).first()
    label = model._meta.model_name
    addresses = [
        reverse(f"wagtailsnippets_hub_{label}:list"),
        reverse(f"wagtailsnippets_hub_{label}:edit", args=[row.pk]),
    ]
    keeper, writer = a_coordinator(), an_author()

    for address in addresses:
        assert keeper.get(address).status_code == 200
        assert writer.get(address).status_code == 302


def test_breadcrumbs_are_worded_for_who_reads_them():
    html = (
        a_coordinator(language="et").get(reverse("wagtailsnippets_hub_topic:list")).content.decode()
    )

    with translation.override("et"):
        home = gettext("Home")
    assert home != "Home"
    assert home in html.split('class="w-breadcrumbs')[1].split("</nav>")[0]


def test_the_region_of_the_buttons_has_a_translated_name():
    page = make_guide("Tējas vakars", publish=False)

    html = (
        an_author(language="lv")
        .get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        .content.decode()
    )

    assert 'aria-label="Actions"' not in html
    assert 'id="w-slim-header-buttons"' in html


# --- signing in -------------------------------------------------------------------------------


def test_signing_in_wears_the_name_of_the_project_and_no_other():
    html = Client().get(reverse("wagtailadmin_login"), follow=True).content.decode()

    assert "Kopā tālāk" in html
    for other in ("Wagtail", "Django", "allauth", "127.0.0.1", "testserver"):
        assert other not in html.split("<body")[1]
