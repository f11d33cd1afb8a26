"""First pages of office files, where LibreOffice stands on this machine; without it there are none."""

import shutil
import subprocess
from pathlib import Path

SECONDS = 60
OFFICE = (".docx", ".pptx", ".odt", ".odp")
# Nothing in a file is run, nothing is fetched, whatever the program is set to do elsewhere.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def office_as_pdf(path: str, ending: str, folder: str) -> str | None:
    """The path of a PDF made of the file at `path`, inside `folder`; None where none can be made."""
    program = shutil.which("soffice")
    if program is None or ending not in OFFICE:
        return None
    profile = Path(folder, "profile")
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE)
    # The program goes by the ending; the file itself may lie here under any name.
    source = Path(folder, f"file{ending}")
    shutil.copyfile(path, source)
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
        *("--convert-to", "pdf", "--outdir", folder, str(source)),
    ]
    try:
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={"HOME": folder, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )
    except (subprocess.SubprocessError, OSError):
        return None
    made = source.with_suffix(".pdf")
    return str(made) if made.exists() else None
