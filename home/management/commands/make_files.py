from django.core.management.base import BaseCommand

from home.content_files import CONTENT
from home.office_files import make_files


class Command(BaseCommand):
    help = (
        "Makes the PDF, DOCX and PPTX files of the demo's training materials from their texts "
        "(for developers; needs requirements-dev.txt)."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug", nargs="*", help="only these materials")

    def handle(self, *, slug, **options):
        folders = sorted((CONTENT / "materials").iterdir())
        for name in slug or [folder.name for folder in folders if folder.is_dir()]:
            for path in make_files(name):
                size_kb = path.stat().st_size / 1000
                self.stdout.write(f"{path.relative_to(CONTENT)}  {size_kb:.0f} kB")
