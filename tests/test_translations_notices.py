"""Mail of the desk: each night what is new, never twice; and once when all languages are live."""

from datetime import timedelta

import pytest
from django.db.models.signals import post_save
from django.utils import timezone
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from home import due as home_due
from hub.models import Count, Mail, Message
from tests.builders import (
    in_language,
    locale,
    make_guide,
    make_reviewer,
    make_translator,
    make_user,
    state_of,
    thing_of,
    translate,
)
from translations import due, notices, work
from translations.models import LanguageRole, Question, TranslationState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture(autouse=True)
def quiet_ground():
    """Nothing of the demo is new, and its people have no role in a language."""
    LanguageRole.objects.all().delete()


def told(user, ago=timedelta(days=1)):
    """The person got the mail of last night; what happens in the test came after it."""
    LanguageRole.objects.filter(user=user).update(told_at=timezone.now() - ago)
    return user


def nightly(monkeypatch) -> list[Mail]:
    """What the next night sends, once everything of this moment has settled."""
    before = set(Mail.objects.values_list("pk", flat=True))
    with monkeypatch.context() as later:
        later.setattr(notices, "SETTLED", timedelta())
        due.tell_translators()
    return list(Mail.objects.exclude(pk__in=before))


def test_a_translator_reads_once_what_is_new_in_their_language(monkeypatch):
    user = told(make_translator("uk"))
    UserProfile.objects.create(user=user, preferred_language="lv")
    make_guide("Tējas vakars")

    first, second = nightly(monkeypatch), nightly(monkeypatch)

    (mail,) = first
    assert (mail.to, mail.language) == (user.email, "lv")
    assert "- Tējas vakars" in mail.body
    assert "/admin/desk/?language=uk" in mail.body
    assert second == []
    make_guide("Vēl viens", slug="vel")
    (again,) = nightly(monkeypatch)
    assert "Vēl viens" in again.body
    assert "Tējas vakars" not in again.body


def test_nobody_is_written_to_when_nothing_is_new(monkeypatch):
    told(make_translator("uk"), ago=timedelta())

    assert nightly(monkeypatch) == []


def test_the_first_mail_says_what_waits_already(monkeypatch):
    make_guide("Tējas vakars")
    make_translator("uk")

    (mail,) = nightly(monkeypatch)

    waiting = TranslationState.objects.filter(locale=locale("uk"), state="not_started").count()
    assert f"New, not started: {waiting}" in mail.body


def test_who_has_no_address_or_left_gets_nothing(monkeypatch):
    make_guide("Tējas vakars")
    for name, changed in (("silent", {"email": ""}), ("gone", {"is_active": False})):
        user = make_translator("uk", username=name)
        type(user).objects.filter(pk=user.pk).update(**changed)

    assert nightly(monkeypatch) == []


def test_a_change_at_the_source_and_a_review_reach_those_whom_they_concern(monkeypatch):
    changed, ready = make_guide("Mainīts"), make_guide("Gatavs", slug="gatavs")
    translate(changed, "uk")
    work.mark_ready(translate(ready, "uk", publish=False))
    translator = told(make_translator("uk"))
    reviewer = told(make_reviewer("uk"))
    other = told(make_reviewer("et"))
    changed.title = "Mainīts vakar"
    changed.save_revision().publish()
    TranslationState.objects.filter(locale=locale("et"), state="not_started").delete()

    mails = {mail.to: mail.body for mail in nightly(monkeypatch)}

    assert "Changed at the source: 1\n- Mainīts vakar" in mails[translator.email]
    assert "Ready for review" not in mails[translator.email]
    assert "Ready for review: 1\n- Gatavs" in mails[reviewer.email]
    assert other.email not in mails


def test_what_was_sent_back_is_told_to_who_worked_on_it(monkeypatch):
    guide = make_guide("Atsūtīts")
    worked, idle = make_translator("uk", username="worked"), make_translator("uk", username="idle")
    job = translate(guide, "uk", publish=False, user=worked)
    work.mark_ready(job)
    for user in (worked, idle):
        told(user, ago=timedelta())
    work.send_back(job, "Lūdzu, vēlreiz.")

    mails = {mail.to: mail.body for mail in nightly(monkeypatch)}

    assert list(mails) == [worked.email]
    assert "Sent back to you: 1\n- Atsūtīts" in mails[worked.email]


