"""The worker and its housekeeping: everything due is done, once, whatever fails beside it."""

import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page, UploadedFile

from home import due
from home.management.commands import work
from hub import due as hub_due
from hub.mail_queue import MOST_TRIES, queue
from hub.models import Document, Duty, Mail, Message

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# --- duties -----------------------------------------------------------------------------------


def test_of_two_housekeepers_at_once_one_does_a_duty():
    assert Duty.take("sweep", hold=HOUR)
    assert not Duty.take("sweep", hold=HOUR)

    Duty.give_back("sweep")
    assert Duty.take("sweep", hold=HOUR)


def test_a_housekeeper_that_dies_keeps_others_from_its_duty_only_for_a_time():
    Duty.take("sweep", hold=HOUR)
    Duty.objects.update(held_until=timezone.now())

    assert Duty.take("sweep", hold=HOUR)


def test_a_duty_that_fails_is_told_rests_and_does_not_stop_the_others(monkeypatch, caplog):
    def burn():
        raise ValueError("no water")

    def sweep():
        return 3

    monkeypatch.setattr(due, "EACH_MINUTE", ())
    monkeypatch.setattr(due, "EACH_NIGHT", (burn, sweep))

    done = due.keep_house(night=True)

    assert list(done.values()) == [3]
    burnt = Duty.objects.get(name=due.name_of(burn))
    assert burnt.failure == "ValueError: no water"
    assert burnt.held_until > timezone.now() + timedelta(minutes=50)
    assert "no water" in caplog.text


def test_nightly_duties_are_done_once_a_night(monkeypatch):
    done = []
    monkeypatch.setattr(due, "EACH_MINUTE", ())
    monkeypatch.setattr(due, "EACH_NIGHT", (lambda: done.append("swept"),))

    due.keep_house()
    assert done == []  # a hub of today has nothing left from last night

    Duty.objects.update(done_at=timezone.now() - 2 * DAY)
    due.keep_house()
    due.keep_house()
    assert done == ["swept"]


def test_the_night_begins_at_three_here():
    at_two = timezone.make_aware(timezone.datetime(2026, 5, 4, 2, 59))
    at_three = timezone.make_aware(timezone.datetime(2026, 5, 4, 3, 0))

    assert due.last_night(at_two) == at_three - DAY
    assert due.last_night(at_three) == at_three


def test_housekeeping_does_everything_and_may_be_repeated(capsys, media):
    for _time in range(2):
        call_command("housekeep", night=True)

    out = capsys.readouterr().out
    for duty in (*due.EACH_MINUTE, *due.EACH_NIGHT):
        assert out.count(due.name_of(duty)) == 2
    assert not Duty.objects.exclude(failure="").exists()


# --- what is due ------------------------------------------------------------------------------


def test_a_page_whose_time_has_come_is_published():
    root = Page.get_first_root_node()
    page = root.add_child(instance=Page(title="Soon", slug="soon", live=False))
    page.go_live_at = timezone.now() + DAY
    revision = page.save_revision(approved_go_live_at=timezone.now() - HOUR)
    page.go_live_at = timezone.now() - HOUR
    revision.content["go_live_at"] = None
    revision.save()

    due.keep_house()

    assert Page.objects.get(pk=page.pk).live


def test_files_of_a_form_that_was_never_sent_are_removed_after_a_day(media):
    old = UploadedFile.objects.create(file=ContentFile(b"old", name="old.png"))
    new = UploadedFile.objects.create(file=ContentFile(b"new", name="new.png"))
    UploadedFile.objects.create(file="wagtail_uploads/gone.png")
    stray = media / "wagtail_uploads" / "stray.png"
    stray.write_bytes(b"stray")
    for path in (old.file.path, str(stray)):
        os.utime(path, (time.time() - 90_000,) * 2)

    assert hub_due.erase_unfinished_uploads() == 3
    assert hub_due.erase_unfinished_uploads() == 0

    assert list(UploadedFile.objects.all()) == [new]
    assert [file.name for file in stray.parent.iterdir()] == ["new.png"]


def test_no_folder_of_uploads_is_no_trouble(media):
    assert hub_due.erase_unfinished_uploads() == 0


def test_mails_go_when_nobody_needs_them_any_more():
    def mail(days, **values):
        one = queue("anna@example.org", f"{days} {values}", "Words", "en")
        Mail.objects.filter(pk=one.pk).update(created_at=NOW - days * DAY, **values)
        return one.pk

    kept = [
        mail(29, sent_at=NOW - 29 * DAY, tries=1),
        mail(179, tries=MOST_TRIES),
        mail(200, tries=1),
    ]
    mail(32, sent_at=NOW - 31 * DAY, tries=1)
    mail(181, tries=MOST_TRIES)

    assert hub_due.erase_old_mails() == 2
    assert sorted(Mail.objects.values_list("pk", flat=True)) == kept


def test_messages_go_half_a_year_after_they_were_dealt_with():
    for text, done_at in (("open", None), ("new", NOW - DAY), ("old", NOW - 181 * DAY)):
        Message.objects.create(kind="feedback", language="en", text=text, done_at=done_at)
    Message.objects.update(created_at=NOW - 400 * DAY)

    assert hub_due.erase_done_messages() == 1
    assert {message.text for message in Message.objects.all()} == {"open", "new"}


def test_sessions_that_ended_go():
    Session.objects.create(session_key="old", session_data="", expire_date=NOW - DAY)
    Session.objects.create(session_key="new", session_data="", expire_date=NOW + DAY)

    assert hub_due.erase_old_sessions() == 1


def job(path="tests.test_home_work.slow_job", **values):
    """A row of the queue `slow`."""
    return DBTaskResult.objects.create(
        task_path=path,
        queue_name="slow",
        backend_name="slow",
        run_after=NOW - DAY,
        args_kwargs={"args": [], "kwargs": {}},
        **values,
    )


