"""From an author's draft to a page that readers see, and who decides on the way."""

import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page, Task, TaskState, Workflow, WorkflowPage
from wagtail.users.models import UserProfile

from hub.models import Mail
from hub.page_tree import tree_problems
from partners.models import ShelfPublishersTask
from partners.review import TASK_NAME, WORKFLOW_NAME, ensure_workflow, states_for
from resources.models import MethodGuidePage
from tests.builders import counterparts, make_guide, shelf
from tests.editing import a_coordinator, a_publisher, an_author, guide_form

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture(autouse=True)
def workflow():
    return ensure_workflow()


def write(client, title="Tējas vakars", action="action-submit") -> MethodGuidePage:
    """Write a guide on Valmiera's Latvian shelf as the editor does, and press a button."""
    url = reverse("wagtailadmin_pages:add", args=["resources", "methodguidepage", shelf().pk])
    answer = client.post(url, guide_form(title, **{action: "1"}))
    assert answer.status_code == 302, answer.context["form"].errors
    return MethodGuidePage.objects.get(title=title, alias_of=None)


def decide(client, page, action: str, comment=""):
    task_state = page.current_workflow_task_state or TaskState.objects.latest("pk")
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, task_state.pk])
    return client.post(url, {"comment": comment})


def fresh(page) -> MethodGuidePage:
    return MethodGuidePage.objects.get(pk=page.pk)


def test_a_publisher_of_the_same_shelf_makes_an_authors_page_live_in_all_languages():
    author, publisher = an_author(), a_publisher()

    guide = write(author)
    assert not guide.live

    decide(publisher, guide, "approve")

    assert fresh(guide).live
    assert {page.locale.language_code for page in counterparts(guide)} == {
        "en",
        "et",
        "fi",
        "da",
        "uk",
    }
    assert not any(tree_problems())


def test_nobody_else_decides():
    author = an_author()
    others = [
        author,
        a_publisher("kardla-town-library"),
        an_author("kardla-town-library"),
    ]
    guide = write(author)

    for client in others:
        for action in ("approve", "reject"):
            decide(client, guide, action)
        client.post(
            reverse("wagtailadmin_pages:edit", args=[guide.pk]),
            guide_form("Mans", **{"action-publish": "1"}),
        )

    assert not fresh(guide).live
    assert fresh(guide).title == "Tējas vakars"
    assert fresh(guide).workflow_in_progress


def test_an_author_cannot_publish_alone():
    guide = write(an_author(), action="action-publish")

    assert not guide.live


def test_a_coordinator_steps_in():
    coordinator = a_coordinator()
    guide = write(an_author())

    decide(coordinator, guide, "approve")

    assert fresh(guide).live


def test_what_is_in_review_is_not_changed_by_its_author():
    author = an_author()
    guide = write(author)

    author.post(
        reverse("wagtailadmin_pages:edit", args=[guide.pk]),
        guide_form("Cits nosaukums", **{"action-submit": "1"}),
    )

    assert fresh(guide).get_latest_revision_as_object().title == "Tējas vakars"


def test_a_page_is_sent_back_with_words_and_submitted_again():
    author, publisher = an_author(), a_publisher()
    guide = write(author)

    decide(publisher, guide, "reject", "Pasaki, cik tas maksā.")

    dashboard = author.get(reverse("wagtailadmin_home")).content.decode()
    assert "Pasaki, cik tas maksā." in dashboard
    assert not fresh(guide).workflow_in_progress

    author.post(
        reverse("wagtailadmin_pages:edit", args=[guide.pk]),
        guide_form("Tējas vakars par velti", **{"action-submit": "1"}),
    )
    decide(publisher, fresh(guide), "approve")

    assert fresh(guide).live
    assert fresh(guide).title == "Tējas vakars par velti"


def test_a_decision_that_arrives_twice_is_taken_once():
    author, publisher = an_author(), a_publisher()
    guide = write(author)
    edit = reverse("wagtailadmin_pages:edit", args=[guide.pk])
    approval = {"action-workflow-action": "true", "workflow-action-name": "approve"}

    first = publisher.post(edit, guide_form("Tējas vakars", **approval))
    second = publisher.post(edit, guide_form("Tējas vakars", **approval))
    by_autosave = publisher.post(
        edit, guide_form("Tējas vakars", **approval), headers={"accept": "application/json"}
    )

    assert fresh(guide).live
    assert (first.status_code, second.status_code, by_autosave.status_code) == (302, 302, 400)


def test_the_buttons_say_what_happens():
    author, publisher = an_author(language="en"), a_publisher()
    new = reverse("wagtailadmin_pages:add", args=["resources", "methodguidepage", shelf().pk])
    assert "Submit to the publishers" in author.get(new).content.decode()

    guide = write(author)
    decide(publisher, guide, "reject")
    html = author.get(reverse("wagtailadmin_pages:edit", args=[guide.pk])).content.decode()

    assert "Submit to the publishers again" in html
    assert "action-restart-workflow" not in html


