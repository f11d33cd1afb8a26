"""What somebody finds when they sign in: what waits for them, and nothing of others."""

import stat
from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from hub.models import Message
from partners.models import Partner
from partners.review import ensure_workflow
from resources.models import MethodGuidePage
from tests.builders import locale, make_guide, make_reviewer, make_user, shelf, thing_of, translate
from tests.editing import a_coordinator, a_publisher, an_author, signed_in
from translations.models import Question

pytestmark = pytest.mark.usefixtures("demo")

HOME = "/admin/"


def dashboard(client) -> str:
    return client.get(HOME).content.decode()


def draft(client, title, on=None) -> MethodGuidePage:
    page = MethodGuidePage(
        title=title, live=False, owner=client.user, locale=(on or shelf()).locale
    )
    (on or shelf()).add_child(instance=page)
    page.save_revision(user=client.user)
    return MethodGuidePage.objects.get(pk=page.pk)


def test_my_drafts_are_mine_alone():
    mine, colleague = an_author(), a_publisher()
    draft(mine, "Mans melnraksts")

    assert "Mans melnraksts" in dashboard(mine)
    assert "Mans melnraksts" not in dashboard(colleague)


def test_somebody_who_left_the_partner_sees_no_title_any_more():
    mine = an_author()
    draft(mine, "Mans melnraksts")

    mine.user.groups.set([Partner.objects.get(slug="kardla-town-library").authors])

    assert "Mans melnraksts" not in dashboard(mine)


def test_what_waits_is_shown_to_who_decides():
    workflow = ensure_workflow()
    author, publisher = an_author(), a_publisher()
    foreign = a_publisher("kardla-town-library")
    workflow.start(draft(author, "Gatavs darbs"), author.user)

    assert "with the publishers" in dashboard(author)
    assert "Gatavs darbs" in dashboard(publisher)
    assert "Gatavs darbs" not in dashboard(foreign)


def test_what_was_sent_back_stands_in_a_group_of_its_own_with_the_words_of_who_did_it():
    workflow = ensure_workflow()
    author, publisher = an_author(), a_publisher()
    page = draft(author, "Atpakaļ sūtīts")
    draft(author, "Vienkārši melnraksts")
    state = workflow.start(page, author.user)
    state.current_task_state.reject(user=publisher.user, comment="Pasaki, <cik> tas maksā.")

    html = dashboard(author)

    sent_back, drafts = (
        html.split(f'id="panel-{name}"')[1].split("</section>")[0]
        for name in ("sent-back", "drafts")
    )
    assert "Atpakaļ sūtīts" in sent_back
    assert "Pasaki, &lt;cik&gt; tas maksā." in sent_back
    assert "Vienkārši melnraksts" not in sent_back
    assert "Atpakaļ sūtīts" not in drafts
    assert "Vienkārši melnraksts" in drafts


def test_a_publisher_with_nothing_to_decide_is_told_so():
    assert "Nothing waits for your decision." in dashboard(a_publisher())


def test_what_nobody_checked_for_a_year_is_listed_for_its_partner():
    old = make_guide("Sens raksts", checked_on=date.today() - timedelta(days=400))
    make_guide("Svaigs raksts", checked_on=date.today() - timedelta(days=30))
    never = make_guide("Nekad nelasīts")
    Page.objects.filter(translation_key=never.translation_key).update(
        first_published_at=timezone.now() - timedelta(days=500)
    )
    translate(old, "uk")

    html = dashboard(an_author())

    assert html.count(f"/admin/pages/{old.pk}/edit/") == 2  # the title and the button, once
    assert "Nekad nelasīts" in html
    assert "Svaigs raksts" not in html
    assert "Sens raksts" not in dashboard(an_author("kardla-town-library"))


def test_messages_of_readers_reach_the_partner_and_are_done_by_it():
    thing = thing_of(make_guide("Tējas vakars"))
    message = Message.objects.create(
        thing=thing, kind="report", language="uk", text="Посилання <b>не</b> працює."
    )
    ours, theirs = an_author(), an_author("kardla-town-library")
    done = reverse("home_message_done", args=[message.pk])

    assert "Посилання &lt;b&gt;не&lt;/b&gt; працює." in dashboard(ours)
    assert "Посилання" not in dashboard(theirs)
    assert theirs.post(done).status_code == 404
    assert ours.get(done).status_code == 405
    message.refresh_from_db()
    assert message.done_at is None

    assert ours.post(done).status_code == 302

    message.refresh_from_db()
    assert message.done_at is not None
    assert "Посилання" not in dashboard(ours)


