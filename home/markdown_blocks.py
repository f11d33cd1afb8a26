"""Markdown of the content files, as StreamField blocks and rich text.

Block ids are made from the item's name and the place in the text, so that every language of an
item has the same ones: wagtail-localize pairs by them.
"""

import re
import uuid

from markdown_it import MarkdownIt

NAMESPACE = uuid.UUID("9b9a4a8e-6f6b-5c8a-9d65-0d5a3b7f2c11")
DIRECTIVE = re.compile(r"^:::([a-z-]+)\s*$\n(.*?)^:::\s*$", re.MULTILINE | re.DOTALL)
THING_LINK = re.compile(r'<a href="thing:([\w-]+)">')

_markdown = MarkdownIt("commonmark")


class ContentError(Exception):
    """A content file that cannot be loaded; the message names the file and says why."""


def block_id(item: str, *place) -> str:
    """The same id for the same place of the same item, in every language."""
    return str(uuid.uuid5(NAMESPACE, "/".join([item, *map(str, place)])))


def rich_text(markdown: str, page_ids: dict[str, int]) -> str:
    """Wagtail's rich text of a piece of Markdown; `thing:` links become page links."""
    html = _markdown.render(markdown.strip()).strip()
    html = re.sub(r">\n<", "><", html).replace("\n", " ")
    for theirs, ours in (("strong", "b"), ("em", "i")):
        html = html.replace(f"<{theirs}>", f"<{ours}>").replace(f"</{theirs}>", f"</{ours}>")

    def page_link(match: re.Match) -> str:
        try:
            return f'<a linktype="page" id="{page_ids[match.group(1)]}">'
        except KeyError as error:
            raise ContentError(f"link to an unknown thing: {match.group(1)}") from error

    return THING_LINK.sub(page_link, html)


def body(item: str, markdown: str, page_ids: dict[str, int]) -> list[dict]:
    """The blocks of a body, as StreamField's raw data."""
    blocks: list[dict] = []
    position = 0
    for match in DIRECTIVE.finditer(markdown):
        _add_text(blocks, item, markdown[position : match.start()], page_ids)
        _add(blocks, item, *_directive(item, match.group(1), match.group(2), blocks, page_ids))
        position = match.end()
    _add_text(blocks, item, markdown[position:], page_ids)
    return blocks


def _add(blocks: list, item: str, kind: str, value) -> None:
    blocks.append({"type": kind, "value": value, "id": block_id(item, "body", len(blocks))})


def _add_text(blocks: list, item: str, markdown: str, page_ids) -> None:
    if markdown.strip():
        _add(blocks, item, "text", rich_text(markdown, page_ids))


def items(item: str, place: str, values: list) -> list[dict]:
    """A list block's raw data: each value with a steady id."""
    return [
        {"type": "item", "value": value, "id": block_id(item, place, number)}
        for number, value in enumerate(values)
    ]


def _directive(item: str, name: str, text: str, blocks: list, page_ids) -> tuple[str, object]:
    place = f"body/{len(blocks)}"
    if name in ("good-to-know", "take-care"):
        return "callout", {"meaning": name, "text": rich_text(text, page_ids)}
    if name == "quote":
        lines = text.strip().split("\n")
        source = lines.pop().lstrip("— ").strip() if lines[-1].startswith("—") else ""
        return "quote", {"quote": " ".join(lines).strip(), "source": source}
    if name == "steps":
        parts = re.split(r"^### +(.+)$", text, flags=re.MULTILINE)[1:]
        steps = [
            {"title": title.strip(), "text": rich_text(words, page_ids)}
            for title, words in zip(parts[::2], parts[1::2], strict=True)
        ]
        return "steps", {"steps": items(item, f"{place}/steps", steps)}
    if name == "table":
        lines = [line.strip() for line in text.strip().split("\n") if line.strip()]
        caption = lines[0].partition(":")[2].strip()
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]
        head, *rest = [row for row in rows if set("".join(row)) - set("-: ")]
        return "table", {
            "caption": caption,
            "head": items(item, f"{place}/head", head),
            "rows": items(
                item,
                f"{place}/rows",
                [
                    {"cells": items(item, f"{place}/rows/{number}", cells)}
                    for number, cells in enumerate(rest)
                ],
            ),
        }
    raise ContentError(f"unknown directive :::{name}")
