"""How to cite a resource: in words, as BibTeX and as RIS; its authors are the libraries that made it."""

import re
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hub.frame import get_frame
from hub.languages import language
from hub.models import Thing

from .models import ResourcePage

# What TeX would take for its own. A brace that is only escaped would still be counted.
TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{mark: f"\\{mark}" for mark in "%$&#_"},
}


@dataclass
class Citation:
    """What a citation says. `language` is that of the words; addresses are whole."""

    code: str
    title: str
    language: str
    authors: list[str]
    author_slug: str
    published_on: date | None
    version_on: date | None
    licence: str
    licence_url: str
    address: str
    text_url: str
    bibtex_url: str
    ris_url: str
    # Title and address of what it was adapted from.
    source: tuple[str, str] | None = None

    @property
    def who_and_when(self) -> str:
        """Valmieras bibliotēka (2026)."""
        authors = ", ".join(self.authors)
        if self.published_on is None:
            return f"{authors}." if authors else ""
        return f"{authors} ({self.published_on.year}).".strip()

    @property
    def full_stop(self) -> str:
        """What ends the title; it may end itself."""
        return "" if self.title.endswith((".", "!", "?", "…")) else "."

    @property
    def sentences(self) -> list[str]:
        """What follows the title, in the reader's language."""
        found = []
        if self.version_on:
            day = date_format(self.version_on)
            # Some languages end a date with the stop of a short word.
            found.append((_("Version of %(day)s.") % {"day": day}).replace("..", "."))
        found.append(_("Licence: %(licence)s.") % {"licence": self.licence})
        if self.source:
            title, address = self.source
            found.append(
                _("Adapted from “%(title)s”, %(address)s.") % {"title": title, "address": address}
            )
        return found

    @property
    def text(self) -> str:
        parts = (self.who_and_when, f"{self.title}{self.full_stop}", *self.sentences, self.address)
        return " ".join(part for part in parts if part)


def citation_of(page: ResourcePage) -> Citation:
    """The citation of `page` in its words: two queries, one of them where it is an adaptation."""
    names = get_frame(page.own_language.code).partners
    owners = page.owner_ids
    files = f"/r/{page.code}/{page.own_language.code}"
    return Citation(
        code=page.code,
        title=page.title,
        language=page.words_language,
        authors=[names[pk] for pk in owners if pk in names],
        author_slug=get_frame(page.own_language.code).partner_slugs.get(page.partner_id, "hub"),
        published_on=_day(page.first_published_at),
        version_on=_day(page.last_published_at),
        licence=str(page.licence_short),
        licence_url=page.licence_url,
        address=settings.HUB_ADDRESS + page.permanent_url,
        text_url=f"{files}.txt",
        bibtex_url=f"{files}.bib",
        ris_url=f"{files}.ris",
        source=_source(page),
    )


def citations_of(pages: list[ResourcePage]) -> list[Citation]:
    """Those of many pages: three queries for all."""
    ResourcePage.bring_families(pages)
    ResourcePage.bring_owners(pages)
    named = {page.adapted_from_id for page in pages if page.adapted_from_id}
    things = Thing.objects.to_be_named().select_related("original_locale")
    found = things.in_bulk(named) if named else {}
    for page in pages:
        page.source_thing = found.get(page.adapted_from_id)
    return [citation_of(page) for page in pages]


def _day(moment) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _source(page: ResourcePage) -> tuple[str, str] | None:
    """Also of one that was withdrawn: to be named is what its licence asks for. Never of a closed one."""
    thing = page.source_thing
    if thing is None:
        return None
    return thing.title_in(page.words_language), f"{settings.HUB_ADDRESS}/r/{thing.code}/"


def _in_line(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


# --- BibTeX -------------------------------------------------------------------------------------


def bibtex(citation: Citation) -> str:
    """One entry. Names and titles stand in braces of their own, so that nobody parts or lowers them."""
    published = citation.published_on
    year = str(published.year) if published else ""
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in citation.authors),
        "title": f"{{{_tex(citation.title)}}}",
        "year": year,
        "date": published.isoformat() if published else "",
        "version": citation.version_on.isoformat() if citation.version_on else "",
        "language": language(citation.language).english_name.lower(),
        "url": citation.address,
        "note": _tex(" ".join(citation.sentences)),
    }
    key = "-".join(part for part in (citation.author_slug, year, citation.code.lower()) if part)
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _tex(words: str) -> str:
    return "".join(TEX.get(letter, letter) for letter in _in_line(words))


# --- RIS ----------------------------------------------------------------------------------------


def ris(citation: Citation) -> str:
    """One record; lines end in CRLF, as the format has it."""
    published, version = citation.published_on, citation.version_on
    tags = [
        ("TY", "ELEC"),
        ("ID", citation.code),
        *(("AU", name) for name in citation.authors),
        ("TI", citation.title),
        ("PY", str(published.year) if published else ""),
        ("DA", published.strftime("%Y/%m/%d") if published else ""),
        ("ET", version.isoformat() if version else ""),
        ("LA", citation.language),
        ("UR", citation.address),
        ("C1", citation.licence_url or citation.licence),
        ("N1", " ".join(citation.sentences)),
    ]
    lines = [f"{tag}  - {_in_line(value)}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - ", ""])
