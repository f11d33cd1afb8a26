"""An import is made whole or not at all, whatever kills it; what it wrote to the disk is found and swept."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from tests.database_copy import a_copy
from tests.files import archive

PATIENCE_SECONDS = 120
ROWS = 3

# Makes drafts in a process that takes its own life before so many statements more, as soon as everything is
# "saved", once the first bytes are "written", or "never"; then, in "sweep", what housekeeping does.
PROGRAM = """
import os, signal, sys
import django

django.setup()
from datetime import timedelta
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import override_settings
from hub.models import Document
from partners.models import ShelfPage
from resources.imports import folders
from resources.imports.making import make
from resources.imports.packed import unpacked
from resources.imports.plan import make_plan

moment, media, packed = sys.argv[1:]
left = int(moment) if moment.isdigit() else 0

def die(*_args, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

def count(execute, *statement):
    global left
    if moment == "saved" and connection.in_atomic_block:
        transaction.on_commit(die)
    left -= 1
    if left == 0:
        die()
    return execute(*statement)

with override_settings(MEDIA_ROOT=media):
    if moment == "sweep":
        print(folders.end_lost(timedelta()))
        sys.exit()
    user = get_user_model().objects.create(username="killed", is_superuser=True, is_active=True)
    shelf = ShelfPage.objects.get(url_path="/home-lv/resources/valmiera-library/")
    rows = "".join(f"Nogalinats {n},CC0,{n}.txt\\n" for n in range(ROWS))
    with open(packed, "rb") as file, unpacked(file) as files:
        plan = make_plan("title,licence,file1\\n" + rows, files, shelf, user)
        assert not plan.has_errors
        if moment == "written":
            files.checked = lambda name, known=files.checked: die() if name == "1.txt" else known(name)
        with connection.execute_wrapper(count):
            make(plan.lines, files, shelf, user)
""".replace("ROWS", str(ROWS))

LEFT = {
    "pages": "SELECT count(*) FROM wagtailcore_page WHERE title LIKE 'Nogalinats%'",
    "rows": "SELECT count(*) FROM resources_resourcefile WHERE title IN ('0', '1', '2')",
    "documents": "SELECT count(*) FROM hub_document WHERE title IN ('0', '1', '2')",
    "revisions": "SELECT count(*) FROM wagtailcore_revision WHERE object_str LIKE 'Nogalinats%'",
}
NOTHING = dict.fromkeys(LEFT, 0)
WHOLE = dict.fromkeys(LEFT, ROWS)


@pytest.fixture
def imports(loaded_demo, django_db_blocker, tmp_path):
    """A function that imports in another process on a copy of the database: (how it ended, what it says);
    one that counts what it left in the database; the folder of uploads.
    """
    packed, media = tmp_path / "files.zip", tmp_path / "uploads"
    packed.write_bytes(archive({f"{n}.txt": f"Labdien {n}" for n in range(ROWS)}))
    with django_db_blocker.unblock():
        connection.close()
        with a_copy(tmp_path) as (url, connect):

            def run(moment: str) -> tuple[int, str]:
                surroundings = {
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "hub.settings",
                    "DATABASE_URL": url,
                    "HUB_DATA": str(tmp_path),
                    "HUB_SECRET_KEY": settings.SECRET_KEY,
                }
                told = [sys.executable, "-c", PROGRAM, moment, str(media), str(packed)]
                done = subprocess.run(
                    told, env=surroundings, timeout=PATIENCE_SECONDS, stdout=subprocess.PIPE
                )
                return done.returncode, done.stdout.decode().strip()

            def ask() -> dict[str, int]:
                found = {}
                with closing(connect()) as other, closing(other.cursor()) as cursor:
                    for name, question in LEFT.items():
                        cursor.execute(question)
                        found[name] = cursor.fetchone()[0]
                return found

            yield run, ask, media


def files_in(media) -> list[str]:
    return sorted(path.name for path in media.rglob("*.txt"))


@pytest.mark.parametrize("moment", ["written", "20", "60", "120", "saved"])
def test_a_kill_leaves_all_or_nothing_and_housekeeping_the_rest(imports, moment):
    run, ask, media = imports

    ended, _said = run(moment)

    assert ended == -signal.SIGKILL
    found = ask()
    assert found == (WHOLE if moment == "saved" else NOTHING)
    assert files_in(media)
    kept = ["0.txt", "1.txt", "2.txt"] if moment == "saved" else []
    assert run("sweep")[0] == 0
    assert files_in(media) == kept
    assert run("sweep") == (0, "0")


def test_an_import_that_lives_leaves_no_note(imports, tmp_path):
    run, ask, media = imports

    assert run("never")[0] == 0

    assert ask() == WHOLE
    assert files_in(media) == ["0.txt", "1.txt", "2.txt"]
    assert list((tmp_path / "imports-under-way").iterdir()) == []


@pytest.mark.usefixtures("demo")
def test_an_import_under_way_is_left_alone(tmp_path):
    from resources.imports import folders

    with override_settings(HUB_DATA=tmp_path):
        folder = folders.begin()

        assert folders.end_lost() == 0
        assert (tmp_path / "imports-under-way" / folder).exists()
        assert folders.end_lost(timedelta(seconds=-5)) == 0
        assert not (tmp_path / "imports-under-way" / folder).exists()
