"""PDF: pages, words, and no programs. Read by PDFium in a process of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from shutil import copyfileobj
from tempfile import NamedTemporaryFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hub.file_readers.ask import ask

from .kinds import MEDIA_TYPES
from .refusals import bad_member, is_not

PDF_SECONDS = 3
PDF_MEGABYTES = 1024
# What may be attached to a PDF: its own source, its data. Nothing that runs.
ATTACHED_ENDINGS = {*MEDIA_TYPES, ".xml", ".json", ".md"} - {".zip"}
LONGEST_BEGINNING = 1024
TOO_MUCH: dict = {}


def check_pdf(file) -> None:
    _check_beginning(file)
    with local_path(file) as path:
        facts = _ask([path])[0]
    _judge(facts)


def check_pdfs(names: dict[str, str]) -> None:
    """Several on disk: path -> name by which a refusal calls it."""
    for path, name in names.items():
        with open(path, "rb") as file:
            try:
                _check_beginning(file)
            except ValidationError as error:
                raise bad_member(name, error) from error
    for name, facts in zip(names.values(), _ask(list(names)), strict=True):
        try:
            _judge(facts)
        except ValidationError as error:
            raise bad_member(name, error) from error


def pdf_facts(file) -> dict:
    """ "pages", "is_tagged" and "has_text"; empty for what cannot be read."""
    with local_path(file) as path:
        return ask("pdf_facts", path, seconds=PDF_SECONDS, megabytes=PDF_MEGABYTES) or {}


def _ask(paths: list[str]) -> list[dict]:
    if not paths:
        return []
    answer = ask("check_pdfs", *paths, seconds=PDF_SECONDS, megabytes=PDF_MEGABYTES)
    return answer["files"] if answer else [TOO_MUCH] * len(paths)


def _check_beginning(file) -> None:
    """Something else before a PDF would be a second file in the same bytes, and so would a ZIP behind."""
    file.seek(0)
    if not file.read(LONGEST_BEGINNING).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        raise is_not(".pdf")
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    behind = tail.rpartition(b"%%EOF")[2]
    if b"PK\5\6" in behind:
        raise is_not(".pdf")


def _judge(facts: dict) -> None:
    if facts is TOO_MUCH:
        raise ValidationError(
            _(
                "This PDF is too much to look through: something in it takes too long or has no end. "
                "Print it to a new PDF, or split it, and upload that."
            ),
            code="too_much_inside",
        )
    if not facts["pages"]:
        raise ValidationError(
            _(
                "This PDF cannot be opened: it is damaged or locked with a password. Export it again "
                "without a password, and upload the new file."
            ),
            code="unreadable_pdf",
        )
    if facts["runs_programs"] or facts["hides"]:
        raise ValidationError(
            _(
                "This PDF contains a program (JavaScript or a command to start one). Print it to a "
                "new PDF, which leaves programs out, and upload that."
            ),
            code="program_inside",
        )
    if facts["has_parts"]:
        raise ValidationError(
            _(
                "This PDF is more than pages: it holds a film, a pinned file, or a form that sends "
                "away what people write. Print it to a new PDF, and upload that."
            ),
            code="program_inside",
        )
    for name in facts["attached"]:
        if PurePath(name).suffix.lower() not in ATTACHED_ENDINGS:
            raise ValidationError(
                _(
                    "The file “%(name)s” is attached to this PDF, and may harm a reader's computer. "
                    "Print it to a new PDF, which leaves attached files out, and upload that."
                ),
                code="program_inside",
                params={"name": name[:120]},
            )


@contextmanager
def local_path(file) -> Iterator[str]:
    """Where the bytes of `file` lie on this machine, for as long as the block lasts."""
    if hasattr(file, "temporary_file_path"):
        yield file.temporary_file_path()
        return
    with NamedTemporaryFile() as copy:
        file.seek(0)
        copyfileobj(file, copy)
        copy.flush()
        yield copy.name
