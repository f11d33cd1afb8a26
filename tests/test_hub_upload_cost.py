"""Judging a hostile file costs the hub little memory and never long, and no answer shows an error page."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hub.models import Document
from tests.files import BAD_FILES, archive, docx, mp4, odf, pdf, upload

ROOT = Path(__file__).resolve().parent.parent

# Each file is judged in a child with an end to its CPU seconds; what memory it took more than it had
# is compared. Prints the names of the files that took too much of either.
PROGRAM = """
import os, resource, sys
import django
django.setup()
from django.core.exceptions import ValidationError
from hub.document_facts import check_document, facts_of

SECONDS, MEGABYTES = 3, 50

def judge(path, name):
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open(path, "rb") as file:
        try:
            check_document(file, name)
        except ValidationError:
            pass
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return 1 if more > MEGABYTES * 1024 else 0

for path in sys.stdin.read().split("\\n"):
    name = os.path.basename(path)
    child = os.fork()
    if child == 0:
        os._exit(judge(path, name))
    status = os.waitpid(child, 0)[1]
    if status:
        print(name, "killed" if os.WIFSIGNALED(status) else "memory")
"""


def large_files() -> dict[str, bytes]:
    """Honest or nearly so, and heavy."""
    words = b'<w:p xmlns:w="w"><w:r><w:t>Labdien, sveiki, lasi!</w:t></w:r></w:p>'
    noise = os.urandom(1024 * 1024)
    return {
        "long.docx": docx(**{"word/document.xml": b"<d>" + words * 100_000 + b"</d>"}),
        "long.odt": odf("text", **{"content.xml": b"<d>" + words * 100_000 + b"</d>"}),
        "large.pdf": pdf(3, b"\n9 0 obj <<>> stream\n" + noise * 60 + b"\nendstream endobj\n"),
        "large.mp4": mp4() + (60_000_008).to_bytes(4, "big") + b"free" + b"\0" * 60_000_000,
        "large.txt": b"Labdien, sveiki! " * 3_000_000,
        "packed.zip": archive({f"{n}.pdf": pdf(2) for n in range(200)}),
    }


def test_no_file_takes_more_than_fifty_megabytes_or_three_seconds(tmp_path):
    cases = {f"{n}-{name}": data for n, (name, data, _words) in enumerate(BAD_FILES.values())}
    paths = []
    for name, data in {**cases, **large_files()}.items():
        (tmp_path / name).write_bytes(data)
        paths.append(str(tmp_path / name))

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )

    assert len(paths) > 40
    assert done.stdout == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "a" * 300 + ".txt",
        "../../etc/passwd.txt",
        "lapa\n.txt",
        "Пам’ятка для бібліотекаря.txt",
        ".txt",
        "guide.txt.",
    ],
)
def test_no_name_of_a_file_leads_to_an_error_page(name, admin_client, media):
    response = admin_client.post(
        reverse("wagtaildocs:add"),
        {
            "title": "Guide",
            "language": "lv",
            "licence": "CC0-1.0",
            "file": SimpleUploadedFile(name, b"Labdien"),
        },
    )

    assert response.status_code in (200, 302)
    for file in media.rglob("*"):
        assert file.is_dir() or file.parent.name == "documents"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("words.txt", b"x" * 5000 + b"<script>alert(1)</script>"),
        ("table.csv", b"x" * 5000 + b"<svg onload=alert(1)>"),
        ("spoken.vtt", b"WEBVTT\n\n00:00.000 --> 00:02.000\n" + b"x" * 5000 + b"<iframe src=//e>"),
    ],
)
def test_marks_deep_inside_a_text_stay_words(name, data, admin_client, client):
    words = {"title": "Guide", "language": "lv", "licence": "CC0-1.0"}
    admin_client.post(reverse("wagtaildocs:add"), {**words, "file": upload(data, name)})

    response = client.get(Document.objects.get().url)

    assert response.status_code == 200
    assert "html" not in response.headers["Content-Type"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
