"""Taking things along, as a reader does: from the served hub, in a browser, on a stick."""

import hashlib
import io
import time
import urllib.request
from uuid import uuid4
from zipfile import ZipFile

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import override_settings

from tests.browsing import memory_of_the_hub
from tests.builders import add_file, make_guide, make_kit, thing_of

pytestmark = pytest.mark.browser

MEGABYTE = 1_000_000
BLOCK = 64 * 1024


@pytest.fixture
def ground(server, django_db_blocker):
    """What is made here is committed, with its files: the served hub sees it, and it stays."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=settings.HUB_DATA / "media"):
        yield


def guide(title: str):
    return make_guide(title, slug=f"guide-{uuid4().hex[:8]}")


def download(url: str, pause_after: int = 0) -> tuple[int, str, int, int]:
    """Length said, SHA-256, length had, and the most memory of the server meanwhile."""
    digest, had, most = hashlib.sha256(), 0, 0
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 ours
        said = int(answer.headers["Content-Length"])
        while block := answer.read(BLOCK):
            digest.update(block)
            had += len(block)
            if pause_after and had > pause_after:
                # A slow line: the server may not run ahead and keep the rest in memory.
                time.sleep(2)
                pause_after = 0
            if had // (10 * MEGABYTE) != (had - len(block)) // (10 * MEGABYTE):
                most = max(most, memory_of_the_hub())
    return said, digest.hexdigest(), had, most


def test_two_hundred_files_come_as_one_zip_with_the_memory_of_the_server_unchanged(server, ground):
    page = guide("Divsimt failu")
    for number in range(200):
        add_file(page, f"Fails {number}", number.to_bytes() * MEGABYTE)
    url = f"{server}/r/{thing_of(page).code}/lv.zip"
    _said, first, _had, _most = download(url)
    before = memory_of_the_hub()

    said, digest, had, most = download(url, pause_after=20 * MEGABYTE)

    assert said == had > 200 * MEGABYTE
    assert digest == first
    assert most - before < 5 * MEGABYTE
    assert memory_of_the_hub() - before < 5 * MEGABYTE


def test_a_kit_opens_in_a_browser_from_a_stick_without_a_network(
    server, ground, chromium, tmp_path
):
    part = guide("Глина & māls")
    add_file(part, "Аркуш ../ для всіх", "виліпити".encode())
    kit = make_kit("Uz kociņa", things=[part], slug=f"kit-{uuid4().hex[:8]}")
    with urllib.request.urlopen(f"{server}/r/{thing_of(kit).code}/lv.zip") as answer:  # noqa: S310
        ZipFile(io.BytesIO(answer.read())).extractall(tmp_path)
    asked = []
    context = chromium.new_context(offline=True, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"file://{tmp_path}/index.html")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("h1").inner_text() == "Uz kociņa"
    page.get_by_role("link", name="Глина & māls").click()
    assert page.locator("h1").inner_text() == "Глина & māls"
    assert page.locator("img").evaluate("image => image.naturalWidth") > 0
    page.get_by_role("link", name="Аркуш ../ для всіх").click()
    assert page.locator("body").inner_text() == "виліпити"
    page.go_back()
    page.locator("p > a").first.click()
    assert page.locator("h1").inner_text() == "Uz kociņa"

    assert all(url.startswith("file://") for url in asked)
    context.close()


def test_a_shelf_is_put_together_by_buttons_and_kept_by_the_browser(server, ground, chromium):
    one, two = guide("Plauktā viens"), guide("Plauktā divi")
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()

    page.goto(server + one.get_url())
    page.locator(f"[data-shelf-code='{thing_of(one).code}']").click()
    assert page.locator("[data-shelf-number]").inner_text() == "(1)"
    page.goto(server + "/lv/resources/valmiera-library/")
    page.get_by_role("button", name="Plauktā divi").click()
    page.locator("[data-shelf-link]").click()
    page.wait_for_url("**/lv/shelf/?r=*")
    assert page.locator("h2 a").all_inner_texts() == ["Plauktā viens", "Plauktā divi"]

    # Taken off by a link; the browser's own list follows, also when the shelf is opened anew.
    page.locator("[data-shelf-change]", has_text="Plauktā viens").last.click()
    page.wait_for_url(f"**/lv/shelf/?r={thing_of(two).code}")
    page.goto(server + "/uk/shelf/")
    page.wait_for_url(f"**/uk/shelf/?r={thing_of(two).code}")
    assert page.locator("h2 a").all_inner_texts() == ["Plauktā divi"]

    # Somebody else's shelf changes nothing before its reader wishes it to.
    page.goto(f"{server}/lv/shelf/?r={thing_of(one).code}")
    assert page.locator("[data-shelf-number]").inner_text() == "(1)"
    page.goto(server + "/lv/shelf/")
    assert page.locator("h2 a").all_inner_texts() == ["Plauktā divi"]
    assert context.cookies() == []
    context.close()


def test_without_javascript_a_shelf_is_put_together_by_codes(server, ground, chromium):
    one = guide("Bez skripta")
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(server + one.get_url())
    assert not page.locator("[data-shelf-code]").is_visible()
    page.locator("[data-shelf-link]").click()
    page.locator("#add").fill(thing_of(one).code)
    page.locator(".own-shelf__add button").click()

    assert page.url == f"{server}/lv/shelf/?r={thing_of(one).code}"
    assert page.locator("h2 a").all_inner_texts() == ["Bez skripta"]
    context.close()
