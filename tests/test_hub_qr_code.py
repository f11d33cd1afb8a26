"""The QR code of a permanent address, for a poster."""

import re
from xml.etree import ElementTree

import pytest
import segno

from tests.builders import make_guide, thing_of
from tests.test_page_types import live_pages

pytestmark = pytest.mark.usefixtures("demo")

SVG = "{http://www.w3.org/2000/svg}"
QUIET = 4


def modules(svg: bytes) -> tuple[list[list[int]], int]:
    """The dark modules (1) that a code's path draws, without its border; and its side with it."""
    root = ElementTree.fromstring(svg)  # noqa: S314, our own
    light, dark = root.iter(f"{SVG}path")
    assert light.get("fill") == "#fff"
    assert dark.get("stroke") == "#000"
    side = int(re.search(r"M0 0h(\d+)v\d+h-\d+z", light.get("d"))[1])
    grid = [[0] * side for _row in range(side)]
    x = y = 0.0
    for step, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?", dark.get("d")):
        if step == "M":
            x, y = float(first), float(second)
        elif step == "m":
            x, y = x + float(first), y + float(second)
        else:
            for place in range(int(x), int(x) + int(first)):
                grid[int(y)][place] = 1
            x += int(first)
    return grid, side


def test_a_poster_leads_to_the_permanent_address_in_black_on_white(client, settings):
    settings.HUB_ADDRESS = "https://kopa.example.org"
    code = thing_of(make_guide()).code

    response = client.get(f"/r/{code.lower()}/qr.svg")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/svg+xml"
    grid, side = modules(response.content)
    border = [row[:QUIET] + row[-QUIET:] for row in grid] + [*grid[:QUIET], *grid[-QUIET:]]
    assert not any(map(any, border))
    inside = [row[QUIET : side - QUIET] for row in grid[QUIET : side - QUIET]]
    address = f"https://kopa.example.org/r/{code}/"
    assert inside == [list(row) for row in segno.make(address, error="m").matrix]
    assert f"<title>{address}</title>" in response.content.decode()
    assert "style" not in response.content.decode()


def test_caches_keep_it_for_a_day(client):
    address = f"/r/{thing_of(make_guide()).code}/qr.svg"
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == again.headers["Cache-Control"]
    assert first.headers["Cache-Control"] == "public, max-age=86400"
    assert again.status_code == 304
    assert not first.cookies


def test_every_kind_of_page_that_is_shared_offers_its_code(client):
    seen = {}
    for page in live_pages():
        if page.kind != "home" and type(page) not in seen:
            seen[type(page)] = client.get(f"/r/{page.code}/qr.svg").status_code
            html = client.get(page.get_url()).content.decode()
            cite = f"/{page.own_language.code}/cite/{page.code}/"
            if f'href="{cite}"' in html:
                # Of a resource it stands on the way to citing it.
                html = client.get(cite).content.decode()
                assert f'href="/r/{page.code}/qr.svg"' in html
            elif 'class="share"' in html:
                assert f'href="/r/{page.code}/qr.svg"' in html

    assert set(seen.values()) == {200}
    assert {model.__name__ for model in seen} >= {
        *("MethodGuidePage", "TrainingMaterialPage", "PracticeStoryPage", "EventPage"),
        *("ServicePage", "PartnerPage", "ShelfPage", "PlainPage"),
    }
