"""The words of one thing as a PO file, for people who translate with a program of their own.

Beside each text stands where it is from, and a mark of the words it had: so that what somebody
saved meanwhile is noticed when the file comes back.
"""

import hashlib
import zipfile
from collections.abc import Iterator

import polib
from anyascii import anyascii
from django.utils import timezone
from django.utils.text import slugify

from .. import work
from ..former import former_of
from ..places import parts_of
from ..words import MACHINE, words_for_form

# The thing's short code and the language it was written in: whose file it is.
THING, SOURCE = "X-Hub-Thing", "X-Hub-Source"
MARK = "hub:"


def mark_of(text: str) -> str:
    """A short hash of words as a translator types them; "" for none."""
    text = text.replace("\r\n", "\n").strip()
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


def kept_words(segment) -> str:
    """The words of a segment as a translator types them."""
    return words_for_form(segment, segment.translation) if segment.translation else ""


def po_of(job: work.Work) -> str:
    """Each text once for each place, in reading order.

    What a machine made and what stood there before the source changed is "fuzzy": a proposal.
    """
    source, target = job.thing.original_locale.language_code, job.locale.language_code
    file = polib.POFile(wrapwidth=100)
    file.metadata = {
        "Project-Id-Version": f"{job.thing.code} {target}",
        "PO-Revision-Date": timezone.now().strftime("%Y-%m-%d %H:%M+0000"),
        "Language": target,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        THING: job.thing.code,
        SOURCE: source,
    }
    segments = list(job.segments())
    former = former_of(job.locale, segments)
    seen = set()
    for part in parts_of(type(job.original), segments):
        for block in part.blocks:
            for row in block.rows:
                segment = row.segment
                # The same text twice at one place has the same words.
                place = (segment.string_id, segment.context_id)
                if place not in seen:
                    seen.add(place)
                    where = [part.heading, block.name, row.label]
                    file.append(_entry(segment, where, former.get(segment.pk)))
    return str(file)


def _entry(segment, where: list[str], former) -> polib.POEntry:
    kept = kept_words(segment)
    entry = polib.POEntry(
        msgctxt=segment.context.path,
        msgid=words_for_form(segment, segment.string.data),
        msgstr=kept,
        comment="\n".join([" · ".join(filter(None, where)), MARK + mark_of(kept)]),
    )
    if segment.translation_type == MACHINE:
        entry.flags.append("fuzzy")
    elif former is not None:
        entry.flags.append("fuzzy")
        entry.msgstr = words_for_form(segment, former.target_html)
        entry.previous_msgid = words_for_form(segment, former.source_html)
    return entry


def file_name(thing, title: str, code: str) -> str:
    """Letters that every system takes: "K7MPQ2-tejas-vakars.uk.po"."""
    words = slugify(anyascii(title))[:50].strip("-") or thing.kind
    return f"{thing.code}-{words}.{code}.po"


class _Pipe:
    """What was written to it since it was last emptied; a file without a way back."""

    def __init__(self):
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing to wait for."""

    def empty(self) -> bytes:
        data = b"".join(self.parts)
        self.parts.clear()
        return data


def zip_of(files: Iterator[tuple[str, str]]) -> Iterator[bytes]:
    """A ZIP of (name, text), piece by piece, so that a whole language needs no memory."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files:
            packed.writestr(name, text)
            yield pipe.empty()
    yield pipe.empty()
