"""The translation desk: who finds what there, what is saved, and which doors stay closed."""

import io
import re
import zipfile
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import GroupPagePermission, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from partners.models import Partner
from tests.builders import (
    in_language,
    locale,
    make_coordinator,
    make_guide,
    make_reviewer,
    make_translator,
    make_user,
    shelf,
    state_of,
    thing_of,
    translate,
)
from translations import work
from translations.models import LanguageRole, TranslationState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
State = TranslationState.State


@pytest.fixture
def translator(client):
    user = make_translator("uk")
    client.force_login(user)
    return user


@pytest.fixture
def reviewer(client):
    user = make_reviewer("uk")
    client.force_login(user)
    return user


def address(page, code="uk", end="") -> str:
    return f"/admin/desk/{thing_of(page).code}/{code}/{end}"


def fields(html: str) -> dict[str, str]:
    """What a browser would send back from the form of the work, untouched."""
    found = dict(re.findall(r'name="(was\d+)" value="(\w*)"', html))
    for name, words in re.findall(
        r'<textarea[^>]*name="(s\d+)"[^>]*>\n(.*?)</textarea>', html, re.S
    ):
        found[name] = unescape(words)
    return found


def field_of(page, path="title", code="uk") -> str:
    job = work.begin(thing_of(page), locale(code))
    return f"s{job.segments().get(context__path=path).pk}"


def titles(html: str) -> list[str]:
    """What the list shows; the demo has things in work too."""
    return [unescape(one) for one in re.findall(r'desk-list__title"[^>]*>(.*?)<', html)]


# --- the list ---------------------------------------------------------------------------------


def test_the_desk_lists_what_awaits_my_language_the_changed_first(client, translator):
    make_guide("Nesākts")
    begun = make_guide("Iesākts", slug="iesakts")
    translate(begun, "uk", publish=False, but=2)
    done = make_guide("Pabeigts", slug="pabeigts")
    translate(done, "uk")
    changed = make_guide("Mainīts", slug="mainits")
    translate(changed, "uk")
    changed.title = "Mainīts vakar"
    changed.save_revision().publish()
    make_guide("Чужий", on=shelf(code="uk"))

    html = client.get("/admin/desk/").content.decode()

    made = ["Mainīts vakar", "Iesākts", "Nesākts"]
    assert [title for title in titles(html) if title in made] == made
    assert not {"Pabeigts", "Чужий"} & set(titles(html))
    assert '<span class="desk-list__title" lang="lv" dir="ltr">Mainīts vakar</span>' in html
    assert "Method guide · Valmieras bibliotēka" in html
    assert address(begun) in html
    assert titles(client.get("/admin/desk/?state=outdated").content.decode()) == ["Mainīts vakar"]
    assert titles(client.get("/admin/desk/?state=ready").content.decode()) == []


def test_a_coordinator_finds_all_languages_and_can_ask_for_one(client):
    guide = make_guide("Tējas vakars")
    client.force_login(make_coordinator())

    everything = client.get("/admin/desk/").content.decode()
    one = client.get("/admin/desk/?language=da&state=not_started").content.decode()

    assert titles(everything).count("Tējas vakars") == 5
    assert address(guide, "da") in one
    assert address(guide, "uk") not in one


def test_the_desk_is_for_people_with_a_language(client):
    client.force_login(make_user("author", groups=[Partner.objects.first().authors]))

    assert client.get("/admin/desk/").status_code == 302
    assert "Translation desk" not in client.get("/admin/").content.decode()


def test_a_long_list_costs_no_more_queries_than_a_short_one(client, translator):
    make_guide("Pirmais")
    client.get("/admin/desk/")
    with CaptureQueriesContext(connection) as few:
        before = titles(client.get("/admin/desk/").content.decode())
    for number in range(12):
        make_guide(f"Vēl {number}", slug=f"vel-{number}")
    client.get("/admin/desk/")

    with CaptureQueriesContext(connection) as many:
        html = client.get("/admin/desk/").content.decode()

    assert len(titles(html)) == len(before) + 12
    assert len(many) == len(few) <= 15


