"""The hub's settings with what tests want otherwise: quick hashes, a folder that goes away."""

import atexit
import os
import shutil
import tempfile

# HUB_TEST_DATA keeps the folder, so that `pytest --reuse-db` finds its database again.
if "HUB_TEST_DATA" in os.environ:
    os.environ["HUB_DATA"] = os.environ["HUB_TEST_DATA"]
else:
    os.environ["HUB_DATA"] = tempfile.mkdtemp(prefix="hub-tests-")
    atexit.register(shutil.rmtree, os.environ["HUB_DATA"], ignore_errors=True)
os.environ["HUB_SECRET_KEY"] = "only-for-tests"
os.environ["HUB_DEMO"] = "1"
os.environ["HUB_DEBUG"] = "0"
# Playwright keeps an event loop in the thread of the tests, which Django would refuse to share.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from hub.settings import *  # noqa: F403  the environment above must stand first
from hub.settings import DATABASES, HUB_DATA, STORAGES, TASKS

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
HUB_MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
HUB_COUNT_IN_BACKGROUND = False
# A process for each document of the demo would take a minute; who tests it turns it on.
HUB_READ_FILES = False
HUB_PAPER_AFTER_PUBLISHING = False
TASKS = {
    **TASKS,
    "slow": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []},
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(HUB_DATA / "test.sqlite3")}
# Whitenoise warns when the folder it serves is not there.
(HUB_DATA / "static").mkdir(exist_ok=True)
