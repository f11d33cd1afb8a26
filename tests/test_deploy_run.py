"""What `make run` promises before and after the hub itself is up."""

import os
import signal
import stat
import subprocess
import sys
import time

import pytest

from deploy import run
from deploy.environment import ROOT
from tests.plumbing import need


def make_run(**settings):
    """`make run` with these settings and no others of the hub's, inside the environment already."""
    plain = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("HUB_", "DJANGO_")) and key != "DATABASE_URL"
    }
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.run"],
        cwd=ROOT,
        env={**plain, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.1", "::1", ""])  # noqa: S104, refused
def test_the_demo_is_served_to_this_machine_only(tmp_path, address):
    started = make_run(HUB_DATA=str(tmp_path), HUB_BIND=address)

    said, _ = started.communicate(timeout=30)

    assert started.returncode == 1
    assert "served on 127.0.0.1 only" in said
    assert list(tmp_path.iterdir()) == []


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path):
    run.make_secret_key(tmp_path)
    first = (tmp_path / "secret-key").read_text()
    run.make_secret_key(tmp_path)

    assert (tmp_path / "secret-key").read_text() == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_a_step_is_taken_again_only_when_its_files_change_or_its_result_is_gone(tmp_path):
    reason = ROOT / "requirements.txt"
    note = tmp_path / "set-up.json"
    assert run.SetUp(note).needs("database", [reason], there=True)

    run.SetUp(note).note("database", [reason])

    assert not run.SetUp(note).needs("database", [reason], there=True)
    assert run.SetUp(note).needs("database", [reason], there=False)
    assert run.SetUp(note).needs("database", [reason, ROOT / "Makefile"], there=True)


@pytest.mark.browser
def test_a_newcomer_gets_the_hub_and_leaves_nothing_running(tmp_path):
    from playwright.sync_api import sync_playwright

    chromium = need("chromium")
    address = "http://127.0.0.1:8753"
    hub = make_run(HUB_DATA=str(tmp_path), PORT="8753")
    said = []
    for line in hub.stdout:
        said.append(line)
        if "Ctrl-C stops it" in line:
            break

    try:
        assert hub.poll() is None, "".join(said)
        assert stat.S_IMODE((tmp_path / "demo-accounts.txt").stat().st_mode) == 0o600
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(locale="lv")
            complaints = []
            page.on("console", lambda message: complaints.append(message.text))
            page.on("requestfailed", lambda request: complaints.append(request.url))
            front = page.goto(address)
            assert front.ok
            assert page.url == f"{address}/lv/"
            assert complaints == []
            assert page.context.cookies() == []
            browser.close()
        mine = processes_below(hub.pid)
        assert len(mine) >= 2
    finally:
        hub.send_signal(signal.SIGTERM)
        assert hub.wait(timeout=30) == 0
    assert [number for number in mine if is_running(number)] == []


def processes_below(number):
    """Numbers of all processes that process `number` started, and they in turn."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    found = [number]
    for parent in found:
        found += [child for child, above in pairs if above == parent]
    return found[1:]


def is_running(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_when_the_worker_ends_the_server_ends_too(tmp_path):
    server = run.start([sys.executable, "-c", "import time; time.sleep(60)"])
    worker = run.start([sys.executable, "-c", "pass"])
    given_up = time.monotonic() + 10
    while worker.poll() is None and time.monotonic() < given_up:
        time.sleep(0.05)

    assert run.wait_for_front_page(1, {server: "server", worker: "worker"}) is False
    run.stop({server: "server", worker: "worker"})

    assert server.returncode == -signal.SIGTERM