def test_ticked_pages_are_fetched_as_po_files(client, translator):
    guide = make_guide("Tējas vakars")

    html = client.get("/admin/desk/").content.decode()
    code = thing_of(guide).code
    assert f'name="code" value="{code}" form="desk-selection"' in html
    target = re.search(r'id="desk-selection" action="([^"]+)"', html)[1]

    packed = b"".join(client.get(target, {"code": code}).streaming_content)
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert len(names) == 1
    assert code in names[0]


# --- the work ---------------------------------------------------------------------------------


def test_a_translator_sees_the_source_beside_a_field_and_saves_without_a_script(client, translator):
    guide = make_guide("Tējas vakars")

    html = client.get(address(guide)).content.decode()
    form = fields(html)
    name = field_of(guide)

    assert "Vakars ar tēju &amp; sarunām." in html
    assert "Step 1" in html
    assert [one for one in form if one.startswith("s")].index(name) == 0
    response = client.post(address(guide), {**form, name: "Вечір чаю"}, follow=True)
    assert response.redirect_chain == [(address(guide), 302)]
    assert "Вечір чаю" in response.content.decode()
    state = state_of(guide, "uk")
    assert (state.state, state.done) == (State.IN_PROGRESS, 1)
    kept = StringTranslation.objects.get(data="Вечір чаю")
    assert kept.last_translated_by == translator


def test_looking_at_the_work_starts_nothing(client, translator):
    guide = make_guide()

    client.get(address(guide))
    client.post(address(guide), fields(client.get(address(guide)).content.decode()))

    assert state_of(guide, "uk").state == State.NOT_STARTED
    assert in_language(guide, "uk").alias_of_id == guide.pk


def test_saving_one_goes_on_at_the_next(client, translator):
    guide = make_guide()
    form = fields(client.get(address(guide)).content.decode())
    second = [one for one in form if one.startswith("s")][1]

    response = client.post(address(guide), {**form, field_of(guide): "Чай", "then": second[1:]})

    assert response.url == f"{address(guide)}#{second}"


def test_words_that_cannot_be_saved_are_kept_with_the_reason_and_the_rest_is_saved(
    client, translator
):
    guide = make_guide()
    form = fields(client.get(address(guide)).content.decode())
    job = work.begin(thing_of(guide), locale("uk"))
    linked = next(one for one in job.segments() if work.has_marks(one))

    response = client.post(
        address(guide),
        {**form, field_of(guide): "Чай", f"s{linked.pk}": "Читай <b>це</b>"},
    )

    html = response.content.decode()
    assert response.status_code == 200
    assert "Читай &lt;b&gt;це&lt;/b&gt;</textarea>" in html
    assert "The source has no such mark: &lt;b&gt;" in html
    assert 'aria-invalid="true"' in html
    assert state_of(guide, "uk").done == 1
    # Sent again as it stands, the words are still refused and still there.
    again = client.post(address(guide), fields(html)).content.decode()
    assert "Читай &lt;b&gt;це&lt;/b&gt;</textarea>" in again


def test_a_stale_form_does_not_write_over_what_a_colleague_saved(client, translator):
    guide = make_guide()
    stale = fields(client.get(address(guide)).content.decode())
    job = work.begin(thing_of(guide), locale("uk"))
    title, summary = (job.segments().get(context__path=path) for path in ("title", "summary"))
    work.save_string(job, title, "Слова колеги", None)
    work.save_string(job, summary, "Підсумок колеги", None)

    html = client.post(address(guide), {**stale, f"s{title.pk}": "Мої слова"}).content.decode()

    kept = {one.context.path: one.translation for one in job.segments()}
    assert (kept["title"], kept["summary"]) == ("Слова колеги", "Підсумок колеги")
    assert "Мої слова</textarea>" in html
    assert "A colleague saved other words here meanwhile: “Слова колеги”" in html
    # Having seen the colleague's words, the translator may insist.
    client.post(address(guide), fields(html))
    assert job.segments().get(pk=title.pk).translation == "Мої слова"


