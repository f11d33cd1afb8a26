"""A partner's life: made in one action, renamed, paused, merged; and nothing is lost on the way."""

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import (
    Collection,
    GroupPagePermission,
    Page,
    PageViewRestriction,
    TaskState,
    UploadedFile,
)

from home.models import ProjectPage, ProjectRole
from hub.languages import LANGUAGES
from hub.models import Document, Picture
from hub.page_tree import tree_problems
from partners.invitations import invite
from partners.make import pages_of
from partners.merge_partner import _keys_left, _move_thing, finish_merges, merge
from partners.models import Partner, PartnerPage, ShelfPage
from partners.pause_partner import pause, resume
from partners.rename_partner import rename
from partners.review import ensure_workflow
from partners.shelf_words import shelf_title
from resources.models import MethodGuidePage
from tests.builders import (
    counterparts,
    in_language,
    locale,
    make_guide,
    make_user,
    new_partner,
    shelf,
    state_of,
    translate,
)
from tests.editing import a_coordinator, a_publisher, an_author, guide_form, signed_in
from tests.permission_world import picture_file, text_file
from translations import mirrors, work
from translations.models import TranslationState

pytestmark = pytest.mark.usefixtures("demo")

CESIS = {
    "name": "Cēsu bibliotēka",
    "slug": "",
    "country": "LV",
    "town": "Cēsis",
    "time_zone": "",
    "language": "lv",
    "summary": "Bibliotēka Cēsīs.",
}


def publishers_of_valmiera() -> Group:
    return Partner.objects.get(slug="valmiera-library").publishers


def first_shelf(partner: Partner) -> ShelfPage:
    """Where its resources stand, in Latvian."""
    return shelf(partner.slug)


def errors_of(answer) -> dict:
    assert answer.status_code == 200, answer.url
    return {name: list(reasons) for name, reasons in answer.context["form"].errors.items()}


def leftovers(slug="cesu-biblioteka", name="Cēsu bibliotēka") -> list:
    """What there is of a partner, wherever it would be kept."""
    found = [*Partner.objects.filter(slug=slug), *Page.objects.filter(slug=slug)]
    found += Group.objects.filter(name__startswith=name)
    return found + list(Collection.objects.filter(name__startswith=name))


# --- made -------------------------------------------------------------------------------------


def test_one_form_makes_page_shelves_groups_and_collections():
    coordinator = a_coordinator()

    answer = coordinator.post(reverse("partner:add"), CESIS)

    partner = Partner.objects.get(slug="cesu-biblioteka")
    assert answer.url == reverse("partner:inspect", args=[partner.pk])
    assert (partner.name, partner.town, partner.time_zone) == (
        "Cēsu bibliotēka",
        "Cēsis",
        "Europe/Riga",
    )
    assert ShelfPage.objects.filter(partner=partner, live=True).count() == 3 * len(LANGUAGES)
    pages = PartnerPage.objects.filter(partner=partner, live=True)
    assert {page.summary for page in pages} == {"Bibliotēka Cēsīs."}
    assert pages.count() == len(LANGUAGES)
    assert {partner.authors.name, partner.publishers.name} == {
        "Cēsu bibliotēka: authors",
        "Cēsu bibliotēka: publishers",
    }
    assert partner.collection.name == "Cēsu bibliotēka"
    assert not any(tree_problems())


def test_shelves_are_called_in_each_language_what_is_on_them():
    partner = new_partner()

    for page in ShelfPage.objects.filter(partner=partner):
        said = shelf_title(page.section, partner.name, page.locale.language_code)
        if page.locale.language_code == "en":
            assert said.startswith("Cēsu bibliotēka: ")
        if said:
            assert (page.title, page.words_language) == (said, page.locale.language_code)
        else:
            # Where the hub lacks the words, those of the original stand, and are marked as such.
            assert page.words_language == "lv"


def test_the_desk_knows_what_the_shelves_say_from_the_beginning():
    shelf = ShelfPage.objects.filter(partner=new_partner(), locale__language_code="lv").first()

    state = shelf.thing.states.get(locale__language_code="en")
    assert (state.state, state.done, state.total) == (TranslationState.State.PUBLISHED, 1, 1)

    job = work.begin(shelf.thing, locale("en"))
    english = in_language(shelf, "en")
    assert [one.translation for one in job.segments()] == [english.title]

    # A title that somebody changes is then news for the translators, as everywhere.
    shelf.title = "Cēsu krājumi"
    shelf.save_revision().publish()
    state.refresh_from_db()
    assert state.state == TranslationState.State.OUTDATED


