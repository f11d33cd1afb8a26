"""`make test`: sets up what is missing, then runs every test on SQLite and on PostgreSQL.

Tests of the browser, the HTML, PDFs, pictures and texts ask the same of both databases, so they run
once: on PostgreSQL where there is one. Two processes test at the same time, a core each: one PostgreSQL
without the browser, the other SQLite and then the browser, on a second database of PostgreSQL; what
that one says is printed at the end. Arguments go on to pytest.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from deploy import environment

BROWSER = "browser"
ONCE = f"{BROWSER} or html or pdf or pictures or once"
# How pytest ends when no test fits.
NOTHING_CHOSEN = 5


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
            sqlite = partial(run, "SQLite", chosen=f"not ({ONCE})")
            browser = partial(run, "PostgreSQL, in the browser", f"{url}_browser", BROWSER)
            with beside(sqlite, browser) as others:
                failed = [run("PostgreSQL", url, f"not {BROWSER}").wait(), *others()]
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


def run(database, url=None, chosen="", output=None) -> subprocess.Popen:
    """Start pytest on one database, for the tests whose marks are `chosen`."""
    print(f"\n=== {database} ===", file=output, flush=True)
    marks = ["-m", chosen] if chosen else []
    pytest = [sys.executable, "-m", "pytest", *marks, *sys.argv[1:]]
    return subprocess.Popen(pytest, env=surroundings(url), stdout=output, stderr=output)


@contextmanager
def beside(*runs: Callable[..., subprocess.Popen]) -> Iterator[Callable[[], list[bool]]]:
    """Tests, one run after the other, while others run.

    Gives a function that waits for their end and says which failed; they end with the block.
    """
    stopped, running, failed = threading.Event(), [], [True for _run in runs]

    def work():
        for place, start in enumerate(runs):
            if not stopped.is_set():
                running.append(start(output=said))
                # Of what somebody chose, nothing may be there to test.
                failed[place] = running[-1].wait() not in (0, NOTHING_CHOSEN)

    def wait() -> list[bool]:
        thread.join()
        return failed

    with tempfile.TemporaryFile("w+") as said:
        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield wait
        finally:
            stopped.set()
            for process in running:
                process.terminate()
            thread.join()
            said.seek(0)
            print(said.read(), flush=True)


if __name__ == "__main__":
    main()
