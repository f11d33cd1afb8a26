"""The text of a resource as it stands in a ZIP: no network, no script, its pictures beside it."""

from datetime import datetime
from pathlib import PurePosixPath

from bs4 import BeautifulSoup
from django.conf import settings
from django.template.loader import render_to_string

from hub.models import Picture
from hub.private import open_to_all
from hub.rich_text import gather_links

from .archive import Entry
from .contents import Part

LAYOUT = "resources/bundle_words.html"
PICTURES_URL = settings.MEDIA_URL + "images/"


def texts_of(parts: list[Part]) -> tuple[dict[str, str], list[Entry]]:
    """The HTML of each resource's own text, by its folder, and the pictures that stand in them.

    Links lead out to the hub; players become links to the page on which they play.
    """
    soups = {part.folder: _text_of(part) for part in parts if part.page is not None}
    stored = _stored_pictures(
        {_picture_name(image) for soup in soups.values() for image in soup.find_all("img")} - {""}
    )
    pictures = {}
    for part in parts:
        for image in soups[part.folder].find_all("img") if part.page is not None else ():
            name = _picture_name(image)
            if name not in stored:
                image.decompose()
                continue
            kept = {key: image[key] for key in ("alt", "width", "height") if image.has_attr(key)}
            image.attrs = {"src": f"pictures/{name}", **kept}
            place = f"{part.folder}pictures/{name}"
            pictures[place] = _entry(place, stored[name], part.changed_at)
    return {folder: str(soup) for folder, soup in soups.items()}, list(pictures.values())


def _text_of(part: Part) -> BeautifulSoup:
    page = part.page
    gather_links(page, None, (), {})
    html = render_to_string(page.template, {"layout": LAYOUT, "page": page, **page.text_context()})
    soup = BeautifulSoup(html, "html.parser")
    for player in soup.find_all(["video", "audio"]):
        link = soup.new_tag("a", href=f"/r/{part.code}/")
        link.string = player.get("aria-label") or part.title
        player.replace_with(link)
    for gone in soup.find_all(["svg", "source", "script", "iframe", "form"]):
        gone.decompose()
    for link in soup.find_all("a", href=True):
        if link["href"].startswith("/"):
            link["href"] = settings.HUB_ADDRESS + link["href"]
    return soup


def _picture_name(image) -> str:
    address = image.get("src", "")
    return PurePosixPath(address).name if address.startswith(PICTURES_URL) else ""


def _stored_pictures(names: set[str]) -> dict:
    """The renditions of these names that everybody may see: two queries, none without names."""
    if not names:
        return {}
    renditions = Picture.get_rendition_model().objects.filter(
        file__in=[f"images/{name}" for name in names]
    )
    return {
        PurePosixPath(one.file.name).name: one.file
        for one in open_to_all(renditions, "image__collection")
        if one.file.storage.exists(one.file.name)
    }


def _entry(name: str, file, changed_at: datetime) -> Entry:
    with file.storage.open(file.name, "rb") as stored:
        return Entry.of_text(name, changed_at, stored.read())