def test_the_publishers_get_a_mail_in_their_own_language():
    author, publisher = an_author(), a_publisher(language="uk")
    a_publisher("kardla-town-library", "et")

    guide = write(author)

    (mail,) = Mail.objects.all()
    assert mail.to == publisher.user.email
    assert mail.language == "uk"
    assert "Tējas vakars" in mail.subject
    assert reverse("wagtailadmin_pages:edit", args=[guide.pk]) in mail.body
    assert "&quot;" not in mail.body


def test_the_author_gets_a_mail_when_it_is_decided():
    author, publisher = an_author(language="et"), a_publisher()
    guide = write(author)
    Mail.objects.all().delete()

    decide(publisher, guide, "reject", "Par īsu & par “garu”.")

    (mail,) = Mail.objects.all()
    assert (mail.to, mail.language) == (author.user.email, "et")
    assert "Par īsu & par “garu”." in mail.body

    author.post(
        reverse("wagtailadmin_pages:edit", args=[guide.pk]),
        guide_form("Tējas vakars", **{"action-submit": "1"}),
    )
    Mail.objects.all().delete()
    decide(publisher, fresh(guide), "approve")

    (mail,) = Mail.objects.all()
    assert mail.to == author.user.email
    assert fresh(guide).url in mail.body


def test_who_wants_no_such_mail_gets_none():
    author, publisher = an_author(), a_publisher()
    UserProfile.objects.filter(user=publisher.user).update(submitted_notifications=False)

    write(author)

    assert not Mail.objects.exists()


def test_each_sees_what_waits_for_them_in_one_query():
    author, publisher = an_author(), a_publisher()
    foreign = a_publisher("kardla-town-library").user
    coordinator = a_coordinator().user
    for number in range(3):
        write(author, f"Vakars {number}")
    task = ShelfPublishersTask.objects.get()
    for user in (publisher.user, foreign, coordinator, author.user):
        user.has_perm("partners.step_in")
        states_for(task, user)  # whose publisher one is, is asked once

    with CaptureQueriesContext(connection) as queries:
        assert len(states_for(task, publisher.user)) == 3
    assert len(queries) == 1
    assert len(states_for(task, foreign)) == 0
    assert len(states_for(task, author.user)) == 0
    assert len(states_for(task, coordinator)) == 3


def test_somebody_who_publishes_for_nobody_any_more_decides_nothing():
    author, publisher = an_author(), a_publisher()
    guide = write(author)

    publisher.user.groups.clear()
    decide(publisher, guide, "approve")

    assert not fresh(guide).live


def test_the_workflow_stands_on_all_homes_and_wagtails_own_is_gone():
    ensure_workflow()

    assert [w.name for w in Workflow.objects.all()] == [WORKFLOW_NAME]
    assert Task.objects.count() == 1
    homes = Page.objects.filter(depth=2)
    assert WorkflowPage.objects.filter(page__in=homes).count() == homes.count() == 6
    assert not Group.objects.filter(name__in=["Moderators", "Editors"]).exists()


def test_names_of_the_workflow_are_shown_translated_and_kept_in_english(monkeypatch):
    words = {WORKFLOW_NAME: "Publicēšana", TASK_NAME: "Plaukta publicētāji"}
    monkeypatch.setattr("partners.review.gettext", lambda name: words.get(name, name))
    with translation.override("lv"):
        workflow, task = Workflow.objects.get(), Task.objects.get()
        assert (workflow.name, task.name) == ("Publicēšana", "Plaukta publicētāji")
        workflow.save()
        task.save()

    assert Workflow.objects.values_list("name", flat=True).get() == WORKFLOW_NAME
    assert Task.objects.values_list("name", flat=True).get() == TASK_NAME


def test_what_stands_on_a_shelf_belongs_to_its_partner_also_after_a_move():
    guide = write(an_author(), action="action-draft")
    assert guide.partner.slug == "valmiera-library"

    Page.objects.get(pk=guide.pk).move(shelf("kardla-town-library"), pos="last-child")

    assert fresh(guide).partner.slug == "kardla-town-library"


def test_the_address_follows_the_title_until_the_first_publication():
    author, publisher = an_author(), a_publisher()
    guide = write(author, "Чай і розмова", action="action-draft")
    assert re.fullmatch(r"[a-z0-9-]+", guide.slug)
    edit = reverse("wagtailadmin_pages:edit", args=[guide.pk])
    assert 'name="slug"' not in author.get(edit).content.decode()

    author.post(edit, guide_form("Tējas vakars", **{"action-submit": "1"}))
    assert fresh(guide).slug == "tejas-vakars"

    decide(publisher, fresh(guide), "approve")
    assert 'name="slug"' in publisher.get(edit).content.decode()
    publisher.post(edit, guide_form("Cits", slug="tejas-vakars", **{"action-publish": "1"}))
    assert (fresh(guide).title, fresh(guide).slug) == ("Cits", "tejas-vakars")


def test_two_drafts_of_one_title_get_two_addresses():
    author = an_author()
    make_guide("Tējas vakars")

    write(author, "Tējas vakars 2", action="action-draft")
    second = author.post(
        reverse("wagtailadmin_pages:add", args=["resources", "methodguidepage", shelf().pk]),
        guide_form("Tējas vakars"),
    )

    assert second.status_code == 302
    slugs = MethodGuidePage.objects.filter(title="Tējas vakars", alias_of=None)
    assert len(set(slugs.values_list("slug", flat=True))) == 2
