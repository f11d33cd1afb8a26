"""`make run`: sets up what is missing, then serves the hub and its worker until one of them ends.

What a step depends on is written down by its hash in HUB_DATA/set-up.json; a step whose hash is
there already is not taken again, so a second start takes seconds. The network is asked for Python
packages only.
"""

import contextlib
import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from deploy import environment
from deploy.environment import PYTHON, ROOT, say

HOME_ADDRESS = "127.0.0.1"
PATIENCE_SECONDS = 60


def main():
    environment.enter("deploy.run", "requirements.txt")
    # Stopped by a service manager or a closed terminal, it ends as it does with Ctrl-C.
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        host, port, data = place()
        make_secret_key(data)
        set_up(data)
        serve(host, port, data)


def place():
    """Where to serve and where data lives, from the environment; the rest of it set for Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    os.environ["HUB_DEBUG"] = "0"
    no_demo = os.environ.get("HUB_DEMO", "1").lower() in ("", "0", "false", "no", "off")
    os.environ["HUB_DEMO"] = "0" if no_demo else "1"
    host = os.environ.get("HUB_BIND", HOME_ADDRESS)
    if not no_demo and host != HOME_ADDRESS:
        sys.exit(
            "The demo has accounts whose passwords lie in a file, so it is served on %s only, not\n"
            "on %s. A hub for others: HUB_DEMO=0 HUB_BIND=%s make run" % (HOME_ADDRESS, host, host)
        )
    port = os.environ.setdefault("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        sys.exit("PORT=%s is not the number of a port, 1 to 65535." % port)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as problem:
            sys.exit(
                "%s:%s cannot be used (%s). Another port: PORT=8001 make run"
                % (host, port, problem.strerror)
            )
    data = Path(os.environ.get("HUB_DATA") or ROOT / "var").resolve()
    data.mkdir(parents=True, exist_ok=True)
    os.environ["HUB_DATA"] = str(data)
    return host, int(port), data


def make_secret_key(data):
    """Made once; whoever reads it can forge sign-ins and mailed links, so nobody else may."""
    # O_EXCL: of two starts at the same moment only one writes.
    with contextlib.suppress(FileExistsError):
        file = os.open(data / "secret-key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w") as key:
            key.write(secrets.token_urlsafe(50))


def set_up(data):
    """Take each step whose reasons changed since it was last taken: words, database, files, demo."""
    half_made = data / "demo-is-loading"
    clear_half_a_demo(data, half_made)
    done = SetUp(data / "set-up.json")
    words = sorted((ROOT / "locale").rglob("*.po"))
    if done.needs("words", words, all(file.with_suffix(".mo").exists() for file in words)):
        say("Compiling the interface's words")
        finish(manage("compile_words"))
        done.note("words", words)

    # PostgreSQL's state is not to be seen from here, so it is always asked.
    demo, url = os.environ["HUB_DEMO"] != "0", os.environ.get("DATABASE_URL")
    has_database = not url and (data / "db.sqlite3").exists()
    requirements = ROOT / "requirements.txt"
    migrations = [requirements, *ROOT.glob("*/migrations/*.py")]
    static = [requirements, ROOT / "hub" / "stylesheet.py", *files_under(ROOT / "static")]
    migrate = done.needs("database", migrations, has_database)
    collect = done.needs("static", static, (data / "static" / "staticfiles.json").exists())
    # Only beside a database that is not there yet: the next start takes a marked one away.
    if demo and not url and not has_database:
        half_made.touch()
    steps = []
    if migrate:
        say("Bringing the database up to date")
        steps.append(manage("migrate", "--noinput", "--verbosity=0"))
    if collect:
        say("Collecting and compressing static files")
        steps.append(manage("collectstatic", "--noinput", "--verbosity=0"))
    finish(*steps)
    if migrate:
        finish(manage("build_lemmas"))
        finish(manage("rebuild_search", "--if-empty"))
    if migrate and demo:
        finish(manage("demo", "--if-empty"))
        half_made.unlink(missing_ok=True)
    done.note("database", migrations)
    done.note("static", static)


def clear_half_a_demo(data, mark):
    """Take away what a start that was cut off has left: nobody can have worked in it."""
    if mark.exists():
        say("The last start was cut off while it made the demo; beginning anew")
        for file in data.glob("db.sqlite3*"):
            file.unlink()
        shutil.rmtree(data / "media", ignore_errors=True)
        mark.unlink()


class SetUp:
    """What has been done for which files, kept in one small file."""

    def __init__(self, file):
        self.file = file
        self.done = json.loads(file.read_text()) if file.exists() else {}

    def needs(self, step, files, there):
        """Must `step` be taken? Always, unless its result is `there` and made of these files."""
        return not there or self.done.get(step) != environment.digest(files)

    def note(self, step, files):
        self.done[step] = environment.digest(files)
        self.file.write_text(json.dumps(self.done, indent=2) + "\n")


def files_under(folder):
    return [file for file in folder.rglob("*") if file.is_file()]


def manage(*command):
    return subprocess.Popen([str(PYTHON), "manage.py", *command], cwd=ROOT)


def finish(*processes):
    """Wait for all; when one fails, or this process is told to stop, none of them goes on."""
    try:
        for process in processes:
            if process.wait():
                sys.exit("Set-up stopped: `%s` failed." % " ".join(process.args[1:]))
    finally:
        for process in processes:
            process.terminate()  # does nothing to one that has ended
            process.wait()


# The server and its worker: started together, stopped together


def serve(host, port, data):
    """Run both until a signal comes or one of them ends; then end the other."""
    server = [str(PYTHON), "-m", "granian", "--interface", "wsgi", "--host", host]
    server += ["--port", str(port), "--workers", "1", "--blocking-threads", "4"]
    server += ["--workers-kill-timeout", "5", "--log-level", "warning", "hub.wsgi:application"]
    running = {}
    try:
        running[start(server)] = "server"
        if wait_for_front_page(port, running):
            # Not before: two Pythons that load the hub at once keep the first reader waiting.
            running[start([str(PYTHON), "manage.py", "work"])] = "worker"
            tell(host, port, data)
            # Returns when any child has ended, and leaves its exit code to poll().
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        ended = [process for process in running if process.poll() is not None]
        for process in ended:
            say("The %s ended by itself (%s); stopping." % (running[process], reason(process)))
        sys.exit(1)
    finally:
        # A second Ctrl-C must not leave half of it behind.
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)
        stop(running)


def start(command):
    # A session of its own: Ctrl-C reaches this process alone, which then stops both in order.
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, preexec_fn=end_with_parent)


def end_with_parent():
    """Linux: have this process told to stop when its parent is killed outright."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def wait_for_front_page(port, running):
    """True when the front page is served; False when a process ended; stops after a minute."""
    # A proxy named in the environment is not asked for an address of this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    given_up = time.monotonic() + PATIENCE_SECONDS
    while all(process.poll() is None for process in running):
        try:
            opener.open("http://%s:%d/" % (HOME_ADDRESS, port), timeout=30).close()
            return True
        except urllib.error.HTTPError as problem:
            say("The front page answers %s; the reason is above." % problem)
            return True
        except OSError:
            if time.monotonic() > given_up:
                sys.exit("No answer from the server within %d s." % PATIENCE_SECONDS)
            time.sleep(0.1)
    return False


def tell(host, port, data):
    address = "http://%s:%d" % (host, port)
    print("\n  Kopā tālāk is open at   %s" % address)
    accounts = data / "demo-accounts.txt"
    if accounts.exists():
        print("  Accounts for trying     %s" % accounts)
        print("  Sign in at              %s/admin/" % address)
    print("  Ctrl-C stops it.\n", flush=True)


def stop(running):
    for process in running:
        signal_all(process, signal.SIGTERM)
    given_up = time.monotonic() + 10
    for process in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, given_up - time.monotonic()))
        # Whoever did not go, and whatever a killed process left behind in its session.
        signal_all(process, signal.SIGKILL)
        process.wait()
    say("Server and worker have stopped.")


def signal_all(process, sign):
    """Send `sign` to the process and everything it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, sign)


def reason(process):
    if process.returncode < 0:
        return "signal %s" % signal.Signals(-process.returncode).name
    return "exit code %d" % process.returncode


if __name__ == "__main__":
    main()
