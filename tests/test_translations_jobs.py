"""Jobs of the desk: one worker at a time, a page a transaction, killed and resumed, and seen by people."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_delete
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import Translation

from hub.page_tree import tree_problems
from tests.builders import (
    counterparts,
    in_language,
    locale,
    make_coordinator,
    make_guide,
    make_translator,
    new_partner,
    shelf,
    state_of,
    thing_of,
    translate,
)
from tests.database_copy import a_copy
from translations import memory, mirrors, work
from translations.jobs import branch, missing_mirrors, tasks
from translations.jobs import running as jobs
from translations.models import DeskJob, TranslationState

Status = DeskJob.Status
Kind = DeskJob.Kind


@pytest.fixture
def coordinator(demo, client):
    user = make_coordinator()
    client.force_login(user)
    return user


def small_branch(guides=3):
    """The resources shelf of a new partner, with so many guides below it; its own words are done."""
    partner = new_partner()
    parent = shelf(partner.slug)
    return parent, [make_guide(f"Spēle {n}", on=parent, slug=f"spele-{n}") for n in range(guides)]


def branch_job(parent, code="uk", **fields) -> DeskJob:
    return DeskJob.objects.create(
        kind=Kind.BRANCH, thing=thing_of(parent), locale=locale(code), **fields
    )


def taken_up(page, code="uk") -> bool:
    return Translation.objects.filter(
        source__object=page.translation_key, target_locale=locale(code)
    ).exists()


def remove_mirrors(pages) -> None:
    """Take the mirrors of `pages` away, and nobody notices: as a killed process leaves it."""
    post_delete.disconnect(mirrors.remove_or_remake, sender=Page)
    try:
        for page in pages:
            for other in counterparts(page):
                Page.objects.get(pk=other.pk).specific.delete()
    finally:
        post_delete.connect(mirrors.remove_or_remake, sender=Page)


# --- one worker at a time ---------------------------------------------------------------------


def test_a_job_is_taken_by_one_worker_only(demo):
    job = branch_job(shelf())

    mine = jobs.take(job.pk)

    assert mine.status == Status.RUNNING
    assert jobs.take(job.pk) is None
    DeskJob.objects.filter(pk=job.pk).update(status=Status.DONE)
    assert jobs.take(job.pk) is None


def test_a_worker_that_was_silent_for_long_loses_its_job_and_writes_nothing_more(demo):
    job = branch_job(shelf())
    lost = jobs.take(job.pk)
    long_ago = timezone.now() - jobs.SILENT_AFTER - timedelta(seconds=1)
    DeskJob.objects.filter(pk=job.pk).update(seen_at=long_ago)

    other = jobs.take(job.pk)

    with pytest.raises(jobs.TakenAwayError):
        jobs.note(lost, done=5)
    jobs.note(other, done=1)
    assert DeskJob.objects.get(pk=job.pk).done == 1


def test_a_page_of_a_lost_job_is_taken_back_with_its_note(demo):
    parent, guides = small_branch(2)
    job = jobs.take(branch_job(parent).pk)
    steps = branch.carry_on(job)
    next(steps)
    DeskJob.objects.filter(pk=job.pk).update(seen_at=timezone.now())

    with pytest.raises(jobs.TakenAwayError):
        list(steps)

    assert [taken_up(guide) for guide in guides] == [True, False]


def test_only_silent_jobs_are_resumed_and_from_where_they_were(demo):
    parent, guides = small_branch()
    before = timezone.now() - jobs.SILENT_AFTER - timedelta(seconds=1)
    lost = branch_job(parent, status=Status.RUNNING, seen_at=before, last_pk=guides[0].pk, done=1)
    alive = branch_job(parent, "et", status=Status.RUNNING, seen_at=timezone.now())
    ended = branch_job(parent, "fi", status=Status.FAILED, seen_at=before)

    assert tasks.resume_lost() == 1
    assert tasks.resume_lost() == 0

    found = {one.pk: one for one in DeskJob.objects.all()}
    assert (found[lost.pk].status, found[lost.pk].done) == (Status.DONE, 3)
    assert [taken_up(guide) for guide in guides] == [False, True, True]
    assert (found[alive.pk].status, found[ended.pk].status) == (Status.RUNNING, Status.FAILED)


def test_a_long_job_gives_way_after_a_while_and_goes_on(demo, monkeypatch):
    parent, guides = small_branch(2)
    monkeypatch.setattr(tasks, "SLICE_SECONDS", 0)
    job = branch_job(parent)

    tasks.run(job.pk)

    # Each slice did one page and asked for the next.
    done = DeskJob.objects.get(pk=job.pk)
    assert (done.status, done.done, done.total) == (Status.DONE, 2, 2)
    assert all(taken_up(guide) for guide in guides)


def test_a_worker_that_is_told_to_stop_leaves_the_job_to_the_next(demo, monkeypatch):
    def carry_on(job):
        yield
        raise KeyboardInterrupt

    monkeypatch.setitem(tasks.WORK, Kind.BRANCH, carry_on)
    job = branch_job(shelf())

    with pytest.raises(KeyboardInterrupt):
        tasks.run(job.pk)

    assert DeskJob.objects.get(pk=job.pk).status == Status.WAITING


def test_an_error_of_the_hub_is_a_sentence_in_the_job(demo, monkeypatch):
    def carry_on(job):
        yield
        raise ZeroDivisionError

    monkeypatch.setitem(tasks.WORK, Kind.BRANCH, carry_on)
    job = branch_job(shelf())

    tasks.run(job.pk)

    job.refresh_from_db()
    assert job.status == Status.FAILED
    assert job.message == "Something went wrong inside the hub. What was done until then stays."
    assert job.ended_at


def test_only_jobs_that_ended_long_ago_are_erased(demo):
    long_ago = timezone.now() - tasks.KEEP_ENDED - timedelta(days=1)
    branch_job(shelf(), status=Status.DONE, ended_at=long_ago)
    fresh = branch_job(shelf(), "et", status=Status.DONE, ended_at=timezone.now())
    waiting = branch_job(shelf(), "fi")
    DeskJob.objects.filter(pk=waiting.pk).update(asked_at=long_ago)

    assert tasks.erase_old_jobs() == 1

    assert {one.pk for one in DeskJob.objects.all()} == {fresh.pk, waiting.pk}


# --- a branch ---------------------------------------------------------------------------------


def test_a_branch_brings_everything_that_waits_below_a_page_to_a_language(client, coordinator):
    parent, guides = small_branch()
    born_in_estonian = make_guide("Mäng", on=shelf("cesu-biblioteka", "et"))
    born_here = make_guide("Гра", on=shelf("cesu-biblioteka", "uk"), slug="hra")
    done, stopped = guides[:2]
    translate(done, "uk")
    work.stop(thing_of(stopped), locale("uk"))
    elsewhere = make_guide("Citur")
    address = f"/admin/desk/{thing_of(parent).code}/branch/uk/"

    question = client.get(address).content.decode()
    words = sum(state_of(one, "uk").words for one in (guides[2], born_in_estonian))
    assert f"2 pages with {words} words wait for Українська here." in question
    assert not taken_up(guides[2])
    response = client.post(address, follow=True)

    job = DeskJob.objects.get()
    assert (job.status, job.done, job.total, job.failed) == (Status.DONE, 2, 2, 0)
    assert job.asked_by == coordinator
    assert taken_up(guides[2])
    assert taken_up(born_in_estonian)
    assert not any(map(taken_up, (born_here, elsewhere, stopped)))
    assert state_of(stopped, "uk").state == TranslationState.State.STOPPED
    # Nothing is published, nothing counts as begun by it.
    assert in_language(guides[2], "uk").alias_of_id == guides[2].pk
    assert "2 of 2" in response.content.decode()


def test_a_branch_gets_what_the_memory_knows_word_for_word(coordinator):
    memory.remember(translate(make_guide("Iepazīšanās"), "uk"), None)
    parent, (same,) = small_branch(1)
    same.title = "Iepazīšanās"
    same.save_revision().publish()

    tasks.run(branch_job(parent).pk)

    found = work.begin(thing_of(same), locale("uk")).segments().get(context__path="title")
    assert found.translation == "Щ Iepazīšanās"
    assert state_of(same, "uk").state == TranslationState.State.IN_PROGRESS


def test_a_page_that_cannot_be_taken_up_is_named_and_the_others_go_on(coordinator, monkeypatch):
    parent, guides = small_branch()
    begin = work.begin

    def begin_but_one(thing, wanted):
        if thing == thing_of(guides[1]):
            raise ZeroDivisionError
        return begin(thing, wanted)

    monkeypatch.setattr(work, "begin", begin_but_one)

    tasks.run(branch_job(parent).pk)

    job = DeskJob.objects.get()
    assert (job.status, job.done, job.failed) == (Status.DONE, 2, 1)
    assert job.message == "“Spēle 1”: It could not be taken up."
    assert [taken_up(one) for one in guides] == [True, False, True]


def test_a_branch_is_taken_by_coordinators_only(client, coordinator):
    parent, _guides = small_branch(1)
    address = f"/admin/desk/{thing_of(parent).code}/branch/uk/"
    for closed in (address.replace("/uk/", "/xx/"), "/admin/desk/ZZZZZZ/branch/uk/"):
        assert client.post(closed).status_code == 404
    client.force_login(make_translator("uk"))

    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    assert client.post("/admin/desk/jobs/mirrors/").status_code == 404
    assert not DeskJob.objects.exists()


def test_a_branch_that_is_under_way_or_empty_makes_no_job(client, coordinator):
    parent, _guides = small_branch(1)
    address = f"/admin/desk/{thing_of(parent).code}/branch/uk/"
    running = branch_job(parent)

    assert "taken into work already" in client.post(address, follow=True).content.decode()
    running.delete()
    for page in Page.objects.filter(path__startswith=parent.path, alias_of=None):
        work.stop(thing_of(page), locale("uk"))
    assert "Nothing below this page waits" in client.post(address, follow=True).content.decode()
    assert not DeskJob.objects.exists()


# --- the screen -------------------------------------------------------------------------------


def test_the_list_shows_how_far_a_job_is_and_why_it_failed(client, coordinator):
    branch_job(shelf(), status=Status.RUNNING, total=40, done=10, seen_at=timezone.now())
    branch_job(shelf(), "et", status=Status.FAILED, message="Tā <b>neizdevās</b>.", failed=2)

    html = client.get("/admin/desk/jobs/").content.decode()

    assert '<progress class="desk-progress" max="40" value="10"' in html
    assert "10 of 40" in html
    assert "Tā &lt;b&gt;neizdevās&lt;/b&gt;." in html
    assert "data-at-work" in html
    assert "js/desk-jobs.js" in html


def test_a_translator_sees_the_jobs_of_their_language_only(client, demo):
    branch_job(shelf(), "uk", message="Українська справа")
    branch_job(shelf(), "et", message="Eesti asi")
    client.force_login(make_translator("uk"))

    html = client.get("/admin/desk/jobs/").content.decode()

    assert "Українська справа" in html
    assert "Eesti asi" not in html
    assert "Make the missing mirrors" not in html


def test_a_long_list_of_jobs_costs_no_more_than_a_short_one(client, coordinator):
    def look():
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/desk/jobs/")
        return len(queries)

    branch_job(shelf())
    look()
    few = look()
    for code in ("et", "fi", "da", "uk", "en"):
        for _unused in range(4):
            branch_job(shelf(), code, asked_by=coordinator)
    look()

    assert look() == few <= 15


# --- mirrors ----------------------------------------------------------------------------------


def test_missing_mirrors_are_made_from_the_screen_with_progress(client, coordinator):
    _parent, guides = small_branch()
    remove_mirrors(guides)
    html = client.get("/admin/desk/jobs/").content.decode()
    assert "3 pages lack a language" in html

    client.post("/admin/desk/jobs/mirrors/")

    job = DeskJob.objects.get()
    assert (job.kind, job.status, job.done, job.total) == (Kind.MIRRORS, Status.DONE, 3, 3)
    assert all(len(counterparts(guide)) == 5 for guide in guides)
    assert not any(tree_problems())


def test_the_command_says_how_far_it_is(demo):
    _parent, guides = small_branch()
    remove_mirrors(guides)
    said = StringIO()

    call_command("mirror_pages", stdout=said)

    assert "3 of 3 pages have their mirrors" in said.getvalue()
    assert "15 mirrors made" in said.getvalue()


def test_a_mirror_costs_at_most_a_hundred_queries(demo):
    _parent, guides = small_branch(1)
    remove_mirrors(guides)
    job = jobs.take(DeskJob.objects.create(kind=Kind.MIRRORS).pk)

    with CaptureQueriesContext(connection) as queries:
        list(missing_mirrors.carry_on(job))

    made = len(counterparts(guides[0]))
    assert made == 5
    assert len(queries) <= 100 * made


# --- killed -----------------------------------------------------------------------------------

PATIENCE_SECONDS = 300
LEFT = 4

# A process that removes the mirrors of some pages, or runs a command and takes its own life before
# so many statements more; what it prints: damages of the tree, pages without all mirrors.
PROCESS = """
import os, signal, sys
import django

