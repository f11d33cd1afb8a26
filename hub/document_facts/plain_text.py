"""TXT, CSV and VTT: letters that every machine reads the same, and nothing that runs."""

import codecs
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .refusals import is_not

PIECE_BYTES = 1024 * 1024
OVERLAP = 400
# A spreadsheet program would start another one for such a cell: =cmd|' /C calc'!A0
STARTS_A_PROGRAM = re.compile(
    r"(?:^|[,;\t\"'])\s*[=+@-][^\n\r,;|]{0,100}\w\|[^\n\r]{0,200}!", re.MULTILINE
)


def check_text(file, ending: str) -> None:
    file.seek(0)
    head = file.read(4096)
    if ending == ".vtt" and not head.removeprefix(codecs.BOM_UTF8).startswith(b"WEBVTT"):
        raise is_not(ending)
    if re.search(rb"<(?:!doctype|html|script|svg|iframe)\b", head, re.IGNORECASE):
        raise is_not(ending)
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    before = ""
    try:
        while piece := file.read(PIECE_BYTES):
            text = decoder.decode(piece)
            if "\0" in text:
                raise is_not(ending)
            if ending == ".csv" and STARTS_A_PROGRAM.search(before + text):
                raise ValidationError(
                    _(
                        "A cell of this table would start a program. Take out the cells that begin "
                        "with = and contain |, and upload it again."
                    ),
                    code="program_inside",
                )
            before = text[-OVERLAP:]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise ValidationError(
            _(
                "The letters in this file are stored in an old way that other machines misread. "
                "Save it as UTF-8 (in a spreadsheet program: “CSV UTF-8”), and upload that."
            ),
            code="not_utf8",
        ) from error