def test_the_screen_of_a_new_partner_shows_everything_it_has():
    coordinator = a_coordinator()
    coordinator.post(reverse("partner:add"), CESIS)
    partner = Partner.objects.get(slug="cesu-biblioteka")

    html = coordinator.get(reverse("partner:inspect", args=[partner.pk])).content.decode()

    for name in ("Cēsis", "Cēsu bibliotēka: authors", "Cēsu bibliotēka: publishers"):
        assert name in html
    assert f"collection_id={partner.private_collection_id}" in html
    for place in ShelfPage.objects.filter(partner=partner, locale__language_code="lv"):
        assert reverse("wagtailadmin_explore", args=[place.pk]) in html
    for deed in ("rename", "pause", "merge", "edit"):
        assert reverse(f"partner:{deed}", args=[partner.pk]) in html


def test_new_people_of_a_new_partner_write_and_publish_on_its_shelves_alone():
    partner = new_partner()
    publisher = a_publisher("cesu-biblioteka")
    own = ShelfPage.objects.get(
        partner=partner, locale__language_code="uk", url_path__contains="/resources/"
    )

    for place, is_open in ((own, True), (shelf(), False)):
        url = reverse("wagtailadmin_pages:add", args=["resources", "methodguidepage", place.pk])
        publisher.post(url, guide_form(f"Vakars {place.pk}", **{"action-publish": "1"}))
        made = MethodGuidePage.objects.filter(title=f"Vakars {place.pk}", live=True, alias_of=None)
        assert made.exists() == is_open


@pytest.mark.parametrize("who", [an_author, a_publisher, lambda: signed_in(make_user())])
def test_nobody_but_coordinators_meets_these_screens(who):
    partner = Partner.objects.get(slug="kardla-town-library")
    client = who()

    for name in ("add", "inspect", "rename", "pause", "resume", "merge", "edit", "index"):
        args = [] if name in ("add", "index") else [partner.pk]
        url = reverse(f"partner:{name}", args=args)
        for answer in (client.get(url), client.post(url, {**CESIS, "into": "1"})):
            assert (answer.status_code, answer.headers.get("Location")) in (
                (302, reverse("wagtailadmin_home")),
                (405, None),
            )
    assert not leftovers()
    assert Partner.objects.get(pk=partner.pk).paused_at is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "valmieras  BIBLIOTĒKA"}, "name"),
        ({"name": "…", "slug": ""}, "slug"),
        ({"slug": "valmiera-library"}, "slug"),
        ({"slug": "Cēsis"}, "slug"),
        ({"slug": "../admin"}, "slug"),
        ({"slug": "a--b"}, "slug"),
        ({"slug": "x" * 61}, "slug"),
        ({"country": ""}, "country"),
        ({"country": "XX"}, "country"),
        ({"time_zone": "Europe/Cesis"}, "time_zone"),
        ({"language": "de"}, "language"),
        ({"town": "x" * 81}, "town"),
        ({"summary": "x" * 301}, "summary"),
    ],
)
def test_each_mistake_is_told_at_its_field_and_nothing_is_made(wrong, field):
    answer = a_coordinator().post(reverse("partner:add"), CESIS | wrong)

    errors = errors_of(answer)
    assert list(errors) == [field]
    assert all(errors[field])
    assert not leftovers()


def test_control_characters_and_double_blanks_are_taken_out_of_a_name():
    a_coordinator().post(
        reverse("partner:add"), CESIS | {"name": "\tCēsu\x00\r\n  bibliotēka\x07 "}
    )

    assert Partner.objects.get(slug="cesu-biblioteka").name == "Cēsu bibliotēka"


def test_a_language_without_a_front_page_is_refused_in_words():
    Page.objects.get(depth=2, slug="home-fi").delete()

    answer = a_coordinator().post(reverse("partner:add"), CESIS | {"language": "fi"})

    assert "Suomi" in errors_of(answer)["language"][0]
    assert not leftovers()


def test_a_double_click_makes_one_partner():
    coordinator = a_coordinator()

    first = coordinator.post(reverse("partner:add"), CESIS)
    second = coordinator.post(reverse("partner:add"), CESIS)

    assert first.url == second.url
    assert Partner.objects.filter(name="Cēsu bibliotēka").count() == 1
    assert PartnerPage.objects.filter(partner__slug="cesu-biblioteka").count() == len(LANGUAGES)
    assert Group.objects.filter(name__startswith="Cēsu bibliotēka").count() == 2


