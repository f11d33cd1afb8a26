"""Asking a process of its own about a file: whatever it meets there, the hub goes on.

PDFium is not thread-safe, and no reader of files is safe from files that were made to harm it.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024

# Isolated from the folder and the settings around it; only the hub's own code is added.
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from hub.file_readers.program import main; main()"
)


def ask(deed: str, *arguments: str, seconds: int, megabytes: int) -> dict | None:
    """What `deed` of `program.DEEDS` says about the paths in `arguments`.

    None if it came to no end within so many seconds of CPU and megabytes of memory, or broke.
    """
    command = [sys.executable, "-I", "-c", PROGRAM, str(ROOT)]
    limits = [str(seconds), str(megabytes * MEGABYTE)]
    try:
        done = subprocess.run(
            [*command, deed, *limits, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # A busy machine gives a process less than its seconds.
            timeout=seconds * 5,
            check=True,
            # Keys and passwords in the environment are none of its business.
            env={"LC_ALL": "C.UTF-8"},
        )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None
