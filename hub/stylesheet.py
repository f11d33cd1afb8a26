"""One stylesheet from many: `css/site.css`, joined whenever static files are collected or served."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.staticfiles.finders import BaseFinder, FileSystemFinder
from django.core.files.storage import FileSystemStorage

SOURCES = Path(__file__).resolve().parent.parent / "static" / "css"
# A later file wins over an earlier one.
PARTS = (
    "tokens",
    "base",
    "frame",
    "layout",
    "home",
    "blocks",
    "media",
    "components",
    "notices",
    "cards",
    "lists",
    "circle",
    "calendar",
    "items",
    "guides",
    "map",
    "shelf",
    "forms",
    "catalogue",
    "sheet",
    "print",
)
NAME = "css/site.css"


def joined() -> str:
    """All parts in order, without comments and needless blanks."""
    css = "\n".join((SOURCES / f"{part}.css").read_text(encoding="utf-8") for part in PARTS)
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]) ?", r"\1", css)
    return css.replace(": ", ":").replace(";}", "}").strip()


class StylesheetFinder(BaseFinder):
    """Offers the joined stylesheet, from a folder of this process."""

    def __init__(self, *args, **kwargs):
        self.folder = TemporaryDirectory(prefix="stylesheet-")
        self.storage = FileSystemStorage(location=self.folder.name)

    def write(self) -> Path:
        path = Path(self.folder.name, NAME)
        path.parent.mkdir(exist_ok=True)
        path.write_text(joined(), encoding="utf-8")
        return path

    def find(self, path, find_all=False, **kwargs):
        if path != NAME:
            return []
        return [str(self.write())] if find_all else str(self.write())

    def list(self, ignore_patterns):
        self.write()
        yield NAME, self.storage

    def check(self, **kwargs):
        return []


class SourceFinder(FileSystemFinder):
    """Everything in STATICFILES_DIRS but the parts of the stylesheet: they are served joined."""

    def list(self, ignore_patterns):
        parts = [f"css/{part}.css" for part in PARTS]
        return super().list([*(ignore_patterns or []), *parts])
