"""HTML as tagged PDFs (PDF/UA-1) in our own fonts, and pictures that such a page carries inside it."""

import hashlib
import json
import subprocess
import sys
from base64 import b64encode
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup
from django.conf import settings

from hub.models import Rendition
from hub.private import is_private

PROGRAM = Path(__file__).with_name("paper_program.py")
STATIC = Path(__file__).resolve().parent.parent / "static"
FONTS = STATIC / "fonts" / "paper"
SECONDS = 60
MEMORY_BYTES = 2 * 1024 * 1024 * 1024
# A long guide is 60 kB; what is larger is pictures.
MOST_CHARACTERS = 30_000_000
PICTURES = "/media/images/"
# Half the width of the paper, sharp enough in print.
PICTURE_WIDTH = 960


class PaperError(Exception):
    """No PDF came of it; says why, for the log."""


def make_pdf(html: str, css: str) -> bytes:
    """`html` (a whole page, pictures inside) on paper as `css` says. Raises PaperError.

    Addresses in it are the hub's own. Up to a minute and two gigabytes, in a process of its own.
    """
    if len(html) > MOST_CHARACTERS:
        raise PaperError("the page is too long")
    asked = {
        "html": html,
        "css": css,
        "address": f"{settings.HUB_ADDRESS}/",
        "fonts_folder": str(FONTS),
        "identifier": hashlib.sha256(html.encode()).hexdigest()[:32],
        "seconds": SECONDS,
        "memory_bytes": MEMORY_BYTES,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PROGRAM)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=2 * SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise PaperError("it took too long") from error
    except subprocess.CalledProcessError as error:
        raise PaperError(error.stderr.decode(errors="replace")[-1500:]) from error
    if not done.stdout.startswith(b"%PDF-"):
        raise PaperError("what came was no PDF")
    return done.stdout


def data_uri(data: bytes, name: str) -> str:
    """A file as an address that holds it."""
    return f"data:{guess_type(name)[0]};base64,{b64encode(data).decode()}"


def with_pictures_inside(html: str) -> str:
    """`html` with the hub's pictures in it, but for those that not everybody may see: one query.

    One that only decorates is drawn as a ground, or a screen reader would announce it.
    """
    soup = BeautifulSoup(html, "html.parser")
    found = [one for one in soup.find_all("img") if _name_of(one)]
    renditions = Rendition.objects.select_related("image__collection")
    known = (
        {
            one.file.name.rpartition("/")[2]: one
            for one in renditions.filter(file__in=[f"images/{_name_of(one)}" for one in found])
        }
        if found
        else {}
    )
    closed = {
        collection: is_private(collection)
        for collection in {one.image.collection for one in known.values()}
    }
    for img in found:
        rendition = known.get(_name_of(img))
        if rendition is None or closed[rendition.image.collection]:
            img.decompose()
            continue
        with rendition.file.open("rb") as file:
            address = data_uri(file.read(), rendition.file.name)
        if img.get("alt"):
            img.attrs = {"src": address, "alt": img["alt"], "class": img.get("class", "")}
        else:
            height = 100 * rendition.height / rendition.width
            ground = soup.new_tag("div")
            ground["class"] = "drawn"
            ground["style"] = f"background-image: url({address}); padding-bottom: {height:.2f}%"
            img.replace_with(ground)
    return str(soup)


def _name_of(img) -> str:
    """The file name of the widest size that paper wants; "" for what is none of our pictures."""
    sizes = [img.get("src", "")]
    for one in img.get("srcset", "").split(", "):
        address, _blank, width = one.partition(" ")
        if width and int(width.removesuffix("w")) <= PICTURE_WIDTH:
            sizes.append(address)
    return unquote(sizes[-1].removeprefix(PICTURES)) if sizes[-1].startswith(PICTURES) else ""
