"""What may be wrong with the words of a translation, seen from the words alone: no database.

A volunteer believes a list of warnings only while it is short: what is often right is not told.
"""

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape

from bs4 import BeautifulSoup
from django.utils.translation import gettext as _

from ..glossary.terms import Glossary
from . import numbers, script

URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'»”“]+", re.IGNORECASE)
# Looked for at the beginning of a word alone: a text of one endless word is read once.
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DOMAIN = re.compile(
    r"(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:lv|ee|fi|dk|ua|eu|org|com|net|info)\b(?:/[^\s<>]*)?"
)
PHONE = re.compile(r"\+\d[\d \u00a0().-]{5,}\d")
# What every address and telephone number holds.
ADDRESS_SIGN = re.compile(r"[@/+]|\w\.\w")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]\b|\{[A-Za-z_]?[\w.]*\}")
REPEATED = re.compile(r"\b([^\W\d_]{2,})\s+\1\b", re.IGNORECASE)
# Nobody writes a string so long or with so many marks; to check it would take seconds.
MOST_CHECKED, MOST_MARKS = 20_000, 400
# A translation is rarely so much longer or shorter than a text of this length.
LONG_TEXT, MOST_TIMES, LEAST_TIMES = 40, 2.5, 0.3
CLOSING = "\"'”’»«“)]*_ \u00a0"
ENDS = {"?": "?؟;", ":": ":", "!": "!.…"}


@dataclass
class Pair:
    """A source and its translation, HTML as wagtail-localize keeps strings (`<a id="a1">`).

    `most_characters`: what the place has room for. `glossary`: from the one language into the
    other, with `missing_in` and `forbidden_in`.
    """

    source_html: str
    target_html: str
    source_code: str
    target_code: str
    most_characters: int | None = None
    glossary: Glossary | None = None


@dataclass(frozen=True)
class Finding:
    """`sentence` is in the language of now; what `blocks` is not kept."""

    kind: str
    blocks: bool
    sentence: str


def check(pair: Pair) -> list[Finding]:
    """What is wrong or looks so, what blocks first; nothing where there are no words yet."""
    both = pair.source_html, pair.target_html
    if max(map(len, both)) > MOST_CHECKED or max(one.count("<") for one in both) > MOST_MARKS:
        return [_warn("length", _("The text is too long to be checked."))]
    source, target = _text(pair.source_html), _text(pair.target_html)
    if not target.strip():
        return _marks(pair) if "<" in pair.target_html else []
    found = [
        *_marks(pair),
        *_placeholders(source, target),
        *_length(pair, source, target),
        *_addresses(source, target),
        *_figures(source, target),
        *_spaces(pair, target),
        *_unchanged(pair, source, target),
        *_script(pair, source, target),
        *_glossary(pair, source, target),
        *_end(source, target),
        *_repeated(source, target),
    ]
    return sorted(found, key=lambda one: not one.blocks)


def _text(html: str) -> str:
    """Without marks, spaces as they are."""
    if "<" not in html:
        return unescape(html)
    soup = BeautifulSoup(html, "html.parser")
    for line_break in soup.find_all("br"):
        line_break.replace_with("\n")
    return soup.get_text()


def _warn(kind: str, sentence: str) -> Finding:
    return Finding(kind, False, sentence)


def _listed(things) -> str:
    return ", ".join(sorted(things))


# --- marks and placeholders: without them the page breaks ---------------------------------------


def _marks(pair: Pair) -> list[Finding]:
    if "<" not in pair.source_html + pair.target_html:
        return []
    wanted, found = _tags(pair.source_html), _tags(pair.target_html)
    findings = []
    if foreign := found.keys() - wanted.keys():
        sentence = _("The source has no such mark: %(marks)s") % {"marks": _listed(foreign)}
        findings.append(Finding("marks", True, sentence))
    missing = wanted.keys() - found.keys()
    if links := {tag for tag in missing if tag.startswith("<a")}:
        sentence = _("A link of the source is missing: %(marks)s") % {"marks": _listed(links)}
        findings.append(Finding("marks", True, sentence))
    if bare := missing - links:
        sentence = _("A mark of the source is missing: %(marks)s") % {"marks": _listed(bare)}
        findings.append(_warn("marks", sentence))
    if twice := {tag for tag in found if tag.startswith("<a") and found[tag] > wanted[tag] > 0}:
        sentence = _("A link stands here more often than in the source: %(marks)s")
        findings.append(_warn("marks", sentence % {"marks": _listed(twice)}))
    if empty := _empty_tags(pair.target_html):
        sentence = _("There are no words between these marks: %(marks)s")
        is_link = any(tag.startswith("<a") for tag in empty)
        findings.append(Finding("marks", is_link, sentence % {"marks": _listed(empty)}))
    return findings


def _tag(element) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in element.attrs.items())
    return f"<{element.name}{attributes}>"


def _tags(html: str) -> Counter:
    soup = BeautifulSoup(html, "html.parser")
    return Counter(_tag(one) for one in soup.find_all(True) if one.name != "br")


def _empty_tags(html: str) -> set[str]:
    soup = BeautifulSoup(html, "html.parser")
    return {
        _tag(one)
        for one in soup.find_all(True)
        if one.name != "br" and not one.get_text().strip() and not one.find("br")
    }


