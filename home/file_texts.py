"""The texts of the demo's training materials, as the blocks their files are made of.

Each stands in `materials/<slug>/files/src/<key>.<lang>.md`: front matter (title, summary) and
Markdown with a few directives of its own (`:::good-to-know`, `:::take-care`, `:::note`,
`:::phrases <section>`, `:::cards <set>`, `:::lines <n>`); `- [ ]` begins a point to tick.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

from .content_files import CONTENT, read_words, read_yaml
from .markdown_blocks import ContentError

CALLOUTS = ("good-to-know", "take-care", "note")
TICK = "[ ] "

DIRECTIVE = re.compile(r"^:::(?P<name>[a-z-]+) ?(?P<argument>[a-z0-9-]*)$")
MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass
class Run:
    text: str
    bold: bool = False
    italic: bool = False


@dataclass
class Block:
    """One piece of a text; `kind` says which of the fields count."""

    kind: str  # heading, paragraph, list, table, callout, cards, lines
    runs: list[Run] = field(default_factory=list)  # heading, paragraph
    level: int = 0  # heading: 2 or 3
    ordered: bool = False  # list
    ticked: bool = False  # list: each point has a box to tick
    items: list[list[Run]] = field(default_factory=list)  # list
    rows: list[list[list[Run]]] = field(default_factory=list)  # table; the first is the head
    languages: list[str] = field(default_factory=list)  # table: one for each column, or none
    meaning: str = ""  # callout
    blocks: list["Block"] = field(default_factory=list)  # callout
    count: int = 0  # lines to write on
    cards: dict[str, str] = field(default_factory=dict)  # what each shows, by picture


@dataclass
class Source:
    language: str
    title: str
    summary: str
    landscape: bool
    blocks: list[Block]
    words: dict[str, str]  # words of the frame, in `language`


def read_source(path: Path) -> Source:
    """The text of one file. Raises ContentError, naming the file, for what it cannot read."""
    language = path.name.split(".")[-2]
    text = read_words(path)
    words = read_yaml(CONTENT / "print.yaml")[language]
    site = read_yaml(CONTENT / "site_text.yaml")[language]
    try:
        blocks = read_blocks(text.body, language, path.parent)
    except ContentError as error:
        raise ContentError(f"{path.name}: {error}") from error
    return Source(
        language=language,
        title=text["title"],
        summary=text["summary"],
        landscape=text.get("landscape", False),
        blocks=blocks,
        words=words | {"statement": site["statement"], "disclaimer": site["disclaimer"]},
    )


def read_blocks(text: str, language: str, folder: Path) -> list[Block]:
    blocks, plain, inner, directive = [], [], [], None
    for line in text.splitlines():
        start = DIRECTIVE.match(line)
        if start and start["name"] == "phrases":
            blocks += [*read_markdown(plain), phrase_table(folder, start["argument"], language)]
            plain = []
        elif start and start["name"] == "cards":
            blocks += [*read_markdown(plain), picture_cards(folder, start["argument"], language)]
            plain = []
        elif start and start["name"] == "lines":
            blocks += [*read_markdown(plain), Block("lines", count=int(start["argument"]))]
            plain = []
        elif start and start["name"] in CALLOUTS:
            blocks += read_markdown(plain)
            plain, inner, directive = [], [], start["name"]
        elif line == ":::" and directive:
            blocks.append(Block("callout", meaning=directive, blocks=read_markdown(inner)))
            directive = None
        elif line.startswith(":::"):
            raise ContentError(f"unknown directive {line!r}")
        else:
            (inner if directive else plain).append(line)
    if directive:
        raise ContentError(f":::{directive} is not closed")
    return blocks + read_markdown(plain)


def read_markdown(lines: list[str]) -> list[Block]:
    blocks, opened = [], []
    for token in MARKDOWN.parse("\n".join(lines)):
        name = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "inline":
            runs = read_runs(token.children)
            if "td" in opened or "th" in opened:
                blocks[-1].rows[-1].append(runs)
            elif "list_item" in opened:
                blocks[-1].items.append(runs)
                if runs[0].text.startswith(TICK):
                    runs[0].text = runs[0].text.removeprefix(TICK)
                    blocks[-1].ticked = True
            elif "heading" in opened:
                blocks[-1].runs = runs
            else:
                blocks.append(Block("paragraph", runs=runs))
        elif token.nesting == 1:
            opened.append(name)
            if name == "heading":
                blocks.append(Block("heading", level=int(token.tag[1])))
            elif name in {"bullet_list", "ordered_list"}:
                blocks.append(Block("list", ordered=name == "ordered_list"))
            elif name == "table":
                blocks.append(Block("table"))
            elif name == "tr":
                blocks[-1].rows.append([])
        elif token.nesting == -1:
            opened.pop()
        else:
            raise ContentError(f"no {token.type} in these files")
    return blocks


def read_runs(tokens) -> list[Run]:
    runs, bold, italic = [], False, False
    for token in tokens:
        if token.type in {"strong_open", "strong_close"}:
            bold = token.nesting == 1
        elif token.type in {"em_open", "em_close"}:
            italic = token.nesting == 1
        elif token.type == "softbreak":
            runs.append(Run(" ", bold, italic))
        elif token.type == "text":
            if token.content:
                runs.append(Run(token.content, bold, italic))
        else:
            raise ContentError(f"no {token.type} in these files")
    return runs


def phrase_table(folder: Path, section: str, language: str) -> Block:
    """One section of `phrases.yaml` as a table, the file's own language in the first column."""
    data = read_yaml(folder / "phrases.yaml")
    codes = sorted(data["languages"], key=lambda code: code != language)
    # Whoever reads Ukrainian needs no Latin letters for it.
    codes = [code for code in codes if code != f"{language}-Latn"]
    rows = [
        [[Run(names[code])] for code in codes]
        for names in (data["languages"], *data["sections"][section])
    ]
    return Block("table", rows=rows, languages=codes)


def picture_cards(folder: Path, name: str, language: str) -> Block:
    """One set of `cards.yaml`; what a card shows is said only to those who cannot see it."""
    cards = read_yaml(folder / "cards.yaml")[name]
    return Block("cards", cards={picture: said[language] for picture, said in cards.items()})