def test_the_command_makes_the_same_and_is_safe_to_repeat():
    words = {"name": "Cēsu bibliotēka", "country": "LV", "language": "lv"}
    call_command("make_partner", "cesu-biblioteka", **words)
    first = sorted(map(repr, leftovers()))
    rights = GroupPagePermission.objects.count()

    call_command("make_partner", "cesu-biblioteka", **words)

    assert sorted(map(repr, leftovers())) == first
    assert GroupPagePermission.objects.count() == rights


def test_the_command_says_what_is_wrong():
    words = {"name": "Cēsu bibliotēka", "country": "LV", "language": "lv"}
    for wrong, said in (
        ({"language": "de"}, "language: "),
        ({"name": "Kas cits"}, "slug: This address belongs to Cēsu bibliotēka."),
        ({"time_zone": "Mars/Olympus"}, "time-zone: "),
    ):
        new_partner()
        with pytest.raises(CommandError, match=said):
            call_command("make_partner", "cesu-biblioteka", **{**words, **wrong})


def test_a_group_that_happens_to_have_the_name_gets_no_rights_by_it():
    stranger = Group.objects.create(name="Cēsu bibliotēka: authors")

    partner = new_partner()

    assert partner.authors != stranger
    assert not GroupPagePermission.objects.filter(group=stranger).exists()


def test_making_a_partner_costs_the_same_however_many_there_are():
    new_partner("Pirmā", "pirma")
    with CaptureQueriesContext(connection) as one:
        new_partner("Otrā", "otra")
    for number in range(3):
        new_partner(f"Vēl {number}", f"vel-{number}")
    for number in range(5):
        make_guide(f"Vakars {number}")

    # Before "Vēl", like "Otrā", would move the folders of three more: the tree keeps the alphabet.
    with CaptureQueriesContext(connection) as later:
        new_partner("Vēlāk", "velak")

    assert len(later) <= len(one) + 5
    assert len(one) < 3500


# --- renamed ----------------------------------------------------------------------------------


def test_a_new_name_reaches_groups_collections_and_titles():
    partner = new_partner()

    a_coordinator().post(
        reverse("partner:rename", args=[partner.pk]),
        {"name": "Cēsu Centrālā bibliotēka", "slug": partner.slug},
    )

    partner.refresh_from_db()
    assert partner.name == "Cēsu Centrālā bibliotēka"
    assert partner.authors.name == "Cēsu Centrālā bibliotēka: authors"
    assert partner.private_collection.name == "Cēsu Centrālā bibliotēka (private)"
    for page in pages_of(partner):
        assert page.title.startswith("Cēsu Centrālā bibliotēka")
        assert page.slug == "cesu-biblioteka"
    for page in ShelfPage.objects.filter(partner=partner, locale__language_code="lv"):
        state = page.thing.states.get(locale__language_code="en")
        assert state.state == TranslationState.State.PUBLISHED


def test_titles_in_other_words_and_drafts_outlive_a_renaming():
    partner = new_partner()
    worded, drafted, _third = ShelfPage.objects.filter(partner=partner, locale__language_code="lv")
    worded.title = "Cēsu krājumi"
    worded.save_revision().publish()
    drafted.summary = "Vēl nav gatavs."
    drafted.save_revision()

    rename(partner, "Cēsu Centrālā bibliotēka", "cesis")

    worded, drafted = (ShelfPage.objects.get(pk=page.pk) for page in (worded, drafted))
    assert (worded.title, worded.slug) == ("Cēsu krājumi", "cesis")
    draft = drafted.get_latest_revision_as_object()
    assert drafted.summary == ""
    assert drafted.has_unpublished_changes
    assert draft.summary == "Vēl nav gatavs."
    assert draft.title == drafted.title
    draft.save_revision().publish()
    assert ShelfPage.objects.get(pk=drafted.pk).slug == "cesis"