def test_a_page_of_500_segments_is_opened_and_saved_in_few_queries(client, translator):
    paragraphs = "".join(f"<p>Teikums {number}.</p>" for number in range(500))
    guide = make_guide(body=[("text", paragraphs)])
    form = fields(client.get(address(guide)).content.decode())
    assert len(form) > 1000

    with CaptureQueriesContext(connection) as opened:
        client.get(address(guide))
    name = field_of(guide)
    with CaptureQueriesContext(connection) as saved:
        response = client.post(address(guide), {**form, name: "Чай"})

    assert response.status_code == 302
    assert len(opened) <= 30
    assert len(saved) <= 45
    everything = {one: "щ" * 110 for one in form if one.startswith("s")}
    assert client.post(address(guide), {**form, **everything, name: "Чай"}).status_code == 302
    assert state_of(guide, "uk").percent == 100


def test_the_preview_shows_typed_words_in_the_public_page_and_keeps_nothing(client, translator):
    guide = make_guide("Tējas vakars")
    form = fields(client.get(address(guide)).content.decode())

    response = client.post(address(guide, end="preview/"), {**form, field_of(guide): "Вечір чаю"})

    html = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="uk"' in html
    assert "Вечір чаю</h1>" in html
    assert "private" in response.headers["Cache-Control"]
    assert not StringTranslation.objects.filter(data="Вечір чаю").exists()
    assert in_language(guide, "uk").title == "Tējas vakars"
    assert client.get(address(guide, end="preview/")).status_code == 200
    client.logout()
    assert client.get(address(guide, end="preview/")).status_code == 302


# --- review -----------------------------------------------------------------------------------


def test_from_ready_over_sent_back_to_published(client):
    guide = make_guide("Tējas vakars")
    translate(guide, "uk", publish=False)
    translator, reviewer = make_translator("uk"), make_reviewer("uk")

    client.force_login(translator)
    client.post(address(guide), {"deed": "ready"})
    assert state_of(guide, "uk").state == State.READY

    client.force_login(reviewer)
    silent = client.post(address(guide), {"deed": "send-back", "note": " "})
    assert "Say what should be changed." in silent.content.decode()
    client.post(address(guide), {"deed": "send-back", "note": "Чай чи кава?"})
    assert state_of(guide, "uk").state == State.SENT_BACK

    client.force_login(translator)
    html = client.get(address(guide)).content.decode()
    assert "Чай чи кава?" in html
    client.post(address(guide), {"deed": "ready"})

    client.force_login(reviewer)
    response = client.post(address(guide), {"deed": "publish"}, follow=True)
    assert f"Published: {in_language(guide, 'uk').get_url()}" in response.content.decode()
    assert state_of(guide, "uk").state == State.PUBLISHED
    client.logout()
    assert "Щ Tējas vakars" in client.get(in_language(guide, "uk").get_url()).content.decode()


def test_a_translator_neither_publishes_nor_sends_back(client, translator):
    guide = make_guide()
    translate(guide, "uk", publish=False)

    for deed in ("publish", "send-back"):
        assert client.post(address(guide), {"deed": deed, "note": "ні"}).status_code == 404
    html = client.get(address(guide)).content.decode()

    assert "Approve and publish" not in html
    assert in_language(guide, "uk").alias_of_id == guide.pk


def test_a_part_may_be_marked_ready_but_not_published(client, reviewer):
    guide = make_guide()
    assert (
        "Nothing is translated yet."
        in client.post(address(guide), {"deed": "ready"}).content.decode()
    )
    translate(guide, "uk", publish=False, but=2)

    client.post(address(guide), {"deed": "ready"})
    assert state_of(guide, "uk").state == State.READY
    html = client.post(address(guide), {"deed": "publish"}).content.decode()

    assert "Some parts have no words yet." in html
    assert in_language(guide, "uk").alias_of_id == guide.pk


# --- the doors --------------------------------------------------------------------------------