def test_readers_words_and_answers_of_authors_are_told(monkeypatch):
    guide = make_guide("Tējas vakars")
    translator = make_translator("uk")
    job = translate(guide, "uk", publish=False, but=2, user=translator)
    told(translator, ago=timedelta())
    asked = {"thing": guide.thing, "locale": locale("fi"), "about": "x", "path": "title"}
    Question.objects.create(
        **asked, words="?", asked_by=make_user("asker"), answer="!", answered_at=timezone.now()
    )
    for code in ("uk", "fi"):
        Message.objects.create(thing=job.thing, kind="wording", language=code, text="Краще")

    (mail,) = nightly(monkeypatch)

    assert "From readers: 1" in mail.body
    assert "Answers of authors about what you translate: 1\n- Tējas vakars" in mail.body


def test_a_mail_that_fails_in_the_middle_is_neither_lost_nor_sent_twice(monkeypatch):
    told(make_translator("uk"))
    make_guide("Tējas vakars")

    def killed(sender, **signal):
        raise KeyboardInterrupt

    post_save.connect(killed, sender=Mail)
    try:
        with pytest.raises(KeyboardInterrupt):
            nightly(monkeypatch)
    finally:
        post_save.disconnect(killed, sender=Mail)
    mails = nightly(monkeypatch)

    assert len(mails) == 1
    assert nightly(monkeypatch) == []


def test_of_two_who_tell_at_once_one_does(monkeypatch):
    user = told(make_translator("uk"))
    make_guide("Tējas vakars")
    until = timezone.now()
    stale = LanguageRole.objects.get(user=user)

    assert len(nightly(monkeypatch)) == 1
    assert not notices._note(stale, until)


# --- all languages ----------------------------------------------------------------------------


def mails_to(user) -> list[Mail]:
    return list(Mail.objects.filter(to=user.email))


def test_the_author_hears_once_when_all_languages_are_live():
    author = make_user("author")
    guide = make_guide("Tējas vakars", owner=author)
    *most, last = Locale.objects.exclude(language_code="lv")
    for one in most:
        translate(guide, one.language_code)
        notices.tell_author_if_all_live(guide.thing)
    early = mails_to(author)

    translate(guide, last.language_code)
    for _again in range(2):
        notices.tell_author_if_all_live(guide.thing)

    (mail,) = mails_to(author)
    assert early == []
    assert "Tējas vakars" in mail.subject
    assert f"/r/{guide.code}/" in mail.body


def test_a_page_without_an_author_does_not_stand_in_the_way():
    guide = make_guide("Tējas vakars")
    for one in Locale.objects.exclude(language_code="lv"):
        translate(guide, one.language_code)

    assert notices.tell_author_if_all_live(guide.thing) == 0


# --- other duties of the night ----------------------------------------------------------------


def test_readers_who_met_a_mirror_are_counted_over_thirty_days():
    guide = make_guide("Tējas vakars")
    translate(guide, "fi")
    today = timezone.localdate()

    def views(code, days_ago, number):
        Count.objects.create(
            day=today - timedelta(days=days_ago),
            what="view",
            address=in_language(guide, code).get_url(),
            number=number,
        )

    for days_ago, number in ((0, 4), (29, 17), (30, 100)):
        views("uk", days_ago, number)
    views("fi", 1, 50)
    views("lv", 1, 60)

    changed = due.count_meetings()

    assert changed == 1
    assert due.count_meetings() == 0
    assert {code: state_of(guide, code).met for code in ("uk", "fi", "da")} == {
        "uk": 21,
        "fi": 0,
        "da": 0,
    }


def test_what_was_translated_since_is_met_in_its_own_words():
    guide = make_guide("Tējas vakars")
    TranslationState.objects.filter(thing=thing_of(guide)).update(met=9)
    translate(guide, "uk")

    due.count_meetings()

    assert state_of(guide, "uk").met == 0


def test_counting_costs_the_same_for_few_things_as_for_many(django_assert_max_num_queries):
    make_guide("Pirmais")
    due.count_meetings()
    with django_assert_max_num_queries(5) as few:
        due.count_meetings()
    for number in range(5):
        make_guide(f"Vēl {number}", slug=f"vel-{number}")

    with django_assert_max_num_queries(5) as many:
        due.count_meetings()

    assert len(many) == len(few)


def test_the_night_does_all_of_it():
    done = home_due.keep_house(night=True)

    assert {
        "translations.count_meetings",
        "translations.free_old_claims",
        "translations.verify_counts",
        "translations.tell_translators",
    } <= done.keys()