def test_old_addresses_lead_to_the_new_ones_in_all_languages(client):
    partner = new_partner()
    guide = make_guide("Tējas vakars", on=first_shelf(partner))
    old = [page.url for page in (*pages_of(partner), guide, *counterparts(guide))]

    rename(partner, partner.name, "cesis")

    assert len(old) == 5 * len(LANGUAGES)
    for address in old:
        answer = client.get(address)
        assert answer.status_code == 301, address
        assert answer.url == address.replace("/cesu-biblioteka/", "/cesis/")
        assert client.get(answer.url).status_code == 200
    assert not any(tree_problems())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Valmieras bibliotēka"}, "name"),
        ({"slug": ""}, "slug"),
        ({"slug": "valmiera-library"}, "slug"),
        ({"slug": "Ä"}, "slug"),
    ],
)
def test_a_renaming_that_would_clash_is_refused_and_changes_nothing(wrong, field):
    partner = new_partner()
    url = reverse("partner:rename", args=[partner.pk])

    answer = a_coordinator().post(url, {"name": "Cēsu nams", "slug": "cesu-nams"} | wrong)

    assert list(errors_of(answer)) == [field]
    partner.refresh_from_db()
    assert (partner.name, partner.slug) == ("Cēsu bibliotēka", "cesu-biblioteka")
    assert partner.authors.name == "Cēsu bibliotēka: authors"


def test_a_translated_partner_keeps_its_translated_names():
    partner = Partner.objects.get(slug="valmiera-library")
    english = PartnerPage.objects.get(partner=partner, locale__language_code="en")
    danish = shelf(code="da").title

    rename(partner, "Valmieras Integrētā bibliotēka")

    english.refresh_from_db()
    assert english.title == "Valmiera Library"
    assert shelf(code="da").title == danish
    latvian = PartnerPage.objects.get(partner=partner, locale__language_code="lv")
    assert latvian.title == "Valmieras Integrētā bibliotēka"


# --- paused -----------------------------------------------------------------------------------


@dataclass
class Hall:
    """A partner's things, and its people at the doors."""

    partner: Partner
    author: Client
    publisher: Client
    draft: Page
    live: Page
    reviewed: Page
    document: Document
    picture: Picture

    @property
    def seen(self) -> dict:
        """Everything that a door could change."""
        pages = Page.objects.order_by("pk").values_list("pk", "path", "live", "latest_revision")
        return {
            "pages": list(pages),
            "checked": list(MethodGuidePage.objects.order_by("pk").values_list("checked_on")),
            "locks": list(Page.objects.filter(locked=True).values_list("pk")),
            "reviews": list(TaskState.objects.order_by("pk").values_list("pk", "status")),
            "closed": list(PageViewRestriction.objects.values_list("page")),
            "documents": list(Document.objects.values_list("pk", "title", "collection", "version")),
            "waiting": UploadedFile.objects.count(),
            "pictures": list(Picture.objects.values_list("pk", "title", "collection")),
        }


@pytest.fixture
def hall() -> Hall:
    ensure_workflow()
    partner = new_partner()
    author, publisher = an_author(partner.slug), a_publisher(partner.slug)
    reviewed = make_guide("Apskatei", on=first_shelf(partner), publish=False, owner=author.user)
    reviewed.get_workflow().start(reviewed, author.user)
    words = {"language": "lv", "licence": "CC-BY-4.0", "collection": partner.collection}
    return Hall(
        partner=partner,
        author=author,
        publisher=publisher,
        draft=make_guide("Uzmetums", on=first_shelf(partner), publish=False, owner=author.user),
        live=make_guide("Tējas vakars", on=first_shelf(partner), owner=author.user),
        reviewed=reviewed,
        document=Document.objects.create(title="Lapa", file=text_file(), **words),
        picture=Picture.objects.create(
            title="Attēls", file=picture_file(), collection=partner.collection
        ),
    )


def _page(name, page, **form):
    return lambda hall: (reverse(f"wagtailadmin_pages:{name}", args=[getattr(hall, page).pk]), form)


def _edit(page, **more):
    return _page("edit", page, **guide_form("Cits nosaukums", slug="cits-nosaukums", **more))


def _add(**more):
    return lambda hall: (
        reverse(
            "wagtailadmin_pages:add",
            args=["resources", "methodguidepage", first_shelf(hall.partner).pk],
        ),
        guide_form("Jauns", **more),
    )


def _bulk(action, model, *things, **form):
    def door(hall):
        ids = "&".join(f"id={getattr(hall, thing).pk}" for thing in things)
        return f"{reverse('wagtail_bulk_action', args=[*model, action])}?{ids}", form

    return door


