"""What the tests borrow from the machine: a database server, a browser, Java, pango, gettext,
spellers.

Each `find_…` gives the thing or None and starts nothing that stays. What is missing is skipped, by
name; HUB_REQUIRE=postgres,chromium,java,pango,gettext,spellers turns each such skip into a failure.
"""

import base64
import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from functools import cache
from pathlib import Path

import psycopg2

from tests.spelling import find_spellers

ROOT = Path(__file__).resolve().parent.parent

# How to get each on Debian, and what is not tested without it.
DEBIAN = {
    "postgres": "postgresql",
    "chromium": "chromium",
    "java": "default-jre-headless npm",
    "pango": "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "gettext": "gettext",
    "spellers": "hunspell hunspell-lv myspell-et hunspell-da hunspell-en-gb hunspell-uk"
    " libvoikko1 voikko-fi",
}
WITHOUT = {
    "postgres": "every test runs on SQLite only",
    "chromium": "no browser test",
    "java": "no HTML check",
    "pango": "no PDF test",
    "gettext": "no test that every visible word is in locale/",
    "spellers": "no test of spelling",
}

# The Nu HTML checker, as its authors publish it on npm. Newer versions bring new rules.
VNU_VERSION = "26.9.27"
VNU_SHA512 = (
    "TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA=="
)


def is_required(name: str) -> bool:
    return name in os.environ.get("HUB_REQUIRE", "").replace(" ", "").split(",")


def without(name: str) -> str:
    """The one sentence about a missing thing: what is not tested, and how to get it."""
    return f"{name} was not found: {WITHOUT[name]}. On Debian: apt-get install {DEBIAN[name]}"


def need(name: str):
    """What `find_<name>` gives. Without it the asking test is skipped, or fails if required."""
    import pytest

    found = FINDERS[name]()
    if found is None:
        (pytest.fail if is_required(name) else pytest.skip)(without(name))
    return found


# PostgreSQL


def find_postgres() -> dict | None:
    """How to reach a server that lets us make databases, as psycopg2's arguments; else None.

    That of `DATABASE_URL`, else one on this machine, by socket or by 127.0.0.1.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        return given_postgres(given)
    user = os.environ.get("PGUSER") or os.environ.get("USER") or "root"
    for host in ("/var/run/postgresql", "/tmp", "127.0.0.1"):  # noqa: S108, PostgreSQL's own
        place = {"host": host, "port": int(os.environ.get("PGPORT", "5432")), "user": user}
        if can_make_databases(place):
            return place
    return None


def given_postgres(url: str) -> dict:
    """The server that a `DATABASE_URL` names; the database that it names is left alone."""
    import environ

    config = environ.Env.db_url_config(url)
    place = {"host": config["HOST"] or None, "port": config["PORT"] or 5432}
    place |= {"user": config["USER"] or None, "password": config["PASSWORD"] or None}
    if not can_make_databases(place):
        sys.exit("The server of DATABASE_URL does not answer, or lets its user make no databases.")
    return place


def can_make_databases(place: dict) -> bool:
    try:
        connection = psycopg2.connect(dbname="postgres", connect_timeout=3, **place)
    except psycopg2.OperationalError:
        return False
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


def database_url(place: dict, name: str) -> str:
    """A `DATABASE_URL` for database `name` of the server at `place`."""
    from urllib.parse import quote

    who = quote(place.get("user") or "", safe="")
    if place.get("password"):
        who += ":" + quote(place["password"], safe="")
    host = place.get("host") or "/var/run/postgresql"
    port = place.get("port") or 5432
    if host.startswith("/"):
        return f"postgres://{who}@:{port}/{host}/{name}"
    return f"postgres://{who}@{host}:{port}/{name}"


@contextlib.contextmanager
def postgres():
    """A `DATABASE_URL` for the time of one test run, or None when there is no PostgreSQL at all.

    On a server that is there already, pytest makes and drops the databases `test_<name>…`; what a
    killed run left behind is dropped here. Without a server but with its programs, an own one
    runs from a temporary folder, on a socket only.
    """
    mark = "hub_" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    name = f"{mark}_{os.getpid()}"
    place = find_postgres()
    if place:
        drop_left_behind(place, mark)
        try:
            yield database_url(place, name)
        finally:
            drop_left_behind(place, name)
        return
    programs = find_postgres_programs()
    if programs is None:
        yield None
        return
    with throwaway_server(programs) as place:
        yield database_url(place, name)


def drop_left_behind(place: dict, mark: str):
    """Drop test databases of this checkout whose run (its number is in the name) is over."""
    connection = psycopg2.connect(dbname="postgres", **place)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^test_{mark}"])
        for (name,) in cursor.fetchall():
            number = int(name.split("_")[3])
            if number == os.getpid() or not is_running(number):
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def find_postgres_programs() -> Path | None:
    """The folder that holds `initdb` and `postgres`; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(debian, key=lambda found: int(found.parts[4].split(".")[0]), reverse=True)
    found = [Path(on_path).resolve()] if on_path else newest
    return found[0].parent if found else None