def test_what_translators_ask_stands_on_the_dashboard_of_who_may_answer():
    thing = thing_of(make_guide("Tējas vakars"))
    asked = {"thing": thing, "locale": locale("uk"), "about": "x", "path": "title"}
    question = Question.objects.create(**asked, words="Що таке <b>vakars</b>?")
    ours, theirs = an_author(), an_author("kardla-town-library")

    shown = dashboard(ours)

    assert "Що таке &lt;b&gt;vakars&lt;/b&gt;?" in shown
    assert reverse("translation_question", args=[question.pk]) in shown
    assert "Що таке" not in dashboard(theirs)
    question.answer = "Вечір"
    question.save()
    assert "Що таке" not in dashboard(ours)


def test_messages_about_nothing_in_particular_reach_the_coordinator():
    Message.objects.create(thing=None, kind="relay", language="en", text="Who are you?")
    coordinator = a_coordinator()

    assert "Who are you?" in dashboard(coordinator)
    assert "Who are you?" not in dashboard(an_author())


def test_translators_find_the_desk_and_no_pages():
    html = dashboard(signed_in(make_reviewer("uk")))

    assert reverse("translation_desk") in html
    assert "Українська" in html
    assert "My drafts" not in html


def test_an_author_begins_a_guide_in_one_step():
    link = reverse("wagtailadmin_pages:add", args=["resources", "methodguidepage", shelf().pk])

    client = an_author()

    assert link in dashboard(client)
    assert client.get(link).status_code == 200


def test_pages_open_at_the_front_page_of_ones_own_language():
    home = Page.objects.get(depth=2, locale__language_code="lv")

    html = dashboard(an_author())

    assert f"/admin/pages/{home.pk}/" in html


def test_no_news_of_wagtail_and_no_census():
    html = dashboard(signed_in(make_user("admin-of-test", is_superuser=True)))

    for words in ("upgrade", "Site summary", "editor guide"):
        assert words not in html


def test_the_dashboard_costs_the_same_with_three_of_everything_as_with_nine():
    workflow = ensure_workflow()
    author, publisher = an_author(), a_publisher()

    def add(numbers):
        for number in numbers:
            draft(publisher, f"Melnraksts {number}")
            workflow.start(draft(author, f"Gatavs {number}"), author.user)
            page = make_guide(f"Sens {number}", checked_on=date(2020, 1, 1))
            Message.objects.create(
                thing=thing_of(page), kind="feedback", language="lv", text="Paldies"
            )

    def cost():
        dashboard(publisher)
        with CaptureQueriesContext(connection) as queries:
            dashboard(publisher)
        return len(queries)

    add(range(3))
    few = cost()
    add(range(3, 9))

    assert cost() == few <= 40


# --- accounts for trying ----------------------------------------------------------------------


def test_the_demo_has_an_account_of_each_role_that_can_sign_in(tmp_path):
    from home.accounts import make_accounts

    with override_settings(HUB_DATA=tmp_path):
        accounts = make_accounts()
        make_accounts()

    assert len(accounts) == 8
    kept = tmp_path / "demo-accounts.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    lines = [line.split()[:2] for line in kept.read_text().splitlines()]
    assert len({password for _name, password in lines}) == 8
    for address, password in lines:
        client = Client()
        client.post("/account/login/", {"login": address, "password": password})
        first = client.get(HOME)
        if address in ("administrator@example.org", "coordinator@example.org"):
            # They meet the second factor, as anybody does at the first sign-in.
            assert first.headers["Location"].startswith("/account/2fa/")
        else:
            assert first.status_code == 200


def test_demo_accounts_are_never_made_in_production():
    from home.accounts import make_accounts

    with override_settings(HUB_DEMO=False), pytest.raises(ImproperlyConfigured):
        make_accounts()
