"""The ZIP of a resource, of a kit, of a shelf: its files, and the papers that go with them."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hub.frame import Frame, get_frame
from hub.languages import language

from .archive import Entry, checksums
from .contents import Part
from .names import plain_name
from .texts import texts_of

EMBLEM = Path(settings.BASE_DIR, "static", "img", "eu-emblem.svg")
EMBLEM_NAME = "eu-emblem.svg"


@dataclass
class Bundle:
    """A ZIP before it is sent: the name to save it under, and what is in it, in order."""

    file_name: str
    entries: list[Entry]


def bundle(root: Part, code: str, address: str, name: str) -> Bundle:
    """`root` with everything below it, in the words of language `code`.

    `address`: where it stays on the hub. The caller has activated the language.
    """
    frame = get_frame(code)
    _spread_folders(root)
    parts = root.everything()
    texts, pictures = texts_of(parts)
    entries = [
        Entry.of_text(
            f"{part.folder}index.html",
            part.changed_at,
            _index(part, texts, frame, address if part is root else f"/r/{part.code}/"),
        )
        for part in parts
        if part is root or part.page is not None
    ]
    entries.append(
        Entry.of_text("LICENCES.txt", root.changed_at, _licences(root, parts, frame, address))
    )
    entries.append(Entry.of_text(EMBLEM_NAME, root.changed_at, EMBLEM.read_bytes()))
    entries += pictures
    entries += [
        Entry(
            name=part.folder + file.name,
            changed_at=file.document.file_changed_at or part.changed_at,
            sha256=file.document.sha256,
            size_bytes=file.document.file.size,
            file=file.document.file,
        )
        for part in parts
        for file in part.files
    ]
    entries.append(Entry.of_text("SHA256SUMS", root.changed_at, checksums(entries)))
    return Bundle(f"{plain_name(name, root.code)}-{code}.zip", entries)


def _spread_folders(part: Part) -> None:
    """From the name of its own to the way from the top, with a slash at its end."""
    for one in part.parts:
        if one.page is not None:
            one.folder = f"{part.folder}{one.folder}/"
            _spread_folders(one)


def _index(part: Part, texts: dict[str, str], frame: Frame, address: str) -> str:
    """The page that opens without a network."""
    depth = part.folder.count("/")
    context = {
        "part": part,
        "words": language(part.lang),
        "language": frame.language,
        "text": SafeString(texts[part.folder]) if part.page else "",
        "files": [(quote(file.name), file) for file in part.files],
        "parts": [
            (
                quote(f"{one.folder[len(part.folder) :]}index.html")
                if one.page
                else f"{settings.HUB_ADDRESS}/r/{one.code}/",
                one,
            )
            for one in part.parts
        ],
        "up": "../" * (1 if depth else 0),
        "top": "../" * depth,
        "emblem": EMBLEM_NAME,
        "address": settings.HUB_ADDRESS + address,
        "qr": qr_svg(settings.HUB_ADDRESS + address),
        "frame": frame,
        "changed_on": timezone.localdate(part.changed_at),
    }
    return render_to_string("resources/bundle.html", context).lstrip()


def qr_svg(address: str) -> SafeString:
    """An inline SVG that a telephone reads as `address`, with the quiet zone it needs."""
    code = segno.make(address, error="m", micro=False)
    return SafeString(
        code.svg_inline(border=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    )


def _licences(root: Part, parts: list[Part], frame: Frame, address: str) -> str:
    """What may be done with each thing, and where it came from, for whoever passes it on."""
    lines = [root.title, settings.HUB_ADDRESS + address, ""]
    for part in parts:
        if part.page is None:
            continue
        lines += [part.title, f"    {_('Made by')}: {part.partner}"]
        licence = f"{part.licence} {part.licence_url}".strip()
        lines.append(f"    {_('Licence')}: {licence}")
        lines.append(f"    {_('Permanent address')}: {settings.HUB_ADDRESS}/r/{part.code}/")
        changed = date_format(timezone.localdate(part.changed_at), "DATE_FORMAT")
        lines.append(f"    {_('Last changed')}: {changed}")
        if part.grew_from:
            title, origin = part.grew_from
            lines.append(f"    {_('Adapted from')}: {title}, {settings.HUB_ADDRESS}{origin}")
        lines += [
            f"    {part.folder}{file.name}\n        {_('Licence')}: {file.licence}"
            for file in part.files
        ]
        lines.append("")
    if frame.text:
        lines += [frame.text.statement, frame.text.disclaimer, ""]
    return "\n".join(lines)