def _decide(action):
    def door(hall):
        state = TaskState.objects.get(workflow_state__object_id=str(hall.reviewed.pk))
        args = [hall.reviewed.pk, action, state.pk]
        return reverse("wagtailadmin_pages:workflow_action", args=args), {"comment": ""}

    return door


def _file(kind, prefix=""):
    name = {"document": text_file, "picture": picture_file}[kind]

    def form(hall):
        words = {"title": "Jauns", "collection": hall.partner.collection_id, "file": name()}
        words |= {"language": "lv", "licence": "CC-BY-4.0"} if kind == "document" else {}
        return {f"{prefix}{field}": value for field, value in words.items()}

    return form


def _several(kind):
    name = {"document": text_file, "picture": picture_file}[kind]
    return lambda hall: {
        "files[]": name(),
        "title": "Jauns",
        "collection": hall.partner.collection_id,
    }


def _to(name, form, *things):
    return lambda hall: (
        reverse(name, args=[getattr(hall, thing).pk for thing in things]),
        form(hall) if callable(form) else form,
    )


PAGE, DOCUMENT, PICTURE = (
    ("wagtailcore", "page"),
    ("hub", "document"),
    ("hub", "picture"),
)
# Who comes to which door, and with what.
DOORS = {
    "a new page": ("author", _add()),
    "a new page, submitted": ("author", _add(**{"action-submit": "1"})),
    "a new page, published": ("publisher", _add(**{"action-publish": "1"})),
    "a changed page": ("author", _edit("draft")),
    "a changed page, submitted": ("author", _edit("draft", **{"action-submit": "1"})),
    "a changed page, published": ("publisher", _edit("live", **{"action-publish": "1"})),
    "a decision": ("publisher", _decide("approve")),
    "a page sent back": ("publisher", _decide("reject")),
    "a page taken off": ("publisher", _page("unpublish", "live")),
    "a page deleted": ("publisher", _page("delete", "draft")),
    "a page locked": ("publisher", _page("lock", "live")),
    "a page closed": ("publisher", _page("set_privacy", "live", restriction_type="login")),
    "a page copied": (
        "publisher",
        lambda hall: (
            reverse("wagtailadmin_pages:copy", args=[hall.live.pk]),
            {
                "new_title": "Kopija",
                "new_slug": "kopija",
                "new_parent_page": first_shelf(hall.partner).pk,
            },
        ),
    ),
    "a page found still correct": (
        "author",
        lambda hall: (reverse("home_still_correct", args=[hall.live.pk]), {}),
    ),
    "pages published at once": ("publisher", _bulk("publish", PAGE, "draft", "live")),
    "pages taken off at once": ("publisher", _bulk("unpublish", PAGE, "live")),
    "pages deleted at once": ("publisher", _bulk("delete", PAGE, "draft")),
    "a document": ("author", _to("wagtaildocs:add", _file("document"))),
    "documents": ("author", _to("wagtaildocs:add_multiple", _several("document"))),
    "a document on the way": (
        "author",
        _to("wagtaildocs_chooser:create", _file("document", "document-chooser-upload-")),
    ),
    "a document changed": ("author", _to("wagtaildocs:edit", _file("document"), "document")),
    "a picture": ("author", _to("wagtailimages:add", _file("picture"))),
    "pictures": ("author", _to("wagtailimages:add_multiple", _several("picture"))),
    "a picture on the way": (
        "author",
        _to("wagtailimages_chooser:create", _file("picture", "image-chooser-upload-")),
    ),
    "a picture changed": ("author", _to("wagtailimages:edit", _file("picture"), "picture")),
}


def test_a_pause_closes_each_door_at_the_next_request_and_resuming_opens_it(hall):
    before = hall.seen

    pause(hall.partner)
    for name, (who, place) in DOORS.items():
        getattr(hall, who).post(*place(hall))
        assert hall.seen == before, name

    resume(hall.partner)
    for name, (who, place) in DOORS.items():
        with transaction.atomic():
            getattr(hall, who).post(*place(hall))
            assert hall.seen != before, name
            transaction.set_rollback(True)


