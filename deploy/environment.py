"""The project's own Python: a virtual environment that holds what a requirements file lists.

Runs under whatever `python3` there is, before anything is installed, so it imports the standard
library only and reads under an old Python long enough to say that it is one.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def enter(module, requirements):
    """Go on inside the virtual environment, with `requirements` (a file at the root) installed.

    Makes what is missing. The first call replaces the process: `module` starts again, with the
    same arguments, under the environment's Python; there the call returns.
    """
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if not inside:
        if sys.version_info < OLDEST:
            start_again_under_a_newer_python(module)
        if not works():
            make()
    install(requirements)
    if not inside:
        os.execv(str(PYTHON), [str(PYTHON), "-m", module, *sys.argv[1:]])


def start_again_under_a_newer_python(module):
    for minor in range(15, OLDEST[1] - 1, -1):
        newer = shutil.which("python3.%d" % minor)
        if newer:
            os.execv(newer, [newer, "-m", module, *sys.argv[1:]])
    sys.exit(
        "The hub needs Python %d.%d or newer, and this is %s. On Debian 12 or newer:\n"
        "    apt-get install python3 python3-venv" % (*OLDEST, sys.version.split()[0])
    )


def works():
    """Is there an environment, of this very Python? (A system's upgrade leaves a dead one.)"""
    if not os.access(PYTHON, os.X_OK):
        return False
    asked = subprocess.run(
        [str(PYTHON), "-c", "import sys, pip; print(sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() == str(sys.version_info[:2])


def make():
    version = "%d.%d" % sys.version_info[:2]
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            sys.exit(
                "Python %s has no module %r here, which makes virtual environments. On Debian:\n"
                "    apt-get install python3-venv python%s-venv" % (version, module, version)
            )
    if importlib.util.find_spec("_sqlite3") is None:
        sys.exit(
            "Python %s was built without SQLite. Debian's own Python has it:\n"
            "    apt-get install python3" % version
        )
    say("Making the virtual environment .venv (Python %s)" % version)
    import venv

    venv.create(VENV, clear=True, with_pip=True, symlinks=True)


def install(requirements):
    """Install what `requirements` lists, unless exactly that is there already.

    What it lists and includes is written down by its hash; a file that another one includes counts
    as installed with it.
    """
    files = included(ROOT / requirements)
    if all(stamp(file) == written(file) for file in files):
        return
    say("Installing the packages of %s (about a minute the first time)" % requirements)
    started = time.monotonic()
    # Without --no-compile pip compiles thousands of files that no page of ours imports.
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--no-compile", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "-r", str(ROOT / requirements)], check=False)
    if done.returncode:
        sys.exit(
            "Packages could not be installed; pip says above why. If one had to be compiled,\n"
            "Debian's compilers and libraries for it are:\n"
            "    apt-get install build-essential python3-dev libpq-dev libjpeg-dev zlib1g-dev"
        )
    for file in files:
        (VENV / (file.name + ".sha256")).write_text(stamp(file))
    say("Packages are there (%d s)" % (time.monotonic() - started))


def included(file):
    """`file` and the requirements files it names with -r."""
    files = [file]
    for line in file.read_text().splitlines():
        if line.startswith("-r "):
            files += included(file.parent / line[3:].strip())
    return files


def stamp(file):
    return digest(included(file))


def written(file):
    note = VENV / (file.name + ".sha256")
    return note.read_text() if note.exists() else None


def digest(files):
    """One hash over names and contents of `files`, in the order of their names."""
    total = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        total.update(b"%s %d\n" % (str(file.relative_to(ROOT)).encode(), len(content)))
        total.update(content)
    return total.hexdigest()


def say(sentence):
    print("· " + sentence, flush=True)


if __name__ == "__main__":
    enter("deploy.environment", sys.argv[1])