def test_every_door_that_is_not_mine_answers_like_one_that_is_not_there(client, translator):
    guide = make_guide("Tējas vakars")
    born_here = make_guide("Чай", on=shelf(code="uk"), slug="chai")
    draft = make_guide("Melnraksts", slug="melnraksts", publish=False)
    translate(guide, "et")
    client.get(address(guide))
    before = list(StringTranslation.objects.order_by("pk").values_list("pk", "data"))
    nowhere = client.get("/admin/desk/ZZZZZZ/uk/").content

    closed = [
        address(guide, "et"),
        address(guide, "lv"),
        address(guide, "xx"),
        address(born_here, "uk"),
        address(draft, "uk"),
        "/admin/desk/ZZZZZZ/uk/",
    ]
    for door in closed:
        for end in ("", "preview/", "mirror/"):
            for response in (client.get(door + end), client.post(door + end, {"deed": "publish"})):
                assert response.status_code == 404, door + end
        assert client.get(door).content == nowhere
    assert client.get(f"/admin/desk/{thing_of(guide).code}/").status_code == 404

    assert list(StringTranslation.objects.order_by("pk").values_list("pk", "data")) == before
    assert in_language(guide, "et").title == "Щ Tējas vakars"
    assert in_language(born_here, "uk").title == "Чай"


def test_a_former_translator_finds_the_desk_closed(client, translator):
    guide = make_guide()
    LanguageRole.objects.filter(user=translator).delete()

    assert client.get(address(guide)).status_code in (302, 404)


def test_a_page_that_is_not_the_original_is_not_edited_by_anybody(client):
    guide = make_guide("Tējas vakars")
    translate(guide, "uk")
    root = make_user("root", is_superuser=True)
    client.force_login(root)

    for code in ("uk", "et"):
        page = in_language(guide, code)
        for door in ("edit", "delete", "unpublish", "move", "copy", "convert_alias"):
            response = client.post(f"/admin/pages/{page.pk}/{door}/", {"title": "X"})
            assert response.status_code in (302, 403, 404), door
        after = in_language(guide, code)
        assert (after.pk, after.title, after.live) == (page.pk, page.title, True)
        assert after.alias_of_id == page.alias_of_id


DOOR = "translations.middleware.EditDoorMiddleware"


def test_the_editor_of_a_page_that_is_not_the_original_leads_to_the_desk(client, settings):
    if DOOR not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, DOOR]
    guide = make_guide("Tējas vakars")
    edit = f"/admin/pages/{in_language(guide, 'uk').pk}/edit/"

    client.force_login(make_translator("uk"))
    assert client.get(edit).url == address(guide)

    client.force_login(publisher())
    assert client.get(edit).url == f"/admin/pages/{in_language(guide, 'uk').pk}/"
    assert client.get(f"/admin/pages/{guide.pk}/edit/").status_code == 200


def test_a_coordinator_sees_translations_whose_original_is_hidden(client, translator):
    guide = make_guide("Tējas vakars")
    translate(guide, "uk")
    guide.unpublish()

    assert "Щ Tējas vakars" not in client.get("/admin/desk/").content.decode()
    client.force_login(make_coordinator())
    assert "Щ Tējas vakars" in client.get("/admin/desk/").content.decode()
    client.post(address(guide, end="mirror/"))
    assert not Page.objects.filter(translation_key=guide.translation_key, live=True).exists()


LOCALIZE_DOORS = [
    "submit/page/{page}/",
    "submit/snippet/hub/topic/1/",
    "update/{source}/",
    "translate/{translation}/strings/1/edit/",
    "translate/{translation}/overrides/1/edit/",
    "translate/{translation}/pofile/download/",
    "translate/{translation}/pofile/upload/",
    "translate/{translation}/machine_translate/",
    "translate/{translation}/preview/",
    "translate/{translation}/disable/",
    "page/{page}/convert_to_alias/",
    "reports/translations/",
    "reports/translations/results/",
    "api/snippets/hub/topic/",
    "api/snippets/hub/topic/1/",
]


@pytest.mark.parametrize("door", LOCALIZE_DOORS)
def test_the_screens_of_wagtail_localize_are_closed_even_for_administrators(client, door):
    guide = make_guide()
    translate(guide, "uk", publish=False)
    client.force_login(make_user("root", is_superuser=True))
    path = door.format(
        page=guide.pk,
        source=TranslationSource.objects.get(object_id=guide.translation_key).pk,
        translation=Translation.objects.get(source__object_id=guide.translation_key).pk,
    )

    assert client.get(f"/admin/localize/{path}").status_code == 404
    assert client.post(f"/admin/localize/{path}").status_code == 404