def test_nothing_comes_onto_the_shelves_of_a_paused_partner_from_another(hall):
    both = signed_in(make_user("both", groups=[hall.partner.publishers, publishers_of_valmiera()]))
    guest = make_guide("Viesis")
    move = reverse("wagtailadmin_pages:move_confirm", args=[guest.pk, first_shelf(hall.partner).pk])
    copy = reverse("wagtailadmin_pages:copy", args=[guest.pk])
    form = {"new_title": "Kopija", "new_slug": "kopija"}
    form["new_parent_page"] = first_shelf(hall.partner).pk
    before = hall.seen

    pause(hall.partner)
    both.post(move)
    both.post(copy, form)
    assert hall.seen == before

    # On the other partner's shelf the same person goes on.
    both.post(copy, form | {"new_parent_page": shelf().pk})
    assert Page.objects.filter(slug="kopija", alias_of=None).count() == 1

    resume(hall.partner)
    both.post(move)
    assert Page.objects.get(pk=guest.pk).get_parent().pk == first_shelf(hall.partner).pk


def test_people_of_a_paused_partner_look_at_everything_and_are_told_why(hall):
    pause(hall.partner)

    for client in (hall.author, hall.publisher):
        editor = client.get(reverse("wagtailadmin_pages:edit", args=[hall.draft.pk]))
        assert editor.status_code == 200
        assert "This partner is paused" in editor.content.decode()
        for name in ("history", "view_draft"):
            url = reverse(f"wagtailadmin_pages:{name}", args=[hall.draft.pk])
            assert client.get(url).status_code == 200
        explorer = client.get(
            reverse("wagtailadmin_explore", args=[first_shelf(hall.partner).pk])
        ).content.decode()
        assert "Uzmetums" in explorer
        dashboard = client.get(reverse("wagtailadmin_home")).content.decode()
        assert "This partner is paused" in dashboard
        assert "methodguidepage" not in dashboard


def test_co_owners_of_a_paused_partner_write_nowhere_as_such(hall):
    joint = make_guide("Kopīgais", publish=False)
    joint.name_co_owners([hall.partner])
    edit = reverse("wagtailadmin_pages:edit", args=[joint.pk])
    assert hall.author.get(edit).status_code == 200

    pause(hall.partner)

    hall.author.post(edit, guide_form("Cits"))
    assert Page.objects.get(pk=joint.pk).draft_title == "Kopīgais"


def test_coordinators_step_in_while_a_partner_is_paused(hall):
    coordinator = a_coordinator()
    coordinator.post(reverse("partner:pause", args=[hall.partner.pk]))
    hall.partner.refresh_from_db()
    assert hall.partner.paused_at

    coordinator.post(*_decide("approve")(hall))
    coordinator.post(*_edit("live", **{"action-publish": "1"})(hall))

    assert Page.objects.get(pk=hall.reviewed.pk).live
    assert Page.objects.get(pk=hall.live.pk).title == "Cits nosaukums"
    coordinator.post(reverse("partner:resume", args=[hall.partner.pk]))
    hall.partner.refresh_from_db()
    assert hall.partner.paused_at is None


def test_readers_read_on_and_see_the_pause(hall, client):
    pause(hall.partner)

    assert client.get(hall.live.url).status_code == 200
    own = PartnerPage.objects.get(partner=hall.partner, locale__language_code="en")
    assert "This library has paused" in client.get(own.url).content.decode()
    partners = client.get("/en/partners/").content.decode()
    assert partners.count("Paused") == 1


def test_making_a_paused_partner_again_does_not_resume_it(hall):
    pause(hall.partner)
    before = hall.seen

    new_partner()

    hall.author.post(*DOORS["a document"][1](hall))
    assert hall.seen == before


# --- merged -----------------------------------------------------------------------------------


@pytest.fixture
def pair(hall) -> tuple[Partner, Partner]:
    """A partner with a bit of everything, and the one that it goes up in."""
    translate(hall.live, "uk")
    translate(hall.live, "da", publish=False)
    hall.live.title = "Tējas vakars, mainīts"
    hall.live.save_revision(user=hall.author.user)
    estonian = shelf(hall.partner.slug, "et", "resources")
    make_guide("Teeõhtu", on=estonian)
    make_guide("Uzmetums", publish=False, on=shelf())
    Document.objects.filter(pk=hall.document.pk).update(collection=hall.partner.private_collection)
    return hall.partner, Partner.objects.get(slug="valmiera-library")


def guides(partner: Partner) -> dict[str, set[str]]:
    """The languages of each guide on the partner's shelves, by the title of its thing's original."""
    found: dict[str, set[str]] = {}
    for page in MethodGuidePage.objects.filter(partner=partner).select_related("locale"):
        original = in_language(page, page.thing.original_locale.language_code)
        assert page.path.startswith(shelf(partner.slug, page.locale.language_code).path)
        found.setdefault(original.draft_title, set()).add(page.locale.language_code)
    return found


