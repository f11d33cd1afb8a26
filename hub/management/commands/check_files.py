import hashlib
from collections.abc import Iterator
from datetime import timedelta

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from wagtail.utils.file import hash_filelike

from hub.models import Document, DocumentText, DocumentVersion, Picture, Rendition

FOLDERS = ("documents", "first_pages", "original_images", "images")


class Command(BaseCommand):
    help = (
        "Compares the files of documents and pictures with what the database knows of them: "
        "missing, other size, other bytes. Fails when something is wrong. Changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("--quick", action="store_true", help="do not read the bytes")

    def handle(self, *args, quick, verbosity, **options):
        problems = []
        for problem in find_problems(quick):
            problems.append(problem)
            self.stderr.write(problem)
        if verbosity:
            for name in unclaimed_files():
                self.stdout.write(f"{name}: belongs to nothing")
        if problems:
            raise CommandError(f"{len(problems)} files are not as they should be.")
        if verbosity:
            self.stdout.write("All files are there.")


def find_problems(quick: bool) -> Iterator[str]:
    """One sentence for each file that is not what its row says."""
    for model in (Document, DocumentVersion):
        for row in model.objects.only("pk", "file", "sha256", *size_field(model)).iterator():
            size = row.size_bytes
            yield from problem_of(row, size, row.sha256, sha256, quick)
    for row in Picture.objects.only("pk", "file", "file_size", "file_hash").iterator():
        yield from problem_of(row, row.file_size, row.file_hash, hash_filelike, quick)
    for row in Rendition.objects.only("pk", "file").iterator():
        yield from problem_of(row, None, "", None, quick=True)


def size_field(model) -> list[str]:
    return ["file_size"] if model is Document else ["size_bytes"]


def sha256(file) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def problem_of(row, size, wanted_hash, make_hash, quick) -> Iterator[str]:
    """What is wrong with the file of `row`. Empty `size` and hash are not known, so not compared."""
    who = f"{row._meta.model_name} {row.pk}: {row.file.name}"
    try:
        found_size = row.file.size
        if size is not None and size != found_size:
            yield f"{who}: {found_size} bytes, not {size}"
        elif not quick and wanted_hash:
            with row.file.open("rb") as file:
                if make_hash(file) != wanted_hash:
                    yield f"{who}: other bytes than those that were uploaded"
    except OSError as error:
        yield f"{who}: {error.strerror or error}"


def unclaimed_files() -> Iterator[str]:
    """Files that no row names, older than a day: an upload under way has no row yet."""
    claimed = set()
    for model in (Document, DocumentVersion, Picture, Rendition):
        claimed.update(model.objects.values_list("file", flat=True))
    claimed.update(DocumentText.objects.values_list("first_page", flat=True))
    young = timezone.now() - timedelta(days=1)
    for folder in FOLDERS:
        if not default_storage.exists(folder):
            continue
        for name in default_storage.listdir(folder)[1]:
            path = f"{folder}/{name}"
            if path not in claimed and default_storage.get_modified_time(path) < young:
                yield path