def _placeholders(source: str, target: str) -> list[Finding]:
    wanted, found = Counter(PLACEHOLDER.findall(source)), Counter(PLACEHOLDER.findall(target))
    findings = []
    if missing := wanted - found:
        sentence = _("This must stand in the translation as it is: %(words)s")
        findings.append(Finding("placeholders", True, sentence % {"words": _listed(missing)}))
    if foreign := found - wanted:
        sentence = _("The source has no such thing: %(words)s") % {"words": _listed(foreign)}
        findings.append(Finding("placeholders", True, sentence))
    return findings


# --- length and spaces ------------------------------------------------------------------------


def _length(pair: Pair, source: str, target: str) -> list[Finding]:
    length, before = len(target.strip()), len(source.strip())
    if pair.most_characters and length > pair.most_characters:
        sentence = _("%(length)d characters; there is room for %(most)d.")
        words = {"length": length, "most": pair.most_characters}
        return [Finding("length", True, sentence % words)]
    if max(length, before) < LONG_TEXT or before < LONG_TEXT / 2:
        return []
    if length > MOST_TIMES * before:
        return [_warn("length", _("Much longer than the source. Did something else slip in?"))]
    if length < LEAST_TIMES * before and before >= LONG_TEXT:
        return [_warn("length", _("Much shorter than the source. Is something missing?"))]
    return []


def _spaces(pair: Pair, target: str) -> list[Finding]:
    found = []
    if target != target.strip():
        found.append(_("There is a space at the beginning or at the end."))
    if re.search(r"\S[ \t\u00a0]{2,}\S", target):
        found.append(_("There are two spaces in a row."))
    return [_warn("spaces", sentence) for sentence in found]


# --- what stays as it is ------------------------------------------------------------------------


def _found_addresses(text: str) -> tuple[Counter, str]:
    """E-mail and web addresses and telephone numbers, and the text without them."""
    found: Counter = Counter()
    if not ADDRESS_SIGN.search(text):
        return found, text

    def keep(address) -> str:
        words = address[0].rstrip(".,;:!?)")
        found[words] += 1
        return f" {address[0][len(words) :]}"

    def keep_phone(address) -> str:
        found["+" + re.sub(r"\D", "", address[0])] += 1
        return " "

    for pattern in (URL, EMAIL, DOMAIN):
        text = pattern.sub(keep, text)
    return found, PHONE.sub(keep_phone, text)


def _addresses(source: str, target: str) -> list[Finding]:
    wanted, found = _found_addresses(source)[0], _found_addresses(target)[0]
    findings = []
    if missing := wanted.keys() - found.keys():
        sentence = _("An address or telephone number differs from the source: %(words)s")
        findings.append(_warn("addresses", sentence % {"words": _listed(missing)}))
    elif foreign := found.keys() - wanted.keys():
        sentence = _("The source has no such thing: %(words)s")
        findings.append(_warn("addresses", sentence % {"words": _listed(foreign)}))
    return findings


def _bare(text: str) -> str:
    """Without addresses and placeholders."""
    return PLACEHOLDER.sub(" ", _found_addresses(text)[1])


def _figures(source: str, target: str) -> list[Finding]:
    return [
        _warn(kind, sentence) for kind, sentence in numbers.findings(_bare(source), _bare(target))
    ]


def _unchanged(pair: Pair, source: str, target: str) -> list[Finding]:
    if " ".join(source.split()).casefold() != " ".join(target.split()).casefold():
        return []
    # A phrase of a third language in a book of phrases stays what it is.
    if script.is_of_another_script(source, pair.source_code):
        return []
    words = re.findall(r"[^\W\d_]{2,}", _bare(source))
    # A name, of one word or of some: "Valmiera", "Anna Bērziņa".
    if len(words) < 2 or (len(words) <= 3 and all(word[0].isupper() for word in words)):
        return []
    return [_warn("unchanged", _("These are the words of the source. Is that meant?"))]


# --- language -----------------------------------------------------------------------------------


def _script(pair: Pair, source: str, target: str) -> list[Finding]:
    found = script.findings(_bare(source), _bare(target), pair.source_code, pair.target_code)
    return [_warn("script", sentence) for sentence in found]


def _glossary(pair: Pair, source: str, target: str) -> list[Finding]:
    if pair.glossary is None:
        return []
    missing = [
        _("The glossary says “%(target)s” for “%(term)s”.")
        % {"target": hit.target, "term": hit.term}
        for hit in pair.glossary.missing_in(source, target)
    ]
    forbidden = [
        _("The glossary advises against “%(word)s”; it says “%(target)s”.")
        % {"word": word, "target": hit.target}
        for word, hit in pair.glossary.forbidden_in(source, target)
    ]
    return [_warn("glossary", sentence) for sentence in [*missing, *forbidden]]


def _end(source: str, target: str) -> list[Finding]:
    last = source.rstrip(CLOSING + "\n")[-1:]
    ends = target.rstrip(CLOSING + "\n")[-1:]
    if last in ENDS and ends not in ENDS[last]:
        return [_warn("end", _("The source ends with “%(sign)s”.") % {"sign": last})]
    return []


def _repeated(source: str, target: str) -> list[Finding]:
    found = REPEATED.search(target)
    if found is None or REPEATED.search(source):
        return []
    return [_warn("repeated", _("A word stands here twice: “%(words)s”") % {"words": found[0]})]