def test_things_move_in_all_languages_with_their_drafts_translations_and_reviews(pair, hall):
    source, target = pair
    everywhere = {one.code for one in LANGUAGES}
    codes = {page.pk: page.thing.code for page in MethodGuidePage.objects.all()}

    assert merge(source, target)

    now = guides(target)
    assert now["Tējas vakars, mainīts"] == everywhere
    assert now["Teeõhtu"] == everywhere
    assert now["Apskatei"] == {"lv"}
    assert {page.pk: page.thing.code for page in MethodGuidePage.objects.all()} == codes
    live = MethodGuidePage.objects.get(pk=hall.live.pk)
    assert (live.title, live.draft_title) == ("Tējas vakars", "Tējas vakars, mainīts")
    assert live.get_latest_revision_as_object().partner == target
    assert not in_language(live, "uk").is_mirror
    assert in_language(live, "da").is_mirror
    assert state_of(live, "da").done == state_of(live, "da").total
    assert not any(tree_problems())
    assert mirrors.repair() == {"removed": 0, "moved": 0, "made": 0}


def test_what_waits_for_a_decision_waits_for_the_other_partners_publishers(pair, hall):
    merge(*pair)

    a_publisher("valmiera-library").post(*_decide("approve")(hall))

    assert Page.objects.get(pk=hall.reviewed.pk).live


def test_two_drafts_of_one_address_both_stay(pair):
    source, target = pair

    merge(source, target)

    drafts = MethodGuidePage.objects.filter(title="Uzmetums", partner=target)
    assert {page.slug for page in drafts} == {"uzmetums", "uzmetums-1"}
    for draft in drafts:
        draft.get_latest_revision().publish()
    assert {page.slug for page in drafts.filter(live=True, alias_of=None)} == {
        "uzmetums",
        "uzmetums-1",
    }


def test_files_move_and_what_is_private_stays_private(pair, hall):
    source, target = pair

    merge(source, target)

    hall.document.refresh_from_db()
    hall.picture.refresh_from_db()
    assert hall.document.collection == target.private_collection
    assert hall.picture.collection == target.collection
    assert not Collection.objects.filter(name__startswith="Cēsu bibliotēka").exists()


def test_people_become_people_of_the_other_partner(pair, hall):
    source, target = pair
    both = make_user("both", groups=[source.authors, target.authors])
    roles = [f"author:{source.pk}", f"author:{target.pk}", f"publisher:{source.pk}", "reviewer:uk"]
    invitation = invite(email="new@example.org", roles=roles, language="lv")

    merge(source, target)

    invitation.refresh_from_db()
    assert invitation.roles == [f"author:{target.pk}", f"publisher:{target.pk}", "reviewer:uk"]

    assert list(hall.author.user.groups.all()) == [target.authors]
    assert list(hall.publisher.user.groups.all()) == [target.publishers]
    assert list(both.groups.all()) == [target.authors]
    assert not Group.objects.filter(name__startswith="Cēsu bibliotēka").exists()
    edit = reverse("wagtailadmin_pages:edit", args=[hall.draft.pk])
    hall.author.post(edit, guide_form("Cits nosaukums"))
    assert Page.objects.get(pk=hall.draft.pk).draft_title == "Cits nosaukums"


def test_all_addresses_of_a_merged_partner_lead_to_the_other(pair, hall, client):
    source, target = pair
    rename(source, source.name, "cesis")
    pages = {page.pk: (page.url, page.permanent_url, page) for page in pages_of(source)}
    live = [hall.live, *counterparts(hall.live)]
    things = [MethodGuidePage.objects.get(pk=page.pk).url for page in live]

    merge(source, target)

    for address, permanent, page in pages.values():
        code = page.locale.language_code
        theirs = type(page).objects.filter(partner=target, locale=page.locale)
        there = next(one.url for one in theirs if one.section == page.section)
        old = address.replace("/cesis/", "/cesu-biblioteka/")
        for gone in (address, old):
            assert client.get(gone).url == there, gone
        answer = client.get(permanent, headers={"accept-language": code})
        assert (answer.status_code, answer.url) == (302, there)
    for address in things:
        assert client.get(client.get(address).url).status_code == 200


