"""What a file says about itself: whether it is what its name says, and how many pages it has."""

from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .archives import opened
from .kinds import ARCHIVE_ENDINGS, MACRO_ENDINGS, MAKE_INSTEAD, MEDIA_TYPES, TEXT_ENDINGS
from .office import check_office
from .packages import check_package
from .page_counts import COUNTERS, office_pages
from .pdf import check_pdf, local_path, pdf_facts
from .plain_text import check_text
from .refusals import macros
from .sound_and_film import check_sound_or_film

__all__ = ["MEDIA_TYPES", "FileFacts", "check_document", "facts_of", "local_path"]


@dataclass
class FileFacts:
    """`page_count` is None where a file has no pages or does not say; the others are of PDFs."""

    page_count: int | None = None
    is_tagged: bool | None = None
    has_text: bool | None = None


def check_document(file, name: str) -> None:
    """Raises ValidationError, with a sentence what to do instead, unless `file` is what it says.

    For all but pictures, which `clean_picture` judges.
    """
    ending = Path(name).suffix.lower()
    if ending in MAKE_INSTEAD:
        raise ValidationError(
            _(
                "Files of the old kind %(ending)s can hide programs. Save it as %(instead)s, or as PDF."
            ),
            code="old_kind",
            params={"ending": ending, "instead": MAKE_INSTEAD[ending]},
        )
    if ending in MACRO_ENDINGS:
        raise macros()
    if ending not in MEDIA_TYPES:
        raise ValidationError(
            _(
                "The hub does not take files that end in “%(ending)s”. It takes PDF, DOCX, PPTX, "
                "XLSX, ODT, ODP, ODS, EPUB, TXT, CSV, VTT, MP3, MP4, ZIP and pictures. Save or "
                "export the file as one of these."
            ),
            code="unknown_kind",
            params={"ending": (ending or name)[:40]},
        )
    if ending == ".pdf":
        check_pdf(file)
    elif ending == ".zip":
        check_package(file)
    elif ending in TEXT_ENDINGS:
        check_text(file, ending)
    elif ending in ARCHIVE_ENDINGS:
        check_office(file, ending)
    else:
        check_sound_or_film(file, ending)


def facts_of(file, name: str) -> FileFacts:
    """What is known of a file at once; nothing where it cannot be read."""
    ending = Path(name).suffix.lower()
    if ending == ".pdf":
        known = pdf_facts(file)
        return FileFacts(known.get("pages") or None, known.get("is_tagged"), known.get("has_text"))
    if ending in COUNTERS:
        try:
            with opened(file, ending) as archive:
                return FileFacts(office_pages(archive, ending))
        except ValidationError:
            return FileFacts()
    return FileFacts()
