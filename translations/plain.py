"""Strings of wagtail-localize as plain text."""

from html import unescape

from bs4 import BeautifulSoup


def plain(data: str) -> str:
    """`data` (HTML as wagtail-localize keeps strings) without marks, white space as single spaces."""
    if "<" in data:
        data = BeautifulSoup(data.replace("<br/>", "\n"), "html.parser").get_text()
    return " ".join(unescape(data).split())