def test_a_job_of_a_killed_worker_is_begun_again_but_not_for_ever():
    now = timezone.now()
    lost = job(status="RUNNING", started_at=now - 2 * HOUR, worker_ids=["a"])
    deadly = job(status="RUNNING", started_at=now - 2 * HOUR, worker_ids=["a", "b", "c"])
    running = job(status="RUNNING", started_at=now, worker_ids=["a"])

    assert hub_due.free_lost_jobs() == 2

    statuses = dict(DBTaskResult.objects.values_list("pk", "status"))
    assert statuses == {lost.pk: "READY", deadly.pk: "FAILED", running.pk: "RUNNING"}


def test_done_jobs_go_after_two_weeks_failed_ones_after_a_quarter():
    kept = {job(status="READY").pk, job(status="FAILED", finished_at=NOW - 20 * DAY).pk}
    job(status="SUCCESSFUL", finished_at=NOW - 20 * DAY)
    job(status="FAILED", finished_at=NOW - 100 * DAY)

    assert hub_due.erase_done_jobs() == 2
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == kept


def test_a_damaged_tree_is_told(caplog):
    assert due.look_at_the_tree() == 0
    Page.objects.filter(depth=1).update(numchild=9)

    assert due.look_at_the_tree() == 1
    assert "wrong number of children" in caplog.text


# --- files ------------------------------------------------------------------------------------


@pytest.fixture
def document(media):
    file = ContentFile(b"words of a plan", name="plan.txt")
    return Document.objects.create(title="Plan", file=file, language="en", licence="CC-BY-4.0")


def test_files_that_are_whole_pass(document, capsys):
    call_command("check_files")

    assert "All files are there." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("harm", "quick", "words"),
    [
        (lambda path: path.unlink(), True, "No such file"),
        (lambda path: path.write_bytes(b"short"), True, "5 bytes, not 15"),
        (lambda path: path.write_bytes(b"WORDS of a plan"), False, "other bytes"),
    ],
    ids=["missing", "cut short", "changed"],
)
def test_a_file_that_is_not_as_it_was_is_named(document, media, capsys, harm, quick, words):
    harm(media / document.file.name)

    with pytest.raises(CommandError, match="1 files"):
        call_command("check_files", quick=quick)

    assert words in capsys.readouterr().err
    assert hub_due.look_for_lost_files() == (1 if quick else 0)


def test_a_file_that_belongs_to_nothing_is_named_but_left(document, media, capsys):
    stray = media / "documents" / "stray.pdf"
    stray.write_bytes(b"stray")
    os.utime(stray, (time.time() - 90_000,) * 2)

    call_command("check_files")

    assert "documents/stray.pdf: belongs to nothing" in capsys.readouterr().out
    assert stray.exists()


# --- the worker -------------------------------------------------------------------------------


def test_a_part_that_fails_rests_and_the_others_go_on(caplog):
    def fail():
        raise ConnectionRefusedError("mail server")

    mail, jobs = work.Part("mail", fail), work.Part("jobs", lambda: {"jobs": 1})

    for _turn in range(3):
        mail.take_turn()
        assert jobs.take_turn() == {"jobs": 1}

    assert caplog.text.count("mail failed, again in a minute") == 1


@pytest.fixture
def working(monkeypatch):
    """Run the worker, with parts of one's own and a signal after `seconds`; how long it ran."""

    def working(seconds=0.3, sign=signal.SIGTERM):
        timer = threading.Timer(seconds, os.kill, (os.getpid(), sign))
        begun = time.monotonic()
        timer.start()
        call_command("work")
        return time.monotonic() - begun

    monkeypatch.setattr(work, "close_old_connections", lambda: None)
    return working


def slow_job():
    time.sleep(30)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_stops_at_once_when_asked(working, sign):
    before = signal.getsignal(sign)

    assert working(sign=sign) < 2
    assert signal.getsignal(sign) == before
    assert Duty.objects.filter(name="worker").exists()


def test_the_worker_sends_mail_and_tells_what_it_did(working, monkeypatch, caplog, mailoutbox):
    monkeypatch.setattr(work, "REST_SECONDS", 0)
    queue("anna@example.org", "Seat", "Words", "en")

    with caplog.at_level("INFO", logger="hub.work"):
        working()

    assert len(mailoutbox) == 1
    assert caplog.text.count("mails sent: 1") == 1


def test_work_that_does_not_end_is_cut_off(working, monkeypatch):
    monkeypatch.setattr(work, "GRACE_SECONDS", 0.3)
    monkeypatch.setattr(work, "run_one_job", slow_job)

    assert working() < 2


def test_a_job_that_a_stop_cut_off_waits_again():
    cut_off = job(status="FAILED", exception_class_path=work.STOPPED, finished_at=NOW)
    failed = job(status="FAILED", exception_class_path="builtins.ValueError", finished_at=NOW)

    work.put_back_cut_off_jobs()

    assert list(DBTaskResult.objects.ready()) == [cut_off]
    failed.refresh_from_db()
    assert failed.status == "FAILED"


# --- what the outside is told -----------------------------------------------------------------


def test_readiness_tells_of_the_worker_and_does_not_depend_on_it(client, media):
    away = client.get("/readyz")
    work.sign_in()
    there = client.get("/readyz")

    assert (away.status_code, there.status_code) == (200, 200)
    assert (away.json()["worker"], there.json()["worker"]) == (False, True)


def test_a_hub_that_cannot_keep_files_is_not_ready(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "file"
    settings.MEDIA_ROOT.write_text("no folder")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["missing"] == ["storage"]
