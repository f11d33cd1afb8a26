"""A library puts the hub's lists on its own website, another origin with a strict policy of its own."""

import re
import threading
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.django_db
NAMES = ("events", "resources")


class Host(ThreadingHTTPServer):
    """A partner's website: each path has a page and a policy."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Visits)
        self.pages: dict[str, tuple[str, str]] = {}
        self.cookies: list[str] = []

    @property
    def address(self) -> str:
        # Another name of this machine: another site than the hub's.
        return f"http://localhost:{self.server_port}"


class Visits(BaseHTTPRequestHandler):
    def do_GET(self):
        body, policy = self.server.pages.get(self.path, ("", ""))
        self.send_response(200 if body else 404)
        kind = "text/css" if self.path.endswith(".css") else "text/html"
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_words):
        """The browser says what went wrong."""


@contextmanager
def a_website():
    host = Host()
    thread = threading.Thread(target=host.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.shutdown()
        host.server_close()


def page_with(line: str) -> str:
    return (
        "<!doctype html><html lang=lv><head><title>Bibliotēka</title>"
        '<link rel="stylesheet" href="/own.css"></head>'
        f"<body><main><h1>Mūsu bibliotēka</h1>{line}<p id=after>Pēc tā</p></main></body></html>"
    )


OWN_CSS = """
main { --hub-link: rgb(1, 2, 3); --hub-line: rgb(4, 5, 6); font-family: monospace; width: 300px }
p, a, li { color: rgb(200, 0, 0); text-transform: uppercase }
iframe { display: block }
"""


def line_of(server: str, **asked) -> str:
    """What the page of the served hub offers; the hub's own address in it is the server's."""

    with urlopen(f"{server}/lv/on-your-website/?{urlencode(asked)}") as answer:  # noqa: S310
        html = answer.read().decode()
    return unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)[1])


@pytest.fixture
def visit(server, chromium):
    """Opens a page of a website with a line of the hub; gives the page and what the browser complained of."""
    context = chromium.new_context(viewport={"width": 700, "height": 900})
    with a_website() as host:

        def open_page(line: str, policy: str):
            host.pages["/"] = (page_with(line), policy)
            host.pages["/own.css"] = (OWN_CSS, "")
            page = context.new_page()
            said: list[str] = []
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.goto(host.address + "/", wait_until="networkidle")
            return page, said

        yield open_page
        assert context.cookies() == []
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("what", NAMES)
def test_the_script_stands_on_a_strict_website_in_its_colours(server, visit, what):
    line = line_of(server, what=what, language="lv", number="5", way="script")
    assert line.startswith(f'<script src="{server}/embed/{what}.js')
    policy = f"default-src 'none'; script-src {server}; connect-src {server}; style-src 'self'"

    page, said = visit(line, policy)

    assert said == []
    links = page.locator(".hub-embed a")
    assert links.count() >= 1
    assert links.first.get_attribute("href").startswith(server)
    assert page.locator(".hub-embed").get_attribute("lang") == "lv"
    style = "(one, name) => getComputedStyle(one)[name]"
    assert links.last.evaluate(style, "color") == "rgb(1, 2, 3)"
    assert links.last.evaluate(style, "textTransform") == "none"
    assert "monospace" in links.last.evaluate(style, "fontFamily")
    if page.locator(".hub-embed__line").count():
        line_colour = page.locator(".hub-embed__line").first.evaluate(style, "borderTopColor")
        assert line_colour == "rgb(4, 5, 6)"
    # Where the line stands, within its place, and without a bar of its own.
    box, after = page.locator(".hub-embed").bounding_box(), page.locator("#after").bounding_box()
    assert box["width"] == 300
    assert box["y"] + box["height"] <= after["y"] + 1
    assert page.locator(".hub-embed").evaluate("one => one.scrollWidth <= one.clientWidth")
    page.close()


@pytest.mark.browser
def test_two_scripts_stand_beside_each_other_each_in_its_place(server, visit):
    both = "<hr>".join(line_of(server, what=what, language="uk", way="script") for what in NAMES)

    page, said = visit(both, f"default-src 'none'; script-src {server}; style-src 'self'")

    assert said == []
    found = page.locator(".hub-embed").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert len(found) == 2
    order = "() => [...document.querySelector('main').children].map(one => one.localName)"
    assert page.evaluate(order) == ["h1", "script", "div", "hr", "script", "div", "p"]
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [240, 320, 640])
@pytest.mark.parametrize("what", NAMES)
def test_the_frame_fits_without_a_second_scroll_bar(server, visit, what, width):
    line = line_of(server, what=what, language="uk", number="20", way="frame")
    line = line.replace('width="100%"', f'width="{width}"')

    page, said = visit(line, f"default-src 'none'; style-src 'self'; frame-src {server}")

    assert said == []
    frame = page.frames[1]
    assert frame.url.startswith(f"{server}/embed/{what}.html")
    assert frame.locator("h1").inner_text()
    fits = "() => [document.documentElement.scrollHeight <= innerHeight, document.documentElement.scrollWidth <= innerWidth]"
    assert frame.evaluate(fits) == [True, True]
    page.close()


@pytest.mark.browser
def test_another_address_of_the_hub_stays_out_of_a_frame(server, visit):
    line = f'<iframe src="{server}/lv/events/" title="x" width="100%" height="200"></iframe>'

    page, said = visit(line, f"default-src 'none'; style-src 'self'; frame-src {server}")

    assert "frame" in " ".join(said)
    assert page.frames[1].url.startswith("chrome-error:")
    page.close()


@pytest.mark.browser
def test_a_link_in_the_frame_opens_in_the_whole_window(server, visit):
    line = line_of(server, what="resources", language="lv", number="3", way="frame")
    page, _said = visit(line, f"default-src 'none'; style-src 'self'; frame-src {server}")

    page.frames[1].locator("a").first.click()
    page.wait_for_url(f"{server}/lv/**")

    assert page.locator("h1").inner_text()
    page.close()