django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_delete
from wagtail.models import Page

from hub.page_tree import tree_problems
from translations import mirrors

command, moment = sys.argv[1].split(), int(sys.argv[2])
left = moment

def count(execute, *statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(*statement)

if command == ["remove"]:
    post_delete.disconnect(mirrors.remove_or_remake, sender=Page)
    ids = Page.objects.exclude(alias_of=None).order_by("alias_of").values_list("alias_of", flat=True)
    for page in Page.objects.filter(alias_of__in=list(ids.distinct()[:moment])):
        Page.objects.get(pk=page.pk).specific.delete()
else:
    with connection.execute_wrapper(count):
        call_command(*command, verbosity=0, stdout=open(os.devnull, "w"))
print(sum(map(len, tree_problems())), len(mirrors.pages_without_all_mirrors()))
"""


@pytest.fixture
def copied_site(loaded_demo, django_db_blocker, tmp_path):
    """The address of a copy of the demo's database, which other processes may write to."""
    with django_db_blocker.unblock():
        connection.close()
        with a_copy(tmp_path) as (url, _connect):
            yield url


def process(url: str, command: str, moment: int = 0, **more) -> tuple[int, list[int]]:
    """How it ended, and its two numbers."""
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hub.settings",
        "DATABASE_URL": url,
        "HUB_DATA": str(settings.HUB_DATA),
        **more,
    }
    told = [sys.executable, "-c", PROCESS, command, str(moment)]
    done = subprocess.run(
        told, env=surroundings, timeout=PATIENCE_SECONDS, check=False, stdout=subprocess.PIPE
    )
    return done.returncode, [int(number) for number in done.stdout.split()]


def test_making_mirrors_killed_at_any_moment_leaves_a_sound_tree_and_the_next_run_completes(
    copied_site,
):
    _ended, (problems, lacking) = process(copied_site, "remove", LEFT)
    assert (problems, lacking) == (0, LEFT)

    for moment in (60, 250, 600):
        ended, _said = process(copied_site, "mirror_pages", moment)
        assert ended == -9
        # Each page has all its mirrors or none: killed within one, that one is taken back.
        _ended, (problems, now_lacking) = process(copied_site, "remove", 0)
        assert problems == 0
        assert now_lacking <= lacking
        lacking = now_lacking
    assert 0 < lacking < LEFT

    assert process(copied_site, "mirror_pages") == (0, [0, 0])


def test_a_new_language_killed_half_way_is_completed_by_the_next_run(copied_site):
    codes = {"HUB_LANGUAGES": "en,lv,et,fi,da,uk,ar"}

    for moment in (900, 2500):
        ended, _said = process(copied_site, "new_language ar", moment, **codes)
        assert ended == -9
        _ended, (problems, lacking) = process(copied_site, "remove", 0, **codes)
        assert problems == 0
        assert lacking > 0

    assert process(copied_site, "new_language ar", **codes) == (0, [0, 0])
