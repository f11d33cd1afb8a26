"""`make test`: sets up what is missing, then runs every test on SQLite and on PostgreSQL.

Tests of the browser, the HTML, PDFs and pictures ask the same of both databases, so they run once:
on PostgreSQL where there is one. Both databases are tested at the same time, each by one process;
what SQLite's says is printed at the end. Arguments go on to pytest.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from deploy import environment

ONCE = "browser or html or pdf or pictures"


def main():
    environment.enter("tests.run", "requirements-dev.txt")
    # Importable only inside the environment: psycopg2 is not Python's own.
    from tests import plumbing

    # Stopped from outside, a run still gives back its database and its server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    manage("compile_words")
    manage("build_lemmas")
    with plumbing.postgres() as url:
        missing = [name for name, find in plumbing.FINDERS.items() if find() is None]
        if url is None:
            missing.insert(0, "postgres")
        for name in missing:
            print(f"!!! SKIPPED · {plumbing.without(name)}", flush=True)
        required = [name for name in missing if plumbing.is_required(name)]
        if required:
            sys.exit(f"HUB_REQUIRE asks for what is not here: {', '.join(required)}")
        if url is None:
            failed = [run("SQLite").wait()]
        else:
            with beside() as sqlite:
                failed = [run("PostgreSQL", url).wait(), sqlite.wait()]
    sys.exit(any(failed))


def manage(*command):
    subprocess.run([sys.executable, "manage.py", *command], check=True, env=surroundings())


def surroundings(url=None):
    """The environment of a test run on the database at `url`; without one, on SQLite."""
    settings = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    settings["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    if url:
        settings["DATABASE_URL"] = url
        # A test database need not survive a power cut.
        settings["PGOPTIONS"] = "-c synchronous_commit=off"
    return settings


def run(database, url=None, but="", output=None) -> subprocess.Popen:
    """Start pytest on one database; it ends with 0 when nothing failed."""
    print(f"\n=== {database} ===", file=output, flush=True)
    chosen = ["-m", f"not ({but})"] if but else []
    pytest = [sys.executable, "-m", "pytest", *chosen, *sys.argv[1:]]
    return subprocess.Popen(pytest, env=surroundings(url), stdout=output, stderr=output)


@contextmanager
def beside() -> Iterator[subprocess.Popen]:
    """The tests on SQLite while others run; told when they are over, ended when these are."""
    with tempfile.TemporaryFile("w+") as said:
        sqlite = run("SQLite", but=ONCE, output=said)
        try:
            yield sqlite
        finally:
            sqlite.terminate()
            sqlite.wait()
            said.seek(0)
            print(said.read(), flush=True)


if __name__ == "__main__":
    main()
