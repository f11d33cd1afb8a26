"""Makes the .mo files that Django reads out of the .po files that people write in `locale/`."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

# What a sentence leaves open: %(name)s, %s, %d, {name}.
GAP = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


class Command(BaseCommand):
    help = (
        "Compiles the interface words of locale/. With --check it writes nothing and fails when a "
        "word of the code or the templates is missing, untranslated, unsure or leaves a gap out."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="only say what is wrong")

    def handle(self, *args, check, **options):
        if check:
            self.check_words()
            return
        for file in po_files():
            compiled = polib.pofile(str(file)).to_binary()
            place = file.with_suffix(".mo")
            if not place.exists() or place.read_bytes() != compiled:
                place.write_bytes(compiled)

    def check_words(self):
        problems = [problem for file in po_files() for problem in problems_of(file)]
        if shutil.which("xgettext"):
            problems += missing_words()
        else:
            self.stderr.write("Not compared with the code: no xgettext (Debian: gettext).")
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} words of locale/ need a look.")
        self.stdout.write("All words are there, in every language.")


def po_files() -> list[Path]:
    return sorted((settings.BASE_DIR / "locale").rglob("*.po"))


def problems_of(file: Path) -> list[str]:
    """One sentence for each entry of a .po file that a reader should not meet."""
    problems = []
    # English is what the code says already: an empty entry stands for itself.
    may_be_empty = file.parent.parent.name == "en"
    for entry in polib.pofile(str(file)):
        if entry.obsolete:
            continue
        where = f"{file.relative_to(settings.BASE_DIR)}: {entry.msgid!r}"
        if entry.fuzzy:
            problems.append(f"{where} is marked as unsure (fuzzy)")
        elif not entry.translated():
            if not may_be_empty:
                problems.append(f"{where} has no translation")
        elif has_other_gaps(entry):
            problems.append(f"{where} and its translation leave different gaps open")
    return problems


def has_other_gaps(entry: polib.POEntry) -> bool:
    if entry.msgid_plural:
        # "One seat" may leave its number out; no form may bring a gap that nobody fills.
        offered = gaps(entry.msgid) | gaps(entry.msgid_plural)
        return any(not gaps(form) <= offered for form in entry.msgstr_plural.values())
    return gaps(entry.msgstr) != gaps(entry.msgid)


def gaps(text: str) -> set[str]:
    return set(GAP.findall(text.replace("%%", "")))


def missing_words() -> list[str]:
    """One sentence for each visible word of the code that some language's .po files do not have."""
    said, lacking = words_of_the_code(), defaultdict(list)
    for code, _name in settings.LANGUAGES:
        if code != "en":
            for word in said - known_words(code):
                lacking[word].append(code)
    return sorted(
        f"{msgid!r} has no entry in {', '.join(codes)}" for (_, msgid), codes in lacking.items()
    )


def known_words(code: str) -> set[tuple[str | None, str]]:
    """(context, word) of every entry in the .po files of language `code`."""
    return {
        (entry.msgctxt, entry.msgid)
        for file in po_files()
        if file.parent.parent.name == code
        for entry in polib.pofile(str(file))
        if not entry.obsolete
    }


def words_of_the_code() -> set[tuple[str | None, str]]:
    """(context, word) of everything that code and templates mark as visible, read by xgettext."""
    # makemessages writes into the tree it reads, so it reads a copy.
    elsewhere = shutil.ignore_patterns(".*", "var", "locale", "tests", "static", "node_modules")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(settings.BASE_DIR, copy, ignore=elsewhere)
        (copy / "locale").mkdir()
        # Without settings Django reads the tree it stands in, and nothing of ours need be up.
        bare = {"PATH": os.environ["PATH"]}
        extract = [sys.executable, "-m", "django", "makemessages", "-l", "xx", "--no-location"]
        done = subprocess.run(
            extract, cwd=copy, env=bare, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CommandError(f"xgettext could not read the code:\n{done.stderr}")
        written = copy / "locale" / "xx" / "LC_MESSAGES" / "django.po"
        found = polib.pofile(str(written)) if written.exists() else []
    return {(entry.msgctxt, entry.msgid) for entry in found}