def test_no_button_of_wagtail_localize_is_left(client):
    guide = make_guide()
    translate(guide, "uk", publish=False)
    client.force_login(make_user("root", is_superuser=True))

    for screen in (
        f"/admin/pages/{guide.pk}/edit/",
        f"/admin/pages/{shelf().pk}/",
        "/admin/snippets/hub/topic/",
        "/admin/",
    ):
        html = client.get(screen).content.decode()
        assert "/localize/" not in html
        assert "localize-convert-to-alias" not in html


def test_a_copy_that_follows_its_source_is_refused(client):
    guide = make_guide()
    client.force_login(make_user("root", is_superuser=True))
    number = Page.objects.count()

    client.post(
        f"/admin/pages/{guide.pk}/copy/",
        {
            "new_title": "X",
            "new_slug": "x",
            "new_parent_page": shelf().pk,
            "copy_subpages": "",
            "publish_copies": "",
            "alias": "on",
        },
    )

    assert Page.objects.count() == number


# --- the original's own screens -------------------------------------------------------------------


def publisher(partner="valmiera-library"):
    return make_user(f"{partner}-publisher", groups=[Partner.objects.get(slug=partner).publishers])


def test_the_publisher_of_the_original_turns_a_language_back_into_a_mirror(client):
    guide = make_guide("Tējas vakars")
    translate(guide, "uk")
    client.force_login(publisher())

    edit = client.get(f"/admin/pages/{guide.pk}/edit/").content.decode()
    languages = f"/admin/desk/{thing_of(guide).code}/"
    assert languages in edit
    html = client.get(languages).content.decode()
    assert html.count("Turn back into a mirror") == 1
    asked = client.get(address(guide, end="mirror/")).content.decode()
    assert "Yes, turn it back" in asked
    assert in_language(guide, "uk").alias_of_id is None

    client.post(address(guide, end="mirror/"))
    assert in_language(guide, "uk").alias_of_id == guide.pk


def test_nobody_elses_publisher_and_no_translator_turns_it_back(client):
    guide = make_guide()
    translate(guide, "uk")
    mine = Partner.objects.get(slug="valmiera-library")

    for user in (
        publisher("kardla-town-library"),
        make_user("author", groups=[mine.authors]),
        make_reviewer("uk"),
    ):
        client.force_login(user)
        assert client.post(address(guide, end="mirror/")).status_code == 404
        assert client.get(f"/admin/desk/{thing_of(guide).code}/").status_code == 404
    assert in_language(guide, "uk").alias_of_id is None


def test_mirrors_are_hidden_in_the_explorer_and_found_when_asked_for(client):
    make_guide("Tējas vakars")
    client.force_login(publisher())
    listing = f"/admin/pages/{shelf(code='et').pk}/"

    hidden = client.get(listing).content.decode()
    shown = client.get(f"{listing}?mirrors=1").content.decode()

    assert "Tējas vakars" not in hidden
    assert f"{listing}?mirrors=1" in hidden
    assert "Tējas vakars" in shown


def test_the_page_chooser_keeps_drafts_of_others_to_themselves(client):
    make_guide("Publiskais")
    make_guide("Slepenais", slug="slepenais", publish=False)
    chooser = f"/admin/choose-page/{shelf().pk}/"

    client.force_login(publisher("kardla-town-library"))
    theirs = client.get(chooser).json()["html"]
    client.force_login(publisher("valmiera-library"))
    own = client.get(chooser).json()["html"]

    assert "Publiskais" in theirs
    assert "Slepenais" not in theirs
    assert "Slepenais" in own


def test_translators_hold_no_right_over_any_page():
    user = make_translator("uk")
    guide = make_guide()
    translate(guide, "uk")

    assert not GroupPagePermission.objects.filter(group__in=user.groups.all()).exists()
    for page in (guide, in_language(guide, "uk"), shelf(code="uk")):
        tester = page.permissions_for_user(user)
        assert not tester.can_edit()
        assert not tester.can_publish()
        assert not tester.can_delete()
