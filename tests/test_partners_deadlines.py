"""Until when something is wanted, and what is said beside the text: seen and mailed to the other side."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import Comment, TaskState

from hub.models import Mail
from partners.due import remind_of_deadlines
from partners.models import Deadline
from partners.review import ensure_workflow
from resources.models import MethodGuidePage
from tests.builders import shelf
from tests.editing import a_publisher, an_author, guide_form

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture(autouse=True)
def workflow():
    Mail.objects.all().delete()
    return ensure_workflow()


def day(ahead: int):
    return timezone.localdate() + timedelta(days=ahead)


def write(client, title="Tējas vakars", wanted_by="", action="action-submit", **more):
    """Write a guide as the editor does; the answer of the hub when it is not taken."""
    url = reverse("wagtailadmin_pages:add", args=["resources", "methodguidepage", shelf().pk])
    form = guide_form(title, wanted_by=str(wanted_by), **{action: "1"}, **more)
    answer = client.post(url, form)
    if answer.status_code != 302:
        return answer
    return MethodGuidePage.objects.get(title=title, alias_of=None)


def edit(client, page, action="", **more):
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    buttons = {action: "1"} if action else {}
    return client.post(url, guide_form(more.pop("title", page.title), **buttons, **more))


def decide(client, page, action: str, comment=""):
    task_state = page.current_workflow_task_state or TaskState.objects.latest("pk")
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, task_state.pk])
    return client.post(url, {"comment": comment})


def wanted() -> list:
    return list(Deadline.objects.values_list("wanted_by", flat=True))


def panel(client, name: str) -> str:
    html = client.get("/admin/").content.decode()
    return html.split(f'id="panel-{name}"')[1].split("</section>")[0]


# --- deadlines --------------------------------------------------------------------------------


def test_an_author_names_a_day_and_the_publisher_sees_it():
    author, publisher = an_author(), a_publisher()

    write(author, wanted_by=day(3))

    shown = panel(publisher, "waiting")
    assert "wanted by " + date_format(day(3), "DATE_FORMAT") in shown.replace("&nbsp;", " ")
    assert "wanted by" in panel(author, "drafts")


def test_what_is_wanted_soon_stands_first_and_what_is_wanted_later_in_its_turn():
    author, publisher = an_author(), a_publisher()
    for title, wanted_by in [
        ("Pirmais", ""),
        ("Pēc mēneša", day(30)),
        ("Parīt", day(2)),
        ("Rīt", day(1)),
    ]:
        write(author, title, wanted_by)

    shown = panel(publisher, "waiting")

    places = [shown.index(f">{title}<") for title in ("Rīt", "Parīt", "Pirmais", "Pēc mēneša")]
    assert places == sorted(places)


def test_the_day_can_be_named_on_a_draft_changed_and_taken_back():
    author = an_author()
    guide = write(author, wanted_by=day(5), action="action-save")
    assert wanted() == [day(5)]
    shown = author.get(reverse("wagtailadmin_pages:edit", args=[guide.pk]))
    assert f'value="{day(5)}"' in shown.content.decode()

    edit(author, guide, wanted_by=str(day(6)))
    assert wanted() == [day(6)]

    edit(author, guide, wanted_by="")
    assert wanted() == []


def test_a_form_without_the_field_leaves_the_day_alone():
    author = an_author()
    guide = write(author, wanted_by=day(5), action="action-save")

    edit(author, guide)

    assert wanted() == [day(5)]


@pytest.mark.parametrize("words", ["2020-01-01", "tomorrow", "2026-13-45", "9" * 50, "\x00"])
def test_a_day_that_is_none_is_refused_in_words(words):
    answer = write(an_author(), wanted_by=words)

    assert answer.context["form"].errors["wanted_by"]
    assert wanted() == []


def test_a_day_that_went_by_does_not_stop_the_author():
    author = an_author()
    guide = write(author, wanted_by=day(1), action="action-save")
    Deadline.objects.update(wanted_by=day(-3))

    answer = edit(author, guide, wanted_by=str(day(-3)), title="Cits nosaukums")

    assert answer.status_code == 302


def test_the_day_goes_with_the_publication():
    author, publisher = an_author(), a_publisher()
    guide = write(author, wanted_by=day(3))

    decide(publisher, guide, "approve")

    assert MethodGuidePage.objects.get(pk=guide.pk).live
    assert wanted() == []


def test_a_publisher_who_publishes_at_once_leaves_no_day_behind():
    publisher = a_publisher()

    guide = write(publisher, wanted_by=day(3), action="action-publish")

    assert guide.live
    assert wanted() == []


def test_the_day_stays_when_it_is_sent_back():
    author, publisher = an_author(), a_publisher()
    guide = write(author, wanted_by=day(3))

    decide(publisher, guide, "reject", "Pasaki, cik tas maksā.")

    assert wanted() == [day(3)]
    assert "wanted by" in panel(author, "sent-back")


def test_the_day_before_the_publishers_get_one_mail_in_their_language():
    author, publisher = an_author(), a_publisher(language="lv")
    write(author, wanted_by=day(1))
    write(author, "Vēlāk", wanted_by=day(2))
    Mail.objects.all().delete()

    assert remind_of_deadlines() >= 1
    assert remind_of_deadlines() == 0

    (mail,) = Mail.objects.filter(to=publisher.user.email)
    assert mail.language == "lv"
    assert "Tējas vakars" in mail.subject + mail.body
    assert "Vēlāk" not in mail.subject + mail.body


def test_nobody_is_reminded_of_what_was_not_handed_in_or_is_decided():
    author, publisher = an_author(), a_publisher()
    write(author, "Melnraksts", wanted_by=day(1), action="action-save")
    sent_back = write(author, "Atpakaļ", wanted_by=day(1))
    decide(publisher, sent_back, "reject", "Vēlreiz.")
    Mail.objects.all().delete()

    assert remind_of_deadlines() == 0


def test_a_day_that_was_moved_is_reminded_of_again():
    author = an_author()
    a_publisher()
    write(author, wanted_by=day(1))
    remind_of_deadlines()

    row = Deadline.objects.get()
    assert row.reminded_at
    Deadline.objects.update(wanted_by=day(4))
    publisher = a_publisher(language="lv")
    edit(publisher, row.page, wanted_by=str(day(1)))

    assert Deadline.objects.get().reminded_at is None


# --- comments ---------------------------------------------------------------------------------


def comment(text: str) -> dict:
    """What the editor posts for one new comment on the summary."""
    return {
        "comments-TOTAL_FORMS": "1",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "1000",
        "comments-0-text": text,
        "comments-0-contentpath": "summary",
        "comments-0-position": "",
        "comments-0-DELETE": "",
        "comments-0-resolved": "",
        "comments-0-id": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0",
        "comments-0-replies-MAX_NUM_FORMS": "0",
    }


def test_a_comment_of_the_publisher_is_mailed_to_the_author_in_their_language(settings):
    # Django's test runner has put its own there.
    settings.EMAIL_BACKEND = "hub.mail_backend.QueueBackend"
    author, publisher = an_author(language="uk"), a_publisher(language="lv")
    guide = write(author, action="action-save", comment_notifications="on")
    Mail.objects.all().delete()

    answer = edit(publisher, guide, **comment("Vai tas ir par velti?"))

    assert answer.status_code == 302
    assert Comment.objects.get(page=guide.pk).text == "Vai tas ir par velti?"
    (mail,) = Mail.objects.filter(to=author.user.email)
    assert mail.language == "uk"
    assert "Tējas vakars" in mail.subject + mail.body


def test_both_sides_see_the_comment_and_other_partners_do_not():
    author, publisher = an_author(), a_publisher()
    guide = write(author, action="action-save")
    edit(publisher, guide, **comment("Vai tas ir par velti?"))
    url = reverse("wagtailadmin_pages:edit", args=[guide.pk])

    assert "Vai tas ir par velti?" in author.get(url).content.decode()
    stranger = an_author("kardla-town-library").get(url, follow=True)
    assert "Vai tas ir par velti?" not in stranger.content.decode()