@contextlib.contextmanager
def throwaway_server(programs: Path):
    """An own PostgreSQL in a temporary folder, reached by its socket, careless about its disk."""
    # PostgreSQL refuses to run as root; Debian's package brings the user it should be.
    by = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="hub-pg-"))
    try:
        if by:
            shutil.chown(folder, "postgres", "postgres")
        data = folder / "data"
        initdb = [programs / "initdb", "-D", data, "-U", "hub", "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*initdb, "--locale=C.UTF-8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **by,
        )
        settings = ("listen_addresses=", "fsync=off", "full_page_writes=off")
        options = [word for setting in settings for word in ("-c", setting)]
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-p", "5432", *options],
            stdout=subprocess.DEVNULL,
            stderr=(folder / "log").open("w"),
            cwd=folder,
            start_new_session=True,
            **by,
        )
        place = {"host": str(folder), "port": 5432, "user": "hub"}
        try:
            wait_for_server(server, place, folder / "log")
            yield place
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth keeping
            server.wait(timeout=20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_server(server, place, log):
    import time

    for _attempt in range(150):
        if server.poll() is not None:
            break
        if can_make_databases(place):
            return
        time.sleep(0.1)
    sys.exit(f"The throw-away PostgreSQL did not start:\n{log.read_text()}")


# Programs and libraries


@cache
def find_chromium() -> str | None:
    """The path of a Chromium; `CHROMIUM=` names one."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    given = os.environ.get("CHROMIUM")
    return given or next(filter(None, map(shutil.which, names)), None)


@cache
def find_java() -> list[str] | None:
    """The command that runs the Nu HTML checker: java, -jar, and the path of vnu.jar; else None."""
    java = shutil.which("java")
    jar = find_vnu() if java else None
    return [java, "-jar", str(jar)] if jar else None


def find_vnu() -> Path | None:
    """vnu.jar: `VNU_JAR=`, else the one in var/tools, fetched there by npm and checked by hash."""
    if given := os.environ.get("VNU_JAR"):
        return Path(given)
    kept = ROOT / "var" / "tools" / f"vnu-{VNU_VERSION}.jar"
    if kept.exists():
        return kept
    npm = shutil.which("npm")
    if npm is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        pack = [npm, "pack", "--silent", f"vnu-jar@{VNU_VERSION}"]
        if subprocess.run(pack, cwd=folder, stdout=subprocess.DEVNULL, check=False).returncode:
            return None
        package = Path(folder) / f"vnu-jar-{VNU_VERSION}.tgz"
        if hashlib.sha512(package.read_bytes()).digest() != base64.b64decode(VNU_SHA512):
            sys.exit(f"npm's vnu-jar {VNU_VERSION} is not the package this project knows.")
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(package) as packed:
            jar = packed.extractfile("package/build/dist/vnu.jar").read()
        half = kept.with_name(f"{kept.name}.{os.getpid()}")  # two test processes may fetch at once
        half.write_bytes(jar)
        half.replace(kept)
    return kept


@cache
def find_pango() -> str | None:
    """WeasyPrint's version, when the libraries that it draws letters with can be loaded."""
    # In another process: WeasyPrint takes half a second and writes to the terminal when it fails.
    tried = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import weasyprint; print(weasyprint.__version__)"],
        capture_output=True,
        text=True,
        check=False,
    )
    return tried.stdout.strip() if tried.returncode == 0 else None


@cache
def find_gettext() -> str | None:
    """The path of xgettext, which reads the visible words out of code and templates."""
    return shutil.which("xgettext")


FINDERS = {
    "chromium": find_chromium,
    "java": find_java,
    "pango": find_pango,
    "gettext": find_gettext,
    "spellers": find_spellers,
}


# Processes that end in the middle

# The beginning of a process that takes its own life at the moment its first argument says: before
# so many statements more, as soon as everything is "saved", or "never".
TAKES_ITS_LIFE = """
import os, signal, sys
import django

django.setup()
from django.db import connection, transaction
from wagtail.models import Page

moment = sys.argv[1]
left = int(moment) if moment.isdigit() else 0

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def count(execute, *statement):
    global left
    if moment == "saved" and connection.in_atomic_block:
        transaction.on_commit(die)
    left -= 1
    if left == 0:
        die()
    return execute(*statement)
"""


def run_killed(program: str, url: str, moment: str) -> subprocess.CompletedProcess:
    """Run a program that begins with `TAKES_ITS_LIFE` on the database at `url`, killed at `moment`."""
    from django.conf import settings

    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hub.settings",
        "DATABASE_URL": url,
        "HUB_DATA": str(settings.HUB_DATA),
    }
    told = [sys.executable, "-c", TAKES_ITS_LIFE + program, moment]
    return subprocess.run(told, env=surroundings, timeout=120, check=False, stdout=subprocess.PIPE)