def test_roles_in_projects_and_joint_things_go_to_the_other_partner_once(pair):
    source, target = pair
    third = Partner.objects.get(slug="kardla-town-library")
    project = ProjectPage.objects.get(locale__language_code="en")
    project.roles.add(ProjectRole(partner=source, role="partner"))
    project.save_revision().publish()
    only, shared = make_guide("Viens", on=shelf(third.slug, "et")), make_guide("Divi")
    only.name_co_owners([source])
    shared.name_co_owners([source, third])

    merge(source, target)

    roles = ProjectRole.objects.filter(page__locale__language_code="en")
    assert roles.filter(partner=target).count() == 1
    assert not ProjectRole.objects.filter(partner=source).exists()
    newest = ProjectPage.objects.get(pk=project.pk).get_latest_revision_as_object()
    assert sorted(role.partner.slug for role in newest.roles.all()) == sorted(
        role.partner.slug for role in roles
    )
    assert [row.partner for row in only.thing.co_owners.all()] == [target]
    # It stands on this partner's shelf, so it is no co-owner besides.
    assert [row.partner for row in shared.thing.co_owners.all()] == [third]


def test_a_merged_partner_is_in_no_list_and_its_screen_leads_to_the_other(pair, client):
    source, target = pair
    coordinator = a_coordinator()

    merge(source, target)

    assert source.name not in coordinator.get(reverse("partner:index")).content.decode()
    assert source.name not in client.get("/lv/partners/").content.decode()
    answer = coordinator.get(reverse("partner:inspect", args=[source.pk]))
    assert answer.url == reverse("partner:inspect", args=[target.pk])
    for deed in ("rename", "pause", "resume", "merge", "edit"):
        url = reverse(f"partner:{deed}", args=[source.pk])
        assert coordinator.post(url, CESIS).status_code == 404
    merging = coordinator.get(reverse("partner:merge", args=[target.pk])).context["form"]
    assert source not in merging.fields["into"].queryset
    taken = coordinator.post(reverse("partner:add"), CESIS | {"slug": source.slug})
    assert "merged into Valmieras bibliotēka" in errors_of(taken)["slug"][0]


def test_what_will_happen_is_shown_first_and_asked_once(pair):
    source, target = pair
    coordinator = a_coordinator()
    url = reverse("partner:merge", args=[source.pk])

    plan = coordinator.post(url, {"into": target.pk}).content.decode()

    assert "4 things move to the shelves of Valmieras bibliotēka" in plan
    assert "3 of them are unpublished" in plan
    assert "1 waits for a decision" in plan
    assert "2 documents and pictures move" in plan
    assert guides(source)
    source.refresh_from_db()
    assert source.merged_into is None

    # Whom they saw is whom it goes up in: another is shown first, too.
    other = Partner.objects.get(slug="kardla-town-library")
    coordinator.post(url, {"into": other.pk, "confirmed": target.pk})
    assert guides(source)

    answer = coordinator.post(url, {"into": target.pk, "confirmed": target.pk})

    assert answer.url == reverse("partner:inspect", args=[target.pk])
    assert not guides(source)


@pytest.mark.parametrize("case", ["itself", "paused", "merged", "nobody", "a word"])
def test_what_cannot_be_merged_is_refused_in_words(case, pair):
    source, target = pair
    into = target.pk
    if case == "paused":
        pause(target)
    elif case == "merged":
        merge(target, Partner.objects.get(slug="kardla-town-library"))
    else:
        into = {"itself": source.pk, "nobody": 0, "a word": "x"}[case]

    answer = a_coordinator().post(
        reverse("partner:merge", args=[source.pk]), {"into": into, "confirmed": into}
    )

    assert errors_of(answer)["into"]
    if case != "a word" and case != "nobody":
        with pytest.raises(ValidationError):
            merge(source, Partner.objects.get(pk=into))
    assert guides(source)


def test_a_merge_that_is_stopped_goes_on_where_it_was(pair):
    source, target = pair

    assert not merge(source, target, seconds=0)
    begun = guides(source)
    assert begun
    source.refresh_from_db()
    assert (source.merged_into, bool(source.paused_at)) == (target, True)
    only_some = next(iter(_keys_left(source)))
    _move_thing(only_some, source, target, None)
    assert len(guides(source)) == len(begun) - 1

    assert finish_merges() == 1
    assert finish_merges() == 0
    assert not guides(source)
    assert merge(source, target)
    assert not any(tree_problems())
