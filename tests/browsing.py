"""A served hub and a browser, started once for all tests that look at pages as people do."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests import plumbing

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_SECONDS = 60


def database_url() -> str:
    """The test database, as another process reaches it."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    place = {
        "host": given["HOST"],
        "port": given["PORT"],
        "user": given["USER"],
        "password": given["PASSWORD"],
    }
    return plumbing.database_url(place, given["NAME"])


def surroundings(**more) -> dict:
    """The environment of a process of the hub on the test database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hub.settings",
        "DATABASE_URL": database_url(),
        "HUB_DATA": str(settings.HUB_DATA),
        "HUB_SECRET_KEY": settings.SECRET_KEY,
        "HUB_DEBUG": "0",
        **more,
    }


def manage(*command: str) -> None:
    """Run a command of the hub in a process of its own, as on the command line."""
    whole = [sys.executable, "manage.py", *command]
    subprocess.run(whole, env=surroundings(), check=True, stdout=subprocess.DEVNULL)


@contextmanager
def served_hub(processes=1):
    """The hub as `make run` serves it, on the test database; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    manage("collectstatic", "--noinput", "-v0")
    log = (settings.HUB_DATA / "server.log").open("w")
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    granian += [
        "--workers",
        str(processes),
        "--blocking-threads",
        "4",
        "--log-level",
        "warning",
        "hub.wsgi:application",
    ]
    server = subprocess.Popen(granian, env=surroundings(PORT=str(port)), stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def wait_for(address: str, server: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()  # noqa: S310
            return
        except OSError:
            time.sleep(0.1)
    log = (settings.HUB_DATA / "server.log").read_text()
    raise RuntimeError(f"The server did not answer:\n{log}")


def memory_of_the_hub() -> int:
    """Bytes of memory that the served hub has of its own now (its processes' private pages)."""
    parents, commands = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            pid = int(folder.name)
            parents[pid] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            commands[pid] = (folder / "cmdline").read_bytes()

    def is_ours(pid: int) -> bool:
        return pid == os.getpid() or pid in parents and is_ours(parents[pid])

    served = [pid for pid, line in commands.items() if b"granian" in line and is_ours(pid)]
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in served]
    found = [re.findall(r"Private_\w+: +(\d+) kB", rollup) for rollup in rollups]
    return 1024 * sum(int(number) for numbers in found for number in numbers)


@contextmanager
def chromium_browser():
    """A headless Chromium of Debian's package, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=plumbing.need("chromium"), args=CHROMIUM_OPTIONS
        )
        yield browser
        browser.close()
