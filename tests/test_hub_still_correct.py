"""Read again and found right: one click, and every language says so at once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from wagtail.models import Page, PageLogEntry, Revision

from hub import changes
from hub.models import Generation
from hub.still_correct import note_still_correct
from partners.review import ensure_workflow
from resources.models import MethodGuidePage
from tests.builders import in_language, make_guide, make_reviewer, say, translate
from tests.editing import a_coordinator, a_publisher, an_author, signed_in
from translations import work

pytestmark = pytest.mark.usefixtures("demo")

LONG_AGO = date(2020, 1, 1)


def old_guide(title="Sens raksts", **more) -> MethodGuidePage:
    return make_guide(title, checked_on=LONG_AGO, **more)


def door(page) -> str:
    return reverse("home_still_correct", args=[page.pk])


def days(page) -> set:
    """The days on which the thing was checked, as its pages say."""
    rows = MethodGuidePage.objects.filter(translation_key=page.translation_key)
    return set(rows.values_list("checked_on", flat=True))


def today() -> date:
    return timezone.localdate()


def test_one_click_dates_the_original_its_translations_and_its_mirrors():
    page = old_guide()
    translate(page, "uk")
    assert days(page) == {LONG_AGO}

    answer = an_author().post(door(page))

    assert answer.status_code == 302
    assert days(page) == {today()}


def test_readers_see_it_at_once_in_their_language():
    page = old_guide()
    translate(page, "uk")
    addresses = {code: in_language(page, code).get_url() for code in ("lv", "uk", "fi")}
    for address in addresses.values():
        Client().get(address)
    before = Generation.current()

    an_author().post(door(page))

    assert Generation.current() != before
    for code, address in addresses.items():
        with override(code):
            day = date_format(today(), "DATE_FORMAT")
        assert day in Client().get(address).content.decode()


def test_it_is_logged_with_who_and_when_and_the_history_shows_it():
    page, client = old_guide(), an_author()

    client.post(door(page))

    entry = PageLogEntry.objects.get(page=page.pk, action="hub.still_correct")
    assert entry.user == client.user
    assert (timezone.now() - entry.timestamp) < timedelta(minutes=1)
    history = client.get(reverse("wagtailadmin_pages:history", args=[page.pk]))
    assert "Read again and found correct" in history.content.decode()


def test_a_pending_draft_is_not_published_and_does_not_bring_the_old_day_back():
    page = old_guide()
    page.title = "Jauns virsraksts"
    page.save_revision()

    an_author().post(door(page))

    page.refresh_from_db()
    assert (page.title, page.has_unpublished_changes) == ("Sens raksts", True)
    page.get_latest_revision().publish()
    assert MethodGuidePage.objects.get(pk=page.pk).title == "Jauns virsraksts"
    assert days(page) == {today()}


def test_what_is_to_go_live_by_itself_keeps_the_new_day_too():
    page = old_guide()
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    page = MethodGuidePage.objects.get(pk=page.pk)
    page.save_revision()

    an_author().post(door(page))

    scheduled = Revision.objects.get(object_id=str(page.pk), approved_go_live_at__isnull=False)
    assert scheduled.content["checked_on"] == today().isoformat()


def test_a_translation_under_work_does_not_bring_the_old_day_back():
    page = old_guide()
    translate(page, "uk")
    translate(page, "fi", publish=False)

    an_author().post(door(page))
    work.publish(work.begin(page.thing, in_language(page, "fi").locale), None)
    again = work.begin(page.thing, in_language(page, "uk").locale)
    segments = list(again.segments())
    work.save_strings(again, {segments[0].pk: say(segments[0], "Ї")}, None)
    work.publish(again, None)

    assert days(page) == {today()}


def test_only_who_may_change_the_original_may_say_so():
    page = old_guide()
    there = in_language(page, "uk")

    assert an_author("kardla-town-library").post(door(page)).status_code in (302, 404)
    assert signed_in(make_reviewer("uk")).post(door(page)).status_code in (302, 404)
    assert Client().post(door(page)).status_code == 302
    assert an_author(language="lv").post(door(there)).status_code == 404
    assert an_author(language="fi").get(door(page)).status_code == 405
    assert a_publisher().post(reverse("home_still_correct", args=[999999])).status_code == 404
    home = Page.objects.get(depth=2, locale__language_code="lv")
    assert a_coordinator().post(door(home)).status_code == 404

    assert days(page) == {LONG_AGO}


def test_what_was_never_published_cannot_be_still_correct():
    page = make_guide("Melnraksts", publish=False)

    answer = a_publisher().post(door(page), follow=True)

    assert "never published" in answer.content.decode()
    assert days(page) == {None}


def test_while_others_decide_about_it_the_author_waits():
    page, author = old_guide(), an_author()
    page.title = "Cits"
    page.save_revision(user=author.user)
    ensure_workflow().start(MethodGuidePage.objects.get(pk=page.pk), author.user)

    answer = author.post(door(page), follow=True)
    assert "Somebody else decides" in answer.content.decode()
    assert days(page) == {LONG_AGO}

    a_publisher().post(door(page))
    assert days(page) == {today()}


def test_the_button_stands_in_the_panel_and_on_the_edit_screen_of_an_original():
    page, client = old_guide(), an_author()

    panel = client.get("/admin/").content.decode()
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    assert f'<form method="post" action="{door(page)}">' in panel
    assert f'data-w-action-url-value="{door(page)}?next=' in editor
    draft = make_guide("Melnraksts", publish=False)
    screen = client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert door(draft) not in screen


def test_after_the_click_the_line_is_gone_from_the_panel():
    page, client = old_guide(), an_author()

    back = client.post(door(page), follow=True).content.decode()

    assert door(page) not in back
    assert "was checked today, in all languages" in back


def test_the_button_does_not_lead_out_of_the_hub():
    page = old_guide()

    answer = an_author().post(door(page), {"next": "https://elsewhere.example/"})

    assert answer.url == reverse("wagtailadmin_home")


def test_it_costs_the_same_queries_in_one_language_as_in_six(monkeypatch):
    mirrored, translated = old_guide("Sens"), old_guide("Vecs")
    for code in ("uk", "fi", "et", "da", "en"):
        translate(translated, code)
    client = a_publisher()

    def cost(page):
        with CaptureQueriesContext(connection) as queries:
            note_still_correct(page, client.user)
        return len(queries)

    few, many = cost(mirrored), cost(MethodGuidePage.objects.get(pk=translated.pk))
    assert many <= few + 1 <= 50  # what wagtail-localize keeps of the original, once

    # Most is asked by who listens: rows of the search, of the catalogue, of what machines are told.
    monkeypatch.setattr(changes, "_listeners", [])
    assert cost(mirrored) <= 20
