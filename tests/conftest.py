"""What all tests stand on: clean ground, the demo for those who ask, and commits that count."""

import contextlib

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save
from django.test import override_settings
from django.utils import translation

from tests import browsing
from tests.second_factor import give_factor_where_needed


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Tests of the demo come late: it is loaded once, into a database that was empty until then.

    Those of the served hub come last: what they do there stays.
    """

    def late(item):
        served = "server" in item.fixturenames
        place = item.location[:2] if served else ("", 0)
        return served, "loaded_demo" in item.fixturenames, place

    items.sort(key=late)


@pytest.fixture(scope="session")
def loaded_demo(django_db_setup, django_db_blocker):
    from home import demo
    from resources.models import GuidePdf

    with django_db_blocker.unblock():
        if not demo.is_loaded():
            demo.load()
            # Or each test in which the worker comes would put the demo's guides on paper.
            GuidePdf.objects.all().delete()


@pytest.fixture
def demo(loaded_demo, db, own_ground):
    """The demo's site, with its own files; what a test changes is taken back."""
    with override_settings(MEDIA_ROOT=settings.HUB_DATA / "media"):
        yield


@pytest.fixture(scope="session")
def server(loaded_demo, django_db_blocker):
    """The address of the hub, served by a process of its own on the test database."""
    with django_db_blocker.unblock(), browsing.served_hub() as address:
        yield address


@pytest.fixture(scope="session")
def accounts(server, django_db_blocker):
    """The demo's accounts by role, with passwords that the served hub takes."""
    from home.accounts import make_accounts

    hashers = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=hashers):
        found = {account.username: account for account in make_accounts()}
        for user in get_user_model().objects.filter(username__in=found):
            give_factor_where_needed(user)
        return found


@pytest.fixture(scope="session")
def chromium():
    """One browser for the session; each test opens its own context."""
    with browsing.chromium_browser() as browser:
        yield browser


@pytest.fixture(autouse=True)
def own_ground(request, tmp_path):
    """No test inherits a language or a cached page from another; files go into its own folder."""
    translation.activate(settings.LANGUAGE_CODE)
    if "db" in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()
    media = tmp_path / "media"
    with override_settings(MEDIA_ROOT=media):
        yield media
    translation.deactivate()


@pytest.fixture
def admin_user(admin_user):
    """pytest-django's administrator, with the second factor that one must have here."""
    give_factor_where_needed(admin_user)
    return admin_user


@pytest.fixture
def media(own_ground):
    """The folder of uploads, empty at the beginning of the test (a Path)."""
    own_ground.mkdir(exist_ok=True)
    return own_ground


@pytest.fixture(autouse=True)
def commits(request, monkeypatch):
    """A test runs in one transaction that is taken back; what waits for a commit runs all the same.

    When the outermost `atomic` of the tested code ends well, its `on_commit` functions run, as
    they would after a real commit; one that is called outside of any runs at once.
    """
    if "db" not in request.fixturenames or "transactional_db" in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    ground = len(connection.savepoint_ids)
    leave, on_commit = transaction.Atomic.__exit__, connection.on_commit

    def run_waiting():
        while connection.run_on_commit:
            _savepoints, function, robust = connection.run_on_commit.pop(0)
            with contextlib.suppress(Exception) if robust else contextlib.nullcontext():
                function()

    def exit_and_commit(atomic, *error):
        leave(atomic, *error)
        if atomic.using in (None, "default") and len(connection.savepoint_ids) == ground:
            run_waiting()

    def commit_now(function, robust=False):
        on_commit(function, robust)
        if len(connection.savepoint_ids) == ground:
            run_waiting()

    monkeypatch.setattr(transaction.Atomic, "__exit__", exit_and_commit)
    monkeypatch.setattr(connection, "on_commit", commit_now)
    yield


@pytest.fixture(autouse=True)
def sound_tree(request, commits):
    """Whatever a test does to pages, the tree is sound afterwards."""
    from wagtail.models import Page

    from hub.page_tree import tree_problems

    touched = []

    def note(sender, **_signal):
        if issubclass(sender, Page):
            touched.append(sender)

    post_save.connect(note)
    post_delete.connect(note)
    yield
    post_save.disconnect(note)
    post_delete.disconnect(note)
    if touched and "db" in request.fixturenames:
        assert not any(tree_problems())
